"""Makes backups that prove themselves, and restores them: a copy of one instant, beside it a list of what it holds."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import bindparam, func, select

from queueapp.database import Database, Session
from queueapp.i18n import N_
from queueapp.models import days, events, tickets
from queueapp.operations.record import record
from queueapp.queries.verifying import Progress, Verdict, verify
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.rules.limits import limits_of
from queueapp.statement import Statement

LIST_SUFFIX = ".json"
FORMAT = 1
_BLOCK = 1 << 20
_NAME = "queueapp-%Y%m%dT%H%M%SZ.backup"

_EVENTS = Statement(select(func.count()).select_from(events).where(events.c.office_id == bindparam("office")))
_TICKETS = Statement(select(func.count()).where(tickets.c.office_id == bindparam("office")))
_DAYS = Statement(select(func.count()).where(days.c.office_id == bindparam("office"), days.c.closed_at.is_not(None)))
_HASH = Statement(
    select(events.c.hash).where(events.c.office_id == bindparam("office"), events.c.seq == bindparam("seq"))
)


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
    if target.exists() or _list_of(target).exists():
        raise BackupRefusedError(N_("the file {path} exists already."), path=target)
    unfinished = target.with_name(target.name + ".part")
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
        _sync(target.parent)
    except OSError as error:
        raise BackupRefusedError(
            N_("it cannot be written to {path} ({cause})."), path=target, cause=error.strerror or error
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return listing


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
    return database.read(_dumped, database.url.render_as_string(hide_password=False), target)


def _dumped(session: Session, url: str, target: Path) -> Contents:
    """Let pg_dump write the very picture that this transaction sees."""
    snapshot = session.snapshot()
    _run_tool("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    return contents_of(session)


def _run_tool(tool: str, url: str, *words: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise BackupRefusedError(N_("the program {tool} is missing. Install postgresql-client."), tool=tool)
    plain_url = "postgresql" + url[url.index("://") :]
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [program, f"--dbname={plain_url}", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise BackupRefusedError(N_("{tool} failed ({cause})."), tool=tool, cause=said[:200])


def checked(source: Path) -> Listing:
    """Return the list of a backup whose file is whole, byte for byte (BackupRefusedError)."""
    try:
        text = _list_of(source).read_text(encoding="utf-8")
        said = json.loads(text)["listing"]
        listing = Listing(**{**said, "contents": Contents(**said["contents"])})
        size, fingerprint = source.stat().st_size, _sha256(source)
    except OSError as error:
        raise BackupRefusedError(
            N_("{path} or its list cannot be read ({cause})."), path=source, cause=error.strerror or error
        ) from None
    except (ValueError, TypeError, KeyError):
        raise BackupRefusedError(N_("its list {path} is damaged."), path=_list_of(source)) from None
    if text != _list_text(listing):
        raise BackupRefusedError(N_("its list {path} is damaged."), path=_list_of(source))
    if listing.format != FORMAT or (size, fingerprint) != (listing.size, listing.sha256):
        raise BackupRefusedError(N_("the file {path} is not as it was written; it is damaged."), path=source)
    return listing


def prove(source: Path, *, progress: Progress | None = None, scratch_url: str | None = None) -> Verdict:
    """Restore a backup into a scratch database, verify chain, tickets, spans and sheets, and compare with its list.

    One of PostgreSQL needs the `scratch_url` of an empty database. BackupRefusedError when anything differs.
    """
    listing = checked(source)
    with tempfile.TemporaryDirectory(prefix="queueapp-prove-") as folder:
        scratch = _unpacked(source, listing, Path(folder), scratch_url)
        try:
            verdict = scratch.read(verify, progress=progress)
            damage = scratch.damage()
            found = scratch.read(contents_of)
        finally:
            scratch.close()
    if damage is not None:
        raise BackupRefusedError(N_("the database in it is damaged ({cause})."), cause=damage)
    if verdict.difference is not None:
        raise BackupRefusedError(N_("its events do not explain its tables ({cause})."), cause=verdict.difference.row)
    if found != listing.contents:
        raise BackupRefusedError(N_("it does not hold what its list says."))
    return verdict


def _unpacked(source: Path, listing: Listing, folder: Path, scratch_url: str | None) -> Database:
    if listing.kind == "sqlite":
        return Database(str(shutil.copy(source, folder / "scratch.db")))
    if scratch_url is None:
        raise BackupRefusedError(N_("it is of PostgreSQL: give an empty database to try it in with --scratch."))
    _run_tool("pg_restore", scratch_url, "--no-owner", "--exit-on-error", str(source))
    return Database(scratch_url)


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
    database: Database, source: Path, *, aside: Path, at: datetime, progress: Progress | None = None
) -> tuple[Listing, Path | None]:
    """Bring the database back to a backup that has been proved; the present one is kept in the file `aside`.

    Terminals that have it open go on with the restored one. Return the backup's list and where the present one went.
    """
    listing = checked(source)
    if (listing.kind == "sqlite") != (database.path is not None):
        raise BackupRefusedError(N_("it is of another kind of database."))
    if database.path is None:
        return listing, _restore_postgres(database, source, aside)
    prove(source, progress=progress)
    kept = _set_aside(database, database.path, aside)
    database.overwrite_from(source)
    database.write(_note, listing=listing, at=at)
    return listing, kept


def _note(session: Session, *, listing: Listing, at: datetime) -> None:
    record(session, "restore", at=at, made_at=listing.made_at, sha256=listing.sha256)


def _set_aside(database: Database, path: Path, aside: Path) -> Path | None:
    if not path.exists() or not path.stat().st_size:
        return None
    try:
        database.copy_to(aside)
    except DatabaseUnavailableError:
        # It is damaged: its files are moved as they are, so that what can still be read is not lost.
        database.close()
        for side in sorted(path.parent.glob(path.name + "-journal")) + sorted(path.parent.glob(path.name + "-wal")):
            side.rename(aside.with_name(aside.name + side.name[len(path.name) :]))
        path.rename(aside)
    return aside


def _restore_postgres(database: Database, source: Path, aside: Path) -> Path | None:
    url = database.url.render_as_string(hide_password=False)
    is_kept = database.read(_has_office)
    if is_kept:
        _run_tool("pg_dump", url, "--format=custom", f"--file={aside}")
    database.close()
    _run_tool("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))
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
        old.unlink()
        _list_of(old).unlink(missing_ok=True)
    return target


def drop_made_before(database: Database, until: datetime, *, at: datetime) -> int:
    """Delete the backups made by themselves before `until`, because they hold what has been purged; make a new one."""
    old = [
        each for each in kept_in(folder_of(database)) if datetime.strptime(each.name, _NAME).replace(tzinfo=UTC) < until
    ]
    if old:
        make_at_close(database, at=at)
    for each in old:
        each.unlink(missing_ok=True)
        _list_of(each).unlink(missing_ok=True)
    return len(old)


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
