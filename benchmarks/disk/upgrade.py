"""Upgrades that are interrupted: at every file operation the program ends; the file is old or new, never between.

`python benchmarks/disk/upgrade.py [--stride 1] [--seeded]`. A file of every earlier revision, with a day lived in it, is
upgraded; the process is ended before each file operation in turn. What is left must be of the old revision with all its
rows, or of the new one with a chain that agrees; opening it once more must end at the new one; and any copy that was
made must be whole.
"""

import argparse
import contextlib
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from benchmarks.disk.shim import Mode, Shim, is_under, run_under
from queueapp import schema
from queueapp.database import Database
from queueapp.migrations.run import upgrade
from queueapp.queries.verifying import verify

EARLIER = schema.REVISIONS[:-1]
_ROWS = """
INSERT INTO office (id, name, timezone, language, is_training, settings)
  VALUES (1, 'Xã', 'Asia/Ho_Chi_Minh', 'vi', 1, '{"hours": {}, "priorities": []}');
INSERT INTO head (office_id, seq, at) VALUES (1, 3, 1795395600000000);
INSERT INTO service (id, office_id, code, letter, name_vi, name_en, recall_limit, daily_quota, position, is_active)
  VALUES (1, 1, 'land', 'D', 'Đất đai', 'Land', 3, 0, 0, 1);
INSERT INTO counter (id, office_id, number, state, is_active) VALUES (1, 1, 1, 'open', 1);
INSERT INTO skill (counter_id, service_id, office_id, weight) VALUES (1, 1, 1, 1);
INSERT INTO day (office_id, date, opened_at) VALUES (1, '2026-11-23', 1795395600000000);
INSERT INTO event (office_id, seq, at, verb, detail) VALUES (1, 1, 1795395600000000, 'open_day', '{"day": "2026-11-23"}');
"""
_TICKET = """
INSERT INTO ticket (office_id, day, issued_for_id, number, service_id, state, dossiers, note, issued_at, place, calls,
  is_unreliable) VALUES (1, '2026-11-23', 1, {n}, 1, 'waiting', 1, 'a note', 1795395600000000, 1795395600000000, 0, 0);
INSERT INTO span (office_id, ticket_id, kind, service_id, started_at) VALUES (1, {n}, 'waiting', 1, 1795395600000000);
INSERT INTO event (office_id, seq, at, verb, ticket_id, detail)
  VALUES (1, {n} + 1, 1795395600000000, 'issue', {n}, '{{"note": "a note", "to": "waiting"}}');
"""


def old_file(path: Path, revision: str, tickets: int = 2) -> None:
    """Make a file of an earlier revision with an office, a counter and some tickets that wait.

    From the third on a file has a chain: what was written before is chained by the upgrade to it.
    """
    _upgraded(path, min(revision, "0002"))
    _filled(path, tickets)
    _upgraded(path, revision)


def _upgraded(path: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, revision)
    engine.dispose()


def _filled(path: Path, tickets: int) -> None:
    filled = sqlite3.connect(path)
    filled.executescript(_ROWS)
    for number in range(1, tickets + 1):
        filled.executescript(_TICKET.format(n=number))
    filled.execute("UPDATE head SET seq = ?", (tickets + 1,))
    filled.commit()
    filled.close()


def state_of(path: Path, tickets: int) -> str:
    """Return whether a file is old, new, or between."""
    connection = sqlite3.connect(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return "damaged"
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        columns = {row[1] for row in connection.execute("PRAGMA table_info(ticket)")}
        counted = connection.execute("SELECT COUNT(*) FROM ticket").fetchone()[0]
    finally:
        connection.close()
    if counted != tickets:
        return "rows lost"
    is_new = revision == schema.REVISIONS[-1]
    return ("new" if is_new else "old") if is_new == ("promise" in columns) else "between"


def interrupted(shim: Shim, stride: int, tickets: int = 2) -> Counter[str]:
    """Interrupt the upgrade of every earlier revision at every `stride`th operation; return what was left."""
    found: Counter[str] = Counter()
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as name:
        for revision in EARLIER:
            number, is_done = 1, False
            while not is_done:
                path = _renewed(Path(name), revision, tickets)
                is_done = _end_at(shim, path, number) == 0
                found[f"{_looked_over(path, tickets)}"] += 1
                number += stride
    return found


def _renewed(folder: Path, revision: str, tickets: int) -> Path:
    for each in folder.iterdir():
        each.unlink()
    path = folder / "office.db"
    old_file(path, revision, tickets)
    return path


def _end_at(shim: Shim, path: Path, number: int) -> int:
    """Upgrade in a process that ends before operation `number`; return its status (0: it came to the end)."""
    child = os.fork()
    if child == 0:  # pragma: no cover - ends by itself
        status = 1
        with contextlib.suppress(Exception):
            shim.set(Mode.END, path.parent, at=number)
            database = Database(str(path))
            database.revision()
            database.close()
            status = 0
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _looked_over(path: Path, tickets: int) -> str:
    state = state_of(path, tickets)
    if state not in {"old", "new"}:
        return state
    for copy in path.parent.glob("office.db.before-*"):
        if ".copy" not in copy.name and state_of(copy, tickets) != "old":
            return "a copy that is not whole"
    database = Database(str(path))
    try:
        verdict = database.read(verify)
    finally:
        database.close()
    if verdict.difference is not None or verdict.tickets != tickets:
        return f"parted: {verdict.difference}"
    return "sound"


@contextlib.contextmanager
def in_pieces() -> Iterator[None]:
    """Let the upgrade commit in the middle, as one without a transaction would."""
    good = schema._upgrade

    def hasty(connection: Any, driver: Any, *, is_sqlite: bool) -> None:
        driver.execute("ALTER TABLE ticket ADD COLUMN is_first BOOLEAN NOT NULL DEFAULT 0")
        driver.execute("ALTER TABLE ticket DROP COLUMN is_first")
        good(connection, driver, is_sqlite=is_sqlite)

    schema._upgrade = hasty
    try:
        yield
    finally:
        schema._upgrade = good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    shim = Shim()
    begun = time.monotonic()
    if given.seeded:
        with in_pieces():
            found = interrupted(shim, 1)
        print(f"an upgrade in pieces: {dict(found)}")
        return 0 if set(found) != {"sound"} else 1
    found = interrupted(shim, given.stride)
    print(f"{found.total()} interrupted upgrades in {time.monotonic() - begun:.0f} s: {dict(found)}")
    return 0 if found["sound"] > len(EARLIER) and set(found) == {"sound"} else 1


if __name__ == "__main__":
    sys.exit(main() if is_under() else run_under(sys.argv))
