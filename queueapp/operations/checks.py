"""What every operation at a counter makes sure of first."""

from queueapp.database import Session
from queueapp.queries.rows import CounterRow, TicketRow, counter_numbered, ticket_at
from queueapp.rules.errors import CounterBusyError, CounterClosedError, CounterIdleError, NeedsReasonError
from queueapp.rules.lifecycle import require
from queueapp.text import clean


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


def needed(reason: str | None) -> str:
    """Return a reason made clean (needs_reason when there is none)."""
    cleaned = clean(reason or "", 500)
    if not cleaned:
        raise NeedsReasonError
    return cleaned
