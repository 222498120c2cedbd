"""Opens, pauses and closes counters, and says who sits there."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update

from queueapp.models import counters, shifts
from queueapp.operations.checks import needed
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.counters import counter_view
from queueapp.queries.rows import CounterRow, counter_numbered, staff_id_of, ticket_at
from queueapp.rules.errors import CounterBusyError, CounterClosedError
from queueapp.rules.views import Answer
from queueapp.session import Session
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
_DESK_OF = Statement(
    select(counters.c.number)
    .join(shifts, shifts.c.counter_id == counters.c.id)
    .where(shifts.c.staff_id == bindparam("person"), shifts.c.closed_at.is_(None))
)
_BEGIN_SHIFT = Statement(
    insert(shifts).values(
        office_id=bindparam("office_id"),
        counter_id=bindparam("counter_id"),
        staff_id=bindparam("staff_id"),
        opened_at=bindparam("opened_at"),
    )
)


@by_right
def open_counter(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Open a counter; `staff` sits there from now on, and no longer where they sat before.

    Errors: unknown_counter, unknown_staff.
    """
    desk = counter_numbered(session, counter)
    person = staff_id_of(session, staff)
    detail: dict[str, Any] = {}
    if person is not None and person != desk.clerk_id:
        detail = {"clerk": desk.clerk_id or 0, "takeover": desk.clerk_id, "moved_from": desk_of(session, person)}
        end_shifts(session, desk.id, person, at=at)
        begin_shift(session, desk.id, person, at=at)
    return _change(session, "open_counter", desk, "open", Where(desk.id, person or desk.clerk_id), at=at, **detail)


@by_right
def close_counter(session: Session, *, counter: int, staff: str | None = None, at: datetime) -> Answer:
    """Close a counter that has no ticket, and end its shift (unknown_counter, unknown_staff, counter_busy)."""
    desk = counter_numbered(session, counter)
    present = ticket_at(session, desk.id)
    if present is not None:
        raise CounterBusyError(counter=counter, ticket=present.code)
    person = staff_id_of(session, staff) or desk.clerk_id
    end_shifts(session, desk.id, None, at=at)
    return _change(session, "close_counter", desk, "closed", Where(desk.id, person), at=at, clerk=desk.clerk_id or 0)


@by_right
def pause(
    session: Session, *, counter: int, reason: str | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Pause a counter for a reason: it calls nobody new, and may finish what it has.

    Errors: unknown_counter, unknown_staff, counter_closed, needs_reason.
    """
    desk = _not_closed(session, counter)
    why = needed(reason)
    return _change(session, "pause", desk, "paused", _by(session, desk, staff), at=at, reason=why)


@by_right
def unpause(
    session: Session, *, counter: int, reason: str | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Let a paused counter call again (unknown_counter, unknown_staff, counter_closed)."""
    desk = _not_closed(session, counter)
    return _change(session, "unpause", desk, "open", _by(session, desk, staff), at=at, said=reason)


def begin_shift(session: Session, counter_id: int, person: int, *, at: datetime) -> None:
    """Let somebody sit at a counter from now on."""
    session.run(_BEGIN_SHIFT, office_id=session.office.id, counter_id=counter_id, staff_id=person, opened_at=at)


def end_shifts(session: Session, counter_id: int, person: int | None, *, at: datetime) -> None:
    """End the open shift of a counter, and of a person wherever they sit."""
    session.run(_END_SHIFTS, counter=counter_id, person=person, moment=at)


def set_state(session: Session, counter_id: int, state: str, reason: str | None) -> None:
    """Set whether a counter is open, paused or closed, and why."""
    session.run(_STATE, counter=counter_id, new_state=state, new_reason=reason)


def desk_of(session: Session, person: int) -> int | None:
    """Return the number of the counter at which somebody sits, if at any."""
    row = session.row(_DESK_OF, person=person)
    return row[0] if row else None


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
    **detail: Any,
) -> Answer:
    changes = {"state": state, "reason": reason}
    before = {"state": desk.state, "reason": desk.reason}
    set_state(session, desk.id, state, reason)
    why = reason or (said and clean(said, 500)) or None
    record(session, verb, at=at, where=where, to=state, reason=why, before=before, changes=changes, **detail)
    return Answer(counter=counter_view(session, desk.id))
