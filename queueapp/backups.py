"""Makes backups that prove themselves, and restores them: a copy of one instant, beside it a list of what it holds."""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import bindparam, create_engine, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from queueapp import sqlite_file
from queueapp.database import Database, Session
from queueapp.failures import DamagedError, in_words
from queueapp.i18n import N_
from queueapp.models import days, events, tickets
from queueapp.operations.personal import forget
from queueapp.operations.record import Where, record
from queueapp.queries.rows import staff_id_of
from queueapp.queries.verifying import Progress, Verdict, verify
from queueapp.rules.errors import DatabaseUnavailableError, UnknownStaffError
from queueapp.rules.limits import limits_of
from queueapp.statement import Statement

LIST_SUFFIX = ".json"
FORMAT = 1
_BLOCK = 1 << 20
_NAME = "queueapp-%Y%m%dT%H%M%S%fZ.backup"

_EVENTS = Statement(select(func.count()).select_from(events).where(events.c.office_id == bindparam("office")))
_TICKETS = Statement(select(func.count()).where(tickets.c.office_id == bindparam("office")))
_DAYS = Statement(select(func.count()).where(days.c.office_id == bindparam("office"), days.c.closed_at.is_not(None)))
_HASH = Statement(
    select(events.c.hash).where(events.c.office_id == bindparam("office"), events.c.seq == bindparam("seq"))
)
# While pg_dump works, the transaction whose picture it writes has nothing to do; it must not be ended for that.
_LET_WAIT = Statement(select(func.set_config("idle_in_transaction_session_timeout", "0", True)))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: the office, the head of its chain, how many events, tickets and closed days."""

    office: str
    seq: int
    head: str | None
    last_at: str
    events: int
    tickets: int
    closed_days: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The list beside a backup, by which a changed byte is found: the fingerprint of the file and what it holds."""

    format: int
    kind: str
    made_at: str
    sha256: str
    size: int
    contents: Contents


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restore would take away: events after the backup's last, and whether the histories differ before that."""

    events: int
    is_other_history: bool
    since: str | None


class BackupRefusedError(DatabaseUnavailableError):
    """A backup that is damaged, incomplete or of another kind; nothing was changed."""

    template = N_("The backup is refused: {detail} Nothing was changed.")


def contents_of(session: Session) -> Contents:
    """Return what the database holds."""
    office = session.office
    counted = session.row(_EVENTS, office=office.id) or (0,)
    held = session.row(_TICKETS, office=office.id) or (0,)
    closed = session.row(_DAYS, office=office.id) or (0,)
    return Contents(
        office.name,
        office.revision,
        office.chain_head,
        office.last_at.isoformat(),
        counted[0],
        held[0],
        closed[0],
    )


