"""Lets a supervisor mend a ticket that is stuck, whatever state it is in, and confirm what an outage interrupted."""

from datetime import date, datetime
from typing import Any

from queueapp.i18n import N_
from queueapp.operations.checks import needed, open_day
from queueapp.operations.moving import move
from queueapp.operations.printing import answer_prints
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.rows import staff_id_of, ticket_coded
from queueapp.queries.stuck import interrupted
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import BadRequestError, WrongStateError
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.rules.views import Answer
from queueapp.session import Session

MENDINGS = ("waiting", "served", "left", "void")


@by_right
def mend(
    session: Session,
    *,
    ticket: str,
    to: str,
    day: date | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Bring a stuck ticket to where it belongs: waiting at its own place, served (its times left out), left, void.

    `day` says which ticket where today has one of the same code. Errors: unknown_ticket, wrong_state (it has an end),
    bad_request, needs_reason, day_closed.
    """
    if to not in MENDINGS:
        raise BadRequestError(N_("An end must be one of: {known}."), known=", ".join(MENDINGS))
    found = ticket_coded(session, ticket, at=at, day=day)
    if found.state not in OPEN_STATES or found.state == to:
        raise WrongStateError(ticket=found.code, state=found.state)
    open_day(session, found.day)
    why = needed(reason)
    person = staff_id_of(session, staff)
    by = Where(found.counter_id, person or found.staff_id)
    columns: dict[str, Any] = {"back_to_id": None, "back_service_id": None}
    if to == "waiting":
        return move(session, "mend", found, to, at=at, by=by, place=found.issued_at, detail={"reason": why}, **columns)
    if to == "served":
        columns |= {"outcome": "done", "is_unreliable": True}
    where = Where(found.counter_id, found.staff_id or person)  # whose citizen it was, not who mends
    return move(session, "mend", found, to, at=at, where=where, by=by, reason=why, detail={"reason": why}, **columns)


@by_right
def wake(session: Session, *, ticket: str, day: date | None = None, staff: str | None = None, at: datetime) -> Answer:
    """Confirm that a ticket which an outage interrupted goes on as it was.

    Errors: unknown_ticket, wrong_state (no outage interrupted it, or somebody has looked at it since).
    """
    found = ticket_coded(session, ticket, at=at, day=day)
    if found.id not in interrupted(session):
        raise WrongStateError(ticket=found.code, state=found.state)
    where = Where(found.counter_id, staff_id_of(session, staff) or found.staff_id)
    record(session, "wake", at=at, ticket_id=found.id, where=where)
    answer_prints(session, found, "printed", at)
    return Answer(ticket_view(session, found.id, at=at))
