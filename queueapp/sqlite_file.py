"""Prepares the one SQLite file: where it may lie, how it is written, a copy of it."""

import contextlib
import os
import sqlite3
from pathlib import Path

from queueapp.i18n import N_
from queueapp.rules.errors import DatabaseUnavailableError

BUSY_TIMEOUT_MS = 10_000
_NETWORK_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"})


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """Return WAL where the library (the one loaded, or `version`) has the WAL-reset fix, else TRUNCATE.

    3.7.0 to 3.51.2 can damage a WAL file when two connections checkpoint and commit at once; fixed in 3.51.3 and, in
    their branches, 3.50.7 and 3.44.6 (https://sqlite.org/wal.html). With synchronous=FULL both keep every commit.
    """
    branch, patch = version[:2], version[2]
    is_fixed = version >= (3, 51, 3) or (branch == (3, 50) and patch >= 7) or (branch == (3, 44) and patch >= 6)  # noqa: PLR2004 - version numbers
    return "WAL" if is_fixed else "TRUNCATE"


def prepare(connection: sqlite3.Connection) -> None:
    """Set what every connection must have: durability, foreign keys, triggers that also see REPLACE."""
    mode = journal_mode()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "mmap_size=0",
    ):
        connection.execute(f"PRAGMA {pragma}")
    # A file that may only be read keeps the mode it has; reading needs no other.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute(f"PRAGMA journal_mode={mode}")
    present = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "WAL" and str(present).upper() == "WAL":
        raise DatabaseUnavailableError(
            N_("another program keeps it in WAL mode, which this SQLite ({version}) may damage. Close that program."),
            version=sqlite3.sqlite_version,
        )
    connection.execute("PRAGMA synchronous=FULL")


def refuse_network_share(path: Path, mounts: str | None = None) -> None:
    """Refuse a file on a network share, whose locks cannot be trusted (DatabaseUnavailableError)."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8")
        except OSError:
            return
    place = str(path.resolve().parent)
    best, kind = "", ""
    for line in mounts.splitlines():
        point, system = line.split()[1:3]
        point = point.replace("\\040", " ")
        if len(point) >= len(best) and (place + "/").startswith(point.rstrip("/") + "/"):
            best, kind = point, system
    if kind in _NETWORK_SYSTEMS:
        raise DatabaseUnavailableError(
            N_("the file {path} lies on a network share. Put it on this machine's disk, or use PostgreSQL."),
            path=path,
        )


def create_private(path: Path) -> None:
    """Make the file readable by its owner only, before SQLite writes into it; an existing one is left alone."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def copy_to(connection: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the database to `target`, complete or not at all."""
    unfinished = target.with_name(target.name + ".copy")
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    copy = sqlite3.connect(unfinished)
    try:
        connection.backup(copy)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    finally:
        copy.close()
    handle = os.open(unfinished, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    unfinished.replace(target)


def overwrite(path: Path, source: Path) -> None:
    """Put the pages of `source` in place of those of `path` in one transaction that other connections wait for."""
    create_private(path)
    origin, target = sqlite3.connect(source), sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        prepare(target)
        origin.backup(target)
    finally:
        target.close()
        origin.close()


def damage(connection: sqlite3.Connection) -> str | None:
    """Return the first thing that SQLite's own checks find wrong, None when the file is sound."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found is not None and found[0] != "ok":
        return str(found[0])
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return None if orphan is None else f"{orphan[0]} {orphan[1]} → {orphan[2]}"


def facts(connection: sqlite3.Connection) -> dict[str, str]:
    """Return how the connection is set, as SQLite itself reads it back; a PRAGMA that failed is silent otherwise."""
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete", "busy_timeout")
    read_back = {name: str(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names}
    return {"library": sqlite3.sqlite_version, **read_back}


def scrub(connection: sqlite3.Connection) -> None:
    """Rewrite the file without its free pages, and empty its journal, so that what was deleted is nowhere."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
