"""Backups under load: every one restores and agrees, and a single flipped byte is refused.

`python benchmarks/backup.py [--backups 200] [--flips 1000]`. While processes issue, call and finish without pause,
backups are made; each is restored on trial, its chain, tickets, spans and counts are compared, and every command that
was answered before it began must be in it. Then bytes of one backup and of its list are flipped. `--seeded` makes
backups by copying the file or of an old instant, and accepts them without looking; each must be found.
"""

import argparse
import contextlib
import json
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.backups import proving
from queueapp.backups.listing import Contents, Listing, list_of
from queueapp.backups.making import make
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.operations.serving import finish
from queueapp.rules.errors import QueueError
from queueapp.settings import default_settings


def load(path: str, counter: int, seconds: float) -> None:
    """Work without pause at one counter."""
    database = Database(path, first=keep_up)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for verb, given in (
            (issue, {"service": "land"}),
            (call, {"counter": counter}),
            (start, {"counter": counter}),
            (finish, {"counter": counter}),
        ):
            with contextlib.suppress(QueueError):
                database.write(verb, at=now(), **given)
    database.close()


def under_load(count: int, workers: int = 3) -> list[str]:
    """Make so many backups while others work, and prove each; return what was wrong."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "office.db"
        database = Database(str(path), first=keep_up)
        database.write(found, default_settings(), at=now())
        busy = [
            multiprocessing.get_context("fork").Process(target=load, args=(str(path), counter, 3600.0))
            for counter in (1, 4, 4)[:workers]
        ]
        for process in busy:
            process.start()
        sizes = set()
        try:
            for number in range(count):
                before = database.revision()
                target = folder / f"{number}.backup"
                try:
                    listing = make(database, target, at=now())
                    proving.prove(target)
                    sizes.add(listing.contents.seq)
                    if listing.contents.seq < before:
                        wrong.append(f"backup {number}: {listing.contents.seq} events, {before} were answered")
                except QueueError as error:
                    wrong.append(f"backup {number}: {error}")
                for each in folder.glob(f"{number}.backup*"):
                    each.unlink()
        finally:
            for process in busy:
                process.kill()
                process.join()
            database.close()
        if count > 3 and len(sizes) < count // 2:
            wrong.append("idle: nobody worked meanwhile")
    return wrong


def flipped(count: int, seed: int, *, lists_too: bool = True) -> int:
    """Flip a byte of a backup or of its list so many times; return how many were accepted."""
    chance = random.Random(seed)
    accepted = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(str(folder / "office.db"), first=keep_up)
        database.write(found, default_settings(), at=now())
        for _ticket in range(20):
            database.write(issue, service="land", at=now())
        target = folder / "one.backup"
        make(database, target, at=now())
        database.close()
        for number in range(count):
            victim = target if number % 10 or not lists_too else list_of(target)
            whole = victim.read_bytes()
            place = chance.randrange(len(whole))
            spoiled = bytearray(whole)
            spoiled[place] ^= 1 << chance.randrange(8)
            victim.write_bytes(bytes(spoiled))
            with contextlib.suppress(QueueError):
                proving.prove(target)
                accepted += 1
            victim.write_bytes(whole)
        proving.prove(target)
    return accepted


def _by_copying(self: Database, target: Path) -> None:
    """Copy the file's bytes in two halves, as `cp` may."""
    whole = self.path
    assert whole is not None
    raw = whole.read_bytes()
    time.sleep(0.02)
    later = whole.read_bytes()
    half = len(raw) // 8192 * 4096
    target.write_bytes(raw[:half] + later[half:])


class _Old:
    """Gives the first copy again and again."""

    def __init__(self, good: Any) -> None:
        self._good = good
        self._first: bytes | None = None

    def __get__(self, database: Database, _kind: type) -> Any:
        def copy_to(target: Path) -> None:
            if self._first is None:
                self._good(database, target)
                self._first = target.read_bytes()
            target.write_bytes(self._first)

        return copy_to


def _unseen(source: Path) -> Any:
    said = json.loads(list_of(source).read_text())["listing"]
    return Listing(**{**said, "contents": Contents(**said["contents"])})


def is_wrong(count: int) -> bool:
    """Whether something else is wrong with so many backups than that nobody worked."""
    return bool([each for each in under_load(count) if not each.startswith("idle")])


def seeded() -> list[str]:
    """Return the faulty ways that were not found."""
    missed = []
    with replaced(Database, "copy_to", _by_copying):
        if not is_wrong(12):
            missed.append("a backup by copying")
    with replaced(Database, "copy_to", _Old(Database.copy_to)):
        if not is_wrong(6):
            missed.append("a backup of an old instant")
    with replaced(proving, "checked", _unseen):
        if not flipped(60, 1, lists_too=False):
            missed.append("a backup that is not looked at")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backups", type=int, default=200)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{3 - len(missed)} of 3 faulty ways found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    wrong = under_load(given.backups)
    accepted = flipped(given.flips, 1)
    print(f"{given.backups} backups under load, {given.flips} flips, {time.monotonic() - begun:.0f} s")
    print("wrong:", wrong[:5] or "nothing", "· flips accepted:", accepted)
    return 1 if wrong or accepted or not given.backups else 0


if __name__ == "__main__":
    sys.exit(main())
