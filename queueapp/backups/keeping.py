"""Keeps the backups that are made by themselves: where they lie, how many stay, what is purged out of them."""

import contextlib
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from queueapp.backups.disk import sync
from queueapp.backups.listing import checked, fingerprint, list_of, write_list
from queueapp.backups.making import contents_of, make
from queueapp.database import Database
from queueapp.operations.personal import forget
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.rules.limits import limits_of
from queueapp.session import Session

_NAME = "queueapp-%Y%m%dT%H%M%S%fZ.backup"


def folder_of(database: Database) -> Path:
    """Return where the backups that are made by themselves lie: beside the file, or in the present folder."""
    return database.path.with_name(database.path.name + "-backups") if database.path else Path("queueapp-backups")


def make_at_close(database: Database, *, at: datetime) -> Path:
    """Make the backup of a day's close, and delete the oldest beyond the number that the office keeps."""
    folder = folder_of(database)
    target = folder / at.astimezone(UTC).strftime(_NAME)
    make(database, target, at=at)
    kept = database.read(_backups_kept)
    for old in kept_in(folder)[:-kept]:
        _remove(old)
    return target


def purge_kept(database: Database, *, before: date, until: datetime, is_any: bool, at: datetime) -> int:
    """Take what was purged out of the backups made by themselves too; return how many held it.

    One that is damaged, and where `is_any` was purged every one of PostgreSQL, is deleted after a new one was made.
    """
    changed, doomed = 0, []
    for each in kept_in(folder_of(database)):
        try:
            changed += _without(each, before=before, until=until, at=at) if database.path else 0
        except DatabaseUnavailableError:
            doomed.append(each)
        if database.path is None and is_any:
            doomed.append(each)
    if doomed:
        make_at_close(database, at=at)
    for each in doomed:
        _remove(each)
    return changed + len(doomed)


def _without(source: Path, *, before: date, until: datetime, at: datetime) -> bool:
    """Write a backup anew without names and notes of days before `before`; say whether it held any."""
    listing = checked(source)
    # In a folder of its own, so that nothing stays that SQLite or an upgrade may put beside the copy.
    with tempfile.TemporaryDirectory(prefix=".queueapp-purge-", dir=source.parent) as folder:
        scratch, written = Path(folder) / "copy.db", Path(folder) / "list"
        shutil.copy(source, scratch)
        with contextlib.closing(Database(str(scratch))) as copy:
            gone = copy.write(lambda session, *, at: forget(session, before=before, until=until), at=at)  # noqa: ARG005
            if not any(gone):
                return False
            copy.scrub()
            contents = copy.read(contents_of)
        sync(scratch)
        size, sha256 = fingerprint(scratch)
        write_list(written, replace(listing, sha256=sha256, size=size, contents=contents))
        # A power cut between these two leaves a backup that is refused; the next purge deletes it.
        scratch.replace(source)
        written.replace(list_of(source))
        sync(source.parent)
    return True


def copies_beside(database: Database) -> list[Path]:
    """Return the copies that an upgrade or a restore set aside: they are left to whoever keeps the office's data."""
    path = database.path or Path("queueapp")
    return sorted([*path.parent.glob(path.name + ".before-*"), *path.parent.glob(path.name + ".replaced-*")])


def _remove(backup: Path) -> None:
    backup.unlink(missing_ok=True)
    list_of(backup).unlink(missing_ok=True)


def kept_in(folder: Path) -> list[Path]:
    """Return the backups that were made by themselves, oldest first."""
    return sorted(folder.glob("queueapp-*.backup"))


def _backups_kept(session: Session) -> int:
    return max(1, limits_of(session.office.settings).backups_kept)
