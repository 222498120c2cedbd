"""The estimates on recorded logs of tickets: every figure that the README claims of them, and what they cost.

`QUEUEAPP_DATA=FOLDER python -m benchmarks.estimates [--seeded] [--cost]`. The logs are those of the folder that
QUEUEAPP_DATA names. First the limits are held against the figures of each log, and estimates against those of the same
log whose later part is cut away: nothing later may be known. `--seeded` breaks the estimator on purpose and ends with
status 1 unless every fault is found. `--cost` times an estimate for a new ticket with 200 waiting and a year of history
against `issue`.
"""

import argparse
import dataclasses
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.seeding import replaced
from queueapp.rules import estimate, evaluating, promise
from queueapp.rules.estimate import Estimator
from queueapp.rules.evaluating import replay
from queueapp.rules.lines import Line
from queueapp.rules.logs import Logged, read_log
from queueapp.rules.pace import Pace
from queueapp.rules.scores import Evaluation, evaluate

FEWEST_IN_A_BIN, FEWEST_IN_AN_OFFICE = 200, 500


@dataclass(frozen=True)
class Claim:
    """What is claimed of one log; shares between 0 and 1, minutes."""

    file: str
    mae: float
    of_usual: float  # the error as a share of the usual formula's
    coverage: tuple[float, float] = (0.78, 0.86)
    least_in_a_bin: float = 0.75
    late: float = 0.11


CLAIMS = (
    Claim("dev_warsaw_offices_2020_01.csv", mae=10.0, of_usual=0.75),
    Claim("dev_bank_callcentre_1999_08.csv", mae=0.97, of_usual=0.87),
)


def tickets_of(file: str) -> list[Logged]:
    folder = os.environ.get("QUEUEAPP_DATA")
    if not folder:
        sys.exit("QUEUEAPP_DATA does not name the folder of the recorded logs")
    return read_log((Path(folder) / file).read_text(encoding="utf-8")).tickets


def broken(claim: Claim, evaluation: Evaluation) -> Iterator[str]:
    """Name what of a claim does not hold."""
    figures = evaluation.all
    if figures is None:
        yield "nothing was scored"
        return
    usual = figures.baselines["usual"][0]
    if figures.mae > claim.mae:
        yield f"error {figures.mae:.3f} > {claim.mae}"
    if figures.mae > claim.of_usual * usual:
        yield f"error {figures.mae / usual:.2f} of the usual formula's"
    if not claim.coverage[0] <= figures.coverage <= claim.coverage[1]:
        yield f"coverage {figures.coverage:.3f}"
    if figures.late > claim.late:
        yield f"late {figures.late:.3f}"
    for place, each in evaluation.by_position:
        if each.n >= FEWEST_IN_A_BIN and each.coverage < claim.least_in_a_bin:
            yield f"coverage {each.coverage:.3f} at {place}"
    for office, each in evaluation.by_office:
        if each.n >= FEWEST_IN_AN_OFFICE and each.mae > 1.02 * each.baselines["usual"][0]:
            yield f"the usual formula is better in {office}"


def peeks(tickets: list[Logged], seed: int = 1) -> Iterator[str]:
    """Name estimates that change when the log is cut at a random moment of its last days."""
    chance = random.Random(seed)
    days = sorted({ticket.day for ticket in tickets})[:6]
    some = [ticket for ticket in tickets if ticket.day in days]
    whole = {each.ticket.line: each.estimate for each in replay(some).all}
    for day in days[-2:]:
        now = chance.uniform(540, 840)
        cut = [
            dataclasses.replace(ticket, called=None, left=None, ended=None, server="")
            if is_open(ticket, now)
            else ticket
            for ticket in some
            if ticket.day < day or (ticket.day == day and ticket.issued <= now)
            for is_open in [lambda each, at: each.day == day and (each.called or 0) > at]  # noqa: B023
        ]
        for each in replay(cut).all:
            if each.estimate != whole[each.ticket.line]:
                yield f"line {each.ticket.line} knows what comes after {now:.0f}"
                break


def check(claim: Claim, *, out: Callable[[str], None] = print) -> list[str]:
    """Replay one log, say its figures, and return what is wrong."""
    tickets = tickets_of(claim.file)
    begun = time.process_time()
    evaluation = evaluate(replay(tickets))
    seconds = time.process_time() - begun
    figures = evaluation.all
    if figures is not None:
        usual, fitted = (figures.baselines[name][0] for name in ("usual", "usual_fitted"))
        worst = min(each.coverage for _place, each in evaluation.by_position if each.n >= FEWEST_IN_A_BIN)
        out(
            f"{claim.file}: {figures.n} scored, error {figures.mae:.3f} (usual {usual:.2f}, fitted {fitted:.2f}), coverage "
            f"{figures.coverage:.1%}, worst bin {worst:.1%}, late {figures.late:.1%}; {1e6 * seconds / len(tickets):.0f} us a ticket"
        )
    return [*broken(claim, evaluation), *peeks(tickets)]


