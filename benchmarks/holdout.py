"""Whether the estimates hold where nothing was chosen: other offices, other days, another kind of centre.

`QUEUEAPP_DATA=FOLDER python -m benchmarks.holdout [--centre]`. The constants of the estimator are chosen anew on some
parts of the logs (two thirds of the offices; one half of the telephone centre's days) and judged on the part left out:
an error much above that of the constants as they stand would say that those were fitted to what judges them. A centre
of another kind comes from the simulator: shared counters, pauses, days that differ; nothing was chosen
on it. There the estimates are compared with and without the number of open counters. `--centre`: only that.
"""

import argparse
import importlib
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from benchmarks.estimates import tickets_of
from benchmarks.seeding import replaced
from queueapp.rules.baselines import Baselines
from queueapp.rules.disciplines import DISCIPLINES
from queueapp.rules.estimate import Estimator
from queueapp.rules.evaluating import Scored, replay
from queueapp.rules.halls import Desk, Hall
from queueapp.rules.logs import Logged
from queueapp.rules.scenarios import FIELDS, SCENARIOS
from queueapp.rules.scores import Score, score
from queueapp.rules.simulation import NEVER, live

OFFICES, CENTRE = "dev_warsaw_offices_2020_01.csv", "dev_bank_callcentre_1999_08.csv"
FOLDS = 3
CHOICES: Mapping[str, tuple[float, ...]] = {
    "experience.MOST_SAY": (0.5, 0.7, 0.9),
    "recent.TRUST": (2.0, 4.0, 8.0),
    "recent.FADING": (0.87, 0.93, 0.97),
    "blend.FEW_CALLS": (1.0, 2.0, 4.0),
    "pace.TRUST": (120.0, 240.0, 480.0),
    "tuning.KEEN": (50.0, 100.0, 200.0),
    "opened.MOST": (1.5, 2.0, 3.0),
}
Errors = dict[str, list[float]]  # of each part: the sum of errors, that of the usual formula, tickets


def part_of(each: Scored) -> str:
    """Return the part of the logs in which a ticket lies: its office, or the half of the month."""
    return each.office or ("second half" if each.ticket.day.day > 16 else "first half")


def errors(logs: Sequence[Sequence[Logged]], chosen: Mapping[str, float]) -> Errors:
    """Return the errors in each part with the constants as chosen."""
    found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    with ExitStack() as stack:
        for name, value in chosen.items():
            module, constant = name.split(".")
            stack.enter_context(replaced(importlib.import_module(f"queueapp.rules.{module}"), constant, value))
        for log in logs:
            for each in replay(log).scored:
                total = found[part_of(each)]
                total[0] += abs(each.estimate.minutes - each.waited)
                total[1] += abs(each.baselines["usual"] - each.waited)
                total[2] += 1
    return dict(found)


def left_out(logs: Sequence[Sequence[Logged]], out: Callable[[str], None]) -> None:
    """Choose on some parts, judge on the others, and say how much is lost against the constants as they stand."""
    standing = errors(logs, {})
    tried = {(name, value): errors(logs, {name: value}) for name, values in CHOICES.items() for value in values}
    offices = sorted(part for part in standing if "half" not in part)
    folds = [offices[start::FOLDS] for start in range(FOLDS)] if offices else []
    folds += [[part] for part in standing if "half" in part]
    sums = [0.0, 0.0, 0.0]
    for judged in folds:
        chosen = {name: best(name, values, tried, standing, judged) for name, values in CHOICES.items()}
        anew = errors(logs, chosen)
        row = [sum(each[part][place] for part in judged) for each, place in ((anew, 0), (standing, 0), (anew, 1))]
        tickets = sum(anew[part][2] for part in judged)
        sums = [one + other for one, other in zip(sums, row, strict=True)]
        means = " / ".join(f"{each / tickets:.3f}" for each in row)
        out(f"{', '.join(judged)}: chosen elsewhere / as it stands / usual formula {means}; {chosen}")
    out(
        f"all: chosen elsewhere {sums[0] / sums[1]:.4f} of it as it stands, {sums[0] / sums[2]:.3f} of the usual formula"
    )


def best(
    name: str,
    values: Sequence[float],
    tried: Mapping[tuple[str, float], Errors],
    standing: Errors,
    judged: Sequence[str],
) -> float:
    """Return the value with the least error, each part against itself, without the parts that are judged."""

    def error(value: float) -> float:
        others = [part for part in standing if part not in judged]
        weights = {part: standing[part][2] ** 0.5 for part in others}
        return sum(weights[part] * tried[name, value][part][0] / standing[part][0] for part in others)

    return min(values, key=error)


@dataclass(frozen=True)
class Happens:
    """What happens in the simulated centre: an issue, a call, or a field that has so many counters from now on."""

    at: float
    turn: int
    field: str
    ticket: int = -1
    counters: int = 0


