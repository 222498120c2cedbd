"""Writes down what happened by itself since the last operation: a jump of the clock, holds whose time has come."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from queueapp.clock import TOLERANCE
from queueapp.models import heads, tickets
from queueapp.operations.gaps import leave_out
from queueapp.operations.record import Where, record
from queueapp.operations.returning import release_due
from queueapp.operations.rights import by_right
from queueapp.queries.rows import staff_id_of
from queueapp.rules.errors import ClockRefusedError
from queueapp.session import Session
from queueapp.statement import Statement

_OPEN = Statement(
    select(tickets.c.id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.ended_at.is_(None))
    .order_by(tickets.c.id)
)
_TOUCH = Statement(
    update(tickets)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.ended_at.is_(None))
    .values(is_clock_touched=True)
)
_OFFSET = Statement(
    update(heads).where(heads.c.office_id == bindparam("office")).values(clock_offset=bindparam("offset"))
)


def keep_up(session: Session, *, at: datetime) -> None:
    """Let held tickets come back whose minute has come, and write down a jump of the machine's clock."""
    release_due(session, at=at)
    jump = session.clock_jump
    if jump is not None:
        session.clock_jump = None
        seconds, offset = jump
        _note(session, "clock_jump", at=at, seconds=seconds, offset=offset)


def _note(session: Session, verb: str, *, at: datetime, seconds: float, offset: int, who: Where | None = None) -> None:
    office = session.office.id
    touched = [row[0] for row in session.rows(_OPEN, office=office)]
    session.run(_TOUCH, office=office)
    record(session, verb, at=at, where=who or Where(), seconds=seconds, offset=offset, touched=touched)
    session.run(_OFFSET, office=office, offset=offset)


@by_right
def accept_clock(session: Session, *, staff: str | None = None, at: datetime) -> None:
    """Take the clock on the wall as right from now on, although it jumped; what is open is marked as touched by it.

    A jump forwards is left out of the times of what is open.

    clock_refused when it is behind the last event: time never goes back.
    """
    right = session.wall or at
    has_written = session.head.seq != session.office.revision  # what happened by itself, at this moment
    if right < (at if has_written else session.office.last_at):
        refusal = ClockRefusedError()
        refusal.trace = _keep  # else a jump would be seen anew at each try, and the log's last moment run on with it
        raise refusal
    who = Where(staff_id=staff_id_of(session, staff))
    session.moment = right  # the present, from which the machine's own count goes on
    _note(session, "accept_clock", at=right, seconds=(right - at).total_seconds(), offset=0, who=who)
    if right - at > TOLERANCE:  # these minutes passed on the clock only, or while it was wrong
        for (ticket_id,) in session.rows(_OPEN, office=session.office.id):
            leave_out(session, ticket_id, since=at, until=right, at=right)


def _keep(_session: Session, _at: datetime) -> None:
    """Write nothing but what happens by itself."""


def beat(_session: Session, *, at: datetime) -> None:
    """Do nothing but what happens by itself."""
