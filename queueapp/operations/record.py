"""Writes down what happened: the event of an operation, and the spans that it ends and begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update

from queueapp.database import Session
from queueapp.models import events, heads, spans
from queueapp.statement import Statement

_NEXT = Statement(
    update(heads)
    .where(heads.c.office_id == bindparam("office"))
    .values(seq=heads.c.seq + 1, at=bindparam("moment"))
    .returning(heads.c.seq)
)
_EVENT = Statement(
    insert(events).values(
        office_id=bindparam("office_id"),
        seq=bindparam("seq"),
        at=bindparam("at"),
        verb=bindparam("verb"),
        ticket_id=bindparam("ticket_id"),
        counter_id=bindparam("counter_id"),
        staff_id=bindparam("staff_id"),
        detail=bindparam("detail"),
    )
)
_BEGIN = Statement(
    insert(spans).values(
        office_id=bindparam("office_id"),
        ticket_id=bindparam("ticket_id"),
        kind=bindparam("kind"),
        service_id=bindparam("service_id"),
        counter_id=bindparam("counter_id"),
        staff_id=bindparam("staff_id"),
        started_at=bindparam("started_at"),
    )
)
_END = Statement(
    update(spans)
    .where(spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None))
    .values(ended_at=bindparam("moment"), ended_by=bindparam("verb"))
)


@dataclass(frozen=True, slots=True)
class Where:
    """At which counter something happens, and who does it."""

    counter_id: int | None = None
    staff_id: int | None = None


NOWHERE = Where()


def record(
    session: Session,
    verb: str,
    *,
    at: datetime,
    ticket_id: int | None = None,
    where: Where = NOWHERE,
    **detail: Any,
) -> int:
    """Append the event of an operation and return its number; `detail` leaves out what is None."""
    office_id = session.office.id
    row = session.row(_NEXT, office=office_id, moment=at)
    if row is None:  # pragma: no cover - the session would have no office
        raise RuntimeError
    session.run(
        _EVENT,
        office_id=office_id,
        seq=row[0],
        at=at,
        verb=verb,
        ticket_id=ticket_id,
        counter_id=where.counter_id,
        staff_id=where.staff_id,
        detail={name: value for name, value in detail.items() if value is not None},
    )
    return int(row[0])


def begin_span(
    session: Session, kind: str, *, ticket_id: int, service_id: int, at: datetime, where: Where = NOWHERE
) -> None:
    """Begin a stretch of a ticket's life."""
    session.run(
        _BEGIN,
        office_id=session.office.id,
        ticket_id=ticket_id,
        kind=kind,
        service_id=service_id,
        counter_id=where.counter_id,
        staff_id=where.staff_id,
        started_at=at,
    )


def end_span(session: Session, verb: str, *, ticket_id: int, at: datetime) -> None:
    """End the open stretch of a ticket's life."""
    session.run(_END, ticket=ticket_id, moment=at, verb=verb)
