"""Answers a day of the office taken apart, so that it can be lived again."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, or_, select

from queueapp.clock import zone
from queueapp.models import counters, events, services, skills
from queueapp.queries.counters import counter_views
from queueapp.queries.summary import day_visits
from queueapp.rules.expecting import hours_of
from queueapp.rules.halls import COMMUNE
from queueapp.rules.hours import sessions
from queueapp.rules.points import call_rule_of
from queueapp.rules.replaying import Recorded, Seat, recorded
from queueapp.session import Session
from queueapp.statement import Statement

_OPENED, _SHUT = ("open_counter", "unpause"), ("close_counter", "pause")
_SEATS = Statement(
    select(events.c.at, counters.c.number, events.c.verb)
    .join(counters, counters.c.id == events.c.counter_id)
    .where(
        events.c.office_id == bindparam("office"),
        events.c.ticket_id.is_(None),
        events.c.at >= bindparam("since", type_=events.c.at.type),
        events.c.at < bindparam("until", type_=events.c.at.type),
        or_(*(events.c.verb == verb for verb in (*_OPENED, *_SHUT))),
    )
    .order_by(events.c.seq)
)
_WEIGHTS = Statement(
    select(counters.c.number, services.c.code, skills.c.weight)
    .join(counters, counters.c.id == skills.c.counter_id)
    .join(services, services.c.id == skills.c.service_id)
    .where(skills.c.office_id == bindparam("office"))
)


def recorded_day(session: Session, day: date) -> Recorded:
    """Return a day of the office and how it calls now; without hours of its own it has those of a commune's office."""
    open_that_day = sessions(session.office.settings.get("hours", {}), day)
    midnight = datetime.combine(day, time(), tzinfo=zone(session.office.timezone))
    seats = session.rows(_SEATS, office=session.office.id, since=midnight, until=midnight + timedelta(days=1))
    found = recorded(
        day_visits(session, day),
        day=day,
        hours=hours_of(open_that_day) if open_that_day else COMMUNE,
        timezone=session.office.timezone,
        counters={counter.number: counter.services for counter in counter_views(session)},
        seats=[Seat(at, number, verb in _OPENED) for at, number, verb in seats],
    )
    weights: dict[int, dict[str, int]] = {}
    for number, code, weight in session.rows(_WEIGHTS, office=session.office.id):
        weights.setdefault(number, {})[code] = weight
    return replace(found, weights=weights, calling=call_rule_of(session.office.settings))
