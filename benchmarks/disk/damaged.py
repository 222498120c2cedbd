"""Files with damaged bytes: every question is answered or refused in words, and none hangs."""

import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.disk.script import asked, day, founded, opened
from queueapp.cli.batch import Batch
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.issuing import issue
from queueapp.queries.hall import status
from queueapp.queries.summary import day_summary
from queueapp.rules.errors import QueueError


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
