"""Keeps account of which terminals run, and after an unclean end leaves the outage out of the times."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, literal_column, select, update

from queueapp.models import counters, events, prints, runs, tickets
from queueapp.operations.gaps import leave_out, span_began_at
from queueapp.operations.record import record
from queueapp.operations.seats import LOST, RUN, Seat, is_ours
from queueapp.queries.rows import TicketRow, open_at_counters, staff_id_of
from queueapp.queries.stuck import interrupted
from queueapp.rules.chain import microseconds
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

SILENCE = timedelta(minutes=2)  # a terminal that lives gives a sign every minute
SIGN = timedelta(seconds=60)  # within which a terminal that lives gives the next sign
PRINTING = timedelta(seconds=60)  # a slip asked for so shortly before the end may not have been handed over
GONE = 0  # no key of anybody: the run is not known here, because another file was put in the place of this one
_ISSUING = {"reception", "home"}

_OPEN_RUNS = Statement(
    select(runs.c.id, runs.c.host, runs.c.pid, runs.c.boot, runs.c.beat_at, runs.c.place, runs.c.started_at)
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
# A run that was silent for long, and was taken for gone, counts as running again.
_BEAT = Statement(
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(beat_at=bindparam("moment"), place=bindparam("present"), ended_at=bindparam("none"))
)
_END = Statement(
    update(runs).where(runs.c.id == bindparam("run"), runs.c.ended_at.is_(None)).values(ended_at=bindparam("moment"))
)
_END_ALL = Statement(
    update(runs)
    .where(runs.c.office_id == bindparam("office"), runs.c.ended_at.is_(None))
    .values(ended_at=bindparam("moment"), boot="")
)
# A slip that surely came out is in nobody's doubt.
_is_printed = exists().where(prints.c.ticket_id == tickets.c.id, prints.c.state == "printed")
_JUST_ISSUED = Statement(
    select(tickets.c.id)
    .where(
        ~_is_printed,
        ~tickets.c.is_from_roll,
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state = 'waiting'"),
        tickets.c.issued_at > bindparam("after"),
        tickets.c.issued_at <= bindparam("until"),
    )
    .order_by(tickets.c.id)
)
# What comes back by itself is written later, at its own minute: it is no sign of anybody's life.
_BY_HAND: Any = literal_column("event.verb <> 'come_back'")
_LAST_EVENT = Statement(
    select(events.c.at)
    .where(events.c.office_id == bindparam("office"), events.c.at <= bindparam("until"), _BY_HAND)
    .order_by(events.c.seq.desc())
    .limit(1)
)
_LAST_EVENT_AT_COUNTER = Statement(
    select(events.c.at)
    .where(
        events.c.office_id == bindparam("office"),
        events.c.counter_id == bindparam("counter"),
        events.c.at <= bindparam("until"),
        _BY_HAND,
    )
    .order_by(events.c.seq.desc())
    .limit(1)
)
_COUNTER = Statement(
    select(counters.c.id).where(counters.c.office_id == bindparam("office"), counters.c.number == bindparam("number"))
)


@dataclass(frozen=True, slots=True)
class Other:
    """A run of another terminal, with its last sign of life."""

    id: int
    host: str
    pid: int
    boot: str
    beat_at: datetime
    place: str = ""
    started_at: datetime | None = None


def begin_run(
    session: Session, *, seat: Seat, is_alive: Callable[[Other, datetime], bool], staff: str | None = None, at: datetime
) -> int:
    """Note that a terminal runs, and return the run's key.

    Runs that ended uncleanly are found. When no other terminal was left, everything at the counters was interrupted
    from the last sign of life until now; while others live, only what stood at the counter that such a run was opened
    for. That outage is left out of its times and stated.
    """
    others = [Other(*row) for row in session.rows(_OPEN_RUNS, office=session.office.id)]
    dead = [other for other in others if not is_alive(other, at)]
    living = [other for other in others if other not in dead]
    if dead:
        _interrupt(session, dead, living, at)
    _go_on_interrupting(session, seat, living, at)
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


def _interrupt(session: Session, dead: Sequence[Other], living: Sequence[Other], at: datetime) -> None:
    for other in dead:
        session.run(_END, run=other.id, moment=other.beat_at)
    if _nobody_was_left(dead, living):
        since = _last_sign(session, max(other.beat_at for other in dead), None, at)
        until = max(since, min([at, *(other.started_at for other in living if other.started_at is not None)]))
        _note(session, dead, open_at_counters(session), since, until, at, is_whole=True)
        _doubt_slips(session, since, at)
        return
    attended = {_counter_id_of(session, other.place) for other in living}
    for other in dead:
        counter_id = _counter_id_of(session, other.place)
        since = _last_sign(session, other.beat_at, counter_id, at)
        is_left = counter_id is not None and counter_id not in attended
        found = [ticket for ticket in open_at_counters(session) if is_left and ticket.counter_id == counter_id]
        attended.add(counter_id)
        _note(session, [other], found, since, at, at)
        if other.place in _ISSUING:
            _doubt_slips(session, since, at)


def _nobody_was_left(dead: Sequence[Other], living: Sequence[Other]) -> bool:
    """Whether those who live now all began after the last of the dead had fallen silent.

    One that gave a sign a moment ago may have lived until the next was due.
    """
    last = max(other.beat_at for other in dead) + SIGN
    return all(other.started_at is not None and other.started_at >= last for other in living)


def _go_on_interrupting(session: Session, seat: Seat, living: Sequence[Other], at: datetime) -> None:
    """Let an outage that another terminal has found go on until now, when that of the counter itself is back."""
    counter_id = _counter_id_of(session, seat.place)
    if counter_id is None or counter_id in {_counter_id_of(session, other.place) for other in living}:
        return
    known = interrupted(session)
    for ticket in open_at_counters(session):
        began = span_began_at(session, ticket.id)
        if ticket.counter_id == counter_id and ticket.id in known and began is not None and began < at:
            gone = Other(0, seat.host, seat.pid, seat.boot, began, seat.place)
            _note(session, [gone], [ticket], began, at, at)


def _counter_id_of(session: Session, place: str) -> int | None:
    """Return the counter that a terminal was opened for, None for any other place."""
    said = re.fullmatch(r"counter ([0-9]{1,9})", place)
    row = session.row(_COUNTER, office=session.office.id, number=int(said[1])) if said else None
    return row[0] if row else None


def _last_sign(session: Session, beat_at: datetime, counter_id: int | None, at: datetime) -> datetime:
    """Return when a terminal was last alive: its last beat, or what was done before the next one would have come.

    What scripts do later is no sign of its life.
    """
    given = {"office": session.office.id, "until": min(beat_at + SILENCE, at)}
    if counter_id is None:
        row = session.row(_LAST_EVENT, **given)
    else:
        row = session.row(_LAST_EVENT_AT_COUNTER, counter=counter_id, **given)
    moment: datetime = min(max([beat_at, *(row or ())]), at)
    return moment


def _note(
    session: Session,
    dead: Sequence[Other],
    found: Sequence[TicketRow],
    since: datetime,
    until: datetime,
    at: datetime,
    *,
    is_whole: bool = False,
) -> None:
    """Write down an outage, and leave it out of the times of what it interrupted."""
    places, seconds = [other.place for other in dead], max(0.0, (until - since).total_seconds())
    began = {ticket.id: span_began_at(session, ticket.id) for ticket in found}
    # A span that began later is somebody's who worked without these terminals.
    cut = [ticket_id for ticket_id, moment in began.items() if moment is not None and moment <= since]
    counts: dict[str, Any] = {"runs": len(dead), "places": places, "tickets": len(cut), "is_whole": is_whole}
    record(session, "crash", at=at, since=microseconds(since), seconds=seconds, **counts)
    for ticket_id in cut:
        leave_out(session, ticket_id, since=since, until=until, at=at)


def _doubt_slips(session: Session, since: datetime, at: datetime) -> None:
    """Note of which waiting tickets the slip may not have been printed; nothing of them changes."""
    given = {"office": session.office.id, "after": since - PRINTING, "until": since}
    for (ticket_id,) in session.rows(_JUST_ISSUED, **given):
        record(session, "print_unsure", at=at, ticket_id=ticket_id, seconds=(at - since).total_seconds())


def beat(
    session: Session,
    *,
    run: int,
    seat: Seat | None = None,
    is_alive: Callable[[Other, datetime], bool] | None = None,
    at: datetime,
) -> int | None:
    """Give a sign of life, and return who is known to sit here.

    None: nobody, or somebody took over elsewhere; GONE: this run is not known here. With `is_alive` it is looked again
    for an outage that could not be told at the start from a terminal that lives elsewhere.
    """
    row = session.row(RUN, run=run)
    if row is None or not is_ours(row, seat):
        return GONE
    # That the counter was taken over is for the terminal to notice: what it knew before does not write over it.
    is_kept = seat is None or row[3] == LOST + clean(seat.place)
    session.run(_BEAT, run=run, moment=at, present=row[3] if seat is None or is_kept else clean(seat.place), none=None)
    if is_alive is not None:
        _look_again(session, run, is_alive, at)
    person: int | None = row[4]
    return person


def _look_again(session: Session, run: int, is_alive: Callable[[Other, datetime], bool], at: datetime) -> None:
    others = [Other(*row) for row in session.rows(_OPEN_RUNS, office=session.office.id)]
    dead = [other for other in others if other.id != run and not is_alive(other, at)]
    living = [other for other in others if other not in dead]
    # One counter that fell silent among others is told when a terminal begins: only then is it known until when.
    if dead and _nobody_was_left(dead, living):
        _interrupt(session, dead, living, at)


def end_every_run(session: Session, *, at: datetime) -> None:
    """End the runs of a file that was put in the place of another; who lives begins anew, and none is taken for it."""
    session.run(_END_ALL, office=session.office.id, moment=at)


def end_run(session: Session, *, run: int, at: datetime) -> None:
    """Note that a terminal was left as it should be."""
    session.run(_END, run=run, moment=at)
