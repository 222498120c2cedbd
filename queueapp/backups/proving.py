"""Proves a backup: it is restored on trial, verified, and compared with its list."""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from queueapp.backups.listing import BackupRefusedError, Listing, checked
from queueapp.backups.making import contents_of
from queueapp.backups.tools import run_tool
from queueapp.database import Database
from queueapp.failures import in_words
from queueapp.i18n import N_
from queueapp.queries.verifying import Progress, verify
from queueapp.queries.walked import Verdict

_NO_SCRATCH = N_(
    "it is of PostgreSQL, and there is no database to try it in. Give the role of --db the right CREATEDB, or an empty"
    " database with --scratch."
)


def prove(
    source: Path,
    *,
    progress: Progress | None = None,
    scratch_url: str | None = None,
    server: Database | None = None,
) -> Verdict:
    """Restore a backup into a scratch database, verify chain, tickets, spans and sheets, and compare with its list.

    One of PostgreSQL is tried in the empty database `scratch_url`, or in one made for it beside that of `server` and
    dropped afterwards. BackupRefusedError when anything differs.
    """
    listing = checked(source)
    with _unpacked(source, listing, scratch_url, server) as scratch:
        verdict = scratch.read(verify, progress=progress)
        damage = scratch.damage()
        found = scratch.read(contents_of)
    if damage is not None:
        raise BackupRefusedError(N_("the database in it is damaged ({cause}). Take another backup."), cause=damage)
    if verdict.difference is not None:
        raise BackupRefusedError(
            N_("its events do not explain its tables ({cause}). Take another backup."), cause=verdict.difference.row
        )
    if found != listing.contents:
        raise BackupRefusedError(N_("it does not hold what its list says. Take another backup."))
    return verdict


@contextlib.contextmanager
def _unpacked(source: Path, listing: Listing, scratch_url: str | None, server: Database | None) -> Iterator[Database]:
    """Give a scratch database that holds what the backup holds; nothing of it is left afterwards."""
    with contextlib.ExitStack() as after:
        if listing.kind == "sqlite":
            folder = after.enter_context(tempfile.TemporaryDirectory(prefix="queueapp-prove-"))
            scratch = Database(str(shutil.copy(source, Path(folder) / "scratch.db")))
        else:
            url = make_url(scratch_url) if scratch_url else after.enter_context(_scratch_beside(server))
            run_tool("pg_restore", url, "--no-owner", "--exit-on-error", str(source))
            scratch = Database(url.render_as_string(hide_password=False))
        after.callback(scratch.close)
        yield scratch


@contextlib.contextmanager
def _scratch_beside(server: Database | None) -> Iterator[URL]:
    """Make an empty database on the same PostgreSQL server, and drop it afterwards."""
    if server is None or server.path is not None:
        raise BackupRefusedError(_NO_SCRATCH)
    name = f"queueapp_prove_{secrets.token_hex(6)}"
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with in_words(engine.dispose, is_file=False):
        try:
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        except ProgrammingError:
            raise BackupRefusedError(_NO_SCRATCH) from None
    try:
        yield server.url.set(database=name)
    finally:
        with contextlib.suppress(DBAPIError), engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
