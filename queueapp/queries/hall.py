"""Answers what the screens of the hall ask: the overview, reception, a counter's desk, the board."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select

from queueapp.models import counters, events, services, skills, spans, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.days import unclosed_day
from queueapp.queries.estimates import expected
from queueapp.queries.lines import caller, scale, why_called
from queueapp.queries.office import office_view
from queueapp.queries.prints import troubled_prints
from queueapp.queries.rows import callable_at, code_of, counter_numbered, today
from queueapp.queries.stops import stops
from queueapp.queries.stuck import interrupted
from queueapp.queries.tickets import as_view, as_waiting, select_tickets
from queueapp.rules.estimated import Estimate
from queueapp.rules.idle import Idle, who_takes
from queueapp.rules.lifecycle import END_STATES, OPEN_STATES, verbs_for
from queueapp.rules.order import line
from queueapp.rules.views import (
    BoardView,
    CallView,
    CounterView,
    DeskView,
    ReceptionView,
    ServiceView,
    StatusView,
    TicketView,
)
from queueapp.session import Session
from queueapp.statement import Statement

_SERVICES = Statement(
    select(services.c.id, services.c.code, services.c.letter, services.c.name_vi, services.c.name_en)
    .where(services.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)
_COUNTS = Statement(
    select(
        tickets.c.issued_for_id,
        tickets.c.service_id,
        tickets.c.state,
        func.count(),
        func.min(tickets.c.place),
    )
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"))
    .group_by(tickets.c.issued_for_id, tickets.c.service_id, tickets.c.state)
)
_WAITS = Statement(
    select(spans.c.service_id, func.count(), func.sum(literal_column("span.ended_at - span.started_at")))
    .select_from(tickets)
    .join(spans, spans.c.ticket_id == tickets.c.id)
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        spans.c.kind == "waiting",
        spans.c.ended_by == "call",
        ~spans.c.is_undone,
    )
    .group_by(spans.c.service_id)
)
_LATEST = Statement(
    select_tickets()
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"))
    .order_by(tickets.c.issued_at.desc(), tickets.c.id.desc())
    .limit(bindparam("limit"))
)
_WAITING = Statement(
    select_tickets()
    .join(skills, skills.c.service_id == tickets.c.service_id)
    .where(
        skills.c.counter_id == bindparam("counter"),
        tickets.c.day == bindparam("day"),
        literal_column("ticket.state = 'waiting'"),
        callable_at(bindparam("counter")),
    )
)
_HELD = Statement(
    select_tickets()
    .where(
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state IN ('called', 'serving', 'held')"),
        literal_column("ticket.state = 'held'"),
    )
    .order_by(tickets.c.id)
)
_SERVED = Statement(
    select(func.count()).where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.counter_id == bindparam("counter"),
        tickets.c.state == "served",
    )
)
_LAST_ENDED = Statement(
    select(counters.c.number, func.max(tickets.c.ended_at, type_=tickets.c.ended_at.type))
    .join(counters, counters.c.id == tickets.c.counter_id)
    .where(
        tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), tickets.c.ended_at.is_not(None)
    )
    .group_by(counters.c.number)
)
_SERVED_BEFORE = Statement(
    select(func.sum(literal_column("span.ended_at - span.started_at")))
    .select_from(spans)
    .where(
        spans.c.ticket_id
        == select(tickets.c.id)
        .where(tickets.c.counter_id == bindparam("counter"), literal_column("ticket.state = 'serving'"))
        .scalar_subquery(),
        spans.c.counter_id == bindparam("counter"),
        spans.c.kind == "serving",
        spans.c.ended_at.is_not(None),
        ~spans.c.is_undone,
    )
)
SELECT_CALLS = (
    select(
        events.c.seq,
        events.c.at,
        services.c.letter,
        tickets.c.number,
        counters.c.number,
        services.c.code,
        events.c.verb,
        and_(
            literal_column("ticket.state IN ('called', 'serving')"),
            tickets.c.counter_id == events.c.counter_id,
        ),
    )
    .select_from(events)
    .join(tickets, tickets.c.id == events.c.ticket_id)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .join(counters, counters.c.id == events.c.counter_id)
    .where(
        events.c.office_id == bindparam("office"),
        literal_column("event.verb IN ('call', 'recall')"),
        tickets.c.day == bindparam("day"),
    )
    .order_by(events.c.seq.desc())
    .limit(bindparam("limit"))
)
_CALLS = Statement(SELECT_CALLS)

LATEST_TICKETS = 50
NEXT_TICKETS = 50
LAST_CALLS = 20
_MICROSECONDS_A_SECOND = 1_000_000
_MICROSECONDS_A_MINUTE = 60 * _MICROSECONDS_A_SECOND


def status(session: Session, *, at: datetime, day: date | None = None) -> StatusView:
    """Return the hall at a glance on a day, today if none is given."""
    asked = day or today(session, at)
    return StatusView(
        office_view(session),
        asked,
        fields_today(session, asked, at=at) if asked == today(session, at) else service_views(session, asked),
        counter_views(session),
        session.office.revision,
        unclosed=unclosed_day(session, today(session, at)),
        interrupted=len(interrupted(session)),
    )


def reception(session: Session, *, at: datetime) -> ReceptionView:
    """Return what the receptionist sees."""
    hall = status(session, at=at)
    rows = session.rows(_LATEST, office=session.office.id, day=hall.day, limit=LATEST_TICKETS)
    prints = troubled_prints(session, at=at)
    return ReceptionView(hall, tuple(as_view(row) for row in rows), prints)


def desk(session: Session, number: int, *, at: datetime) -> DeskView:
    """Return what the clerk of a counter sees (UnknownCounterError)."""
    row = counter_numbered(session, number)
    day = today(session, at)
    hall = counter_views(session)
    counter = next(each for each in hall if each.number == number)
    is_called = counter.ticket is not None and counter.ticket.state == "called"
    rows = session.rows(_WAITING, counter=row.id, day=day)
    waiting = tuple(as_view(each, ahead) for ahead, each in enumerate(_first_of_line(session, row.id, rows, at)))
    held = tuple(as_view(each) for each in session.rows(_HELD, office=session.office.id))
    served = session.row(_SERVED, office=session.office.id, day=day, counter=row.id)
    return DeskView(
        office=office_view(session),
        day=day,
        counter=counter,
        services=service_views(session, day),
        waiting=waiting,
        waiting_count=len(rows),
        held=tuple(ticket for ticket in held if ticket.service in counter.services or ticket.counter == number),
        served_today=served[0] if served else 0,
        can=_possible(counter, held),
        revision=session.office.revision,
        served_before=_served_before(session, counter, row.id),
        unclosed=unclosed_day(session, day),
        why=why_called(session, row.id, counter.ticket.day) if is_called and counter.ticket is not None else None,
        better=_better(session, counter, hall, waiting[0].service, day) if waiting else None,
    )


def _first_of_line(
    session: Session, counter_id: int, rows: list[tuple[Any, ...]], at: datetime
) -> list[tuple[Any, ...]]:
    """Return the next tickets of those that a counter may call, in the order in which it would call them now."""
    known = {row[0]: row for row in rows}
    waiting, by = [as_waiting(row) for row in rows], scale(session, at)
    this = caller(session, counter_id, waiting, today(session, at), by)
    return [known[each.ticket_id] for each, _rule in islice(line(waiting, by, this), NEXT_TICKETS)]


def _better(
    session: Session, counter: CounterView, hall: tuple[CounterView, ...], service: str, day: date
) -> int | None:
    """Return another counter that is free and should rather call the next ticket; None when this one should.

    A counter is free where somebody sits, or somebody was served today: one that nobody uses calls nobody.
    """
    idle = [each for each in hall if each.is_open and each.ticket is None and service in each.services]
    if counter not in idle or len(idle) == 1:
        return None
    ended = {row[0]: row[1] for row in session.rows(_LAST_ENDED, office=session.office.id, day=day)}
    used = [each for each in idle if each.clerk is not None or each.number in ended or each is counter]
    taker = who_takes(Idle(each.number, len(each.services), ended.get(each.number)) for each in used)
    return None if taker == counter.number else taker


def _served_before(session: Session, counter: CounterView, counter_id: int) -> float:
    if counter.ticket is None or counter.ticket.state != "serving":
        return 0.0
    row = session.row(_SERVED_BEFORE, counter=counter_id)
    return float(row[0]) / _MICROSECONDS_A_SECOND if row is not None and row[0] is not None else 0.0


def board(session: Session, *, at: datetime) -> BoardView:
    """Return what the hall sees."""
    day = today(session, at)
    calls = session.rows(_CALLS, office=session.office.id, day=day, limit=LAST_CALLS)
    return BoardView(
        office_view(session),
        day,
        tuple(call_view(row) for row in calls),
        counter_views(session),
        fields_today(session, day, at=at),
        session.office.revision,
    )


def call_view(row: tuple[Any, ...]) -> CallView:
    """Return the call of a row of `SELECT_CALLS`."""
    seq, moment, letter, number, counter, service, verb, is_present = row
    return CallView(seq, moment, code_of(letter, number), counter, service, verb == "recall", bool(is_present))


def fields_today(session: Session, day: date, *, at: datetime) -> tuple[ServiceView, ...]:
    """Return the fields in use with their queues today, how long the next ticket would wait, and whether it may."""
    found = stops(session, at=at)
    return tuple(
        replace(each, stop=found[each.code].stop, room=found[each.code].room) if each.code in found else each
        for each in service_views(session, day, expected(session, at=at))
    )


def service_views(
    session: Session, day: date, waits_to_come: Mapping[str, Estimate] | None = None
) -> tuple[ServiceView, ...]:
    """Return the fields in use with their queues on a day, and how long the next ticket would wait where it is said."""
    to_come = waits_to_come or {}
    counts = session.rows(_COUNTS, office=session.office.id, day=day)
    waits = {row[0]: row[1:] for row in session.rows(_WAITS, office=session.office.id, day=day)}
    return tuple(
        replace(_service_view(row, counts, waits.get(row[0])), expected=to_come.get(row[1]))
        for row in session.rows(_SERVICES, office=session.office.id)
    )


def _service_view(
    service: tuple[Any, ...], counts: list[tuple[Any, ...]], waits: tuple[Any, ...] | None
) -> ServiceView:
    service_id, code, letter, name_vi, name_en = service

    def standing(state: str) -> int:
        return sum(n for _issued, queue, has, n, _since in counts if queue == service_id and has == state)

    issued = [(state, n) for issued, _queue, state, n, _since in counts if issued == service_id]
    since = [place for _issued, queue, state, _n, place in counts if queue == service_id and state == "waiting"]
    return ServiceView(
        code=code,
        letter=letter,
        name_vi=name_vi,
        name_en=name_en,
        issued=sum(n for _state, n in issued),
        waiting=standing("waiting"),
        called=standing("called"),
        serving=standing("serving"),
        held=standing("held"),
        ended={end: sum(n for state, n in issued if state == end) for end in END_STATES},
        still_open={here: sum(n for state, n in issued if state == here) for here in OPEN_STATES},
        average_wait=None if waits is None else float(waits[1]) / waits[0] / _MICROSECONDS_A_MINUTE,
        waiting_since=min(since, default=None),
    )


def _possible(counter: CounterView, held: tuple[TicketView, ...]) -> frozenset[str]:
    if counter.ticket is not None:
        ends = {"pause"} if counter.is_open else {"unpause"} if counter.state == "paused" else set()
        return verbs_for(counter.ticket.state) - {"void"} | ends
    if not counter.is_open:
        return frozenset(
            {"open_counter", "close_counter", "unpause"} if counter.state == "paused" else {"open_counter"}
        )
    resume = {"resume"} if held else set()
    return frozenset({"call", "serve", "pause", "close_counter", "open_counter"}) | resume
