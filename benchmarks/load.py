"""Many processes, random verbs, one database, for a minute: no error, no number twice or missing, no double call.

`python benchmarks/load.py [--processes 16] [--seconds 60] [--db URL]`; without --db on a new SQLite file. It ends with
status 1 when anything is wrong, also when nothing was done.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from queueapp.clock import now
from queueapp.database import Database
from queueapp.models import events, spans, tickets
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.issuing import issue, serve
from queueapp.operations.leaving import leave, void
from queueapp.operations.office import found
from queueapp.operations.serving import finish, hold, put_back, resume, transfer
from queueapp.queries.hall import status
from queueapp.rules.errors import QueueError
from queueapp.session import Session
from queueapp.settings import Settings, default_settings
from queueapp.statement import Statement
from queueapp.terminal import open_database

FIELDS = ("land", "civil_status", "social_affairs")
EXPECTED = {
    "nobody_waiting",
    "counter_busy",
    "counter_idle",
    "wrong_state",
    "not_waiting",
    "unknown_ticket",
}
_TICKETS = Statement(select(tickets.c.id, tickets.c.day, tickets.c.issued_for_id, tickets.c.number, tickets.c.state))
_SPANS = Statement(select(spans.c.ticket_id, spans.c.kind, spans.c.ended_at).order_by(spans.c.id))
_EVENTS = Statement(select(events.c.seq, events.c.verb, events.c.ticket_id).order_by(events.c.seq))


def work(address: str, counter: int, seconds: float, seed: int, results: "multiprocessing.Queue[Any]") -> None:
    """Do random verbs at one counter and report what happened."""
    chance = random.Random(seed)
    database = open_database(address)
    done: Counter[str] = Counter()
    unexpected: list[str] = []
    longest = 0.0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        verb, given = chosen(chance, counter)
        begun = time.monotonic()
        try:
            database.write(verb, at=now(), **given)
            done[verb.__name__] += 1
        except QueueError as error:
            done["refused"] += 1
            if error.code not in EXPECTED:
                unexpected.append(f"{verb.__name__}: {error.code}: {error}")
        except Exception as error:
            unexpected.append(f"{verb.__name__}: {error!r}")
        longest = max(longest, time.monotonic() - begun)
    database.close()
    results.put((done, unexpected, longest))


def chosen(chance: random.Random, counter: int) -> tuple[Any, dict[str, Any]]:
    """Return a verb and what it is given."""
    code = f"{chance.choice('DHX')}-{chance.randint(1, 400):03d}"
    here = {"counter": counter}
    return chance.choice(
        [
            *[(issue, {"service": chance.choice(FIELDS), "priority": chance.choice([None, None, "elderly"])})] * 5,
            *[(call, here)] * 5,
            *[(start, here)] * 4,
            *[(finish, here)] * 4,
            (recall, here),
            (no_show, here),
            (hold, here),
            (resume, here | {"ticket": code}),
            (transfer, here | {"to": chance.choice(FIELDS)}),
            (put_back, here | {"position": chance.choice(["own", "front", "end"])}),
            (serve, here | {"service": chance.choice(FIELDS)}),
            (leave, {"ticket": code}),
            (void, {"ticket": code, "reason": "test"}),
        ]
    )


def faults(session: Session) -> list[str]:
    """Return what is wrong in the tables after the run."""
    found_faults = []
    numbers: dict[tuple[Any, Any], list[int]] = {}
    for _id, day, service, number, _state in session.rows(_TICKETS):
        numbers.setdefault((day, service), []).append(number)
    for series, used in numbers.items():
        if sorted(used) != list(range(1, len(used) + 1)):
            found_faults.append(f"series {series}: numbers twice or missing")
    sequence = [row[0] for row in session.rows(_EVENTS)]
    if sequence != list(range(1, len(sequence) + 1)):
        found_faults.append("the events are not gapless")
    states = {row[0]: row[4] for row in session.rows(_TICKETS)}
    present = {ticket: kind for ticket, kind, ended_at in session.rows(_SPANS) if ended_at is None}
    found_faults += [
        f"ticket {ticket}: state {state}, open span {present.get(ticket)}"
        for ticket, state in states.items()
        if present.get(ticket, state) != state
        or (state in {"waiting", "called", "serving", "held"}) != (ticket in present)
    ]
    return found_faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--db")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = given.db or str(Path(folder) / "load.db")
        prepare(address, given.processes)
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        workers = [
            context.Process(target=work, args=(address, number + 1, given.seconds, number, results))
            for number in range(given.processes)
        ]
        for worker in workers:
            worker.start()
        reports = [results.get() for _worker in workers]
        for worker in workers:
            worker.join()
        database = open_database(address)
        wrong = database.read(faults)
        revision = database.read(status, at=datetime.now(UTC)).revision
        database.close()
    done = sum((report[0] for report in reports), Counter[str]())
    unexpected = [error for report in reports for error in report[1]]
    longest = max(report[2] for report in reports)
    sent = sum(done.values())
    print(f"{given.processes} processes, {given.seconds:.0f} s: {sent - done['refused']} operations done,")
    print(f"{done['refused']} refused as they must be, {revision} events, longest wait {longest * 1000:.0f} ms")
    print(dict(sorted(done.items())))
    print(f"unexpected errors: {len(unexpected)}; faults in the tables: {len(wrong)}")
    for line in [*unexpected[:10], *wrong[:10]]:
        print("  ", line)
    return 1 if unexpected or wrong or sent == done["refused"] else 0


def prepare(address: str, counters: int) -> None:
    """Make an office with as many counters as processes, each for all fields."""
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number + 1, "services": list(FIELDS)} for number in range(counters)]
    database = Database(address)
    database.write(found, Settings.model_validate(settings), at=now())
    database.close()


if __name__ == "__main__":
    sys.exit(main())
