"""Answers what past days of a weekday were like: who came when, and how long each was at a counter."""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from queueapp.clock import zone
from queueapp.models import services, spans, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.rows import today
from queueapp.rules.expecting import WEEKS, Came, Past
from queueapp.rules.hours import next_open_day, sessions
from queueapp.session import Session
from queueapp.statement import Statement

_ABSENT = ("no_show", "left")
_SERVICES = Statement(
    select(services.c.code)
    .where(services.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)
_CAME = Statement(
    select(services.c.code, tickets.c.issued_at, tickets.c.priority, tickets.c.state)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), tickets.c.state != "void")
    .order_by(tickets.c.id)
)
_AT_COUNTERS = Statement(
    select(tickets.c.id, services.c.code, spans.c.started_at, spans.c.ended_at)
    .select_from(tickets)
    .join(spans, spans.c.ticket_id == tickets.c.id)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.state == "served",
        ~tickets.c.is_unreliable,
        ~tickets.c.is_from_roll,
        ~spans.c.is_undone,
        spans.c.kind != "waiting",
        spans.c.kind != "held",
        spans.c.ended_at.is_not(None),
    )
    .order_by(spans.c.id)
)


def past_days(session: Session, day: date | None = None, *, at: datetime, weeks: int = WEEKS) -> Past:
    """Return what is known for a coming day, the next open one if none is given: the same weekday of so many weeks.

    A counter is planned if it is open now; where none is, in the evening, every counter of the office.
    """
    hours, present = session.office.settings.get("hours", {}), today(session, at)
    asked = day or next_open_day(hours, present)
    earlier = [asked - timedelta(weeks=week) for week in range(weeks, 0, -1)]
    came: list[Came] = []
    minutes: dict[str, list[float]] = {}
    for each in earlier:
        if each < present:
            came += _came(session, each)
            for code, of_day in _minutes(session, each).items():
                minutes.setdefault(code, []).extend(of_day)
    everyone = counter_views(session)
    planned = [counter for counter in everyone if counter.is_open] or everyone
    return Past(
        day=asked,
        days=tuple(sorted({each.day for each in came})),
        services=tuple(row[0] for row in session.rows(_SERVICES, office=session.office.id)),
        came=tuple(came),
        minutes=minutes,
        sessions=sessions(hours, asked),
        counters={counter.number: counter.services for counter in planned},
    )


def _came(session: Session, day: date) -> list[Came]:
    found = []
    for code, issued_at, priority, state in session.rows(_CAME, office=session.office.id, day=day):
        local = issued_at.astimezone(zone(session.office.timezone))
        minute = local.hour * 60 + local.minute + local.second / 60
        found.append(Came(day, code, minute, priority is not None, state in _ABSENT))
    return found


def _minutes(session: Session, day: date) -> dict[str, list[float]]:
    """Return by field how long each citizen was at counters, from the call on: that is how long a counter is taken."""
    spent: dict[tuple[int, str], float] = {}
    for ticket, code, started_at, ended_at in session.rows(_AT_COUNTERS, office=session.office.id, day=day):
        key = (ticket, code)
        spent[key] = spent.get(key, 0.0) + (ended_at - started_at).total_seconds() / 60
    found: dict[str, list[float]] = {}
    for (_ticket, code), minutes in spent.items():
        found.setdefault(code, []).append(minutes)
    return found
