"""Moves a ticket from one state to the next: its row, its spans, its event, together."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from queueapp.models import spans, tickets
from queueapp.operations.record import NOWHERE, Where, begin_span, end_span, record
from queueapp.operations.vouchers import release_voucher
from queueapp.queries.rows import TicketRow, today
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import WrongStateError
from queueapp.rules.lifecycle import END_STATES, OPEN_STATES
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement

NIGHT = timedelta(hours=6)  # our choice; who is still served at midnight is done long before that
_SPAN_BEGAN = Statement(
    select(spans.c.started_at).where(spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None))
)


class _Moves:
    """The UPDATE for each set of columns that an operation changes, built once."""

    known: dict[tuple[str, ...], Statement] = {}  # noqa: RUF012 - filled as operations are first used

    @classmethod
    def setting(cls, columns: tuple[str, ...]) -> Statement:
        """Return the statement that sets `columns` of a ticket that is still in the expected state."""
        found = cls.known.get(columns)
        if found is None:
            clause = (
                update(tickets)
                .where(tickets.c.id == bindparam("ticket_key"), tickets.c.state == bindparam("expected"))
                .values({column: bindparam(f"new_{column}", type_=tickets.c[column].type) for column in columns})
            )
            found = cls.known[columns] = Statement(clause)
        return found


def move(
    session: Session,
    verb: str,
    ticket: TicketRow,
    state: str,
    *,
    at: datetime,
    where: Where = NOWHERE,
    by: Where | None = None,
    service_id: int | None = None,
    detail: dict[str, Any] | None = None,
    **columns: Any,
) -> Answer:
    """Bring `ticket` to `state`, as `verb`, and return it.

    `where` is the counter and the clerk of the new state; `by` is where the event happened, if that is another place
    (a ticket that goes back to waiting does so at the counter that it leaves). `service_id` is the queue it goes to.
    `columns` are further columns of the ticket. WrongStateError when somebody else was quicker.
    """
    changed = dict(columns, state=state, counter_id=where.counter_id, staff_id=where.staff_id)
    if service_id is not None:
        changed["service_id"] = service_id
    if ticket.state in OPEN_STATES and state != ticket.state and _lay_over_night(session, ticket, at):
        changed["is_unreliable"] = True
    if state in END_STATES:
        changed["ended_at"] = at
    elif ticket.state in END_STATES:
        changed |= {"ended_at": None, "outcome": None, "reason": None}
    if ticket.state == "held" and state != "held":
        changed["due_at"] = None
        if ticket.fix_by is not None:
            changed["fix_by"] = None
    set_columns(session, ticket, changed)
    if state == "void":
        release_voucher(session, ticket.id)
    if state != ticket.state:
        end_span(session, verb, ticket_id=ticket.id, at=at)
        if state in OPEN_STATES:
            span_at = NOWHERE if state == "waiting" else where
            queue = service_id or ticket.service_id
            begin_span(session, state, ticket_id=ticket.id, service_id=queue, at=at, where=span_at)
    record(session, verb, at=at, ticket_id=ticket.id, where=by or where, changes=changed, to=state, **(detail or {}))
    return Answer(ticket_view(session, ticket.id, at=at))


def _lay_over_night(session: Session, ticket: TicketRow, at: datetime) -> bool:
    """Whether a ticket was left as it is until another day: its times then hold hours in which nobody was there."""
    if ticket.day == today(session, at):
        return False
    row = session.row(_SPAN_BEGAN, ticket=ticket.id)
    return row is not None and at - row[0] >= NIGHT


def set_columns(session: Session, ticket: TicketRow, changed: dict[str, Any]) -> None:
    """Set columns of a ticket that is still as it was found (WrongStateError when somebody else was quicker)."""
    names = tuple(sorted(changed))
    values = {f"new_{name}": changed[name] for name in names}
    if session.run(_Moves.setting(names), ticket_key=ticket.id, expected=ticket.state, **values) != 1:
        raise WrongStateError(ticket=ticket.code, state=ticket.state)
