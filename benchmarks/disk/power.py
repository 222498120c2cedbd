"""Power cuts: disk images with unsynced writes dropped or torn; whatever was answered must be there.

`python benchmarks/disk/power.py [--images 10000] [--seed 1]`. The file operations of scripted days are recorded; an
image is the disk as a power cut at any of them could have left it. Model: a write is durable once its file was synced;
until then each of its 512-byte pieces may be there or not. Creations, removals and truncations are durable after any
later sync (as on ext4) or only after one of their own file (`posix`, half of the images). `--seeded` uses settings known
to lose work, and ends with status 1 unless each is found. What this cannot model is a disk that lies about a sync.
"""

import argparse
import os
import random
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.disk.script import asked, day, founded, opened, wrong_in
from benchmarks.disk.shim import Mode, Shim, is_under, run_under

PIECE = 512
WRITE, TRUNCATE, SYNC, CREATE, UNLINK, RENAME, MARK = 1, 2, 3, 4, 5, 6, 7
Pragmas = Callable[[Any], None]


@dataclass
class Operation:
    """One change of a file."""

    kind: int
    path: str
    offset: int
    data: bytes


@dataclass
class Record:
    """What was on the disk before, what was done since, and which keys were answered (by the number of the mark)."""

    before: dict[str, bytes]
    operations: list[Operation]
    keys: list[str]


@dataclass
class Disk:
    """Files as they are being rebuilt: what is durable, and the operations that may still be lost."""

    files: dict[str, bytearray]
    pending: list[Operation] = field(default_factory=list)


def recorded(shim: Shim, folder: Path, pragmas: Pragmas | None = None) -> Record:
    """Live a scripted day at `folder` and return its record; `pragmas` spoil the connection on purpose."""
    from queueapp.cli.batch import Batch
    from queueapp.clock import now

    path = folder / "office.db"
    founded(path)
    before = {str(each): each.read_bytes() for each in folder.iterdir() if each.is_file()}
    with tempfile.TemporaryFile() as log:
        shim.set(Mode.RECORD, folder, record_to=log.fileno())
        keys: list[str] = []
        for part in (0, 1):  # two processes' worth: the second opens the file anew
            database = opened(path)
            database.revision()
            if pragmas is not None:
                pragmas(database._driver)
            batch = Batch(database, now)
            requests = day()
            half = len(requests) // 2
            for request in requests[:half] if part == 0 else requests[half:]:
                answer = asked(batch, request)
                assert answer["ok"], answer
                keys.append(request["key"])
                shim.mark(len(keys))
            database.close()
        shim.set(Mode.PASS, folder)
        log.seek(0)
        operations = list(_parsed(log.read()))
    return Record(before, operations, keys)


def _parsed(raw: bytes) -> Any:
    place = 0
    while place < len(raw):
        kind, length, offset, size = struct.unpack_from("<BHQI", raw, place)
        place += 15
        path = raw[place : place + length].decode()
        place += length
        data = b""
        if kind in {WRITE, RENAME}:
            data = raw[place : place + size]
            place += size
        yield Operation(kind, path, offset, data)


def image(record: Record, cut: int, chance: random.Random, *, is_posix: bool) -> tuple[dict[str, bytes], int]:
    """Return the files after a power cut before operation number `cut`, and how many answers had been given."""
    files = {path: bytearray(data) for path, data in record.before.items()}
    disk = Disk(files)
    answered = 0
    for operation in record.operations[:cut]:
        if operation.kind == MARK:
            answered = operation.offset
        elif operation.kind == SYNC:
            _settle(disk, operation.path, chance, is_posix=is_posix)
        else:
            disk.pending.append(operation)
    for operation in disk.pending:
        _perhaps(disk.files, operation, chance)
    return {path: bytes(data) for path, data in disk.files.items()}, answered


def _settle(disk: Disk, path: str, chance: random.Random, *, is_posix: bool) -> None:
    """Make durable what a sync of a file makes durable, in order."""
    left = []
    for operation in disk.pending:
        is_own = operation.path == path
        is_metadata = operation.kind != WRITE
        if is_own or (is_metadata and not is_posix):
            _apply(disk.files, operation)
        else:
            left.append(operation)
    disk.pending = left


