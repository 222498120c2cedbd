"""Writes down what happened: the event of an operation, and the spans that it ends and begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.types import UserDefinedType

from queueapp.models import events, heads, spans
from queueapp.rules.chain import GENESIS, link, microseconds, plain, written
from queueapp.session import Session
from queueapp.statement import Statement


class _AsIs(UserDefinedType[str]):
    """Text for a JSON column that goes in letter by letter, because its hash is over its letters."""

    cache_ok = True

    def get_col_spec(self, **_given: Any) -> str:
        """Return the name of the type."""
        return "JSON"


_ADVANCE = Statement(
    update(heads)
    .where(heads.c.office_id == bindparam("office"))
    .values(
        seq=bindparam("last_seq"),
        at=bindparam("moment"),
        hash=bindparam("last_hash"),
        boot=bindparam("last_boot"),
        uptime=bindparam("last_uptime"),
    )
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
        detail=bindparam("detail", type_=_AsIs()),
        previous_hash=bindparam("previous_hash"),
        hash=bindparam("hash"),
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
        is_undone=False,
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
    changes: Mapping[str, Any] | None = None,
    **detail: Any,
) -> int:
    """Append the event of an operation to the chain and return its number; `detail` leaves out what is None.

    `changes` are the columns of the ticket (or of the counter) that the operation set: from them it can be rebuilt.
    """
    office, head = session.office.id, session.head
    if changes is not None:
        detail["set"] = {name: plain(value) for name, value in changes.items()}
    seq, text = head.seq + 1, written(detail)
    previous = head.hash or GENESIS
    by = (ticket_id, where.counter_id, where.staff_id)
    digest = link(previous, office, seq, microseconds(at), verb, *by, text)
    machine = {"last_boot": head.boot, "last_uptime": _uptime_at(session, at)}
    session.run(_ADVANCE, office=office, last_seq=seq, moment=at, last_hash=digest, **machine)
    session.run(
        _EVENT,
        office_id=office,
        seq=seq,
        at=at,
        verb=verb,
        ticket_id=ticket_id,
        counter_id=where.counter_id,
        staff_id=where.staff_id,
        detail=text,
        previous_hash=previous,
        hash=digest,
    )
    head.seq, head.hash = seq, digest
    return seq


def _uptime_at(session: Session, at: datetime) -> int | None:
    """Return the machine's own count at the moment that is written, which may lie before the present one."""
    uptime, present = session.head.uptime, session.moment
    if uptime is None or present is None or at >= present:
        return uptime
    return uptime - (microseconds(present) - microseconds(at))


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
