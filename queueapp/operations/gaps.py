"""Leaves time in which nobody worked, or that never passed, out of a ticket: its span ends and goes on after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from queueapp.models import spans
from queueapp.operations.record import Where, begin_span, record
from queueapp.rules.chain import microseconds
from queueapp.session import Session
from queueapp.statement import Statement

_PRESENT = Statement(
    select(spans.c.kind, spans.c.service_id, spans.c.counter_id, spans.c.staff_id, spans.c.started_at).where(
        spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None)
    )
)
_END = Statement(
    update(spans)
    .where(spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None))
    .values(ended_at=bindparam("moment"), ended_by="outage")
)


def span_began_at(session: Session, ticket_id: int) -> datetime | None:
    """Return when the open span of a ticket began; None where it has none."""
    row = session.row(_PRESENT, ticket=ticket_id)
    return row[4] if row else None


def leave_out(session: Session, ticket_id: int, *, since: datetime, until: datetime, at: datetime) -> None:
    """End the open span of a ticket at `since`, begin it again at `until`, and write that down at `at`."""
    row = session.row(_PRESENT, ticket=ticket_id)
    if row is None:  # pragma: no cover - an open ticket has an open span
        return
    kind, service_id, counter_id, staff_id, _started_at = row
    where = Where(counter_id, staff_id)
    session.run(_END, ticket=ticket_id, moment=since)
    begin_span(session, kind, ticket_id=ticket_id, service_id=service_id, at=until, where=where)
    said: dict[str, Any] = {"from": microseconds(since), "seconds": max(0.0, (until - since).total_seconds())}
    if until != at:
        said["until"] = microseconds(until)
    record(session, "outage", at=at, ticket_id=ticket_id, where=where, **said)
