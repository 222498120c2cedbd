"""Faults of the disk: every change of a file in turn fails, once or for a while; nothing acknowledged is lost.

`python benchmarks/disk/faults.py [--stride 1] [--damaged 2000]`. A scripted day is lived once for every file operation
and every fault (an error, no space, half a write; one operation or eight in a row). A refused command is repeated with
its key once the fault is gone. Every answer must be an answer or “database_unavailable” in words, the same process must
go on by itself, and in the end the day must be the same as without faults. Then a disk that is full, a file that may
only be read, and files with damaged bytes. `--seeded` breaks the program on purpose and must find every fault.
"""

import argparse
import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.disk.script import asked, day, founded, opened, wrong_in
from benchmarks.disk.shim import Fault, Mode, Shim, is_under, run_under
from queueapp.cli.batch import Batch
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.issuing import issue
from queueapp.queries.hall import status
from queueapp.queries.summary import day_summary
from queueapp.rules.errors import DatabaseUnavailableError, QueueError

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


@contextlib.contextmanager
def _file_limit(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def full_by_limit(rounds: int) -> list[str]:
    """Fill the disk by a limit of the file's size: a clear refusal, nothing lost, and on when there is space again."""
    found = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "office.db"
            founded(path)
            # A limit of the file's size reaches SQLite as a failed write, a full disk as a full disk.
            with _file_limit(path.stat().st_size + 4096 * (number % 5)):
                found += _until_full(path, "the disk failed")
            found += _goes_on(path)
    return found


def full_by_mount(rounds: int) -> list[str] | None:
    """Fill a small disk of its own; None where nothing may be mounted."""
    found = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            size = 700 + 40 * (number % 5)
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", name]
            if subprocess.run(mount, check=False, capture_output=True).returncode:
                return None
            try:
                path = Path(name) / "office.db"
                founded(path)
                ballast = Path(name) / "ballast"
                with contextlib.suppress(OSError), ballast.open("wb") as file:
                    for _block in range(1000):
                        file.write(bytes(4096))
                        file.flush()
                found += _until_full(path, "the disk is full")
                ballast.unlink()
                found += _goes_on(path)
            finally:
                subprocess.run(["umount", name], check=False)
    return found


def _until_full(path: Path, words: str) -> list[str]:
    """Issue until the disk is full; the refusal must say so in `words`, and what was issued before must be there."""
    database = opened(path)
    issued = 0
    try:
        for _ticket in range(3000):
            try:
                database.write(issue, service="land", note="x" * 400, at=now())
                issued += 1
            except DatabaseUnavailableError as error:
                if words not in error.message:
                    return [f"said: {error.message}"]
                break
        else:
            return ["the disk was never full"]
        counted = database.read(status, at=now()).services[0].issued
        return [] if counted == issued else [f"{issued} issued, {counted} there"]
    finally:
        database.close()


def _goes_on(path: Path) -> list[str]:
    database = opened(path)
    try:
        before = database.read(status, at=now()).services[0].issued
        database.write(issue, service="land", at=now())
        after = database.read(status, at=now()).services[0].issued
    finally:
        database.close()
    wrong = wrong_in(path, [])
    return [] if after == before + 1 and wrong is None else [f"{before} → {after}: {wrong}"]


def read_only() -> str | None:
    """Try to write to a file that may only be read; None when all is as it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "office.db"
        founded(path)
        path.chmod(0o444)
        folder.chmod(0o555)
        # Root may write everywhere; without that capability it is held to the rights of the file.
        held = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        words = [*held, sys.executable, "-m", "queueapp", "--lang", "en", "--db", str(path), "issue", "land"]
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
        folder.chmod(0o755)
    if done.returncode == 3 and "may only be read" in done.stderr and "Traceback" not in done.stderr:
        return None
    return f"{done.returncode} {done.stdout} {done.stderr}"


def damaged(files: int, seed: int) -> Counter[str]:
    """Damage bytes of a file, or cut it; every question is answered or refused in words, and none hangs."""
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "office.db"
        founded(path)
        batch = Batch(opened(path), now)
        for request in day(is_closed=False):
            asked(batch, request)
        batch._database.close()
        whole = path.read_bytes()
        for _file in range(files):
            path.write_bytes(_spoiled(whole, chance))
            for side in Path(name).glob("office.db-*"):
                if side.is_file():
                    side.unlink()
            found[_questioned(path)] += 1
    return found


def _spoiled(whole: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.15:
        return whole[: chance.randrange(len(whole))]
    spoiled = bytearray(whole)
    place = chance.choice([chance.randrange(100), chance.randrange(len(whole)), chance.randrange(len(whole))])
    for offset in range(chance.choice([1, 1, 4, 64, 512])):
        if place + offset < len(spoiled):
            spoiled[place + offset] = chance.randrange(256)
    return bytes(spoiled)


def _questioned(path: Path) -> str:
    database = Database(str(path))
    begun = time.monotonic()
    refused = False
    try:
        for question in (status, day_summary):
            try:
                database.read(question, at=now())
            except QueueError as error:
                refused = refused or bool(error.message)
        try:
            database.write(issue, service="land", at=now())
        except QueueError as error:
            refused = refused or bool(error.message)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:150]
    finally:
        database.close()
    if time.monotonic() - begun > 10:
        return "hangs"
    return "refused in words" if refused else "answered"


def seeded(shim: Shim) -> list[str]:
    """Return the faults that were put into the program and not found by a short sweep."""
    missed = []
    for name, spoil in (("an answer before the commit", _answers_early), ("an event in a second transaction", _splits)):
        with spoil():
            found = sweep(shim, 7)
        if not any(key.startswith("operation ") for key in found):
            missed.append(name)
    return missed


@contextlib.contextmanager
def _answers_early() -> Iterator[None]:
    """Let a write return although its commit failed."""
    good = Database._transaction

    @contextlib.contextmanager
    def hasty(self: Any, end: str) -> Iterator[None]:
        yield
        try:
            self._driver.execute(end)
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._driver.execute("ROLLBACK")

    Database._transaction = hasty  # type: ignore[method-assign]
    try:
        yield
    finally:
        Database._transaction = good  # type: ignore[method-assign]


@contextlib.contextmanager
def _splits() -> Iterator[None]:
    """Let the state be committed before its event is written."""
    from queueapp.operations import moving

    good = moving.record

    def late(session: Any, *given: Any, **named: Any) -> int:
        session._driver.execute("COMMIT")
        session._driver.execute("BEGIN IMMEDIATE")
        return good(session, *given, **named)

    moving.record = late
    try:
        yield
    finally:
        moving.record = good


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
