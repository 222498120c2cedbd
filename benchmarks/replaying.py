"""Whether a recorded day that is lived again with its own assignment has its waits: on made-up days and on real ones.

`python -m benchmarks.replaying [--days 500]`. The made-up days have clerks who dawdle, go for a break and leave early.
With QUEUEAPP_DATA the days of a telephone centre follow, to the second, with who answered each call. Before that, faults
put into the replay must show.
"""

import argparse
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.rules import replaying
from queueapp.rules.halls import Hall, Hours
from queueapp.rules.replaying import Recorded, recorded
from queueapp.rules.summaries import Visit
from queueapp.rules.supposing import suppose
from queueapp.rules.views import SpanView
from tests.rules.test_replaying import generated, taken_apart

BANK = "dev_bank_callcentre_1999_08.csv"
ZONE = "Asia/Jerusalem"
WITHIN = 0.05


def by_rule(days: int) -> list[float]:
    """Return how far the simulated hall is off by the rule that those clerks keep: nothing of it is on record."""
    found = [suppose(taken_apart(generated(seed)), rule="first_come") for seed in range(days)]
    return [each.after.mean / each.then - 1 for each in found]


def errors(days: int) -> list[float]:
    return [suppose(taken_apart(generated(seed))).error for seed in range(days)]


def bank_days(path: Path) -> dict[str, Recorded]:
    """Return the days of the telephone centre: who was answered, by whom, from when to when."""
    rows: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["start_s"] and row["server"] and row["end_s"]:
                rows[row["day"]].append(row)
    return {day: _bank_day(date.fromisoformat(day), _one_at_a_time(each)) for day, each in rows.items()}


def _one_at_a_time(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Leave out the calls that go on while the same agent has begun the next: about one in a hundred, by the record."""
    kept = []
    by_agent = sorted(rows, key=lambda row: (row["server"], float(row["start_s"])))
    for row, after in zip(by_agent, [*by_agent[1:], None], strict=True):
        if after is None or after["server"] != row["server"] or float(row["end_s"]) <= float(after["start_s"]):
            kept.append(row)
    return kept


def _bank_day(day: date, rows: Sequence[dict[str, str]]) -> Recorded:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))
    agents = {name: number for number, name in enumerate(sorted({row["server"] for row in rows}), start=1)}
    visits = []
    for row in rows:
        came, begins, ends = (
            midnight + timedelta(seconds=float(row[each])) for each in ("arrival_s", "start_s", "end_s")
        )
        agent, field = agents[row["server"]], row["cls"]
        if ends <= begins:
            continue
        spans = (
            SpanView("waiting", field, None, None, came, max(came, begins), "call"),
            SpanView("serving", field, agent, None, max(came, begins), ends, "finish"),
        )
        visits.append(Visit(row["ticket"], field, "served", 1, came, agent, None, row["prio"] == "2", spans=spans))
    return recorded(visits, day=day, hours=Hours(1440.0, (), 0.0), timezone=ZONE, counters={})


def _without_pauses(mine: Any, _fields: Any, _every: Any) -> Any:
    return mine, []


FAULTS: dict[str, Callable[[], Any]] = {
    "nobody pauses between two citizens": lambda: replaced(replaying, "_paused", _without_pauses),
    "only nine tenths of the work are counted": lambda: replaced(
        replaying,
        "_legs",
        lambda *given, good=replaying._legs: [replace(leg, minutes=leg.minutes * 0.9) for leg in good(*given)],
    ),
    "work goes on at the same speed through lunch": lambda: replaced(Hall, "_finished", lambda _self, _at, end: end),
}


def seeded() -> list[str]:
    """Return the faults that were put in and not found: with each, many days must be off."""
    missed = []
    for name, fault in FAULTS.items():
        with fault():
            if sum(abs(error) < WITHIN for error in errors(40)) > 30:
                missed.append(name)
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=500)
    given = parser.parse_args()
    missed = seeded()
    print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
    found = errors(given.days)
    close = sum(abs(error) < WITHIN for error in found)
    print(
        f"made-up days: {close} of {len(found)} within 5 %, mean error {sum(found) / len(found):+.1%}, worst {max(map(abs, found)):.1%}"
    )
    ruled = by_rule(given.days)
    off = sum(map(abs, ruled)) / len(ruled)
    print(f"  simulated by their rule: mean error {sum(ruled) / len(ruled):+.1%}, off by {off:.1%} on average")
    folder = os.environ.get("QUEUEAPP_DATA")
    if not folder:
        print("QUEUEAPP_DATA does not name the folder of the recorded logs: no real day was tried")
        return 1 if missed else 0
    offs = []
    for day, record in sorted(bank_days(Path(folder) / BANK).items()):
        was = suppose(record)
        offs.append(was.error)
        print(
            f"{day}: {was.n} calls, mean wait {was.then * 60:5.1f} s, lived again {was.again * 60:5.1f} s ({was.error:+.1%}); by the office's rule {was.before.mean * 60:5.1f} s"
        )
    print(f"real days: {sum(abs(error) < WITHIN for error in offs)} of {len(offs)} within 5 %")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
