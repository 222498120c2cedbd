"""Keeps account of which terminals run, and after an unclean end leaves the outage out of the times."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, literal_column, select, update

from queueapp.database import Session
from queueapp.models import counters, events, runs, tickets
from queueapp.models import staff as people
from queueapp.operations.counters import begin_shift, end_shifts
from queueapp.operations.gaps import leave_out, span_began_at
from queueapp.operations.record import Where, record
from queueapp.queries.rows import CounterRow, TicketRow, counter_numbered, open_at_counters, staff_id_of
from queueapp.queries.stuck import interrupted
from queueapp.rules.chain import microseconds
from queueapp.rules.errors import LeftSeatError, UnknownCounterError
from queueapp.statement import Statement
from queueapp.text import clean

SILENCE = timedelta(minutes=2)  # a terminal that lives gives a sign every minute
PRINTING = timedelta(seconds=60)  # a slip asked for so shortly before the end may not have been handed over
LOST = "left "  # before the place of a terminal whose counter was taken over, until it has noticed
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
_RUN = Statement(
    select(runs.c.host, runs.c.pid, runs.c.boot, runs.c.place, runs.c.staff_id, people.c.name)
    .outerjoin(people, people.c.id == runs.c.staff_id)
    .where(runs.c.id == bindparam("run"))
)
_PLACE = Statement(update(runs).where(runs.c.id == bindparam("run")).values(place=bindparam("present")))
_SIT = Statement(update(runs).where(runs.c.id == bindparam("run")).values(staff_id=bindparam("person")))
_LEAVE = Statement(
    update(runs)
    .where(
        runs.c.office_id == bindparam("office"), runs.c.staff_id == bindparam("person"), runs.c.id != bindparam("run")
    )
    .values(staff_id=bindparam("none"))
)
_OTHERS = Statement(
    select(runs.c.id, runs.c.place).where(
        runs.c.office_id == bindparam("office"),
        runs.c.staff_id == bindparam("person"),
        runs.c.ended_at.is_(None),
        runs.c.id != bindparam("run"),
    )
)
_AT_PLACE = Statement(
    select(runs.c.id, people.c.name)
    .join(people, people.c.id == runs.c.staff_id)
    .where(
        runs.c.office_id == bindparam("office"),
        runs.c.place == bindparam("place"),
        runs.c.staff_id != bindparam("person"),
        runs.c.ended_at.is_(None),
        runs.c.id != bindparam("run"),
    )
)
_NAME = Statement(select(people.c.name).where(people.c.id == bindparam("person")))
_JUST_ISSUED = Statement(
    select(tickets.c.id)
    .where(
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state = 'waiting'"),
        tickets.c.issued_at > bindparam("after"),
        tickets.c.issued_at <= bindparam("until"),
    )
    .order_by(tickets.c.id)
)
_LAST_EVENT = Statement(
    select(events.c.at)
    .where(events.c.office_id == bindparam("office"), events.c.at <= bindparam("until"))
    .order_by(events.c.seq.desc())
    .limit(1)
)
_LAST_EVENT_AT_COUNTER = Statement(
    select(events.c.at)
    .where(
        events.c.office_id == bindparam("office"),
        events.c.counter_id == bindparam("counter"),
        events.c.at <= bindparam("until"),
    )
    .order_by(events.c.seq.desc())
    .limit(1)
)
_COUNTER = Statement(
    select(counters.c.id).where(counters.c.office_id == bindparam("office"), counters.c.number == bindparam("number"))
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
        until = min([at, *(other.started_at for other in living if other.started_at is not None)])
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
    """Whether those who live now all began after the last of the dead had fallen silent."""
    last = max(other.beat_at for other in dead)
    return all(other.started_at is not None and other.started_at > last for other in living)


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
    row = session.row(_RUN, run=run)
    if row is None or not _is_ours(row, seat):
        return GONE
    # That the counter was taken over is for the terminal to notice: what it knew before does not write over it.
    is_kept = seat is None or row[3] == LOST + clean(seat.place)
    session.run(_BEAT, run=run, moment=at, present=row[3] if seat is None or is_kept else clean(seat.place), none=None)
    if is_alive is not None:
        _look_again(session, run, is_alive, at)
    person: int | None = row[4]
    return person


def _is_ours(row: tuple[Any, ...], seat: Seat | None) -> bool:
    return seat is None or row[:3] == (clean(seat.host), seat.pid, seat.boot)


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


def sits_here(session: Session, *, run: int, staff: str | None, seat: Seat | None = None) -> bool | None:
    """Say whether somebody still sits at this terminal; None: this run is not known here."""
    row = session.row(_RUN, run=run)
    if row is None or not _is_ours(row, seat):
        return None
    return bool(row[5] == (staff and clean(staff)))


def has_lost(session: Session, *, run: int, place: str) -> bool:
    """Say whether the counter that a terminal was at was taken over at another one."""
    row = session.row(_RUN, run=run)
    return row is not None and row[3] == LOST + clean(place)


def by_seat(
    session: Session,
    operation: Callable[..., Any],
    *args: Any,
    run: int,
    staff: str | None,
    at: datetime,
    **given: Any,
) -> Any:
    """Do an operation by who sits at this terminal; LeftSeatError when they, or its counter, were taken over."""
    if session.office.is_guarded and staff is not None:
        counter = given.get("counter")
        is_left = sits_here(session, run=run, staff=staff) is False
        if is_left or has_lost(session, run=run, place=f"counter {counter}"):
            by, lost = Where(staff_id=staff_id_of(session, staff)), None if is_left else counter
            raise LeftSeatError(staff, lambda session, at: _refused(session, by, operation.__name__, at), counter=lost)
    return operation(session, *args, staff=staff, at=at, **given)


def _refused(session: Session, by: Where, right: str, at: datetime) -> None:
    record(session, "refuse", at=at, where=by, right=right, why="left_seat")


def places_of(session: Session, *, staff: str, run: int) -> tuple[str, ...]:
    """Return where else somebody is signed in."""
    person = staff_id_of(session, staff)
    return tuple(row[1] for row in session.rows(_OTHERS, office=session.office.id, person=person, run=run))


def others_at(session: Session, *, counter: int, staff: str, run: int) -> tuple[str, ...]:
    """Return who else sits at a counter: signed in at another terminal of it, or by the counter's open shift."""
    desk, person = _desk(session, counter), staff_id_of(session, staff)
    if desk is None or person is None:
        return ()
    given = {"office": session.office.id, "place": f"counter {counter}", "person": person, "run": run}
    found = [row[1] for row in session.rows(_AT_PLACE, **given)]
    if desk.clerk_id not in {None, person}:
        found += [row[0] for row in session.rows(_NAME, person=desk.clerk_id)]
    return tuple(sorted(set(found)))


