"""Calls tickets to a counter: the next, again, in vain, and the start of the service."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from queueapp.operations.checks import busy_counter, free_counter, needed
from queueapp.operations.moving import move
from queueapp.operations.record import Where
from queueapp.operations.rights import by_right, require_right
from queueapp.queries.lines import caller, named, scale
from queueapp.queries.rows import (
    CounterRow,
    TicketRow,
    service_of,
    staff_id_of,
    ticket_coded,
    ticket_numbered,
    to_pick_from,
    today,
    waiting_for_counter,
    waiting_for_service,
)
from queueapp.rules.ahead import picked
from queueapp.rules.errors import NobodyWaitingError, NotServedHereError
from queueapp.rules.lifecycle import after_no_show, require
from queueapp.rules.order import Choice, choose
from queueapp.rules.places import place_behind_two
from queueapp.rules.reasons import Why
from queueapp.rules.views import Answer
from queueapp.session import Session


@by_right
def call(
    session: Session,
    *,
    counter: int,
    ticket: str | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Call the next ticket to a counter, or with a `reason` the picked `ticket`; the answer says why this one.

    Errors: unknown_counter, counter_closed, counter_busy, nobody_waiting, and for a picked one needs_reason,
    unknown_ticket, not_waiting, not_allowed (the counter does not serve its field).
    """
    desk = free_counter(session, counter)
    where = Where(desk.id, staff_id_of(session, staff) or desk.clerk_id)
    if ticket is None:
        chosen, why = _next(session, desk, at)
    else:
        chosen, why = _picked(session, desk, ticket, needed(reason), at)
    detail = {
        "rule": why.rule,
        "waited": why.waited_seconds,
        "passed": why.passed,
        "reason": why.reason,
        "calls": chosen.calls + 1,
        "service_id": chosen.service_id,
        "figures": why.figures and why.figures.written(),
    }
    if why.rule == "picked":
        require_right(session, "pick", staff)
    answer = move(session, "call", chosen, "called", at=at, where=where, detail=detail, calls=chosen.calls + 1)
    return replace(answer, why=why)


def _next(session: Session, desk: CounterRow, at: datetime) -> tuple[TicketRow, Why]:
    day, by = today(session, at), scale(session, at)
    waiting = waiting_for_counter(session, desk.id, day)
    choice = choose(waiting, by, caller(session, desk.id, waiting, day, by)) if waiting else None
    if choice is None:
        raise NobodyWaitingError(counter=desk.number)
    chosen = ticket_numbered(session, choice.ticket.ticket_id)
    return chosen, _named(session, choice, chosen)


def _picked(session: Session, desk: CounterRow, code: str, reason: str, at: datetime) -> tuple[TicketRow, Why]:
    ticket = ticket_coded(session, code, at=at)
    require("call", ticket.state, ticket.code)
    by, waiting = scale(session, at), to_pick_from(session, desk.id, ticket.day)
    choice = picked(waiting, ticket.id, reason, by, caller(session, desk.id, waiting, ticket.day, by))
    if choice is None:
        service = service_of(session, ticket.service_id)
        raise NotServedHereError(counter=desk.number, service=service.code, ticket=ticket.code)
    return ticket, _named(session, choice, ticket)


def _named(session: Session, choice: Choice, chosen: TicketRow) -> Why:
    """Return why a ticket is called, with what the citizens read on the tickets that were weighed."""
    figures = choice.why.figures
    if figures is None:
        return choice.why
    mine = replace(figures.mine, code=chosen.code)
    return replace(
        choice.why, figures=replace(figures, mine=mine, other=figures.other and named(session, figures.other))
    )


@by_right
def recall(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Call the counter's ticket once more (unknown_counter, counter_idle, wrong_state)."""
    desk, ticket = busy_counter(session, counter, "recall")
    who = staff_id_of(session, staff)
    where = Where(desk.id, ticket.staff_id)
    calls = ticket.calls + 1
    by = Where(desk.id, who or ticket.staff_id)
    return move(session, "recall", ticket, "called", at=at, where=where, by=by, calls=calls, detail={"calls": calls})


@by_right
def start(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Begin to serve the citizen who came (unknown_counter, counter_idle, wrong_state)."""
    desk, ticket = busy_counter(session, counter, "start")
    where = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    return move(session, "start", ticket, "serving", at=at, where=where, **arrived(ticket))


@by_right
def no_show(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Mark the called citizen absent: waiting again until the recall limit of the field is used up, then `no_show`.

    Errors: unknown_counter, counter_idle, wrong_state.
    """
    desk, ticket = busy_counter(session, counter, "no_show")
    by = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    if after_no_show(ticket.calls, service_of(session, ticket.service_id).recall_limit) == "no_show":
        return move(session, "no_show", ticket, "no_show", at=at, where=by)
    queue = waiting_for_service(session, ticket.service_id, ticket.day)
    is_priority = ticket.priority is not None
    place = place_behind_two(queue, scale(session, at), is_priority=is_priority, issued_at=ticket.issued_at)
    changes = arrived(ticket) | {"place": place}
    return move(session, "no_show", ticket, "waiting", at=at, by=by, **changes)


def arrived(ticket: TicketRow) -> dict[str, Any]:
    """Return the columns by which a ticket is no longer before the others, nor on its way back to a counter."""
    is_back = ticket.back_to_id is not None and ticket.back_service_id is None
    return {"is_first": False} | ({"back_to_id": None} if is_back else {})
