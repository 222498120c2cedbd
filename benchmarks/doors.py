"""How fast issue and call are through the store's doors, as ratios in one run.

`python benchmarks/doors.py` compares them with the same SQL by the bare `sqlite3` module at the same durability;
`python benchmarks/doors.py --old 1000000` with themselves on a file that already holds that many old tickets.
"""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from queueapp import sqlite_file
from queueapp.database import Database
from queueapp.operations.calling import call
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.terminal import open_database

ROUNDS = 300
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MICROSECONDS = int(NOW.timestamp() * 1_000_000)


class Doors:
    """Issue and call as the application does them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.last = ""

    def issue(self) -> None:
        answer = self.database.write(issue, service="land", at=NOW)
        assert answer.ticket is not None
        self.last = answer.ticket.code

    def call(self) -> None:
        self.database.write(call, counter=1, at=NOW)

    def clear(self) -> None:
        """Free the counter again, so that the next round finds the same hall (not measured)."""
        self.database.write(leave, ticket=self.last, at=NOW)


class Bare:
    """The same statements, written by hand, on the bare driver."""

    def __init__(self, path: Path) -> None:
        self.driver = sqlite3.connect(path, isolation_level=None)
        sqlite_file.prepare(self.driver)

    def _office(self) -> None:
        self.driver.execute(
            "SELECT o.id, o.name, o.timezone, o.language, o.is_training, o.settings, h.seq, h.at, h.hash"
            " FROM office o JOIN head h ON h.office_id = o.id ORDER BY o.id LIMIT 1"
        ).fetchone()

    def _event(self, verb: str, ticket: int, counter: int | None, detail: dict[str, object]) -> None:
        run = self.driver.execute
        (seq,) = run(
            "UPDATE head SET seq = seq + 1, at = ? WHERE office_id = 1 RETURNING seq", (MICROSECONDS,)
        ).fetchone()
        run(
            "INSERT INTO event (office_id, seq, at, verb, ticket_id, counter_id, detail) VALUES (1, ?, ?, ?, ?, ?, ?)",
            (seq, MICROSECONDS, verb, ticket, counter, json.dumps(detail)),
        )

    def _answer(self, ticket: int) -> None:
        self.driver.execute(
            "SELECT t.*, i.letter, i.code, q.code, c.number, p.name, s.started_at FROM ticket t"
            " JOIN service i ON i.id = t.issued_for_id JOIN service q ON q.id = t.service_id"
            " LEFT JOIN counter c ON c.id = t.counter_id LEFT JOIN staff p ON p.id = t.staff_id"
            " LEFT JOIN span s ON s.ticket_id = t.id AND s.ended_at IS NULL WHERE t.id = ?",
            (ticket,),
        ).fetchone()

    def issue(self) -> None:
        run = self.driver.execute
        run("BEGIN IMMEDIATE")
        self._office()
        run(
            "SELECT id, letter, recall_limit, daily_quota FROM service WHERE office_id = 1 AND code = 'land'"
        ).fetchone()
        run("SELECT closed_at FROM day WHERE office_id = 1 AND date = '2026-11-23'").fetchone()
        (last,) = run(
            "SELECT max(number) FROM ticket WHERE office_id = 1 AND day = '2026-11-23' AND issued_for_id = 1"
        ).fetchone()
        (ticket,) = run(
            "INSERT INTO ticket (office_id, day, issued_for_id, number, service_id, state, dossiers, issued_at, place,"
            " calls, is_unreliable) VALUES (1, '2026-11-23', 1, ?, 1, 'waiting', 1, ?, ?, 0, 0) RETURNING id",
            ((last or 0) + 1, MICROSECONDS, MICROSECONDS),
        ).fetchone()
        run(
            "INSERT INTO span (office_id, ticket_id, kind, service_id, started_at) VALUES (1, ?, 'waiting', 1, ?)",
            (ticket, MICROSECONDS),
        )
        self._event("issue", ticket, None, {"service": "land", "number": last, "to": "waiting", "dossiers": 1})
        self._answer(ticket)
        run(
            "SELECT id, priority, place, number FROM ticket WHERE service_id = 1 AND day = '2026-11-23' AND state = 'waiting'"
        ).fetchall()
        run("COMMIT")

    def call(self) -> None:
        run = self.driver.execute
        run("BEGIN IMMEDIATE")
        self._office()
        run(
            "SELECT c.id, c.state, s.staff_id FROM counter c LEFT JOIN shift s ON s.counter_id = c.id"
            " AND s.closed_at IS NULL WHERE c.office_id = 1 AND c.number = 1"
        ).fetchone()
        run(
            "SELECT id FROM ticket WHERE office_id = 1 AND counter_id = 1 AND state IN ('called', 'serving', 'held')"
        ).fetchone()
        ticket = min(
            run(
                "SELECT t.place, t.number, t.id, t.priority FROM ticket t JOIN skill k ON k.service_id = t.service_id"
                " WHERE k.counter_id = 1 AND t.day = '2026-11-23' AND t.state = 'waiting'"
            ).fetchall()
        )[2]
        run("SELECT * FROM ticket WHERE id = ?", (ticket,)).fetchone()
        run(
            "UPDATE ticket SET state = 'called', calls = 1, counter_id = 1 WHERE id = ? AND state = 'waiting'",
            (ticket,),
        )
        run(
            "UPDATE span SET ended_at = ?, ended_by = 'call' WHERE ticket_id = ? AND ended_at IS NULL",
            (MICROSECONDS, ticket),
        )
        run(
            "INSERT INTO span (office_id, ticket_id, kind, service_id, counter_id, started_at)"
            " VALUES (1, ?, 'called', 1, 1, ?)",
            (ticket, MICROSECONDS),
        )
        self._event("call", ticket, 1, {"to": "called", "rule": "longest_wait", "waited": 0.0, "passed": 0, "calls": 1})
        self._answer(ticket)
        run("COMMIT")


def timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def compare(name: str, pairs: list[tuple[float, float]]) -> None:
    """Print the ratio of rates of the first against the second of each pair."""
    first = statistics.median(a for a, _b in pairs)
    second = statistics.median(b for _a, b in pairs)
    print(f"{name}: {second / first:.2f} of the rate  (medians {first * 1e6:.0f} and {second * 1e6:.0f} µs)")


def against_bare(folder: Path) -> None:
    doors = Doors(open_database(str(folder / "doors.db"), clock=lambda: NOW))
    twin = Doors(open_database(str(folder / "bare.db"), clock=lambda: NOW))
    twin.issue()  # opens the day
    twin.clear()
    bare = Bare(folder / "bare.db")
    issued, called = [], []
    for _round in range(ROUNDS):
        issued.append((timed(doors.issue), timed(bare.issue)))
        called.append((timed(doors.call), timed(bare.call)))
        doors.clear()
        twin.last = f"D-{_round + 2:03d}"
        twin.clear()
    compare("issue through the store against bare sqlite3", issued[20:])
    compare("call through the store against bare sqlite3", called[20:])


def against_empty(folder: Path, old: int) -> None:
    full = open_database(str(folder / "full.db"), clock=lambda: NOW)
    fill(folder / "full.db", old)
    laden, empty = Doors(full), Doors(open_database(str(folder / "empty.db"), clock=lambda: NOW))
    issued, called = [], []
    for _round in range(ROUNDS):
        issued.append((timed(laden.issue), timed(empty.issue)))
        called.append((timed(laden.call), timed(empty.call)))
        laden.clear()
        empty.clear()
    size = (folder / "full.db").stat().st_size / 1e6
    print(f"{old} old tickets, a file of {size:.0f} MB, against an empty one:")
    compare("issue", issued[20:])
    compare("call", called[20:])


def fill(path: Path, old: int) -> None:
    """Write `old` finished tickets of earlier days, each with its spans and events, straight into the tables."""
    driver = sqlite3.connect(path, isolation_level=None)
    driver.execute("PRAGMA synchronous=OFF")
    driver.execute("BEGIN")
    (office_seq,) = driver.execute("SELECT seq FROM head").fetchone()
    per_day = 900
    day = "date('2026-11-22', '-' || (n / :per_day) || ' days')"
    start = f"(strftime('%s', {day}) + (n % :per_day) * 30) * 1000000"
    numbers = "WITH RECURSIVE each(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM each WHERE n + 1 < :old)"
    values = {"old": old, "per_day": per_day}
    driver.execute(
        f"{numbers} INSERT INTO ticket (id, office_id, day, issued_for_id, number, service_id, state, dossiers, issued_at,"
        f" place, calls, counter_id, ended_at, outcome, is_unreliable) SELECT n + 1, 1, {day}, n % 3 + 1,"
        f" (n % :per_day) / 3 + 1, n % 3 + 1, 'served', 1, {start}, {start}, 1, n % 3 + 1, {start} + 900000000, 'done', 0"
        " FROM each",
        values,
    )
    for kind, by, begin, end in (
        ("waiting", "call", 0, 300),
        ("called", "start", 300, 330),
        ("serving", "finish", 330, 900),
    ):
        counter = "NULL" if kind == "waiting" else "n % 3 + 1"
        driver.execute(
            f"{numbers} INSERT INTO span (office_id, ticket_id, kind, service_id, counter_id, started_at, ended_at,"
            f" ended_by) SELECT 1, n + 1, '{kind}', n % 3 + 1, {counter}, {start} + {begin}000000, {start} + {end}000000,"
            f" '{by}' FROM each",
            values,
        )
    for index, verb in enumerate(("issue", "call", "start", "finish")):
        driver.execute(
            f"{numbers} INSERT INTO event (office_id, seq, at, verb, ticket_id, detail) SELECT 1, :base + n * 4 + {index} + 1,"
            f" {start}, '{verb}', n + 1, '{{}}' FROM each",
            {**values, "base": office_seq},
        )
    driver.execute("UPDATE head SET seq = seq + 4 * ?", (old,))
    driver.execute("COMMIT")
    driver.execute("ANALYZE")
    driver.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", type=int, default=0)
    given = parser.parse_args()
    mode = sqlite_file.journal_mode(sqlite3.sqlite_version_info)
    print(f"SQLite {sqlite3.sqlite_version}, journal {mode}, synchronous FULL, {ROUNDS} rounds", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        if given.old:
            against_empty(Path(folder), given.old)
        else:
            against_bare(Path(folder))


if __name__ == "__main__":
    main()