def _desk(session: Session, counter: int) -> CounterRow | None:
    try:
        return counter_numbered(session, counter)
    except UnknownCounterError:
        return None


def sit_down(
    session: Session, *, run: int, staff: str, counter: int | None = None, instead_of: str | None = None, at: datetime
) -> None:
    """Let somebody work at this terminal, and at the counter that it shows.

    Where they were signed in before, they no longer are; who sat at the counter no longer has it, but stays signed in.
    Whoever opens a terminal `instead_of` somebody who left it locked takes it over. All of that is noted.
    """
    person = staff_id_of(session, staff)
    for place in places_of(session, staff=staff, run=run):
        record(session, "take_over", at=at, where=Where(staff_id=person), left=place)
    session.run(_LEAVE, office=session.office.id, person=person, run=run, none=None)
    owners = () if instead_of is None or instead_of == staff else (instead_of,)
    if person is not None and (owners or counter is not None):
        _take(session, counter, owners, run=run, staff=staff, person=person, at=at)
    if counter is not None:
        session.run(_PLACE, run=run, present=f"counter {counter}")
    session.run(_SIT, run=run, person=person)


def _take(
    session: Session, counter: int | None, owners: tuple[str, ...], *, run: int, staff: str, person: int, at: datetime
) -> None:
    """Note who is displaced, from a counter or from a locked terminal, and what was open there."""
    desk = None if counter is None else _desk(session, counter)
    names = set(owners)
    if counter is not None and desk is not None:
        names.update(others_at(session, counter=counter, staff=staff, run=run))
        _take_counter(session, desk, counter, run=run, person=person, at=at)
    if names:
        said: dict[str, Any] = {"from": sorted(names)}
        if owners:
            said["open"] = [each.code for each in open_at_counters(session) if desk and each.counter_id == desk.id]
        record(session, "take_over", at=at, where=Where(None if desk is None else desk.id, person), **said)


def _take_counter(session: Session, desk: CounterRow, counter: int, *, run: int, person: int, at: datetime) -> None:
    place = f"counter {counter}"
    given = {"office": session.office.id, "place": place, "person": person, "run": run}
    for other, _name in session.rows(_AT_PLACE, **given):
        session.run(_PLACE, run=other, present=LOST + place)
    if desk.clerk_id not in {None, person}:
        end_shifts(session, desk.id, person, at=at)
        begin_shift(session, desk.id, person, at=at)


def stand_up(session: Session, *, run: int, at: datetime) -> None:  # noqa: ARG001 - as every operation
    """Let nobody sit at this terminal."""
    session.run(_SIT, run=run, person=None)
