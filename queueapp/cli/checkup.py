"""Looks at everything that the office's data depends on, and says what to mend."""

import os
import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from queueapp.backups.keeping import folder_of, kept_in
from queueapp.backups.listing import checked
from queueapp.cli.hall_checkup import look_at_hooks, look_at_voice
from queueapp.cli.papers import code_words, printer_words
from queueapp.clock import EARLIEST_YEAR, LATEST_YEAR, TOLERANCE, zone
from queueapp.database import Database
from queueapp.i18n import _
from queueapp.paper.printers import PrinterError, has_printer, printer_for
from queueapp.queries.days import open_days
from queueapp.queries.rows import today
from queueapp.queries.settings import current_settings
from queueapp.rules.errors import QueueError
from queueapp.session import Session
from queueapp.sqlite_file import journal_mode, refuse_network_share
from queueapp.terminal import clock_of

LOW_BYTES, LOW_SHARE = 500 * 1024 * 1024, 0.05
BACKUP_AGE = timedelta(days=7)
SKEW = TOLERANCE
_UNUSABLE = (ValueError, LookupError, TypeError, AttributeError)  # what settings raise that are none


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `level` is good, warning or bad; `advice` says what to do."""

    level: str
    words: str
    advice: str = ""


def checkup(address: str) -> list[Finding]:
    """Return what was found, whatever state the database is in."""
    try:
        database = Database(address)
    except QueueError as error:
        return [Finding("bad", error.message)]
    try:
        return list(_findings(database))
    finally:
        database.close()


def _findings(database: Database) -> Iterator[Finding]:
    path = database.path
    if path is not None:
        if not path.parent.is_dir() or path.is_dir():
            words = _("The file {path} cannot be opened: its folder is missing, or it is a folder.").format(path=path)
            yield Finding("bad", words, _("Check the path and its folder."))
            return
        yield from _of_file(path)
        if not path.exists() or not path.stat().st_size:
            yield Finding("warning", _("There is no database at {path} yet.").format(path=path), "queueapp init")
            return
    for look in (_durability, _soundness, _settings, _clock, _days, _printer, _backups, _hall):
        try:
            yield from look(database)
        except QueueError as error:
            yield Finding("bad", error.message)
            return


def _of_file(path: Path) -> Iterator[Finding]:
    try:
        refuse_network_share(path)
    except QueueError as error:
        yield Finding("bad", error.message)
    usage = shutil.disk_usage(path.parent)
    free = _("{mb} MB are free on the disk.").format(mb=usage.free // (1024 * 1024))
    if usage.free < LOW_BYTES or usage.free < usage.total * LOW_SHARE:
        yield Finding("warning", free, _("Free some space; never delete files that begin with the database's name."))
    else:
        yield Finding("good", free)
    yield from _open_to_others(path)
    if path.exists() and not os.access(path, os.W_OK):
        words = _("The file {path} may only be read.").format(path=path)
        yield Finding("bad", words, _("Ask for the right to write."))


def _open_to_others(path: Path) -> Iterator[Finding]:
    kept = path.with_name(path.name + "-backups")
    for each in sorted([*path.parent.glob(path.name + "*"), *kept.glob("*")]):
        mode, wanted = stat.S_IMODE(each.stat().st_mode), "700" if each.is_dir() else "600"
        if mode & 0o077:
            words = _("The file {path} can be read by others ({mode:o}).").format(path=each, mode=mode)
            yield Finding("warning", words, f"chmod {wanted} {each}")


def _durability(database: Database) -> Iterator[Finding]:
    facts = database.facts()
    if database.path is None:
        words = _("PostgreSQL {version}, fsync {fsync}, commits {commit}, checksums {sums}.").format(
            version=facts["server_version"],
            fsync=facts["fsync"],
            commit=facts["synchronous_commit"],
            sums=facts["data_checksums"],
        )
        is_safe = facts["fsync"] == "on" and facts["synchronous_commit"] != "off" and facts["full_page_writes"] == "on"
        advice = _("Turn fsync and synchronous_commit on.")
        yield Finding("good" if is_safe else "bad", words, "" if is_safe else advice)
        if facts["data_checksums"] != "on":
            yield Finding("warning", _("The server does not check its pages."), "pg_checksums --enable")
        return
    wanted = journal_mode()
    because = _("this library has the WAL-reset fix") if wanted == "WAL" else _("this library lacks the WAL-reset fix")
    words = _("SQLite {version}, journal {mode} ({because}), synchronous FULL.").format(
        version=facts["library"], mode=facts["journal_mode"].upper(), because=because
    )
    is_right = facts["journal_mode"].upper() == wanted and facts["synchronous"] == "2"
    advice = _("Close every terminal and start queueapp again; it sets the mode by itself.")
    yield Finding("good" if is_right else "bad", words, "" if is_right else advice)


def _soundness(database: Database) -> Iterator[Finding]:
    damage = database.damage()
    if damage is None and database.facts().get("amcheck") == "off":
        advice = _("Let the server's administrator install it: CREATE EXTENSION amcheck")
        yield Finding("warning", _("The server has no check of its tables and indexes."), advice)
    elif damage is None:
        yield Finding("good", _("The database's own check finds no damage."))
    else:
        yield Finding("bad", _("The database is damaged: {cause}").format(cause=damage), "queueapp restore FILE")


def _settings(database: Database) -> Iterator[Finding]:
    try:
        settings = database.read(current_settings)
    except _UNUSABLE:
        advice = _("Bring the office to its settings file: queueapp config apply FILE.toml")
        yield Finding("bad", _("The settings kept in the database cannot be used."), advice)
        return
    counts = _("The settings are right: {services} fields, {counters} counters, {staff} people.").format(
        services=len(settings.services), counters=len(settings.counters), staff=len(settings.staff)
    )
    yield Finding("good", counts)
    if not database.read(_is_guarded):
        advice = _("Give an administrator one: queueapp pin NAME")
        yield Finding("warning", _("Nobody has a PIN: everybody may do everything."), advice)


def _clock(database: Database) -> Iterator[Finding]:
    last, offset = database.read(_last)
    present = clock_of(database)()
    if not EARLIEST_YEAR <= present.year < LATEST_YEAR or present < last - SKEW:
        words = _("The clock says {now}, before the last event of {last}.").format(
            now=_local(database, present), last=_local(database, last)
        )
        yield Finding("bad", words, _("Set the machine's clock right."))
    elif abs(offset) > SKEW:
        words = _("The clock jumped by {minutes} minutes; queueapp counts on by itself.").format(
            minutes=int(offset.total_seconds() // 60)
        )
        yield Finding("warning", words, _("Set it right, or accept it: queueapp clock accept"))
    else:
        yield Finding("good", _("The clock agrees with the log."))


def _days(database: Database) -> Iterator[Finding]:
    present, still_open = database.read(_open_days, clock_of(database))
    for day in still_open:
        if day < present:
            words = _("The day {day} was never closed.").format(day=day)
            yield Finding("warning", words, f"queueapp close-day --day {day}")


def _printer(database: Database) -> Iterator[Finding]:
    try:
        settings = database.read(current_settings).printer.model_dump()
    except _UNUSABLE:
        return  # it has been said
    words = _("Printer: {words}").format(words=printer_words(settings))
    if not has_printer(settings) or settings["host"] not in {"", socket.gethostname()}:
        yield Finding("good", words)
        return
    try:
        told = printer_for(settings).look()
    except PrinterError as error:
        yield Finding("warning", f"{words}. {error.message}", "queueapp printer test")
        return
    yield Finding("good", ". ".join([words, *told, *code_words(database)]))


def _backups(database: Database) -> Iterator[Finding]:
    kept = kept_in(folder_of(database))
    if not kept:
        yield Finding("warning", _("There is no backup yet."), "queueapp backup --prove FILE")
        return
    try:
        listing = checked(kept[-1])
    except QueueError as error:
        yield Finding("bad", error.message, "queueapp backup --prove FILE")
        return
    made = datetime.fromisoformat(listing.made_at)
    words = _("The last of {n} backups is of {moment}.").format(n=len(kept), moment=_local(database, made))
    is_old = clock_of(database)() - made > BACKUP_AGE
    yield Finding("warning" if is_old else "good", words, "queueapp backup --prove FILE" if is_old else "")


def _hall(database: Database) -> Iterator[Finding]:
    for level, words, advice in (*look_at_voice(database), *look_at_hooks(database)):
        yield Finding(level, words, advice)


def _local(database: Database, moment: datetime) -> str:
    """Return a moment in the office's time, to the minute."""
    return f"{moment.astimezone(zone(database.read(_timezone))):%H:%M %d/%m/%Y}"


def _timezone(session: Session) -> str:
    return session.office.timezone


def _last(session: Session) -> tuple[datetime, timedelta]:
    return session.office.last_at, timedelta(microseconds=session.office.clock_offset)


def _is_guarded(session: Session) -> bool:
    return bool(session.office.is_guarded)


def _open_days(session: Session, clock: Callable[[], datetime]) -> tuple[date, list[date]]:
    return today(session, clock()), list(open_days(session))
