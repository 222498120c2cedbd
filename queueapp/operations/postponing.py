"""Carries somebody who waits over to another day, because the citizen would rather come again than wait in doubt."""

from datetime import date, datetime
from typing import Any

from queueapp.operations.checks import open_day
from queueapp.operations.moving import move
from queueapp.operations.record import Where
from queueapp.operations.rights import by_right
from queueapp.operations.vouchers import give_voucher, valid_on
from queueapp.queries.rows import TicketRow, staff_id_of, ticket_coded
from queueapp.queries.tickets import ticket_view
from queueapp.rules.lifecycle import require
from queueapp.rules.views import Answer, VoucherView
from queueapp.session import Session
from queueapp.text import clean


@by_right
def postpone(
    session: Session,
    *,
    ticket: str,
    day: date | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Carry a ticket that waits over to `day`, the next open one if none is given, and give a voucher for it.

    Errors: unknown_ticket, wrong_state, day_closed, unknown_staff, bad_request (the office is closed on that day).
    """
    found = ticket_coded(session, ticket, at=at)
    open_day(session, found.day)
    require("postpone", found.state, found.code)
    return carry_over(session, found, day, reason=reason, person=staff_id_of(session, staff), at=at)


def carry_over(
    session: Session,
    ticket: TicketRow,
    day: date | None,
    *,
    reason: str | None = None,
    person: int | None,
    is_at_once: bool = False,
    at: datetime,
) -> Answer:
    """Carry a ticket over; one that was issued for nothing else `is_at_once`: both are taken back together."""
    chosen = valid_on(session, day, ticket.day, at)
    why = clean(reason or "", 500) or None
    code = give_voucher(session, ticket.id, chosen)
    detail: dict[str, Any] = {"reason": why, "voucher": code, "valid_on": chosen.isoformat()}
    if is_at_once:
        detail["at_once"] = True
    by = Where(staff_id=person)
    move(session, "postpone", ticket, "carried_over", at=at, where=by, by=by, detail=detail, reason=why)
    view = ticket_view(session, ticket.id, at=at)
    return Answer(view, vouchers=(VoucherView(code, view.code, chosen, view.issued_for),))
