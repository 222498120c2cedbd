"""Answers what a ticket is: its state, its place, its history."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select

from queueapp.i18n import N_
from queueapp.models import counters, events, personals, procedures, services, spans, staff, tickets, vouchers
from queueapp.queries.estimates import Turn, turn
from queueapp.queries.lines import why_not
from queueapp.queries.rows import code_of, ticket_coded
from queueapp.rules.errors import BadRequestError
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.rules.order import Waiting
from queueapp.rules.promised import read as read_promise
from queueapp.rules.views import EventView, SpanView, TicketView
from queueapp.session import Session
from queueapp.statement import Statement

issued_for = services.alias("issued_for")
queue = services.alias("queue")
_open_span = spans.alias("open_span")
_person = staff.alias("person")
_back_to = counters.alias("back_to")

TICKET_COLUMNS = (
    tickets.c.id,
    tickets.c.service_id,
    tickets.c.place,
    issued_for.c.letter,
    tickets.c.number,
    queue.c.code,
    issued_for.c.code,
    tickets.c.day,
    tickets.c.state,
    tickets.c.priority,
    tickets.c.dossiers,
    tickets.c.procedure,
    tickets.c.channel,
    tickets.c.issued_at,
    func.coalesce(_open_span.c.started_at, tickets.c.ended_at, tickets.c.issued_at, type_=tickets.c.issued_at.type),
    counters.c.number,
    _person.c.name,
    tickets.c.calls,
    tickets.c.outcome,
    personals.c.note,
    personals.c.name,
    tickets.c.reason,
    tickets.c.due_at,
    tickets.c.is_first,
    _back_to.c.number,
    vouchers.c.code,
    vouchers.c.valid_on,
    tickets.c.is_unreliable,
    tickets.c.is_clock_touched,
    tickets.c.fix_by,
    tickets.c.is_from_roll,
    procedures.c.name_vi,
    procedures.c.name_en,
    tickets.c.promise,
)
_IS_FIRST = TICKET_COLUMNS.index(tickets.c.is_first)


def select_tickets() -> Select[Any]:
    """Return the select that `as_view` reads, to be narrowed by its caller."""
    return (
        select(*TICKET_COLUMNS)
        .select_from(tickets)
        .join(issued_for, issued_for.c.id == tickets.c.issued_for_id)
        .join(queue, queue.c.id == tickets.c.service_id)
        .outerjoin(counters, counters.c.id == tickets.c.counter_id)
        .outerjoin(_person, _person.c.id == tickets.c.staff_id)
        .outerjoin(personals, personals.c.ticket_id == tickets.c.id)
        .outerjoin(_back_to, _back_to.c.id == tickets.c.back_to_id)
        .outerjoin(vouchers, vouchers.c.ticket_id == tickets.c.id)
        .outerjoin(
            procedures, and_(procedures.c.office_id == tickets.c.office_id, procedures.c.code == tickets.c.procedure)
        )
        .outerjoin(_open_span, and_(_open_span.c.ticket_id == tickets.c.id, _open_span.c.ended_at.is_(None)))
    )


_TICKET = Statement(select_tickets().where(tickets.c.id == bindparam("ticket")))
_SPANS = Statement(
    select(
        spans.c.kind,
        services.c.code,
        counters.c.number,
        staff.c.name,
        spans.c.started_at,
        spans.c.ended_at,
        spans.c.ended_by,
    )
    .join(services, services.c.id == spans.c.service_id)
    .outerjoin(counters, counters.c.id == spans.c.counter_id)
    .outerjoin(staff, staff.c.id == spans.c.staff_id)
    .where(spans.c.ticket_id == bindparam("ticket"), ~spans.c.is_undone)
    .order_by(spans.c.id)
)
_EVENT_COLUMNS = (
    events.c.seq,
    events.c.at,
    events.c.verb,
    case((events.c.ticket_id.is_(None), None), else_=issued_for.c.letter),
    tickets.c.number,
    tickets.c.day,
    counters.c.number,
    staff.c.name,
    events.c.detail,
)


def _select_events() -> Select[Any]:
    return (
        select(*_EVENT_COLUMNS)
        .select_from(events)
        .outerjoin(tickets, tickets.c.id == events.c.ticket_id)
        .outerjoin(issued_for, issued_for.c.id == tickets.c.issued_for_id)
        .outerjoin(counters, counters.c.id == events.c.counter_id)
        .outerjoin(staff, staff.c.id == events.c.staff_id)
        .order_by(events.c.seq)
    )


_TICKET_EVENTS = Statement(_select_events().where(events.c.ticket_id == bindparam("ticket")))
_EVENTS = Statement(
    _select_events()
    .where(events.c.office_id == bindparam("office"), events.c.seq > bindparam("after"))
    .limit(bindparam("limit"))
)
LONGEST_LIST = 1000


def as_view(row: tuple[Any, ...], before: int | None = None) -> TicketView:
    """Return the ticket of a row of `select_tickets`."""
    _id, _service_id, _place, letter, number, service, issued, *rest = row
    (
        day,
        state,
        priority,
        dossiers,
        procedure,
        channel,
        issued_at,
        since,
        counter,
        clerk,
        calls,
        outcome,
        *end,
    ) = rest
    note, name, reason, due_at, is_first, back_to, voucher, valid_on, *flags = end
    is_unreliable, is_clock_touched, fix_by, is_from_roll, procedure_vi, procedure_en, promise = flags
    told = None if promise is None else read_promise(promise)
    is_there = state in OPEN_STATES  # its carrying over was taken back
    return TicketView(
        code=code_of(letter, number),
        service=service,
        issued_for=issued,
        number=number,
        day=day,
        state=state,
        priority=priority,
        dossiers=dossiers,
        procedure=procedure,
        channel=channel,
        issued_at=issued_at,
        since=since,
        ahead=before,
        counter=counter,
        clerk=clerk,
        calls=calls,
        outcome=outcome,
        note=note,
        name=name,
        reason=reason,
        due_at=due_at,
        is_first=bool(is_first),
        back_to=back_to,
        voucher=None if is_there else voucher,
        valid_on=None if is_there else valid_on,
        is_unreliable=bool(is_unreliable),
        is_clock_touched=bool(is_clock_touched),
        fix_by=fix_by,
        is_from_roll=bool(is_from_roll),
        procedure_vi=procedure_vi,
        procedure_en=procedure_en,
        promise=None if told is None else told.estimate,
        light=None if told is None else told.light,
    )


def as_waiting(row: tuple[Any, ...]) -> Waiting:
    """Return what the call rule may know of a row of `select_tickets`."""
    return Waiting(row[0], row[9] is not None, row[2], row[4], bool(row[_IS_FIRST]), row[1])


def ticket_view(session: Session, ticket_id: int, *, at: datetime, known: Turn | None = None) -> TicketView:
    """Return a ticket, with its turn at `at` if it waits; `known` is that turn where it has just been asked."""
    row = session.row(_TICKET, ticket=ticket_id)
    if row is None:  # pragma: no cover - tickets are never deleted
        raise LookupError(ticket_id)
    if row[8] != "waiting":
        return as_view(row)
    its_turn = known or turn(session, as_waiting(row), row[7], at=at)
    return replace(as_view(row, its_turn.ahead), estimate=its_turn.estimate)


def ticket(session: Session, code: str, *, at: datetime, day: date | None = None) -> TicketView:
    """Return a ticket by what the citizen reads, with its spans and events (UnknownTicketError)."""
    found = ticket_coded(session, code, at=at, day=day)
    view = ticket_view(session, found.id, at=at)
    row = session.row(_TICKET, ticket=found.id) if view.state == "waiting" else None
    return replace(
        view,
        why_not=None if row is None else why_not(session, as_waiting(row), row[1], row[7], at=at),
        spans=tuple(SpanView(*row) for row in session.rows(_SPANS, ticket=found.id)),
        events=tuple(_event(row) for row in session.rows(_TICKET_EVENTS, ticket=found.id)),
    )


def events_after(session: Session, after: int = 0, limit: int = LONGEST_LIST) -> tuple[EventView, ...]:
    """Return the events that follow number `after`, oldest first, at most `limit` (BadRequestError: 1 to 1000)."""
    if not 1 <= limit <= LONGEST_LIST:
        raise BadRequestError(N_("“limit” must be a whole number from 1 to {most}."), most=LONGEST_LIST)
    rows = session.rows(_EVENTS, office=session.office.id, after=after, limit=limit)
    return tuple(_event(row) for row in rows)


def _event(row: tuple[Any, ...]) -> EventView:
    seq, at, verb, letter, number, day, counter, clerk, detail = row
    code = None if letter is None else code_of(letter, number)
    return EventView(seq, at, verb, code, day, counter, clerk, detail)
