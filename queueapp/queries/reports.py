"""Answers what an office reports of a stretch of days."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from queueapp.clock import zone
from queueapp.models import services, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.days import closing_of, picked_count
from queueapp.queries.missing import missing_between
from queueapp.queries.periods import period
from queueapp.queries.stuck import outage_minutes
from queueapp.rules.date_ranges import DateRange
from queueapp.rules.letterhead import letterhead_of
from queueapp.rules.reports import DayFacts, Report
from queueapp.session import Session
from queueapp.statement import Statement

Tell = Callable[[int, int], None]

_RECEIVED = Statement(
    select(services.c.code, func.sum(tickets.c.dossiers))
    .select_from(tickets)
    .join(services, services.c.id == tickets.c.service_id)
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day >= bindparam("first"),
        tickets.c.day <= bindparam("last"),
        tickets.c.state == "served",
        tickets.c.outcome == "done",
    )
    .group_by(services.c.code)
)


def report(session: Session, dates: DateRange, *, at: datetime, tell: Tell | None = None) -> Report:
    """Return the figures of the days of a stretch; `tell` hears how many days are read, of how many."""
    office, first, last = session.office, dates.first, dates.last
    counters = [counter.number for counter in counter_views(session)]
    found = period(session, first, last, counters=counters, at=at, tell=tell)
    received = session.rows(_RECEIVED, office=office.id, first=first, last=last)
    return Report(
        office=office.name,
        letterhead=letterhead_of(office.settings),
        is_training=office.is_training,
        dates=dates,
        at=at.astimezone(zone(office.timezone)),
        period=found,
        days={day: _facts(session, day) for day in found.days},
        missing=missing_between(session, first, last),
        received={code: int(n) for code, n in received},
    )


def _facts(session: Session, day: date) -> DayFacts:
    closed = closing_of(session, day)
    return DayFacts(
        is_closed=closed is not None,
        outage_minutes=outage_minutes(session, day),
        picked=picked_count(session, day),
        corrections=() if closed is None else closed.corrections,
    )
