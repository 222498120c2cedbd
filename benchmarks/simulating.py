"""How fast days are simulated, and the table of the rules beside the figures that it was to reproduce.

`python -m benchmarks.simulating [--days 150] [--seed 1] [--speed]`. Seconds are those of the processor, so that other
work on the machine does not count. Before it measures, faults put into the hall must show in its figures.
"""

import argparse
import math
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.rules import simulation
from queueapp.rules.disciplines import DISCIPLINES, first_come, points
from queueapp.rules.halls import Hall, Hours, desks
from queueapp.rules.open_desks import Line
from queueapp.rules.outcomes import outcome
from queueapp.rules.scenarios import SCENARIOS, Scenario
from queueapp.rules.simulation import live
from queueapp.rules.staffing import mean_wait
from queueapp.rules.trials import tried

COLUMNS = ("mean", "p90", "daily_max", "normal", "priority", "worst_field", "jain", "most_overtakings")
# The table that was to be reproduced: 150 days each; None where it was not given.
TABLE: dict[str, dict[str, tuple[float | None, ...]]] = {
    "monday": {
        "fixed": (61.0, 189.7, 246.7, 69.0, 25.2, 2.83, 0.61, 6.7),
        "longest": (53.2, 117.8, 145.4, 53.4, 52.4, 1.48, 0.90, 0),
        "strict": (56.1, 120.0, 135.7, 67.7, 3.8, 1.17, 0.99, 7.4),
        "first_come": (56.1, 107.2, 121.6, 56.3, 55.5, 1.18, 0.99, 0),
        "points": (55.9, 115.2, 131.3, 64.5, 17.3, 1.17, 0.99, 6.2),
    },
    "outage": {
        "fixed": (67, 164, 259, 77, 24, 2.2, 0.71, 5.8),
        "longest": (58, 127, 169, 58, 56, 1.5, 0.93, 0),
        "strict": (61, 136, 145, 72, 10, 1.1, 0.996, 5.7),
        "points": (61, 130, 138, 68, 25, 1.1, 0.996, 4.7),
    },
    "absent": {
        "fixed": (122, 301, 379, 141, 43, 2.2, 0.71, 5.8),
        "longest": (111, 235, 259, 111, 110, 1.5, 0.91, 0),
        "strict": (119, 244, 235, 144, 8, 1.2, 0.99, 5.8),
        "points": (120, 234, 227, 137, 42, 1.2, 0.99, 4.7),
    },
    "land_rush": {
        "fixed": (28, 88, 148, 33, 8, 2.4, 0.68, 4.1),
        "longest": (26, 69, 88, 26, 26, 1.4, 0.87, 0),
        "strict": (26, 76, 95, 31, 4, 1.5, 0.81, 4.2),
        "points": (26, 71, 89, 29, 11, 1.5, 0.83, 3.5),
    },
    "allowance": {
        "fixed": (53, 182, 240, 95, 18, 1.6, 0.70, 27),
        "longest": (45, 100, 191, 45, 44, 2.8, 0.65, 0),
        "strict": (47, 150, 238, 91, 10, 2.0, 0.79, 20),
        "points": (46, 108, 166, 62, 33, 1.8, 0.85, 9),
    },
    "quiet": {
        "points": (3.7, 10.8, 32.5, 3.9, 2.5, None, None, None),
    },
}


def wait_is_right() -> bool:
    """Whether two counters with random arrivals and services wait as the formula says."""
    chance, at = random.Random(11), 0.0
    people = Scenario("", 1, Hall(desks([(0,)]), (10.0,)), (1.0,)).crowd(chance)
    columns: dict[str, list[Any]] = {name: [] for name in ("at", "minutes")}
    for _ in range(40_000):
        at += chance.expovariate(1 / 6.25)
        columns["at"].append(at)
        columns["minutes"].append(chance.expovariate(1 / 10))
    n = len(columns["at"])
    people = replace(
        people, at=columns["at"], minutes=columns["minutes"], field=[0] * n, is_priority=[False] * n,
        is_absent=[False] * n, legs=[()] * n,
    )  # fmt: skip
    hall = Hall(desks([(0,), (0,)]), (10.0,), Hours(math.inf))
    course = live(people, hall, first_come)
    waits = [called - came for called, came in zip(course.called, people.at, strict=True)]
    return abs(sum(waits) / n / mean_wait(2, 1.6, 10) - 1) < 0.1


