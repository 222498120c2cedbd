"""Opens, pauses and closes counters, and says who sits there."""

from datetime import datetime

from sqlalchemy import bindparam, insert, or_, update

from queueapp.database import Session
from queueapp.models import counters, shifts
from queueapp.operations.checks import needed
from queueapp.operations.record import Where, record
from queueapp.queries.counters import counter_view
from queueapp.queries.rows import CounterRow, counter_numbered, staff_id_of, ticket_at
from queueapp.rules.errors import CounterBusyError, CounterClosedError
from queueapp.rules.views import Answer
from queueapp.statement import Statement
from queueapp.text import clean

_STATE = Statement(
    update(counters)
    .where(counters.c.id == bindparam("counter"))
    .values(state=bindparam("new_state"), reason=bindparam("new_reason"))
)
_END_SHIFTS = Statement(
    update(shifts)
    .where(
        or_(shifts.c.counter_id == bindparam("counter"), shifts.c.staff_id == bindparam("person")),
        shifts.c.closed_at.is_(None),
    )
    .values(closed_at=bindparam("moment"))
)
_BEGIN_SHIFT = Statement(
    insert(shifts).values(
        office_id=bindparam("office_id"),
        counter_id=bindparam("counter_id"),
        staff_id=bindparam("staff_id"),
        opened_at=bindparam("opened_at"),
    )
)


def open_counter(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Open a counter; `staff` sits there from now on, and no longer where they sat before.

    Errors: unknown_counter, unknown_staff.
    """
    desk = counter_numbered(session, counter)
    person = staff_id_of(session, staff)
    if person is not None and person != desk.clerk_id:
        session.run(_END_SHIFTS, counter=desk.id, person=person, moment=at)
        session.run(_BEGIN_SHIFT, office_id=session.office.id, counter_id=desk.id, staff_id=person, opened_at=at)
    return _change(session, "open_counter", desk, "open", Where(desk.id, person or desk.clerk_id), at=at)


def close_counter(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Close a counter that has no ticket, and end its shift (unknown_counter, unknown_staff, counter_busy)."""
    desk = counter_numbered(session, counter)
    present = ticket_at(session, desk.id)
    if present is not None:
        raise CounterBusyError(counter=counter, ticket=present.code)
    person = staff_id_of(session, staff) or desk.clerk_id
    session.run(_END_SHIFTS, counter=desk.id, person=None, moment=at)
    return _change(session, "close_counter", desk, "closed", Where(desk.id, person), at=at)


def pause(
    session: Session, *, counter: int, reason: str | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Pause a counter for a reason: it calls nobody new, and may finish what it has.

    Errors: unknown_counter, unknown_staff, counter_closed, needs_reason.
    """
    desk = _not_closed(session, counter)
    why = needed(reason)
    return _change(session, "pause", desk, "paused", _by(session, desk, staff), at=at, reason=why)


def unpause(
    session: Session, *, counter: int, reason: str | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Let a paused counter call again (unknown_counter, unknown_staff, counter_closed)."""
    desk = _not_closed(session, counter)
    return _change(session, "unpause", desk, "open", _by(session, desk, staff), at=at, said=reason)


def _not_closed(session: Session, number: int) -> CounterRow:
    desk = counter_numbered(session, number)
    if desk.state == "closed":
        raise CounterClosedError(counter=number)
    return desk


def _by(session: Session, desk: CounterRow, staff: str | None) -> Where:
    return Where(desk.id, staff_id_of(session, staff) or desk.clerk_id)


def _change(
    session: Session,
    verb: str,
    desk: CounterRow,
    state: str,
    where: Where,
    *,
    at: datetime,
    reason: str | None = None,
    said: str | None = None,
) -> Answer:
    session.run(_STATE, counter=desk.id, new_state=state, new_reason=reason)
    record(session, verb, at=at, where=where, to=state, reason=reason or (said and clean(said, 500)) or None)
    return Answer(counter=counter_view(session, desk.id))