OPENED, CALL, ISSUE, AT_ONCE = range(4)


def paused(hall: Hall, chance: random.Random) -> Hall:
    """Return a day's hall: now and then a counter opens late, pauses, or stays closed."""
    desks = []
    for desk in hall.desks:
        fate, length = chance.random(), hall.hours.length
        begins, pause = chance.uniform(30, length - 120), chance.uniform(30, 90)
        if fate < 0.4:
            desks.append(Desk(desk.fields, ((0.0, begins), (begins + pause, length + 600))))
        elif fate < 0.5:
            desks.append(Desk(desk.fields, ((length / 2, length + 600),)))
        else:
            desks.append(desk)
    return replace(hall, desks=tuple(desks))


def day_of(name: str, seed: str) -> tuple[list[Happens], dict[int, tuple[float, float]]]:
    """Return what happens on a simulated day, and when each ticket was issued and called, in open minutes."""
    chance = random.Random(seed)
    scenario = replace(SCENARIOS[name], day_variation=0.2, moved=0.0)
    hall = paused(scenario.hall, chance)
    crowd = scenario.crowd(chance)
    course = live(crowd, hall, DISCIPLINES["first_come"])
    happens, waits = [], {}
    for ticket, (at, number, called) in enumerate(zip(crowd.at, crowd.field, course.called, strict=True)):
        happens.append(Happens(at, ISSUE, FIELDS[number], ticket))
        if called < NEVER:
            happens.append(Happens(called, CALL if called > at else AT_ONCE, FIELDS[number], ticket))
            waits[ticket] = (at, called)
    edges = sorted({0.0, *(edge for desk in hall.desks for span in desk.shifts or () for edge in span)})
    for edge in edges:
        for number, service in enumerate(FIELDS):
            open_now = sum(number in desk.fields and desk.next_open(edge) <= edge for desk in hall.desks)
            happens.append(Happens(edge, OPENED, service, counters=open_now))
    return sorted(happens, key=lambda each: (each.at, each.turn, each.ticket)), waits


def lived(name: str, *, days: int, seed: int, knows_counters: bool, warm_up: int = 5) -> list[Scored]:
    """Return the tickets of a simulated centre after the first days, those that had somebody before them."""
    estimator = Estimator(is_shared=True, hours=())
    baselines: defaultdict[str, Baselines] = defaultdict(Baselines)
    found = []
    for day in range(days):
        happens, waits = day_of(name, f"{name}/{seed}/{day}")
        counters: dict[str, int] = {}
        ahead: dict[int, int] = {}
        for each in happens:
            at, line = 450 + each.at, baselines[each.field]
            if each.turn == OPENED:
                counters[each.field] = each.counters
                if knows_counters:
                    estimator.opened(each.field, at, each.counters)
            elif each.turn == ISSUE:
                ahead[each.ticket] = estimator.line(each.field).ahead(at)
                said = line.said(at, ahead[each.ticket], counters[each.field], None)
                estimate = estimator.issue(each.ticket, each.field, at)
                line.waiting[each.ticket] = at
                if each.ticket in waits:
                    issued, called = waits[each.ticket]
                    logged = Logged(each.ticket, date(2026, 1, 1) + timedelta(day), issued, called, queue=each.field)
                    found.append(Scored(name, logged, ahead[each.ticket], estimate, said))
            else:
                estimator.call(each.ticket, at)
                line.waiting.pop(each.ticket)
                line.called(at, 450 + waits[each.ticket][0], ahead[each.ticket], counters[each.field])
        estimator.end_day()
        for line in baselines.values():
            line.end_day()
    first = date(2026, 1, 1) + timedelta(warm_up)
    return [each for each in found if each.ticket.day >= first and each.ahead]


def centre(out: Callable[[str], None], days: int = 40) -> Iterator[tuple[str, Score, Score]]:
    """Say how good the estimates are in simulated centres, with and without the open counters."""
    for name in SCENARIOS:
        scores = [score(lived(name, days=days, seed=1, knows_counters=knows)) for knows in (True, False)]
        if scores[0] and scores[1]:
            out(f"{name}: {words(scores[0])}; without the open counters: {words(scores[1])}")
            yield name, scores[0], scores[1]


def words(figures: Score) -> str:
    usual = figures.baselines["usual"][0]
    return (
        f"{figures.n} scored, error {figures.mae:.2f}, {figures.mae / usual:.2f} of the usual formula's, "
        f"within {figures.coverage:.1%}, late {figures.late:.1%}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centre", action="store_true")
    given = parser.parse_args()

    def say(line: Any) -> None:
        print(line, flush=True)

    if not given.centre:
        left_out([tickets_of(OFFICES), tickets_of(CENTRE)], say)
    list(centre(say))
    return 0


if __name__ == "__main__":
    sys.exit(main())
