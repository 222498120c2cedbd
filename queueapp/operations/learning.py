"""Learns from a day that is closed how fast the office's fields go, for the estimates of the days to come."""

import json
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, delete, insert, or_, select

from queueapp.clock import zone
from queueapp.models import days, learned, services, spans, tickets
from queueapp.queries.day_so_far import hours_of, learned_before, sharing
from queueapp.rules.learned import as_plain
from queueapp.rules.pace import Open
from queueapp.rules.promised import read
from queueapp.rules.teaching import Wait, ready, teach
from queueapp.session import Session
from queueapp.statement import Statement

MOST_DAYS = 10  # that are made good at one close: it must not keep the office waiting
_MINUTE = timedelta(minutes=1)
_UNTIL = Statement(select(learned.c.day).where(learned.c.office_id == bindparam("office")))
_DAYS = Statement(
    select(days.c.date)
    .where(
        days.c.office_id == bindparam("office"),
        days.c.date <= bindparam("day"),
        days.c.date > bindparam("after"),
        days.c.closed_at.is_not(None),
    )
    .order_by(days.c.date.desc())
    .limit(MOST_DAYS)
)
_WAITS = Statement(
    select(
        tickets.c.id,
        services.c.code,
        spans.c.started_at,
        spans.c.ended_at,
        spans.c.ended_by,
        tickets.c.priority,
        tickets.c.promise,
        or_(tickets.c.is_unreliable, tickets.c.is_from_roll),
    )
    .select_from(tickets)
    .join(spans, spans.c.ticket_id == tickets.c.id)
    .join(services, services.c.id == spans.c.service_id)
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.state != "void",
        spans.c.kind == "waiting",
        spans.c.ended_at.is_not(None),
        ~spans.c.is_undone,
    )
    .order_by(spans.c.id)
)
_FORGET = Statement(delete(learned).where(learned.c.office_id == bindparam("office")))
_KEEP = Statement(insert(learned).values(office_id=bindparam("office"), day=bindparam("day"), state=bindparam("state")))


def learn(session: Session, until: date) -> None:
    """Learn from the closed days up to one that nobody has learned from yet; of many only from the last."""
    office = session.office.id
    estimator = learned_before(session, until)
    row = session.row(_UNTIL, office=office)
    after = row[0] if row and estimator is not None else date.min
    for (day,) in reversed(session.rows(_DAYS, office=office, day=until, after=after)):
        hours = hours_of(session, day)
        estimator = ready(estimator, sharing=sharing(session), hours=hours)
        waits = _waits(session, day)
        try:
            teach(estimator, waits, _open_minutes(waits, hours))
        except (ArithmeticError, ValueError, LookupError):
            return  # no day stays open for what it would teach
    if estimator is not None:
        session.run(_FORGET, office=office)
        session.run(_KEEP, office=office, day=until, state=json.dumps(as_plain(estimator), separators=(",", ":")))


def _waits(session: Session, day: date) -> list[Wait]:
    known: set[int] = set()
    found = []
    for ticket, service, began, ended, by, priority, promise, is_unsure in session.rows(
        _WAITS, office=session.office.id, day=day
    ):
        is_first = ticket not in known
        known.add(ticket)
        if is_unsure or by == "outage":
            continue
        promised = None if promise is None else read(promise)
        start, end = (minute_of(each, day, session.office.timezone) for each in (began, ended))
        found.append(Wait(ticket, service, start, end, by == "call", is_first, priority is not None, promised))
    return found


def minute_of(moment: datetime, day: date, timezone: str) -> float:
    """Return a moment as minutes on the office's clock since the midnight of a day, as its hours are said."""
    local = moment.astimezone(zone(timezone)).replace(tzinfo=None)
    return (local - datetime.combine(day, time())) / _MINUTE


def _open_minutes(waits: list[Wait], hours: Open) -> float:
    if hours:
        return sum(end - start for start, end in hours)
    return max((wait.ended for wait in waits), default=0.0) - min((wait.began for wait in waits), default=0.0)