def classes_keep_their_order() -> bool:
    """Whether nobody is called before an earlier one of the same field and class on a Monday by points."""
    scenario = SCENARIOS["monday"]
    people = scenario.crowd(random.Random(2))
    course = live(people, scenario.hall, points)
    lines: dict[tuple[int, bool], list[float]] = {}
    for field, is_priority, called in zip(people.field, people.is_priority, course.called, strict=True):
        lines.setdefault((field, is_priority), []).append(called)
    return all(line == sorted(line) for line in lines.values())


class _Newest(simulation.Queue):
    """A queue whose newest citizen is called first."""

    def __init__(self, minutes: float, field: int) -> None:
        super().__init__(minutes, field)
        stack = type("Stack", (Line,), {"append": Line.appendleft})
        self.priority, self.normal = stack(field, is_priority=True), stack(field)


def _slower(good: Any) -> Any:
    return lambda self, now, minutes: good(self, now, minutes * 1.1)


FAULTS: dict[str, Callable[[], Any]] = {
    "a queue that calls the newest": lambda: replaced(simulation, "Queue", _Newest),
    "services a tenth longer": lambda: replaced(Hall, "ends", _slower(Hall.ends)),
    "nobody goes at once to a free counter": lambda: replaced(
        simulation._Day, "_goes_at_once", lambda _self, _citizen, _field, _now: False
    ),
}


def seeded() -> list[str]:
    """Return the faults that were put in and not found."""
    assert wait_is_right()
    assert classes_keep_their_order()
    missed = []
    for name, fault in FAULTS.items():
        with fault():
            try:
                is_found = not (wait_is_right() and classes_keep_their_order())
            except Exception:
                is_found = True
        if not is_found:
            missed.append(name)
    return missed


def speed(rounds: int = 30, days: int = 10) -> None:
    """Print how many days of 450 citizens one core lives through in a second: the quickest round, the rules in turns.

    Other work on the machine can only slow a round down, also in the processor's own time.
    """
    scenario = replace(
        SCENARIOS["monday"], citizens=450, hall=Hall(desks([(0,), (0, 2), (0, 2), (1,), (1, 0)] * 3), (9.0, 16.0, 11.0))
    )
    names = ("first_come", "points", "office")
    quickest = dict.fromkeys(("drawn", *names, *(f"{name} whole" for name in names)), math.inf)
    for number in range(rounds):
        seeds = range(number * days, (number + 1) * days)
        begun = time.process_time()
        crowds = [scenario.crowd(random.Random(seed)) for seed in seeds]
        drawn = time.process_time() - begun
        quickest["drawn"] = min(quickest["drawn"], drawn)
        for name in names:
            begun = time.process_time()
            courses = [live(crowd, scenario.hall, DISCIPLINES[name]) for crowd in crowds]
            lived = time.process_time() - begun
            for crowd, course in zip(crowds, courses, strict=True):
                outcome(crowd, course, scenario.hall)
            whole = drawn + time.process_time() - begun
            quickest[name] = min(quickest[name], lived)
            quickest[f"{name} whole"] = min(quickest[f"{name} whole"], whole)
    drawn, slowest = quickest["drawn"], quickest["office whole"]
    print(f"{rounds} times {days} days of 450 citizens at 15 counters: drawn at {days / drawn:.0f} days a second")
    for name in names:
        whole = quickest[f"{name} whole"]
        print(
            f"  {name:10} lived at {days / quickest[name]:5.0f} days a second; drawn, lived and described at"
            f" {days / whole:5.0f}, {slowest / whole:.2f} times the office's own rule"
        )


def table(days: int, seed: int) -> None:
    """Print each figure beside the one that was to be reproduced."""
    off = 0
    cells = 0
    for name, rules in TABLE.items():
        trial = tried(name, rules=[*rules], days=days, seed=seed)
        print(f"\n{name}: counters busy {trial.load:.0%}\n{'':12}" + "".join(f"{column:>24}" for column in COLUMNS))
        for rule, published in rules.items():
            line = f"{rule:12}"
            for column, other in zip(COLUMNS, published, strict=True):
                figure = trial.figures[rule][column]
                line += f"{figure.value:9.2f} ±{figure.margin or 0:6.2f} {'' if other is None else f'({other:g})':7}"
                if other is not None:
                    cells += 1
                    off += abs(figure.value - other) > max(0.1 * abs(other), figure.margin or 0, 0.5)
            print(line)
    print(f"\n{cells - off} of {cells} figures within a tenth, or within their own interval, of those in brackets")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true")
    given = parser.parse_args()
    missed = seeded()
    print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
    if missed:
        return 1
    speed()
    if not given.speed:
        table(given.days, given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
