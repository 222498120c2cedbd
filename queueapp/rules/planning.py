"""Says by simulation how many counters each hour needs, so that a share of the arrivals waits no longer than a limit.

The counters of one hour are set to the fewest with which every hour reaches its target, hour after hour, until none can
be spared. Chance is the same for every plan. A margin above the target keeps a plan from being right by luck only on
the days on which it was found, so it is tried on others.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from queueapp.rules.disciplines import first_come
from queueapp.rules.halls import COMMUNE, Desk, Hall, Hours
from queueapp.rules.scenarios import HALF_HOUR, Scenario
from queueapp.rules.simulation import NEVER, Course, Crowd, live
from queueapp.rules.staffing import HOUR, mol, sipp

REPLICATIONS = 600
MARGIN = 0.015
SPARE = 2  # counters an hour above the formula's, from which the search comes down
Plan = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised: `share` of those who come in an hour wait at most `limit` minutes."""

    share: float = 0.8
    limit: float = 15.0


@dataclass(frozen=True, slots=True)
class Need:
    """What one hour needs: by simulation, and by two formulas as a check; `begins` and `length` in office minutes.

    `in_time` is the share of those who come in it that the simulated plan serves in time, on days of its own, and
    `now_in_time` the share that the counters of the scenario's hall do.
    """

    begins: float
    length: float
    arrivals: float
    counters: int
    erlang_c: int
    mol: int
    in_time: float
    now_in_time: float


@dataclass(frozen=True, slots=True)
class Staffing:
    """A day's needs by the hour; minutes after closing until all are done, on average, with those counters and now."""

    needs: tuple[Need, ...]
    overtime: float
    now_overtime: float


def office_hours(hours: Hours) -> list[tuple[float, float]]:
    """Return (beginning, length) of the hours of a day; the last may be short."""
    begins = [place * HOUR for place in range(-(-int(hours.length) // int(HOUR)))]
    return [(begin, min(HOUR, hours.length - begin)) for begin in begins]


def staffed(plan: Sequence[int], hours: Hours, fields: int = 1) -> tuple[Desk, ...]:
    """Return the counters of a plan by the hour, each for every field; who sits there last stays until all are done."""
    grid = office_hours(hours)
    served = tuple(range(fields))
    return tuple(
        Desk(
            served,
            tuple(
                (begin, NEVER if begin == grid[-1][0] else begin + length)
                for (begin, length), counters in zip(grid, plan, strict=True)
                if counters > number
            ),
        )
        for number in range(max(plan))
    )


def in_time(crowds: Sequence[Crowd], hall: Hall, limit: float) -> list[float]:
    """Return by hour of arrival the share that waits at most `limit`, first come first served; 1 if nobody comes."""
    return _in_time(crowds, (live(crowd, hall, first_come) for crowd in crowds), hall, limit)


def _in_time(crowds: Iterable[Crowd], courses: Iterable[Course], hall: Hall, limit: float) -> list[float]:
    hours = len(office_hours(hall.hours))
    came, well = [0] * hours, [0] * hours
    for crowd, course in zip(crowds, courses, strict=True):
        for at, called, is_absent in zip(crowd.at, course.called, crowd.is_absent, strict=True):
            if not is_absent:
                hour = min(int(at // HOUR), hours - 1)
                came[hour] += 1
                well[hour] += called - at <= limit
    return [good / everybody if everybody else 1.0 for good, everybody in zip(well, came, strict=True)]


def rates(scenario: Scenario, hours: Hours = COMMUNE) -> list[float]:
    """Return the arrivals of each office hour, as a rate an hour."""
    halves = [share * scenario.citizens for share in scenario.profile]
    found = []
    for begin, length in office_hours(hours):
        first = int(begin // HALF_HOUR)
        found.append(sum(halves[first : first + math.ceil(length / HALF_HOUR)]) * HOUR / length)
    return found


def fewest(
    scenario: Scenario,
    target: Target = Target(),
    *,
    seed: int = 1,
    replications: int = REPLICATIONS,
    margin: float = MARGIN,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Plan:
    """Return the counters by hour: the fewest by which every hour reaches the target with its margin.

    The margin is at most half of what is left above the target, which must be below 1.
    """
    hours = scenario.hall.hours
    least = target.share + min(margin, (1 - target.share) / 2)
    crowds = drawn(scenario, seed, replications)

    def is_enough(plan: Sequence[int]) -> bool:
        hall = replace(scenario.hall, desks=staffed(plan, hours, len(scenario.shares)))
        return min(in_time(crowds, hall, target.limit)) >= least

    each = minutes_each(scenario)
    plan = [counters + SPARE for counters in mol(rates(scenario, hours), each, limit=target.limit, share=target.share)]
    while not is_enough(plan):
        plan = [counters + 1 for counters in plan]
    is_settled, rounds = False, 0
    while not is_settled:
        before = list(plan)
        for hour in range(len(plan)):
            progress(rounds * len(plan) + hour, (rounds + 2) * len(plan))
            if plan[hour] > 1 and is_enough([*plan[:hour], plan[hour] - 1, *plan[hour + 1 :]]):
                plan[hour] -= 1
        is_settled, rounds = plan == before, rounds + 1
    progress(1, 1)
    return tuple(plan)


def drawn(scenario: Scenario, seed: int, days: int) -> list[Crowd]:
    """Return the crowds of some days; the same seed gives the same days."""
    return [scenario.crowd(random.Random(f"{seed}/{day}")) for day in range(days)]  # noqa: S311 - no secret


def minutes_each(scenario: Scenario) -> float:
    """Return how long a counter is busy with a citizen on average, change-over included."""
    shares, minutes = scenario.shares, scenario.hall.minutes
    mean = sum(share * each for share, each in zip(shares, minutes, strict=True)) / sum(shares)
    return mean + scenario.change_over


def needs(
    scenario: Scenario,
    target: Target = Target(),
    *,
    seed: int = 1,
    replications: int = REPLICATIONS,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Staffing:
    """Return what each hour of the scenario's day needs, beside its own counters; tried on other days than found on."""
    hours, each = scenario.hall.hours, minutes_each(scenario)
    plan = fewest(scenario, target, seed=seed, replications=replications, progress=progress)
    crowds = drawn(scenario, seed + 1, replications)
    hall = replace(scenario.hall, desks=staffed(plan, hours, len(scenario.shares)))
    shares, overtime = _tried(crowds, hall, target.limit)
    now_shares, now_overtime = _tried(crowds, scenario.hall, target.limit)
    by_hour = rates(scenario, hours)
    erlang = sipp(by_hour, each, limit=target.limit, share=target.share)
    modified = mol(by_hour, each, limit=target.limit, share=target.share)
    found = [
        Need(begin, length, by_hour[n] * length / HOUR, plan[n], erlang[n], modified[n], shares[n], now_shares[n])
        for n, (begin, length) in enumerate(office_hours(hours))
    ]
    return Staffing(tuple(found), overtime, now_overtime)


def _tried(crowds: Sequence[Crowd], hall: Hall, limit: float) -> tuple[list[float], float]:
    courses = [live(crowd, hall, first_come) for crowd in crowds]
    late = sum(max(0.0, course.ended - hall.hours.length) for course in courses)
    return _in_time(crowds, courses, hall, limit), late / len(courses)
