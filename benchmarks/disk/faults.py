"""Faults of the disk: every change of a file in turn fails, once or for a while; nothing acknowledged is lost.

`python -m benchmarks.disk.faults [--stride 1] [--damaged 2000]`. A scripted day is lived once for every file operation
and every fault (an error, no space, half a write; one operation or eight in a row). A refused command is repeated with
its key once the fault is gone. Every answer must be an answer or “database_unavailable” in words, the same process must
go on by itself, and in the end the day must be the same as without faults. Then a disk that is full, a file that may
only be read, and files with damaged bytes. `--seeded` breaks the program on purpose and must find every fault.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.disk.damaged import damaged
from benchmarks.disk.full import full_by_limit, full_by_mount, read_only
from benchmarks.disk.script import asked, day, founded, opened, wrong_in
from benchmarks.disk.seeds import answers_early, splits
from benchmarks.disk.shim import Fault, Mode, Shim, is_under, run_under
from queueapp.cli.batch import Batch
from queueapp.clock import now

REPEATS = 12
IN_A_ROW = 8
SIGNATURE = "SELECT day, issued_for_id, number, state, calls, priority, outcome FROM ticket ORDER BY 1, 2, 3"
EVENTS = "SELECT seq, verb, ticket_id FROM event ORDER BY seq"


def lived(path: Path, *, short: bool = True) -> str | None:
    """Live a scripted day, repeating what the database could not take; return what was wrong."""
    batch = Batch(opened(path), now)
    try:
        for request in day(short=short):
            for _repeat in range(REPEATS):
                answer = asked(batch, request)
                if answer["ok"]:
                    break
                error = answer["error"]
                if error["code"] != "database_unavailable" or not error["message"] or "Traceback" in error["message"]:
                    return f"{request['do']}: {error}"
            else:
                return f"{request['do']}: never taken"
    finally:
        batch._database.close()
    return None


def told(path: Path) -> tuple[Any, ...]:
    """Return the day as the tables tell it, moments aside."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(SIGNATURE).fetchall(), connection.execute(EVENTS).fetchall()
    finally:
        connection.close()


def sweep(shim: Shim, stride: int, *, short: bool = True, first: int = 1) -> Counter[str]:
    """Live the day once for every `stride`th operation and every fault; return how it went."""
    found: Counter[str] = Counter()
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as name:
        folder = Path(name)
        office = folder / "office"
        office.mkdir()
        path = office / "office.db"
        founded(path)
        empty = path.read_bytes()
        shim.set(Mode.FAIL, office, at=-1)
        assert lived(path, short=short) is None
        operations, expected = shim.count(), told(path)
        shim.set(Mode.PASS, office)
        for number in range(first, operations + 1, stride):
            for fault in Fault:
                for many in (1, IN_A_ROW):
                    _renew(office, path, empty)
                    found[_one(shim, path, expected, number, fault, many, short=short)] += 1
    found["operations"] = operations
    return found


def _renew(office: Path, path: Path, empty: bytes) -> None:
    for each in office.iterdir():
        if each.is_file():
            each.unlink()
    path.write_bytes(empty)


def _one(
    shim: Shim, path: Path, expected: tuple[Any, ...], number: int, fault: Fault, many: int, *, short: bool
) -> str:
    shim.set(Mode.FAIL, path.parent, at=number, many=many, fault=fault)
    try:
        wrong = lived(path, short=short)
    except Exception as error:
        wrong = f"{type(error).__name__}: {error}"
    finally:
        shim.set(Mode.PASS, path.parent)
    wrong = wrong or wrong_in(path, [request["key"] for request in day(short=short)])
    if wrong is None and told(path) != expected:
        wrong = "another day"
    return "sound" if wrong is None else f"operation {number}, {fault.name} ×{many}: {wrong}"


def seeded(shim: Shim) -> list[str]:
    """Return the faults that were put into the program and not found by a short sweep."""
    missed = []
    for name, spoil in (("an answer before the commit", answers_early), ("an event in a second transaction", splits)):
        with spoil():
            found = sweep(shim, 7)
        if not any(key.startswith("operation ") for key in found):
            missed.append(name)
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--damaged", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=20, help="of filling a disk")
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    shim = Shim()
    if given.seeded:
        missed = seeded(shim)
        print(f"{2 - len(missed)} of 2 seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    found = sweep(shim, given.stride, short=False)
    print(f"{found.pop('operations')} operations; {dict(found)}"[:3000])
    by_limit, by_mount = full_by_limit(given.rounds), full_by_mount(given.rounds)
    print(
        f"full by limit: {by_limit or 'sound'}; full by mount: {'not permitted' if by_mount is None else by_mount or 'sound'}"
    )
    locked = read_only()
    print(f"read-only: {locked or 'sound'}")
    spoiled = damaged(given.damaged, 1)
    print(f"damaged: {dict(spoiled)}; {time.monotonic() - begun:.0f} s")
    is_sound = set(found) == {"sound"} and not by_limit and not by_mount and locked is None
    was_busy = found["sound"] > 0 and spoiled["refused in words"] > 0 and spoiled["answered"] > 0
    return 0 if is_sound and was_busy and set(spoiled) == {"answered", "refused in words"} else 1


if __name__ == "__main__":
    os.environ.setdefault("QUEUEAPP_LANG", "en")
    from queueapp.i18n import use_language

    use_language("en")
    sys.exit(main() if is_under() else run_under(sys.argv))
