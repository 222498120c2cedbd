"""Describes simulated days: waits by field and class, overtakings, fairness, overtime, each with its uncertainty.

Waits are office minutes from the arrival to the first call that is answered: those who are absent wait for nothing, the
second leg is no wait for the first. Days are pooled by citizen; nothing is a mean of means but what says so.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queueapp.rules.halls import Hall
from queueapp.rules.measures import percentile
from queueapp.rules.simulation import NEVER, Course, Crowd

Kpis = dict[str, float]
GROUPS = 15  # of days, left out one by one
STUDENT_14 = 2.145  # 95 % of Student's t with GROUPS - 1 degrees of freedom lie within


@dataclass(frozen=True, slots=True)
class Outcome:
    """One day's waits (in rising order) with their sums: (citizens, minutes) by field and by class.

    `overtaken` are the normal tickets that one of priority, issued later in the field, was called before, `most` the
    most that went before one ticket. `overtime` are minutes after closing until the last one was done; `unserved` those
    who were never called.
    """

    waits: list[float]
    fields: tuple[tuple[int, float], ...]
    normal: tuple[int, float]
    priority: tuple[int, float]
    overtaken: int
    most: int
    overtime: float
    unserved: int


def outcome(crowd: Crowd, course: Course, hall: Hall) -> Outcome:
    """Return what became of a day."""
    counts, sums = [0] * len(hall.minutes), [0.0] * len(hall.minutes)
    of_priority, waits = [0, 0.0], []
    for at, called, field, is_priority, is_absent in zip(
        crowd.at, course.called, crowd.field, crowd.is_priority, crowd.is_absent, strict=True
    ):
        if is_absent or called == NEVER:
            continue
        wait = called - at
        waits.append(wait)
        counts[field] += 1
        sums[field] += wait
        if is_priority:
            of_priority[0] += 1
            of_priority[1] += wait
    overtakings = overtaken_by(crowd, course)
    priority = (int(of_priority[0]), of_priority[1])
    return Outcome(
        waits=sorted(waits),
        fields=tuple(zip(counts, sums, strict=True)),
        normal=(len(waits) - priority[0], math.fsum(sums) - priority[1]),
        priority=priority,
        overtaken=sum(each > 0 for each in overtakings),
        most=max(overtakings, default=0),
        overtime=max(0.0, course.ended - hall.hours.length),
        unserved=course.called.count(NEVER),
    )


def overtaken_by(crowd: Crowd, course: Course) -> list[int]:
    """Return by how many later priority tickets of its field each normal ticket was overtaken, in order of arrival.

    Those of one field and class are called in their order, so both lists of the priority tickets rise.
    """
    came: list[list[float]] = [[] for _ in range(max(crowd.field, default=0) + 1)]
    called: list[list[float]] = [[] for _ in came]
    for field, is_priority, at, call in zip(crowd.field, crowd.is_priority, crowd.at, course.called, strict=True):
        if is_priority:
            came[field].append(at)
            called[field].append(call)
    return [
        max(0, bisect_left(called[field], call) - bisect_right(came[field], at))
        for field, is_priority, at, call in zip(crowd.field, crowd.is_priority, crowd.at, course.called, strict=True)
        if not is_priority and call > at
    ]


def kpis(days: Sequence[Outcome]) -> Kpis:
    """Return the figures of some days."""
    waits = sorted(wait for day in days for wait in day.waits)
    n = len(waits)
    mean = math.fsum(waits) / n if n else 0.0
    fields = [_mean([day.fields[field] for day in days]) for field in range(len(days[0].fields))]
    normal, priority = _mean([day.normal for day in days]), _mean([day.priority for day in days])
    return {
        "mean": mean,
        "p90": percentile(waits, 0.9) if n else 0.0,
        "daily_max": sum(day.waits[-1] for day in days if day.waits) / len(days),
        "normal": normal,
        "priority": priority,
        "worst_field": max(fields) / mean if mean else 1.0,
        "jain": jain(fields),
        "most_overtakings": sum(day.most for day in days) / len(days),
        "overtaken": sum(day.overtaken for day in days) / max(1, sum(day.normal[0] for day in days)),
        "over_30": 1 - bisect_right(waits, 30.0) / n if n else 0.0,
        "over_60": 1 - bisect_right(waits, 60.0) / n if n else 0.0,
        "overtime": sum(day.overtime for day in days) / len(days),
        "priority_ratio": priority / normal if normal else 1.0,
        "unserved": sum(day.unserved for day in days) / len(days),
    }


def jain(values: Sequence[float]) -> float:
    """Return how even some values are (Jain): 1 where all are the same, 1/n where one has everything."""
    squares = math.fsum(value * value for value in values)
    return math.fsum(values) ** 2 / (len(values) * squares) if squares else 1.0


def _mean(parts: Sequence[tuple[int, float]]) -> float:
    n = sum(part[0] for part in parts)
    return math.fsum(part[1] for part in parts) / n if n else 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and half the width of its 95 % interval; None where there are too few days to say."""

    value: float
    margin: float | None


def with_margins(days: Sequence[Outcome]) -> dict[str, Figure]:
    """Return the figures of some days with their margins."""
    return _jackknife(lambda kept: kpis([days[place] for place in kept]), len(days))


def differences(days: Sequence[Outcome], others: Sequence[Outcome]) -> dict[str, Figure]:
    """Return by how much the figures of `days` are above those of `others`: the same days under another rule."""

    def differ(kept: Sequence[int]) -> Kpis:
        one, other = kpis([days[place] for place in kept]), kpis([others[place] for place in kept])
        return {name: one[name] - other[name] for name in one}

    return _jackknife(differ, len(days))


def _jackknife(figures: Callable[[Sequence[int]], Kpis], days: int) -> dict[str, Figure]:
    """Return the figures of all days, and their margins by leaving out a group of days at a time."""
    whole = figures(range(days))
    if days < 2 * GROUPS:
        return {name: Figure(value, None) for name, value in whole.items()}
    parts = [figures([place for place in range(days) if place % GROUPS != group]) for group in range(GROUPS)]
    margins = {}
    for name in whole:
        values = [part[name] for part in parts]
        mean = math.fsum(values) / GROUPS
        spread = math.fsum((value - mean) ** 2 for value in values) * (GROUPS - 1) / GROUPS
        margins[name] = STUDENT_14 * math.sqrt(spread)
    return {name: Figure(value, margins[name]) for name, value in whole.items()}