def _apply(files: dict[str, bytearray], operation: Operation) -> None:
    if operation.kind == WRITE:
        _write(files, operation.path, operation.offset, operation.data)
    elif operation.kind == TRUNCATE:
        content = files.setdefault(operation.path, bytearray())
        del content[operation.offset :]
        content.extend(bytes(operation.offset - len(content)))
    elif operation.kind == CREATE:
        files.setdefault(operation.path, bytearray())
    elif operation.kind == UNLINK:
        files.pop(operation.path, None)
    elif operation.kind == RENAME and operation.path in files:
        files[operation.data.decode()] = files.pop(operation.path)


def _perhaps(files: dict[str, bytearray], operation: Operation, chance: random.Random) -> None:
    """Let an unsynced operation be done, not done, or done in part."""
    fate = chance.random()
    if fate < 0.4:
        _apply(files, operation)
    elif fate < 0.65 and operation.kind == WRITE:
        for place in range(0, len(operation.data), PIECE):
            if chance.random() < 0.5:
                piece = operation.data[place : place + PIECE]
                _write(files, operation.path, operation.offset + place, piece)


def _write(files: dict[str, bytearray], path: str, offset: int, data: bytes) -> None:
    content = files.setdefault(path, bytearray())
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def look(record: Record, cut: int, chance: random.Random, folder: Path, *, is_posix: bool) -> str | None:
    """Build one image in `folder`, open it with the product, and return what is wrong with it."""
    files, answered = image(record, cut, chance, is_posix=is_posix)
    for old in folder.iterdir():
        if old.is_file():
            old.unlink()
    for path, data in files.items():
        if "-backups" not in path:
            (folder / Path(path).name).write_bytes(data)
    try:
        return wrong_in(folder / "office.db", record.keys[:answered])
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def try_images(shim: Shim, images: int, seed: int, pragmas: Pragmas | None = None) -> Counter[str]:
    """Return how many images were sound, and what was wrong with the others."""
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as first, tempfile.TemporaryDirectory(dir=base) as second:
        record = recorded(shim, Path(first), pragmas)
        for _image in range(images):
            cut = chance.randrange(len(record.operations) + 1)
            wrong = look(record, cut, chance, Path(second), is_posix=chance.random() < 0.5)
            found["sound" if wrong is None else wrong.partition(":")[0]] += 1
    return found


def _setting(*pragmas: str) -> Pragmas:
    def spoil(driver: Any) -> None:
        for pragma in pragmas:
            driver.execute(f"PRAGMA {pragma}")

    return spoil


FAULTS = {
    "synchronous=OFF": _setting("synchronous=OFF"),
    "synchronous=NORMAL": _setting("synchronous=NORMAL"),
    "journal_mode=DELETE with FULL": _setting("journal_mode=DELETE"),
    "journal_mode=MEMORY": _setting("journal_mode=MEMORY"),
    "WAL with NORMAL": _setting("journal_mode=WAL", "synchronous=NORMAL"),
}


def seeded(shim: Shim, images: int = 400) -> list[str]:
    """Return the bad settings whose losses were not found."""
    return [name for name, pragmas in FAULTS.items() if not _has_loss(try_images(shim, images, 1, pragmas))]


def _has_loss(found: Counter[str]) -> bool:
    return any(kind != "sound" for kind in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    shim = Shim()
    if given.seeded:
        missed = seeded(shim)
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} bad settings found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    found: Counter[str] = Counter()
    while found.total() < given.images:
        found += try_images(shim, min(1000, given.images - found.total()), given.seed + found.total())
        print(f"\r{found.total()}", end="", flush=True)
    print(f"\r{found.total()} images in {time.monotonic() - begun:.0f} s: {dict(found)}")
    return 0 if found.total() >= max(1, given.images) and not _has_loss(found) else 1


if __name__ == "__main__":
    os.environ.setdefault("QUEUEAPP_LANG", "en")
    sys.exit(main() if is_under() else run_under(sys.argv))