def make(database: Database, target: Path, *, at: datetime) -> Listing:
    """Write a backup of one instant to the new file `target` while others go on, and its list beside it.

    DatabaseUnavailableError when it cannot be written or `target` exists; then nothing is left behind.
    """
    if not target.name:
        raise BackupRefusedError(N_("it has no name. Say which file."))
    if target.exists() or _list_of(target).exists():
        raise BackupRefusedError(N_("the file {path} exists already. Choose another name."), path=target)
    unfinished, is_made = target.with_name(target.name + ".part"), False
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        contents = _copied(database, unfinished)
        listing = Listing(
            FORMAT,
            "sqlite" if database.path else "postgresql",
            at.isoformat(),
            _sha256(unfinished),
            unfinished.stat().st_size,
            contents,
        )
        _write_whole(_list_of(target), _list_text(listing).encode())
        _sync(unfinished)
        unfinished.rename(target)
        is_made = True
        _sync(target.parent)
    except OSError as error:
        raise BackupRefusedError(
            N_("it cannot be written to {path} ({cause}). Choose another folder, or make room."),
            path=target,
            cause=error.strerror or error,
        ) from None
    finally:
        _drop(unfinished)
        if not is_made:
            _drop(_list_of(target))
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
    _run_tool("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    return contents_of(session)


def _run_tool(tool: str, url: URL, *words: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise BackupRefusedError(N_("the program {tool} is missing. Install postgresql-client."), tool=tool)
    # The password goes by the environment: everybody on the machine can read a command's words.
    secret = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    plain = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [program, f"--dbname={plain}", *words], capture_output=True, text=True, check=False, env=os.environ | secret
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise BackupRefusedError(N_("{tool} failed ({cause}). Mend that and try again."), tool=tool, cause=said[:200])


def checked(source: Path) -> Listing:
    """Return the list of a backup whose file is whole, byte for byte (BackupRefusedError)."""
    if not source.name:
        raise BackupRefusedError(N_("it has no name. Say which file."))
    try:
        text = _list_of(source).read_text(encoding="utf-8")
        said = json.loads(text)["listing"]
        listing = Listing(**{**said, "contents": Contents(**said["contents"])})
        size, fingerprint = source.stat().st_size, _sha256(source)
    except OSError as error:
        raise BackupRefusedError(
            N_("{path} or its list cannot be read ({cause}). Both must lie side by side."),
            path=source,
            cause=error.strerror or error,
        ) from None
    except (ValueError, TypeError, KeyError):
        raise BackupRefusedError(
            N_("its list {path} is damaged. Take another backup."), path=_list_of(source)
        ) from None
    if text != _list_text(listing):
        raise BackupRefusedError(N_("its list {path} is damaged. Take another backup."), path=_list_of(source))
    if listing.format != FORMAT or (size, fingerprint) != (listing.size, listing.sha256):
        raise BackupRefusedError(
            N_("the file {path} is not as it was written; it is damaged. Take another backup."), path=source
        )
    return listing


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
            _run_tool("pg_restore", url, "--no-owner", "--exit-on-error", str(source))
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


_NO_SCRATCH = N_(
    "it is of PostgreSQL, and there is no database to try it in. Give the role of --db the right CREATEDB, or an empty"
    " database with --scratch."
)


def loss(database: Database, listing: Listing) -> Loss:
    """Return what of the present database a restore of this backup would take away."""
    return database.read(_loss, listing.contents)


def _loss(session: Session, kept: Contents) -> Loss:
    if not session.has_office:
        return Loss(0, is_other_history=False, since=None)
    row = session.row(_HASH, office=session.office.id, seq=kept.seq)
    is_other = row is None or row[0] != kept.head
    later = session.office.revision - (0 if is_other else kept.seq)
    return Loss(later, is_other_history=is_other, since=None if is_other else kept.last_at)


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
    if (listing.kind == "sqlite") != (database.path is not None):
        raise BackupRefusedError(N_("it is of another kind of database. Say with --db of which one it was made."))
    if aside.exists():
        raise BackupRefusedError(N_("the file {path} exists already. Choose another name."), path=aside)
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
                side.rename(aside.with_name(aside.name + ending))
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
    _run_tool("pg_restore", database.url, *words, str(source))
    return aside if is_kept else None


def _has_office(session: Session) -> bool:
    return session.has_office


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
        copy = Database(str(scratch))
        try:
            gone = copy.write(lambda session, *, at: forget(session, before=before, until=until), at=at)  # noqa: ARG005
            if not any(gone):
                return False
            copy.scrub()
            contents = copy.read(contents_of)
        finally:
            copy.close()
        _sync(scratch)
        size, fingerprint = scratch.stat().st_size, _sha256(scratch)
        _write_whole(written, _list_text(replace(listing, sha256=fingerprint, size=size, contents=contents)).encode())
        # A power cut between these two leaves a backup that is refused; the next purge deletes it.
        scratch.replace(source)
        written.replace(_list_of(source))
        _sync(source.parent)
    return True


def copies_beside(database: Database) -> list[Path]:
    """Return the copies that an upgrade or a restore set aside: they are left to whoever keeps the office's data."""
    path = database.path or Path("queueapp")
    return sorted([*path.parent.glob(path.name + ".before-*"), *path.parent.glob(path.name + ".replaced-*")])


def _remove(backup: Path) -> None:
    backup.unlink(missing_ok=True)
    _list_of(backup).unlink(missing_ok=True)


def kept_in(folder: Path) -> list[Path]:
    """Return the backups that were made by themselves, oldest first."""
    return sorted(folder.glob("queueapp-*.backup"))


def _backups_kept(session: Session) -> int:
    return max(1, limits_of(session.office.settings).backups_kept)


def _list_of(target: Path) -> Path:
    return target.with_name(target.name + LIST_SUFFIX)


def _list_text(listing: Listing) -> str:
    """Return the list as it is written, with a fingerprint of its own: no letter of it can change unseen."""
    said = asdict(listing)
    own = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return json.dumps({"listing": said, "sha256": own}, ensure_ascii=False, indent=1) + "\n"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _write_whole(path: Path, text: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
