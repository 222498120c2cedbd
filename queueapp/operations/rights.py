"""Refuses what somebody has no right to, and writes the refusal down."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import bindparam, select

from queueapp.models import staff
from queueapp.operations.record import Where, record
from queueapp.queries.rows import staff_id_of
from queueapp.rules.errors import NoRightError
from queueapp.rules.rights import may
from queueapp.session import Session
from queueapp.statement import Statement

P = ParamSpec("P")
T = TypeVar("T")
_ROLE = Statement(select(staff.c.role).where(staff.c.id == bindparam("person")))


def by_right(operation: Callable[P, T]) -> Callable[P, T]:
    """Let an operation be done only by who has the right of its name (not_allowed)."""

    @functools.wraps(operation)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        session: Any = args[0]
        person: Any = kwargs.get("staff")
        require_right(session, operation.__name__, person)
        return operation(*args, **kwargs)

    return checked


def require_right(session: Session, right: str, person: str | None) -> None:
    """Refuse what `person` has no right to (NoRightError, unknown_staff).

    An office where nobody has a PIN knows nobody for sure: somebody who gives a name is held to its role, and who gives
    none may do everything. Where there are PINs, a name is needed.
    """
    office = session.office
    if person is None:
        if not office.is_guarded:
            return
        raise NoRightError(right, None, _written(right, None))
    person_id = staff_id_of(session, person)
    row = session.row(_ROLE, person=person_id)
    if row is None or not may(row[0], right, office.settings.get("rights", {})):
        raise NoRightError(right, person, _written(right, person_id))


def _written(right: str, person_id: int | None) -> Callable[[Any, datetime], None]:
    def write(session: Session, at: datetime) -> None:
        record(session, "refuse", at=at, where=Where(staff_id=person_id), right=right)

    return write


def require_to(session: Session, right: str, *, day: str | None = None, staff: str | None = None, at: datetime) -> None:
    """Make sure of a right before something that is no operation of the queue, and write down who does it.

    `day` is the one that it is about, if it is about one.
    """
    require_right(session, right, staff)
    record(session, right, at=at, where=Where(staff_id=staff_id_of(session, staff)), about=day)
