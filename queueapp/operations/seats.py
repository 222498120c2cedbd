"""Says who sits at which terminal and counter, and lets somebody take a seat over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from queueapp.models import runs
from queueapp.models import staff as people
from queueapp.operations.counters import begin_shift, end_shifts
from queueapp.operations.record import Where, record
from queueapp.queries.rows import CounterRow, counter_numbered, open_at_counters, staff_id_of
from queueapp.rules.errors import LeftSeatError, UnknownCounterError
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

LOST = "left "  # before the place of a terminal whose counter was taken over, until it has noticed

RUN = Statement(
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


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a terminal runs: what it is opened as, on which machine, as which process, since which start of it."""

    place: str
    host: str
    pid: int
    boot: str


def is_ours(row: tuple[Any, ...], seat: Seat | None) -> bool:
    """Say whether a run is that of the terminal that asks, and not another of its number in a file put in its place."""
    return seat is None or row[:3] == (clean(seat.host), seat.pid, seat.boot)


def sits_here(session: Session, *, run: int, staff: str | None, seat: Seat | None = None) -> bool | None:
    """Say whether somebody still sits at this terminal; None: this run is not known here."""
    row = session.row(RUN, run=run)
    if row is None or not is_ours(row, seat):
        return None
    return bool(row[5] == (staff and clean(staff)))


def has_lost(session: Session, *, run: int, place: str) -> bool:
    """Say whether the counter that a terminal was at was taken over at another one."""
    row = session.row(RUN, run=run)
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
