"""Ends a ticket whose citizen is not served: they went away, or the ticket is void."""

from datetime import date, datetime
from typing import Any

from queueapp.operations.checks import needed, open_day
from queueapp.operations.moving import move
from queueapp.operations.record import Where
from queueapp.operations.rights import by_right
from queueapp.queries.rows import staff_id_of, ticket_coded
from queueapp.queries.tickets import ticket_view
from queueapp.rules.lifecycle import END_STATES, VOID_OF_ROLL, require
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.text import clean


@by_right
def leave(
    session: Session, *, ticket: str, reason: str | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Mark that the citizen went away (unknown_ticket, wrong_state)."""
    found = ticket_coded(session, ticket, at=at)
    require("leave", found.state, found.code)
    person = staff_id_of(session, staff)
    where = Where(found.counter_id, found.staff_id or person)
    by = Where(found.counter_id, person or found.staff_id)
    why = clean(reason or "", 500) or None
    return move(session, "leave", found, "left", at=at, where=where, by=by, reason=why, detail={"reason": why})


@by_right
def void(
    session: Session,
    *,
    ticket: str,
    day: date | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Declare a ticket void, for a reason; its number stays used (unknown_ticket, wrong_state, needs_reason).

    A number of the paper roll that was keyed in wrongly also after its end, as long as nobody has closed its day
    (day_closed).
    """
    found = ticket_coded(session, ticket, at=at, day=day)
    if ticket_view(session, found.id, at=at).is_from_roll and found.state in VOID_OF_ROLL:
        open_day(session, found.day)
    else:
        require("void", found.state, found.code)
    why = needed(reason)
    person = staff_id_of(session, staff)
    where = Where(found.counter_id, found.staff_id or person)
    by = Where(found.counter_id, person or found.staff_id)
    given: dict[str, Any] = {"reason": why} | ({"outcome": None} if found.state in END_STATES else {})
    return move(session, "void", found, "void", at=at, where=where, by=by, detail={"reason": why}, **given)
