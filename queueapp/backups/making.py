"""Makes a backup: a copy of one instant while others go on, and its list beside it."""

import contextlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import URL

from queueapp import sqlite_file
from queueapp.backups.disk import sync
from queueapp.backups.listing import (
    FORMAT,
    BackupRefusedError,
    Contents,
    Listing,
    fingerprint,
    list_of,
    refuse_nameless,
    refuse_taken,
    write_list,
)
from queueapp.backups.tools import run_tool
from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.models import days, events, tickets
from queueapp.session import Session
from queueapp.statement import Statement

_EVENTS = Statement(select(func.count()).select_from(events).where(events.c.office_id == bindparam("office")))
_TICKETS = Statement(select(func.count()).where(tickets.c.office_id == bindparam("office")))
_DAYS = Statement(select(func.count()).where(days.c.office_id == bindparam("office"), days.c.closed_at.is_not(None)))
# While pg_dump works, the transaction whose picture it writes has nothing to do; it must not be ended for that.
_LET_WAIT = Statement(select(func.set_config("idle_in_transaction_session_timeout", "0", True)))


def make(database: Database, target: Path, *, at: datetime) -> Listing:
    """Write a backup of one instant to the new file `target` while others go on, and its list beside it.

    DatabaseUnavailableError when it cannot be written or `target` exists; then nothing is left behind.
    """
    refuse_nameless(target)
    refuse_taken(target, list_of(target))
    unfinished, is_made = target.with_name(target.name + ".part"), False
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        contents = _copied(database, unfinished)
        size, sha256 = fingerprint(unfinished)
        listing = Listing(FORMAT, "sqlite" if database.path else "postgresql", at.isoformat(), sha256, size, contents)
        write_list(list_of(target), listing)
        sync(unfinished)
        unfinished.rename(target)
        is_made = True
        sync(target.parent)
    except OSError as error:
        raise BackupRefusedError(
            N_("it cannot be written to {path} ({cause}). Choose another folder, or make room."),
            path=target,
            cause=error.strerror or error,
        ) from None
    finally:
        _drop(unfinished)
        if not is_made:
            _drop(list_of(target))
    return listing


def _drop(path: Path) -> None:
    with contextlib.suppress(OSError):  # it may not be there, or its folder may be none
        path.unlink()


def _copied(database: Database, target: Path) -> Contents:
    if database.path is not None:
        database.copy_to(target)
        copy = Database(str(target))
        try:
            return copy.read(contents_of)
        finally:
            copy.close()
            for side in target.parent.glob(target.name + "-*"):
                side.unlink()
    sqlite_file.create_private(target)
    return database.read(_dumped, database.url, target)


def _dumped(session: Session, url: URL, target: Path) -> Contents:
    """Let pg_dump write the very picture that this transaction sees."""
    session.row(_LET_WAIT)
    snapshot = session.snapshot()
    # Other extensions than the language of the triggers are the server's: only its administrator could make them anew.
    words = ("--format=custom", "--extension=plpgsql", f"--snapshot={snapshot}", f"--file={target}")
    run_tool("pg_dump", url, *words)
    return contents_of(session)


def contents_of(session: Session) -> Contents:
    """Return what the database holds."""
    office = session.office
    held = [(session.row(each, office=office.id) or (0,))[0] for each in (_EVENTS, _TICKETS, _DAYS)]
    return Contents(office.name, office.revision, office.chain_head, office.last_at.isoformat(), *held)
