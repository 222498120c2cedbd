"""Brings tickets back into the queue: the absent and the gone, and those on hold whose time has come."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select

from queueapp.models import tickets
from queueapp.operations.checks import open_day
from queueapp.operations.moving import move
from queueapp.operations.record import Where
from queueapp.operations.rights import by_right
from queueapp.queries.lines import scale
from queueapp.queries.rows import staff_id_of, ticket_coded, ticket_numbered, waiting_for_service
from queueapp.rules.lifecycle import require
from queueapp.rules.limits import limits_of
from queueapp.rules.places import place_at_end, place_behind_two
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement

# As in the partial index of the open tickets, word for word, so that the index serves it.
_HELD: tuple[ColumnElement[bool], ...] = (
    tickets.c.office_id == bindparam("office"),
    literal_column("ticket.state IN ('called', 'serving', 'held')"),
    literal_column("ticket.state = 'held'"),
)
_NEXT_DUE = Statement(select(func.min(tickets.c.due_at, type_=tickets.c.due_at.type)).where(*_HELD))
_DUE = Statement(
    select(tickets.c.id, tickets.c.due_at)
    .where(*_HELD, tickets.c.due_at <= bindparam("moment"))
    .order_by(tickets.c.due_at)
)


@by_right
def bring_back(session: Session, *, ticket: str, staff: str | None = None, at: datetime) -> Answer:
    """Let an absent or gone citizen wait again: soon after, behind the next two of the field, else at the end.

    Errors: unknown_ticket, wrong_state, day_closed.
    """
    found = ticket_coded(session, ticket, at=at)
    require("bring_back", found.state, found.code)
    open_day(session, found.day)
    limits = limits_of(session.office.settings)
    is_in_time = found.ended_at is not None and at - found.ended_at <= timedelta(minutes=limits.bring_back_minutes)
    queue = waiting_for_service(session, found.service_id, found.day)
    is_priority = found.priority is not None
    if is_in_time:
        place = place_behind_two(queue, scale(session, at), is_priority=is_priority, issued_at=found.issued_at)
    else:
        place = place_at_end(queue, is_priority=is_priority, at=at)
    by = Where(found.counter_id, staff_id_of(session, staff))
    changes: dict[str, Any] = {"place": place, "is_first": False}
    if found.back_service_id is None:  # who was on the way to another field still comes back afterwards
        changes["back_to_id"] = None
    detail = {"in_time": is_in_time}
    return move(session, "bring_back", found, "waiting", at=at, by=by, detail=detail, **changes)


def next_due(session: Session) -> datetime | None:
    """Return when the next held ticket comes back by itself; None while no such ticket is held."""
    row = session.row(_NEXT_DUE, office=session.office.id)
    return row[0] if row else None


def release_due(session: Session, *, at: datetime) -> int:
    """Let every held ticket whose minute has come wait again at its own place, and return how many there were.

    It waits since that minute, whenever somebody asks: no event lies between, as each write looks here first.
    """
    due = session.rows(_DUE, office=session.office.id, moment=at)
    for ticket_id, due_at in due:
        held = ticket_numbered(session, ticket_id)
        by, since = Where(held.counter_id, held.staff_id), min(at, max(due_at, session.office.last_at))
        move(session, "come_back", held, "waiting", at=since, by=by, place=held.issued_at, reason=None)
    return len(due)
