"""Keeps account of which terminals run, and after an unclean end leaves the outage out of the times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from queueapp.database import Session
from queueapp.models import runs, spans
from queueapp.operations.record import Where, begin_span, record
from queueapp.queries.rows import open_at_counters, staff_id_of
from queueapp.rules.chain import microseconds
from queueapp.statement import Statement
from queueapp.text import clean

_OPEN_RUNS = Statement(
    select(runs.c.id, runs.c.host, runs.c.pid, runs.c.boot, runs.c.beat_at)
    .where(runs.c.office_id == bindparam("office"), runs.c.ended_at.is_(None))
    .order_by(runs.c.id)
)
_BEGIN = Statement(
    insert(runs)
    .values(
        office_id=bindparam("office_id"),
        place=bindparam("place"),
        host=bindparam("host"),
        pid=bindparam("pid"),
        boot=bindparam("boot"),
        staff_id=bindparam("staff_id"),
        started_at=bindparam("started_at"),
        beat_at=bindparam("started_at"),
    )
    .returning(runs.c.id)
)
_BEAT = Statement(
    update(runs).where(runs.c.id == bindparam("run"), runs.c.ended_at.is_(None)).values(beat_at=bindparam("moment"))
)
_END = Statement(
    update(runs).where(runs.c.id == bindparam("run"), runs.c.ended_at.is_(None)).values(ended_at=bindparam("moment"))
)
_WHO = Statement(select(runs.c.staff_id).where(runs.c.id == bindparam("run")))
_SIT = Statement(update(runs).where(runs.c.id == bindparam("run")).values(staff_id=bindparam("person")))
_OTHERS = Statement(
    select(runs.c.id, runs.c.place).where(
        runs.c.office_id == bindparam("office"),
        runs.c.staff_id == bindparam("person"),
        runs.c.ended_at.is_(None),
        runs.c.id != bindparam("run"),
    )
)
_PRESENT_SPAN = Statement(
    select(spans.c.kind, spans.c.service_id, spans.c.counter_id, spans.c.staff_id, spans.c.started_at).where(
        spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None)
    )
)
_END_SPAN = Statement(
    update(spans)
    .where(spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None))
    .values(ended_at=bindparam("moment"), ended_by="outage")
)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a terminal runs: what it is opened as, on which machine, as which process, since which start of it."""

    place: str
    host: str
    pid: int
    boot: str


@dataclass(frozen=True, slots=True)
class Other:
    """A run of another terminal, with its last sign of life."""

    id: int
    host: str
    pid: int
    boot: str
    beat_at: datetime


def begin_run(
    session: Session, *, seat: Seat, is_alive: Callable[[Other, datetime], bool], staff: str | None = None, at: datetime
) -> int:
    """Note that a terminal runs, and return the run's key.

    Runs that ended uncleanly are found; when no other terminal was left, everything at the counters was interrupted
    from the last sign of life until now: that outage is left out of its times and stated.
    """
    others = [Other(*row) for row in session.rows(_OPEN_RUNS, office=session.office.id)]
    dead = [other for other in others if not is_alive(other, at)]
    for other in dead:
        session.run(_END, run=other.id, moment=other.beat_at)
    if dead and len(dead) == len(others):
        _interrupt(session, dead, at)
    row = session.row(
        _BEGIN,
        office_id=session.office.id,
        place=clean(seat.place),
        host=clean(seat.host),
        pid=seat.pid,
        boot=seat.boot,
        staff_id=staff_id_of(session, staff),
        started_at=at,
    )
    return int(row[0]) if row else 0


def _interrupt(session: Session, dead: Sequence[Other], at: datetime) -> None:
    since = max([other.beat_at for other in dead] + [session.office.last_at])
    since = min(since, at)
    seconds = (at - since).total_seconds()
    record(session, "crash", at=at, since=microseconds(since), seconds=seconds, runs=len(dead))
    for ticket in open_at_counters(session):
        row = session.row(_PRESENT_SPAN, ticket=ticket.id)
        if row is None:  # pragma: no cover - an open ticket has an open span
            continue
        kind, service_id, counter_id, staff_id, started_at = row
        session.run(_END_SPAN, ticket=ticket.id, moment=max(since, started_at))
        where = Where(counter_id, staff_id)
        begin_span(session, kind, ticket_id=ticket.id, service_id=service_id, at=at, where=where)
        said: dict[str, Any] = {"from": microseconds(since), "seconds": seconds}
        record(session, "outage", at=at, ticket_id=ticket.id, where=where, **said)


def beat(session: Session, *, run: int, at: datetime) -> int | None:
    """Give a sign of life, and return who is known to sit here (None: nobody, or somebody took over elsewhere)."""
    session.run(_BEAT, run=run, moment=at)
    row = session.row(_WHO, run=run)
    return row[0] if row else None


def end_run(session: Session, *, run: int, at: datetime) -> None:
    """Note that a terminal was left as it should be."""
    session.run(_END, run=run, moment=at)


def places_of(session: Session, *, staff: str, run: int) -> tuple[str, ...]:
    """Return where else somebody is signed in."""
    person = staff_id_of(session, staff)
    return tuple(row[1] for row in session.rows(_OTHERS, office=session.office.id, person=person, run=run))


def sit_down(session: Session, *, run: int, staff: str, at: datetime) -> None:
    """Let somebody work at this terminal; where they were signed in before, they no longer are, and that is noted."""
    person = staff_id_of(session, staff)
    for other, place in session.rows(_OTHERS, office=session.office.id, person=person, run=run):
        session.run(_SIT, run=other, person=None)
        record(session, "take_over", at=at, where=Where(staff_id=person), left=place)
    session.run(_SIT, run=run, person=person)
