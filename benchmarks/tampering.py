"""Changes rows behind the back of the queue, past its triggers, one at a time: `verify` must name each.

`python benchmarks/tampering.py [--edits 2000] [--seed 1]`. Any column of any row of tickets, spans, events and missing papers; what the
database itself refuses (a check, an index) is counted apart. Then names and notes are written wherever they can be, and
after `purge` no byte of them may be left in any file. `--seeded` makes `verify` look less closely, and leaves the purge
out: each must be found.
"""

import argparse
import contextlib
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.database import Database
from queueapp.models import metadata
from queueapp.queries import verifying
from queueapp.queries.verifying import verify

TABLES = ("ticket", "span", "event", "missing")
COLUMNS = {table: [(table, each.name) for each in metadata.tables[table].columns] for table in TABLES}
ORDERS = {("span", "id"), ("missing", "id")}  # on PostgreSQL these are no more than an order, which has gaps anyway
Place = tuple[str, str]


class Tamperer:
    """Edits any column of any row of tickets, spans, events and missing papers on a connection of its own; `chance` chooses.

    With `places` only these columns, each a table and a name.
    """

    def __init__(self, database: Database, chance: random.Random, places: Sequence[Place] = ()) -> None:
        self._chance = chance
        self._places = places
        self.refused = 0
        self._mark = "?" if database.path else "%s"
        if database.path:
            self.driver: Any = sqlite3.connect(database.path, isolation_level=None)
            self.driver.execute("PRAGMA ignore_check_constraints=ON")
            for (name,) in self.driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                self.driver.execute(f"DROP TRIGGER {name}")
        else:
            import psycopg

            plain_url = "postgresql" + database.url.render_as_string(hide_password=False).partition("+psycopg")[2]
            self.driver = psycopg.connect(plain_url, autocommit=True)
            self.driver.execute("SET session_replication_role = replica")

    @contextlib.contextmanager
    def edit(self) -> Iterator[str | None]:
        """Change one value; None when the database itself refused. It is put back afterwards."""
        table, column = self._chance.choice(self._places or COLUMNS[self._chance.choice(TABLES)])
        if self._mark == "%s" and (table, column) in ORDERS:
            yield None
            return
        key = "seq" if table == "event" else "id"
        keys = [row[0] for row in self.driver.execute(f"SELECT {key} FROM {table}").fetchall()]
        if not keys:
            yield None
            return
        row_key = self._chance.choice(keys)
        cast = "CAST(detail AS VARCHAR)" if column == "detail" else column
        question = f"SELECT {cast} FROM {table} WHERE {key} = {self._mark}"
        before = self.driver.execute(question, (row_key,)).fetchone()[0]
        after = self._other(before)
        now_key = after if column == key else row_key
        change = f"UPDATE {table} SET {column} = {self._mark} WHERE {key} = {self._mark}"
        try:
            self.driver.execute(change, (after, row_key))
        except Exception:
            self.refused += 1
            yield None
            return
        try:
            yield f"{table} {row_key}.{column}: {before!r} -> {after!r}"
        finally:
            self.driver.execute(change, (before, now_key))

    def close(self) -> None:
        """Give the connection back."""
        self.driver.close()

    def _other(self, value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + self._chance.choice([-1, 1, 7, 60_000_000])
        if value is None:
            return self._chance.choice([1, 2])
        text = str(value)
        place = self._chance.randrange(len(text)) if text else 0
        return text[:place] + ("x" if text[place : place + 1] != "x" else "y") + text[place + 1 :]


def lived(path: str) -> Database:
    """Live some days with all verbs, closed, and one that is open."""
    from benchmarks.days import Walk
    from tests.store.test_state_machine import Queue

    queue = Queue()
    queue.folder.cleanup()
    queue.database = Database(path)
    queue.found()
    walk = Walk(queue, random.Random(5))
    for _day in range(4):
        walk.day()
    for _step in range(40):
        walk.step()
    return queue.database


def edits(count: int, seed: int, places: Sequence[Place] = ()) -> tuple[int, int, list[str]]:
    """Edit so many values one after the other; return how many were named, how many refused, and which went unseen."""
    with tempfile.TemporaryDirectory() as folder:
        database = lived(str(Path(folder) / "office.db"))
        assert database.read(verify).difference is None
        tamperer = Tamperer(database, random.Random(seed), places)
        named, unseen = 0, []
        while named + len(unseen) < count:
            with tamperer.edit() as what:
                if what is None:
                    continue
                if database.read(verify).difference is None:
                    unseen.append(what)
                else:
                    named += 1
        tamperer.close()
        database.close()
    return named, tamperer.refused, unseen


def purged(*, is_purged: bool = True) -> list[str]:
    """Write names and notes everywhere they can be written, purge, and return where a byte of them is left."""
    import subprocess

    secrets = [f"Nguyễn Thị Bí Mật {number}" for number in range(300)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "office.db"
        environment = os.environ | {"QUEUEAPP_LANG": "en", "PYTHONPATH": str(Path(__file__).parent.parent)}

        def queueapp(*words: str, given: str = "") -> None:
            command = [sys.executable, "-m", "queueapp", "--db", str(path), *words]
            subprocess.run(
                command, input=given, text=True, check=True, capture_output=True, cwd=folder, env=environment
            )

        queueapp("init")
        shown = subprocess.run(
            [sys.executable, "-m", "queueapp", "--db", str(path), "config", "show"],
            text=True,
            check=True,
            capture_output=True,
            cwd=folder,
            env=environment,
        ).stdout
        (folder / "office.toml").write_text(shown.replace("name = false", "name = true"))
        queueapp("config", "apply", "office.toml")
        lines = [
            {"do": "issue", "service": "land", "name": secret, "note": f"ghi chú {secret}", "key": f"k{place}"}
            for place, secret in enumerate(secrets)
        ]
        lines += [{"do": "call", "counter": 1}, {"do": "start", "counter": 1}]
        lines += [{"do": "transfer", "counter": 1, "to": "civil_status", "note": secrets[0]}]
        queueapp("batch", given="".join(json.dumps(line) + "\n" for line in lines))
        before = b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
        if secrets[7].encode() not in before:
            return ["idle: nothing was written"]
        queueapp("report", "--csv", "day.csv")
        if is_purged:
            queueapp("purge", "--days", "0")
        queueapp("verify")
        left = []
        for each in folder.rglob("*"):
            raw = each.read_bytes() if each.is_file() else b""
            left += [each.name for secret in secrets if any(form in raw for form in _forms(secret))][:1]
        return left


def _forms(secret: str) -> tuple[bytes, ...]:
    return secret.encode(), secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode()


def _but(compare: Callable[[Any], None], ending: str) -> Callable[[Any], None]:
    """Return a comparison that says nothing of one column."""

    def faulty(walk: Any) -> None:
        try:
            compare(walk)
        except verifying._PartedError as parted:
            if not parted.difference.row.endswith(ending):
                raise

    return faulty


def _nothing(*_given: Any) -> None:
    return None


# Who does not look at the chain would wait for ever for an event whose number is far away.
_BUT_NUMBERS = [each for each in COLUMNS["event"] if each[1] != "seq"]

# What is left out, how, and the places where it matters.
FAULTS: dict[str, tuple[str, Any, Sequence[Place]]] = {
    "the hashes of the chain": ("_linked", lambda _walk, row, _seq: row[8], _BUT_NUMBERS),
    "the tickets": ("_compare_tickets", _nothing, COLUMNS["ticket"]),
    "the spans": ("_compare_spans", _nothing, COLUMNS["span"]),
    "the order of the spans": ("_compare_order", _nothing, [("span", "id")]),
    "a ticket's number of dossiers": (
        "_compare_tickets",
        _but(verifying._compare_tickets, ".dossiers"),
        [("ticket", "dossiers")],
    ),
    "who ended a span": ("_compare_spans", _but(verifying._compare_spans, ".ended_by"), [("span", "ended_by")]),
    "the missing papers": ("_compare_missing", _nothing, COLUMNS["missing"]),
    "who granted a priority": (
        "_compare_tickets",
        _but(verifying._compare_tickets, ".priority_by_id"),
        [("ticket", "priority_by_id")],
    ),
}


def is_found(name: str, count: int = 20) -> bool:
    """Whether edits go unseen when this is left out of `verify`."""
    function, faulty, places = FAULTS[name]
    with replaced(verifying, function, faulty):
        _named, _refused, unseen = edits(count, 1, places)
    return bool(unseen)


def seeded() -> list[str]:
    """Return the faults that were not found."""
    missed = [name for name in FAULTS if not is_found(name)]
    if not purged(is_purged=False):
        missed.append("no purge")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) + 1 - len(missed)} of {len(FAULTS) + 1} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    named, refused, unseen = edits(given.edits, given.seed)
    print(
        f"{named} edits named, {len(unseen)} unseen, {refused} refused by the database itself, {time.monotonic() - begun:.0f} s"
    )
    print(unseen[:5])
    left = purged()
    print("left after purge:", left or "nothing")
    return 1 if unseen or left or not named else 0


if __name__ == "__main__":
    sys.exit(main())
