"""How long `verify` takes, and how much memory, for a million events.

`python benchmarks/verifying.py [--events 1000000] [--from-seal]`. A day with all the usual verbs is lived by the
product's own operations and closed; then it is written again and again with later dates, keys and moments, chained
anew. Status 1 when a difference is found, or when nothing was verified.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from queueapp.database import Database
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.closing import close_day
from queueapp.operations.counters import open_counter
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.office import found
from queueapp.operations.serving import finish, hold, resume, transfer
from queueapp.queries.verifying import verify
from queueapp.rules.chain import link, written
from queueapp.rules.sheets import fingerprint
from queueapp.settings import Settings, default_settings

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
TICKETS = 240  # of the day that is lived
PEOPLE = ("an", "binh", "chi", "dung")
DAY = 86_400_000_000  # microseconds
MOMENTS = ("issued_at", "place", "ended_at", "due_at")


def lived(path: str) -> None:
    """Found an office, live one day in it, and close it."""
    database, at = Database(path), MORNING

    def do(operation: Any, **given: Any) -> Any:
        nonlocal at
        at += timedelta(seconds=25)
        return database.write(operation, at=at, **given)

    given = default_settings().model_dump() | {"staff": [{"name": name, "role": "clerk"} for name in PEOPLE]}
    do(found, settings=Settings.model_validate(given), is_training=True)
    database._driver.execute("PRAGMA synchronous=OFF")
    for number, name in enumerate(PEOPLE, 1):
        do(open_counter, counter=number, staff=name)
    for place in range(TICKETS):
        _citizen(do, place)
    unserved = {}
    for _place in range(3):
        unserved[do(issue, service="land").ticket.code] = "sent_home:closing_time"
    do(close_day, unserved=unserved, reason="benchmark")
    database.close()


def _citizen(do: Any, place: int) -> None:
    counter, field = [(1, "land"), (2, "civil_status"), (3, "social_affairs")][place % 3]
    ticket = do(issue, service=field, priority="elderly" if place % 11 == 0 else None).ticket.code
    if place % 17 == 0:
        do(leave, ticket=ticket)
        return
    do(call, counter=counter)
    if place % 19 == 0:
        for _call in range(2):
            do(recall, counter=counter)
        do(no_show, counter=counter)
        return
    do(start, counter=counter)
    if place % 7 == 0:
        do(hold, counter=counter)
        do(resume, counter=counter, ticket=ticket)
    if place % 13 == 0:
        do(transfer, counter=counter, to="civil_status")
        do(leave, ticket=ticket)
        return
    do(finish, counter=counter)


def multiplied(path: str, events: int) -> int:
    """Write the lived day again with later dates until there are so many events; return how many there are."""
    database = Database(path)
    database.revision()
    driver = database._driver
    day = driver.execute(
        "SELECT office_id, date, opened_at, closed_at, closed_by_id, reason, sealed_seq, seal, sheet FROM day"
    ).fetchone()
    first = driver.execute("SELECT seq FROM event WHERE verb = 'open_day'").fetchone()[0]
    template = driver.execute("SELECT * FROM event WHERE seq >= ? ORDER BY seq", (first,)).fetchall()
    rows = driver.execute("SELECT * FROM ticket ORDER BY id").fetchall()
    lived_spans = driver.execute("SELECT * FROM span ORDER BY id").fetchall()
    names = {table: [row[1] for row in driver.execute(f"PRAGMA table_info({table})")] for table in ("ticket", "span")}
    seq, head = driver.execute("SELECT seq, hash FROM head").fetchone()
    copies = -(-(events - seq) // len(template))
    driver.execute("BEGIN")
    for copy in range(1, copies + 1):
        shift, later = copy * DAY, (date.fromisoformat(day[1]) + timedelta(days=copy)).isoformat()
        driver.executemany(
            _insert("ticket", names["ticket"]),
            [_later(dict(zip(names["ticket"], row, strict=True)), later, shift, copy * len(rows)) for row in rows],
        )
        driver.executemany(
            _insert("span", names["span"]),
            [
                _later_span(
                    dict(zip(names["span"], row, strict=True)), shift, copy * len(lived_spans), copy * len(rows)
                )
                for row in lived_spans
            ],
        )
        sheet = day[8].replace(f'"day":"{day[1]}"', f'"day":"{later}"')
        chained = []
        for office, _seq, at, verb, ticket, counter, person, text, _previous, _hash in template:
            seq += 1
            detail, key = json.loads(text), None if ticket is None else ticket + copy * len(rows)
            if "day" in detail:
                detail["day"] = later
            if "sheet" in detail:
                detail["sheet"] = fingerprint(sheet)
            if "set" in detail:
                detail["set"] = _later(detail["set"], later, shift, 0)
            words = written(detail)
            previous, head = head, link(head, office, seq, at + shift, verb, key, counter, person, words)
            chained.append((office, seq, at + shift, verb, key, counter, person, words, previous, head))
        driver.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?)", chained)
        closed = (day[0], later, day[2] + shift, day[3] + shift, day[4], day[5], seq, head, sheet)
        driver.execute(
            "INSERT INTO day (office_id, date, opened_at, closed_at, closed_by_id, reason, sealed_seq, seal, sheet) "
            "VALUES (?,?,?,?,?,?,?,?,?)",
            closed,
        )
    driver.execute("UPDATE head SET seq = ?, hash = ?, at = ?", (seq, head, template[-1][2] + copies * DAY))
    driver.execute("COMMIT")
    database.close()
    return int(seq)


def _insert(table: str, names: list[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"


def _later(row: dict[str, Any], day: str, shift: int, keys: int) -> dict[str, Any]:
    changed = {name: row[name] + shift for name in MOMENTS if row.get(name) is not None}
    if "day" in row:
        changed["day"] = day
    if "id" in row:
        changed["id"] = row["id"] + keys
    return row | changed


def _later_span(row: dict[str, Any], shift: int, keys: int, tickets: int) -> dict[str, Any]:
    times = {"started_at": row["started_at"] + shift, "ended_at": row["ended_at"] + shift}
    return row | times | {"id": row["id"] + keys, "ticket_id": row["ticket_id"] + tickets}


def measured(path: str, *, from_seal: bool = False) -> int:
    """Verify once, print what it took, and return the status."""
    database = Database(path)
    begun = time.process_time()
    verdict = database.read(verify, from_seal=from_seal)
    seconds = time.process_time() - begun
    database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{verdict.events} events, {verdict.tickets} tickets, {verdict.spans} spans, {verdict.days} days: "
        f"{seconds:.1f} s of CPU, at most {peak:.0f} MB"
    )
    if verdict.difference is not None:
        print(verdict.difference)
    return 1 if verdict.difference is not None or not verdict.events else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--from-seal", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        lived(path)
        multiplied(path, given.events)
        return measured(path, from_seal=given.from_seal)


if __name__ == "__main__":
    sys.exit(main())
