"""Says which move helps now: a field is jammed while a counter that does not serve it has nothing to do.

The next hour is lived through twice, with the counter as it is and with the field added: who waits now, and as many as
came in the last hour, evenly. Every service takes its field's mean, so the saving is what to expect, not a promise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from queueapp.i18n import _, language
from queueapp.rules.disciplines import first_come
from queueapp.rules.halls import Desk, Hall, Hours
from queueapp.rules.simulation import NEVER, Crowd, live

JAMMED_WAIT, JAMMED_PEOPLE = 20.0, 3
LEAST_SAVED = 0.5  # person-hours: less is not worth a clerk's walk
HORIZON = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a field stands: who waits, how many came in the last hour, how many minutes each takes at a counter.

    Where too few were served today to know these minutes they are assumed, and not `is_measured`.
    """

    service: str
    waiting: int
    came: int
    minutes: float
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A counter that is open: its fields, and for how many minutes it is still taken (None: it is free)."""

    number: int
    services: tuple[str, ...]
    taken: float | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """How the fields and the open counters stand at one moment: all that the moves are found from."""

    fields: tuple[Standing, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """Counter `counter` takes `service` too: the wait of the last one now, then, and person-hours less in an hour.

    `wait_now` is None where nobody serves the field at all.
    """

    counter: int
    service: str
    waiting: int
    wait_now: float | None
    wait_then: float
    hours_saved: float


def best_move(fields: Sequence[Standing], places: Sequence[Place]) -> Move | None:
    """Return the move that saves most; None where no field is jammed beside an idle counter, or none saves enough."""
    return next(iter(helpful_moves(fields, places)), None)


def helpful_moves(
    fields: Sequence[Standing], places: Sequence[Place], *, rest: Callable[[], object] = lambda: None
) -> list[Move]:
    """Return the moves that save enough, the one that saves most first; before each hour is lived it is time to `rest`.

    By a rest a thread lets others through that have somebody waiting.
    """
    if not may_help(fields, places):
        return []
    total, last = _lived(fields, places)
    moves = []
    for field in _jammed(fields):
        if last[field.service] < JAMMED_WAIT:
            continue
        for place in _idle(fields, places):
            rest()
            helped = Place(place.number, (*place.services, field.service))
            then, after = _lived(fields, [helped if each is place else each for each in places])
            wait_now, wait_then = last[field.service], after[field.service]
            moves.append(
                Move(
                    counter=place.number,
                    service=field.service,
                    waiting=field.waiting,
                    wait_now=None if wait_now == NEVER else wait_now,
                    wait_then=wait_then,
                    hours_saved=(total - then) / 60,
                )
            )
    worth = [move for move in moves if move.hours_saved >= LEAST_SAVED]
    return sorted(worth, key=lambda move: (-move.hours_saved, move.counter))


def may_help(fields: Sequence[Standing], places: Sequence[Place]) -> bool:
    """Say whether there is anything to look at more closely: a long queue, and a counter with nobody to call."""
    return bool(_jammed(fields) and _idle(fields, places))


def _jammed(fields: Sequence[Standing]) -> list[Standing]:
    return [each for each in fields if each.waiting >= JAMMED_PEOPLE]


def _idle(fields: Sequence[Standing], places: Sequence[Place]) -> list[Place]:
    waiting = {each.service: each.waiting for each in fields}
    return [
        place for place in places if place.taken is None and not any(waiting.get(service) for service in place.services)
    ]


def _lived(fields: Sequence[Standing], places: Sequence[Place]) -> tuple[float, dict[str, float]]:
    """Return the minutes that all wait in the next hour, and how long the last of those who wait now waits, by field.

    Whoever is not called within the hour has waited until its end; the last one's wait is not cut off.
    """
    numbers = {each.service: place for place, each in enumerate(fields)}
    people = sorted(
        [(0.0, place) for place, each in enumerate(fields) for _ in range(each.waiting)]
        + [((n + 0.5) * HORIZON / each.came, place) for place, each in enumerate(fields) for n in range(each.came)]
    )
    hall = Hall(
        desks=tuple(
            Desk(
                tuple(numbers[service] for service in place.services if service in numbers),
                None if place.taken is None else ((place.taken, NEVER),),
            )
            for place in places
        ),
        minutes=tuple(each.minutes for each in fields),
        hours=Hours(NEVER),
    )
    nobody = [False] * len(people)
    crowd = Crowd(
        at=[at for at, _field in people],
        field=[field for _at, field in people],
        is_priority=nobody,
        minutes=[fields[field].minutes for _at, field in people],
        is_absent=nobody,
        legs=[()] * len(people),
    )
    called = live(crowd, hall, first_come).called
    total = sum(min(call, HORIZON) - at for call, (at, _field) in zip(called, people, strict=True))
    last = dict.fromkeys(numbers, 0.0)
    for call, (at, field) in zip(called, people, strict=True):
        if at == 0.0:
            last[fields[field].service] = max(last[fields[field].service], call)
    return total, last


def said(move: Move, names: Mapping[str, str]) -> str:
    """Return a move as one sentence in the language in use."""
    words = _(
        "Counter {counter} has nobody to call while {n} wait for {field}: let it take {field} too, and within an hour "
        "{hours} person-hours less are waited."
    )
    return words.format(
        counter=move.counter,
        n=move.waiting,
        field=names.get(move.service, move.service),
        hours=hours(move.hours_saved),
    )


def hours(count: float) -> str:
    """Return person-hours as they are written in the language in use."""
    written = f"{count:.1f}"
    return written.replace(".", ",") if language() == "vi" else written
