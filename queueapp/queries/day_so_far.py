"""Answers how a day has gone so far, for the estimates: what earlier days taught, its issues, its calls.

A terminal remembers the day between two questions and reads only what has happened since; whatever is not the ordinary
course of a ticket makes it read the day anew.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, select

from queueapp.models import counters, events, learned, services, shifts, skills, spans, tickets
from queueapp.rules.estimate import Estimator
from queueapp.rules.forecast import Forecast
from queueapp.rules.hours import sessions
from queueapp.rules.learned import from_plain
from queueapp.rules.pace import Open as OpenHours
from queueapp.rules.promised import read
from queueapp.rules.teaching import ready
from queueapp.rules.verbs import VERBS
from queueapp.session import Session
from queueapp.statement import Statement

_ANOTHER_COURSE = frozenset(
    {"undo", "adopt", "enter", "outage", "crash", "clock_jump", "correct", "configure", "close_day", "restore", "mend"}
)
_MOST_NEWS = 500  # events; of more the day is read anew

_waiting, _called = spans.alias("waiting"), spans.alias("called")
_STATE = Statement(select(learned.c.day, learned.c.state).where(learned.c.office_id == bindparam("office")))
_FIELDS = Statement(
    select(services.c.id, services.c.code, services.c.usual_minutes).where(services.c.office_id == bindparam("office"))
)
_ISSUES_TODAY = Statement(
    select(tickets.c.issued_for_id, tickets.c.issued_at, tickets.c.promise).where(
        tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), tickets.c.promise.is_not(None)
    )
)
_CALLS_TODAY = Statement(
    select(
        _waiting.c.service_id,
        _waiting.c.started_at,
        _waiting.c.ended_at,
        _called.c.counter_id,
        tickets.c.issued_at,
        tickets.c.promise,
    )
    .select_from(tickets)
    .join(_waiting, _waiting.c.ticket_id == tickets.c.id)
    .join(
        _called,
        and_(
            _called.c.ticket_id == tickets.c.id,
            _called.c.kind == "called",
            _called.c.started_at == _waiting.c.ended_at,
            ~_called.c.is_undone,
        ),
    )
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        _waiting.c.kind == "waiting",
        _waiting.c.ended_by == "call",
        ~_waiting.c.is_undone,
    )
    .order_by(_waiting.c.ended_at)
)
_NEWS = Statement(
    select(
        events.c.seq,
        events.c.hash,
        events.c.verb,
        events.c.at,
        events.c.counter_id,
        spans.c.service_id,
        spans.c.started_at,
        tickets.c.issued_for_id,
        tickets.c.issued_at,
        tickets.c.promise,
    )
    .select_from(events)
    .outerjoin(tickets, tickets.c.id == events.c.ticket_id)
    .outerjoin(
        spans,
        and_(
            events.c.verb == "call",
            spans.c.ticket_id == events.c.ticket_id,
            spans.c.kind == "waiting",
            spans.c.ended_at == events.c.at,
            spans.c.ended_by == "call",
            ~spans.c.is_undone,
        ),
    )
    .where(events.c.office_id == bindparam("office"), events.c.seq >= bindparam("since"))
    .order_by(events.c.seq)
    .limit(bindparam("limit"))
)


SERVED = Statement(
    select(
        skills.c.counter_id,
        skills.c.service_id,
        skills.c.weight,
        counters.c.state,
        exists().where(shifts.c.counter_id == counters.c.id, shifts.c.closed_at.is_(None)),
    )
    .join(counters, counters.c.id == skills.c.counter_id)
    .where(skills.c.office_id == bindparam("office"), counters.c.is_active)
)
_Happened = tuple[datetime, int, Callable[..., None], tuple[Any, ...]]


@dataclass(slots=True)
class DaySoFar:
    """What a terminal remembers of a day: its estimates so far, the last event in them, which counters call."""

    day: date
    forecast: Forecast
    codes: Mapping[int, str]
    seq: int
    hash: str | None
    calling: set[int] = field(default_factory=set)
    served: list[tuple[Any, ...]] = field(
        default_factory=list
    )  # rows of `SERVED`, until something of the counters changes

    def issued(self, service_id: int, at: datetime, promise: str | None) -> None:
        """Take in that a ticket was issued."""
        if promise is not None:
            self.forecast.issued(self.codes[service_id], at, read(promise))

    def called(
        self, service_id: int, since: datetime, at: datetime, counter_id: int, issued_at: datetime, promise: str | None
    ) -> None:
        """Take in that somebody was called who had waited since then; only the first wait is what was promised."""
        told = read(promise) if promise is not None and since == issued_at else None
        self.forecast.called(self.codes[service_id], at, since, told)
        self.calling.add(counter_id)


def day_so_far(session: Session, day: date) -> DaySoFar:
    """Return the day as far as it has gone."""
    known = session.memory.get("today")
    if not isinstance(known, DaySoFar) or known.day != day or not _went_on(session, known):
        known = session.memory["today"] = _read_day(session, day)
    return known


def _went_on(session: Session, known: DaySoFar) -> bool:
    """Take in what has happened since; False where that was not the ordinary course of tickets."""
    if known.seq == session.head.seq and known.hash == session.head.hash:
        return True
    rows = session.rows(_NEWS, office=session.office.id, since=known.seq, limit=_MOST_NEWS)
    if known.seq and (not rows or (rows[0][0], rows[0][1]) != (known.seq, known.hash)):
        return False  # the database was put back to an earlier state
    news = [row for row in rows if row[0] > known.seq]
    if len(rows) == _MOST_NEWS or any(verb in _ANOTHER_COURSE for _seq, _hash, verb, *_rest in news):
        return False
    for seq, digest, verb, at, counter_id, service_id, since, *ticket in news:
        if verb == "issue":
            known.issued(*ticket)
        elif verb == "call" and service_id is not None:
            known.called(service_id, since, at, counter_id, *ticket[1:])
        elif verb not in VERBS:
            known.served = []  # it was no ticket: a counter, a shift
        known.seq, known.hash = seq, digest
    return True


def _read_day(session: Session, day: date) -> DaySoFar:
    office = session.office
    fields = session.rows(_FIELDS, office=office.id)
    codes = {service_id: code for service_id, code, _minutes in fields}
    estimator = ready(learned_before(session, day), sharing=sharing(session), hours=hours_of(session, day))
    forecast = Forecast(estimator, office.timezone, {code: minutes for _id, code, minutes in fields})
    known = DaySoFar(day, forecast, codes, session.head.seq, session.head.hash)
    issues: list[_Happened] = [
        (row[1], 1, known.issued, row) for row in session.rows(_ISSUES_TODAY, office=office.id, day=day)
    ]
    calls: list[_Happened] = [
        (row[2], 0, known.called, row) for row in session.rows(_CALLS_TODAY, office=office.id, day=day)
    ]
    for _at, _turn, happened, row in sorted(issues + calls, key=lambda each: each[:2]):  # in one instant calls first
        happened(*row)
    return known


def learned_until(session: Session) -> tuple[date, str] | None:
    """Return up to which day the office has learned, and what, as it is kept."""
    row = session.row(_STATE, office=session.office.id)
    return None if row is None else (row[0], row[1])


def learned_before(session: Session, day: date) -> Estimator | None:
    """Return what the days before one have taught; None where nothing is kept, or what is kept cannot be read."""
    kept = learned_until(session)
    if kept is None or kept[0] >= day:
        return None
    try:
        return from_plain(json.loads(kept[1]), is_shared=bool(sharing(session)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # it is learned anew at the next close


def hours_of(session: Session, day: date) -> OpenHours:
    """Return when the office is open on a day, in minutes after midnight."""
    stretches = sessions(session.office.settings.get("hours", {}), day)
    return tuple((_minutes(start), _minutes(end)) for start, end in stretches)


def _minutes(moment: Any) -> float:
    return float(moment.hour * 60 + moment.minute)


def sharing(session: Session) -> float:
    """Return which part of the office's counters serves more than one field."""
    fields = Counter(row[0] for row in session.rows(SERVED, office=session.office.id))
    return sum(number > 1 for number in fields.values()) / len(fields) if fields else 0.0
