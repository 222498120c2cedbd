"""Says what is to be expected of a coming day from past ones of the same weekday: who comes when, how long work takes.

Too few days or services are said, and nothing is made of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from queueapp.rules.halls import Desk, Hall, Hours
from queueapp.rules.scenarios import HALF_HOUR, VARIATION, Scenario

FEWEST_DAYS, WEEKS = 4, 8
FEWEST_SERVICES, FEWEST_OF_A_FIELD = 30, 20
LEAST_DAY_VARIATION, MOST_DAY_VARIATION = 0.15, 0.35
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Came:
    """One ticket of a past day; `minute` is its local time of issue in minutes after midnight."""

    day: date
    service: str
    minute: float
    is_priority: bool
    is_absent: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What the log holds: the days, who came on them, the minutes at a counter of each citizen served, by field.

    `sessions` are the hours of the coming day, `counters` the fields of each counter that is planned for it.
    """

    day: date
    days: tuple[date, ...]
    services: tuple[str, ...]
    came: tuple[Came, ...]
    minutes: Mapping[str, Sequence[float]]
    sessions: Sequence[tuple[time, time]]
    counters: Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Half:
    """A half hour: when it begins (minutes after midnight), how many are expected; four days of five lie within."""

    begins: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Field:
    """A field: how many come on such a day, how long each takes, from how many services (0: taken from all fields)."""

    service: str
    arrivals: float
    minutes: float
    services: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A coming day; `scenario` is what is simulated of it. `lacking` says what there is too little of, or nothing.

    `days` past days are behind it; `variation` is by how much they differ beyond chance.
    """

    day: date
    days: int
    lacking: str | None
    halves: tuple[Half, ...] = ()
    fields: tuple[Field, ...] = ()
    variation: float = 0.0
    scenario: Scenario | None = None


def hours_of(sessions: Sequence[tuple[time, time]]) -> Hours:
    """Return a day's hours as office minutes."""
    edges = [(_minutes(start), _minutes(end)) for start, end in sessions]
    breaks, passed = [], 0.0
    for (start, end), after in zip(edges, [*edges[1:], None], strict=True):
        passed += end - start
        if after is not None and after[0] > end:
            breaks.append((passed, after[0] - end))
    return Hours(passed, tuple(breaks), edges[0][0])


def expected(past: Past) -> Expected:
    """Return what is expected of a day."""
    services = sum(len(each) for each in past.minutes.values())
    if not past.sessions:
        return Expected(past.day, len(past.days), "hours")
    if len(past.days) < FEWEST_DAYS:
        return Expected(past.day, len(past.days), "days")
    if services < FEWEST_SERVICES:
        return Expected(past.day, len(past.days), "services")
    hours = hours_of(past.sessions)
    counts = _counts(past, hours)
    means = [sum(column) / len(past.days) for column in zip(*counts, strict=True)]
    variation = _day_variation([sum(row) for row in counts])
    fields = _fields(past)
    total = sum(means)
    served = len(past.came) or 1
    scenario = Scenario(
        words="",
        citizens=total,
        hall=Hall(_desks(past), tuple(field.minutes for field in fields), hours),
        shares=tuple(field.arrivals / total for field in fields),
        profile=tuple(mean / total for mean in means),
        priority=sum(each.is_priority for each in past.came) / served,
        absent=sum(each.is_absent for each in past.came) / served,
        moved=0.0,
        variation=_variation(past.minutes),
        change_over=0.0,
        day_variation=variation,
    )
    halves = tuple(_half(hours.to_clock(place * HALF_HOUR), mean, variation) for place, mean in enumerate(means))
    return Expected(past.day, len(past.days), None, halves, fields, variation, scenario)


def _minutes(at: time) -> float:
    return at.hour * _MINUTE + at.minute


def _counts(past: Past, hours: Hours) -> list[list[int]]:
    """Return how many came on each day in each half hour; who comes before the opening or at noon waits for it."""
    halves = max(1, math.ceil(hours.length / HALF_HOUR))
    counts = {day: [0] * halves for day in past.days}
    for each in past.came:
        place = int(max(0.0, hours.of_clock(each.minute)) // HALF_HOUR)
        counts[each.day][min(place, halves - 1)] += 1
    return list(counts.values())


def _half(begins: float, mean: float, variation: float) -> Half:
    """Return a half hour with four fifths of its days: chance, and by how much days differ."""
    deviation = math.sqrt(mean + (variation * mean) ** 2)
    return Half(begins, mean, max(0.0, mean - 1.28 * deviation), mean + 1.28 * deviation)


def _day_variation(totals: Sequence[int]) -> float:
    """Return by how much days differ beyond chance; a few days say little, so it stays within what offices have."""
    mean = sum(totals) / len(totals)
    spread = sum((total - mean) ** 2 for total in totals) / (len(totals) - 1)
    beyond = math.sqrt(max(0.0, spread - mean)) / mean if mean else 0.0
    return min(max(beyond, LEAST_DAY_VARIATION), MOST_DAY_VARIATION)


def _fields(past: Past) -> tuple[Field, ...]:
    every = [minutes for each in past.minutes.values() for minutes in each]
    overall = math.fsum(every) / len(every)
    found = []
    for service in past.services:
        own = past.minutes.get(service, ())
        is_enough = len(own) >= FEWEST_OF_A_FIELD
        number = sum(each.service == service for each in past.came) / len(past.days)
        mean = math.fsum(own) / len(own) if is_enough else overall
        found.append(Field(service, number, mean, len(own) if is_enough else 0))
    return tuple(field for field in found if field.arrivals)


def _variation(minutes: Mapping[str, Sequence[float]]) -> float:
    """Return the services' coefficient of variation, each against the mean of its field."""
    ratios = [
        each / (math.fsum(own) / len(own))
        for own in minutes.values()
        if len(own) >= FEWEST_OF_A_FIELD and math.fsum(own) > 0
        for each in own
    ]
    if not ratios:
        return VARIATION
    return max(0.05, math.sqrt(sum((ratio - 1) ** 2 for ratio in ratios) / len(ratios)))


def _desks(past: Past) -> tuple[Desk, ...]:
    present = [service for service in past.services if any(each.service == service for each in past.came)]
    places = {service: place for place, service in enumerate(present)}
    return tuple(
        Desk(tuple(places[service] for service in fields if service in places)) for fields in past.counters.values()
    )
