"""Sends a citizen away to put a form right, the place kept, and lets them wait again when they are back."""

from datetime import datetime, timedelta
from typing import Any

from queueapp.i18n import N_
from queueapp.operations.checks import busy_counter, open_day
from queueapp.operations.moving import move
from queueapp.operations.record import Where
from queueapp.operations.rights import by_right
from queueapp.operations.serving import LONGEST_HOLD_MINUTES
from queueapp.queries.rows import held_coded, staff_id_of, waiting_for_service
from queueapp.rules.errors import BadRequestError, WrongStateError
from queueapp.rules.lifecycle import require
from queueapp.rules.limits import limits_of
from queueapp.rules.places import place_at_end
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.text import clean


@by_right
def send_to_fix(
    session: Session,
    *,
    counter: int,
    minutes: int | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Send the citizen to put a form right; the counter is free, and who is back within the minutes keeps the place.

    Without `minutes` the office's limit holds. Nobody comes back by itself: somebody must see the citizen. Errors:
    unknown_counter, counter_idle, wrong_state, bad_request.
    """
    desk, ticket = busy_counter(session, counter, "send_to_fix")
    where = Where(desk.id, staff_id_of(session, staff) or ticket.staff_id)
    given = limits_of(session.office.settings).fix_minutes if minutes is None else minutes
    if not 1 <= given <= LONGEST_HOLD_MINUTES:
        raise BadRequestError(N_("The minutes must be between 1 and {most}."), most=LONGEST_HOLD_MINUTES)
    why = clean(reason or "", 500) or None
    fix_by = at + timedelta(minutes=given)
    detail = {"reason": why, "minutes": given}
    return move(session, "send_to_fix", ticket, "held", at=at, where=where, reason=why, fix_by=fix_by, detail=detail)


@by_right
def return_from_fix(session: Session, *, ticket: str, staff: str | None = None, at: datetime) -> Answer:
    """Let a citizen wait again who put a form right: in time before all others, later at the end of the line.

    Errors: unknown_ticket, wrong_state (it was not sent to put a form right), day_closed.
    """
    held = held_coded(session, ticket, at=at)
    require("return_from_fix", held.state, held.code)
    if held.fix_by is None:
        raise WrongStateError(ticket=held.code, state=held.state)
    open_day(session, held.day)
    by = Where(staff_id=staff_id_of(session, staff))
    is_in_time = at <= held.fix_by
    columns: dict[str, Any] = {"place": held.issued_at, "is_first": True, "reason": None}
    if not is_in_time:
        queue = waiting_for_service(session, held.service_id, held.day)
        place = place_at_end(queue, is_priority=held.priority is not None, at=at)
        columns |= {"place": place, "is_first": False}
    return move(session, "return_from_fix", held, "waiting", at=at, by=by, detail={"in_time": is_in_time}, **columns)
