"""What a promise costs: `issue` with an estimate against the same `issue` that only counts who is before it.

`python -m benchmarks.promising [--waiting 200] [--rounds 400]`. One file, 200 waiting in a field (one in six with
priority), a year of history. In turns a ticket is issued with and without its promise and goes away again; the figure
is the ratio of the medians, by the clock (a durable commit is in both) and of processor time (where it is not). First
as reception does it, whose screen is painted anew after each change and has the next ticket's wait; then as a command
does it, which has to ask.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.seeding import replaced
from queueapp.database import Database
from queueapp.operations import issuing
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.office import found
from queueapp.queries.estimates import Turn
from queueapp.queries.hall import reception
from queueapp.queries.lines import ahead_in
from queueapp.queries.rows import today, waiting_for_service
from queueapp.rules.estimate import Estimator
from queueapp.rules.learned import as_plain
from queueapp.rules.order import Waiting
from queueapp.settings import default_settings

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FIELDS = ("land", "civil_status", "social_affairs")
ONE_IN = 6  # has priority


def year() -> Estimator:
    """Return an estimator that has lived a year."""
    chance = random.Random(1)
    estimator = Estimator(is_shared=True, hours=((450.0, 690.0), (810.0, 1020.0)))
    for _day in range(250):
        now, queue, came = 450.0, [], 0
        for ticket in range(150):
            now += chance.expovariate(0.5)
            estimator.issue(ticket, chance.choice(FIELDS), now, counters=3)
            queue.append(ticket)
            came += chance.random() < 1 / ONE_IN
            if chance.random() < 0.9:
                estimator.call(queue.pop(0), now + 1)
        for line in estimator.lines.values():
            line.had_priority(came // len(FIELDS), 450.0)
        estimator.end_day()
    return estimator


def without(session: Any, service_id: int, *, is_priority: bool, is_first: bool, at: datetime) -> Turn:
    """Return only who is before a new ticket, as issuing did without estimates."""
    day = today(session, at)
    mine = Waiting(0, is_priority, at, 10**9, is_first, service_id)
    return Turn(ahead_in(session, mine, waiting_for_service(session, service_id, day), service_id, day, at=at))


def learn(session: Any, state: str, *, at: datetime) -> None:
    values = {"office": session.office.id, "day": "2026-11-20", "state": state}
    session.connection().execute(text("INSERT INTO learned VALUES (:office, :day, :state)"), values)


def measured(
    database: Database, at: datetime, rounds: int, clock: Callable[[], float], *, is_painted: bool
) -> tuple[float, float]:
    """Return the seconds of an `issue` with its promise and of one without, the medians of so many in turns."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * rounds):
        is_told, given = number % 2 == 0, {"priority": "elderly"} if number % (2 * ONE_IN) < 2 else {}
        at += timedelta(seconds=2)
        if is_painted:
            database.read(reception, at=at)
        with replaced(issuing, "new_turn", issuing.new_turn if is_told else without):
            begun = clock()
            done = database.write(issue, service="land", at=at, **given)
            spent[is_told].append(clock() - begun)
        assert done.ticket is not None
        assert (done.ticket.promise is not None) == is_told
        database.write(leave, ticket=done.ticket.code, at=at)
    with_it, without_it = (sorted(spent[each])[rounds // 2] for each in (True, False))
    return with_it, without_it


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=400)
    given = parser.parse_args()
    state = json.dumps(as_plain(year()))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(str(Path(folder) / "office.db"))
        settings = default_settings()
        warn = settings.stopping.model_copy(update={"rule": "warn"})  # the light is asked for, and lets all through
        database.write(found, settings.model_copy(update={"stopping": warn}), is_training=True, at=MORNING)
        database.is_given_clock = True
        database.write(learn, state, at=MORNING)
        for number in range(given.waiting):
            priority = {"priority": "elderly"} if number % ONE_IN == 0 else {}
            database.write(issue, service="land", at=MORNING + timedelta(seconds=number), **priority)
        hour = 1.0
        for who, is_painted in (("reception", True), ("a command", False)):
            for name, clock in (("by the clock", time.perf_counter), ("of CPU", time.thread_time)):
                at = MORNING + timedelta(hours=hour)
                ours, plain = measured(database, at, given.rounds, clock, is_painted=is_painted)
                times = f"issue {1e6 * ours:.0f} us, without a promise {1e6 * plain:.0f} us"
                print(f"{who}, {name}: {times}: {ours / plain:.3f}")
                hour += 0.5
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
