"""Brings a database back to a backup that was proved; what was there before is set aside."""

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, func, literal_column, select

from queueapp import sqlite_file
from queueapp.backups.listing import BackupRefusedError, Contents, Listing, checked, refuse_taken
from queueapp.backups.making import make
from queueapp.backups.proving import prove
from queueapp.backups.tools import run_tool
from queueapp.database import Database
from queueapp.failures import DamagedError, in_words
from queueapp.i18n import N_
from queueapp.models import events
from queueapp.operations.outbox import leave_in_doubt
from queueapp.operations.record import Where, record
from queueapp.operations.running import end_every_run
from queueapp.queries.rows import staff_id_of
from queueapp.queries.verifying import Progress
from queueapp.rules.errors import UnknownStaffError
from queueapp.session import Session
from queueapp.statement import Statement

_HASH = Statement(
    select(events.c.hash).where(events.c.office_id == bindparam("office"), events.c.seq == bindparam("seq"))
)

_MADE = Statement(
    select(events.c.verb, func.count())
    .where(
        events.c.office_id == bindparam("office"),
        events.c.seq > bindparam("seq"),
        literal_column("event.verb IN ('issue', 'close_day')"),
    )
    .group_by(events.c.verb)
)


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restore would take away: events after the backup's last, and whether the histories differ before that.

    Among the events are that many tickets that were issued and days that were closed.
    """

    events: int
    is_other_history: bool
    since: str | None
    tickets: int = 0
    days: int = 0


def loss(database: Database, listing: Listing) -> Loss:
    """Return what of the present database a restore of this backup would take away."""
    return database.read(_loss, listing.contents)


def _loss(session: Session, kept: Contents) -> Loss:
    if not session.has_office:
        return Loss(0, is_other_history=False, since=None)
    row = session.row(_HASH, office=session.office.id, seq=kept.seq)
    is_other = row is None or row[0] != kept.head
    later = session.office.revision - (0 if is_other else kept.seq)
    counts = dict(session.rows(_MADE, office=session.office.id, seq=0 if is_other else kept.seq))
    made = {"tickets": counts.get("issue", 0), "days": counts.get("close_day", 0)}
    return Loss(later, is_other_history=is_other, since=None if is_other else kept.last_at, **made)


def restore(
    database: Database,
    source: Path,
    *,
    aside: Path,
    at: datetime,
    staff: str | None = None,
    progress: Progress | None = None,
    proved: Listing | None = None,
    scratch_url: str | None = None,
) -> tuple[Listing, Path | None]:
    """Bring the database back to a backup that has been proved; the present one is kept in the file `aside`.

    `proved` is the list of a backup that was proved just now: the same one is not proved twice. Terminals that have the
    database open go on with the restored one. Return the backup's list and where the present one went.
    """
    listing = checked(source)
    if not listing.fits(database):
        raise BackupRefusedError(N_("it is of another kind of database. Say with --db of which one it was made."))
    refuse_taken(aside)
    if listing != proved:
        prove(source, progress=progress, scratch_url=scratch_url, server=database)
    if database.path is None:
        kept = _restore_postgres(database, source, aside, at=at)
    else:
        kept = _set_aside(database.path, aside)
        database.overwrite_from(source)
    database.write(_note, listing=listing, staff=staff, at=at)
    return listing, kept


def _note(session: Session, *, listing: Listing, staff: str | None, at: datetime) -> None:
    where = Where()
    with contextlib.suppress(UnknownStaffError):  # who restores may be newer than the backup
        where = Where(staff_id=staff_id_of(session, staff))
    end_every_run(session, at=at)
    leave_in_doubt(session, at=at)
    record(session, "restore", at=at, where=where, made_at=listing.made_at, sha256=listing.sha256)


def _set_aside(path: Path, aside: Path) -> Path | None:
    """Keep a copy of the present file (DatabaseUnavailableError, and nothing changed, when that cannot be done)."""
    if not path.exists() or not path.stat().st_size:
        return None
    try:
        with in_words(lambda: None, is_file=True), contextlib.closing(_plainly(path)) as present:
            present.execute("SELECT count(*) FROM sqlite_master").fetchone()
            sqlite_file.copy_to(present, aside)
    except DamagedError:
        # No copy can be made of it: its files are moved as they are, so that what can still be read is not lost.
        for ending in ("-journal", "-wal", "-shm", ""):
            side = path.with_name(path.name + ending)
            if side.exists():
                side.rename(aside.with_name(aside.name + ending)).chmod(0o600)
    return aside


def _plainly(path: Path) -> sqlite3.Connection:
    """Open the file as it is, whatever its revision: nothing in it is brought up to date."""
    return sqlite3.connect(path, timeout=sqlite_file.BUSY_TIMEOUT_MS / 1000)


def _restore_postgres(database: Database, source: Path, aside: Path, *, at: datetime) -> Path | None:
    is_kept = database.read(_has_office)
    if is_kept:
        make(database, aside, at=at)
    database.close()
    words = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    run_tool("pg_restore", database.url, *words, str(source))
    return aside if is_kept else None


def _has_office(session: Session) -> bool:
    return session.has_office