def _knows(good: Any) -> Any:
    def issue(office: Any, ticket: Logged) -> Any:
        said, others = good(office, ticket)
        wait = (ticket.called or ticket.issued) - ticket.issued
        return dataclasses.replace(said, minutes=said.minutes * 0.9 + wait * 0.1), others

    return issue


def _counts_idle(good: Any) -> Any:
    return lambda self, at, _issued, hours=(): good(self, at, 0.0, hours)


@contextmanager
def _point_range() -> Iterator[None]:
    with replaced(promise.Promise, "range_of", lambda _self, _service, _ahead, minutes: (minutes * 0.7, minutes * 1.3)):
        yield


FAULTS: dict[str, Callable[[], Any]] = {
    "it knows a tenth of what comes": lambda: replaced(evaluating, "_issue", _knows(evaluating._issue)),
    "gaps with nobody waiting count": lambda: replaced(Pace, "called", _counts_idle(Pace.called)),
    "the range is not learned": _point_range,
    "one of the people ahead is forgotten": lambda: replaced(
        Line, "ahead", lambda self, place: max(0, sum(other <= place for other in self.waiting.values()) - 1)
    ),
    "nothing is learned of the pace": lambda: replaced(Pace, "end_day", lambda self: self.gaps.clear()),
    "today counts for nothing but today": lambda: replaced(
        estimate, "open_minutes_until", lambda calls, *_rest: [10 * each for each in calls]
    ),
}


def seeded() -> list[str]:
    """Return the faults that were put in and not found."""
    missed = []
    for name, fault in FAULTS.items():
        with fault():
            wrong = [each for claim in CLAIMS for each in check(claim, out=lambda _line: None)]
        print(f"{name}: {'; '.join(wrong[:3]) or 'NOT FOUND'}", flush=True)
        if not wrong:
            missed.append(name)
    return missed


def year(waiting: int = 200) -> Estimator:
    """Return an estimator that has lived a year, with so many waiting."""
    chance = random.Random(1)
    estimator = Estimator(is_shared=True, hours=((450.0, 690.0), (810.0, 1020.0)))
    for _day in range(250):
        now, queue = 450.0, []
        for ticket in range(150):
            now += chance.expovariate(0.5)
            estimator.issue(ticket, chance.choice("ABC"), now, counters=3)
            queue.append(ticket)
            if chance.random() < 0.9:
                estimator.call(queue.pop(0), now + 1)
        estimator.end_day()
    for ticket in range(waiting):
        estimator.issue(ticket, chance.choice("ABC"), 460.0, counters=3)
    return estimator


def cost(clock: Callable[[], float], rounds: int = 300) -> tuple[float, float]:
    """Return the seconds of an estimate and of `issue` on a file, the median of each."""
    from queueapp.database import Database
    from queueapp.operations.issuing import issue
    from queueapp.operations.office import found
    from queueapp.settings import default_settings

    estimator = year()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(str(Path(folder) / "office.db"))
        at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
        database.write(found, default_settings(), is_training=True, at=at)
        database.is_given_clock = True
        for number in range(200):
            database.write(issue, service="land", at=at + timedelta(seconds=number))
        estimates, issues = [], []
        for number in range(rounds):
            begun = clock()
            estimator.issue(10_000 + number, "A", 470.0, counters=3)
            between = clock()
            database.write(issue, service="land", at=at + timedelta(seconds=300 + number))
            issues.append(clock() - between)
            estimates.append(between - begun)
            estimator.leave(10_000 + number)
        database.close()
    return sorted(estimates)[rounds // 2], sorted(issues)[rounds // 2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeded", action="store_true")
    parser.add_argument("--cost", action="store_true")
    given = parser.parse_args()
    if given.cost:
        for name, clock in (("by the clock", time.perf_counter), ("of CPU", time.thread_time)):
            ours, theirs = cost(clock)
            print(f"{name}: an estimate {1e6 * ours:.0f} us, issue {1e6 * theirs:.0f} us: {ours / theirs:.3f} of it")
        return 0
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    wrong = [f"{claim.file}: {each}" for claim in CLAIMS for each in check(claim)]
    print("\n".join(wrong) or "every claim holds")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
