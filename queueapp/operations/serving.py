"""Ends or interrupts a service: finished, on hold and back, to another field, back into the queue."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from queueapp.i18n import N_
from queueapp.operations.checks import busy_counter, free_counter
from queueapp.operations.issuing import MOST_DOSSIERS
from queueapp.operations.moving import move
from queueapp.operations.papers import keep_missing, missing_detail, named_papers, named_procedure
from queueapp.operations.personal import keep_personal
from queueapp.operations.record import Where
from queueapp.operations.rights import by_right
from queueapp.queries.rows import held_coded, service_named, staff_id_of, waiting_for_service
from queueapp.rules.errors import BadRequestError
from queueapp.rules.lifecycle import POSITIONS, require
from queueapp.rules.places import place_in
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.text import clean

LONGEST_HOLD_MINUTES = 24 * 60


@by_right
def finish(
    session: Session,
    *,
    counter: int,
    outcome: str | None = None,
    dossiers: int | None = None,
    time_unreliable: bool = False,
    missing: Sequence[str] | None = None,
    procedure: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """End the service with an outcome, `done` if none is given; `dossiers` corrects how many there were.

    `time_unreliable` says that the times are wrong (a key was forgotten): the citizen counts as served, but not in the
    durations. `missing` names the papers that were missing (the outcome is then `missing_papers`), `procedure` says
    for which procedure the citizen came. A ticket that was sent here to come back waits for the counter that sent it.
    Errors: unknown_counter, counter_idle, wrong_state, bad_request.
    """
    desk, ticket = busy_counter(session, counter, "finish")
    where = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    papers = named_papers(missing)
    outcome = outcome or ("missing_papers" if papers else "done")
    if papers and outcome != "missing_papers":
        raise BadRequestError(N_("Missing papers go with the outcome missing_papers alone."))
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", outcome):
        raise BadRequestError(N_("The outcome must be a code such as done or missing_papers."))
    counted = ticket.dossiers if dossiers is None else dossiers
    if not 1 <= counted <= MOST_DOSSIERS:
        raise BadRequestError(N_("The number of dossiers must be between 1 and {most}."), most=MOST_DOSSIERS)
    code = named_procedure(procedure) or ticket.procedure
    detail = {"outcome": outcome, "dossiers": counted, "time_unreliable": time_unreliable or None}
    detail |= missing_detail(papers, code, ticket.day)
    columns: dict[str, Any] = {"dossiers": counted, "is_unreliable": time_unreliable or ticket.is_unreliable}
    if code != ticket.procedure:
        columns["procedure"] = code
    if ticket.back_service_id is not None:
        columns |= {"place": ticket.issued_at, "is_first": True, "back_service_id": None}
        back = ticket.back_service_id
        done = move(session, "finish", ticket, "waiting", at=at, by=where, service_id=back, detail=detail, **columns)
    else:
        done = move(session, "finish", ticket, "served", at=at, where=where, outcome=outcome, detail=detail, **columns)
    keep_missing(session, session.head.seq, papers, day=ticket.day, procedure=code, ticket_id=ticket.id)
    return done


@by_right
def hold(
    session: Session,
    *,
    counter: int,
    reason: str | None = None,
    minutes: int | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Put the citizen's ticket on hold; the counter is free. `minutes` says when they are expected back.

    Errors: unknown_counter, counter_idle, wrong_state, bad_request.
    """
    desk, ticket = busy_counter(session, counter, "hold")
    where = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    if minutes is not None and not 1 <= minutes <= LONGEST_HOLD_MINUTES:
        raise BadRequestError(N_("The minutes must be between 1 and {most}."), most=LONGEST_HOLD_MINUTES)
    due_at = None if minutes is None else at + timedelta(minutes=minutes)
    why = clean(reason or "", 500) or None
    detail = {"reason": why, "minutes": minutes}
    return move(session, "hold", ticket, "held", at=at, where=where, reason=why, due_at=due_at, detail=detail)


@by_right
def resume(session: Session, *, counter: int, ticket: str, staff: str | None = None, at: datetime) -> Answer:
    """Go on serving a held ticket, at any free counter.

    Errors: unknown_counter, counter_closed, counter_busy, unknown_ticket, wrong_state.
    """
    desk = free_counter(session, counter)
    held = held_coded(session, ticket, at=at)
    require("resume", held.state, held.code)
    where = Where(desk.id, staff_id_of(session, staff) or desk.clerk_id)
    return move(session, "resume", held, "serving", at=at, where=where, reason=None, due_at=None)


@by_right
def transfer(
    session: Session,
    *,
    counter: int,
    to: str,
    note: str | None = None,
    come_back: bool = False,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Send the citizen to another field's queue with the same code and the credit of the time since issue.

    With `come_back` the ticket waits for this counter again, before new tickets, once the other field has finished.
    Errors: unknown_counter, counter_idle, wrong_state, unknown_service.
    """
    desk, ticket = busy_counter(session, counter, "transfer")
    by = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    field = service_named(session, to)
    keep_personal(session, ticket.id, note=clean(note or "", 500) or None)
    columns: dict[str, Any] = {"is_first": False}
    if come_back:
        columns |= {"back_to_id": desk.id, "back_service_id": ticket.service_id}
    elif ticket.back_service_id is None:
        columns["back_to_id"] = None
    return move(
        session,
        "transfer",
        ticket,
        "waiting",
        at=at,
        by=by,
        service_id=field.id,
        place=ticket.issued_at,
        detail={"service": field.code, "come_back": come_back or None},
        **columns,
    )


@by_right
def put_back(
    session: Session, *, counter: int, position: str = "own", staff: str | None = None, at: datetime
) -> Answer:
    """Put the counter's ticket back into its queue: to its `own` place, to the `front`, or to the `end`.

    Errors: unknown_counter, counter_idle, wrong_state, bad_request.
    """
    desk, ticket = busy_counter(session, counter, "put_back")
    by = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    if position not in POSITIONS:
        raise BadRequestError(N_("The position must be one of: {known}."), known=", ".join(POSITIONS))
    queue = waiting_for_service(session, ticket.service_id, ticket.day)
    place = place_in(queue, position, ticket.issued_at, at)
    return move(session, "put_back", ticket, "waiting", at=at, by=by, place=place, detail={"position": position})
