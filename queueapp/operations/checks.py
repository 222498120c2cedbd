"""What every operation at a counter makes sure of first."""

from datetime import date

from sqlalchemy import bindparam, select

from queueapp.i18n import N_
from queueapp.models import days
from queueapp.queries.rows import CounterRow, TicketRow, counter_numbered, ticket_at
from queueapp.rules.errors import (
    BadRequestError,
    CounterBusyError,
    CounterClosedError,
    CounterIdleError,
    DayClosedError,
    NeedsReasonError,
)
from queueapp.rules.lifecycle import require
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

_CLOSED = Statement(
    select(days.c.closed_at).where(days.c.office_id == bindparam("office"), days.c.date == bindparam("day"))
)


def free_counter(session: Session, number: int) -> CounterRow:
    """Return a counter that is open and has no ticket (unknown_counter, counter_closed, counter_busy)."""
    desk = counter_numbered(session, number)
    present = ticket_at(session, desk.id)
    if present is not None:
        raise CounterBusyError(counter=number, ticket=present.code)
    if desk.state != "open":
        raise CounterClosedError(counter=number)
    return desk


def busy_counter(session: Session, number: int, verb: str) -> tuple[CounterRow, TicketRow]:
    """Return a counter and its ticket, with which `verb` may be done (unknown_counter, counter_idle, wrong_state)."""
    desk = counter_numbered(session, number)
    present = ticket_at(session, desk.id)
    if present is None:
        raise CounterIdleError(counter=number)
    require(verb, present.state, present.code)
    return desk, present


def open_day(session: Session, day: date) -> None:
    """Refuse to touch a ticket of a day that is closed (day_closed)."""
    row = session.row(_CLOSED, office=session.office.id, day=day)
    if row is not None and row[0] is not None:
        raise DayClosedError(day=day)


def known_priority(session: Session, priority: str | None) -> str | None:
    """Return a priority that is on the office's list, or none (bad_request)."""
    known = [each["code"] for each in session.office.settings.get("priorities", [])]
    if priority is not None and priority not in known:
        raise BadRequestError(
            N_("There is no priority “{priority}”. The office's list: {known}."),
            priority=clean(priority),
            known=", ".join(known),
        )
    return priority


def needed(reason: str | None) -> str:
    """Return a reason made clean (needs_reason when there is none)."""
    cleaned = clean(reason or "", 500)
    if not cleaned:
        raise NeedsReasonError
    return cleaned
