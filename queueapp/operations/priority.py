"""Grants priority to a ticket, or takes it away, for a reason that is written down."""

from datetime import datetime

from queueapp.operations.checks import known_priority, needed
from queueapp.operations.moving import set_columns
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.rows import staff_id_of, ticket_coded
from queueapp.queries.tickets import ticket_view
from queueapp.rules.lifecycle import require
from queueapp.rules.views import Answer
from queueapp.session import Session


@by_right
def set_priority(
    session: Session,
    *,
    ticket: str,
    priority: str | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Give an open ticket a priority of the office's list, or none; who did it and why is written down.

    Errors: unknown_ticket, wrong_state, bad_request (no such priority), needs_reason.
    """
    found = ticket_coded(session, ticket, at=at)
    require("set_priority", found.state, found.code)
    chosen = known_priority(session, priority)
    why = needed(reason)
    person = staff_id_of(session, staff)
    changes = {"priority": chosen, "priority_by_id": person if chosen else None}
    set_columns(session, found, changes)
    where = Where(found.counter_id, person)
    detail = {"priority": chosen, "before": found.priority, "reason": why}
    record(session, "set_priority", at=at, ticket_id=found.id, where=where, changes=changes, **detail)
    return Answer(ticket_view(session, found.id, at=at))
