"""The commands that look after the data: verify, backup, restore, purge, doctor."""

import getpass
import os
import sys
import tempfile
from argparse import Namespace
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from queueapp.backups.keeping import copies_beside, purge_kept
from queueapp.backups.listing import Listing, checked
from queueapp.backups.making import make
from queueapp.backups.proving import prove
from queueapp.backups.restoring import Loss, loss, restore
from queueapp.cli.checkup import checkup
from queueapp.cli.identity import Identity
from queueapp.cli.progress import Bar
from queueapp.cli.saying import clean_line
from queueapp.cli.wire import Json
from queueapp.clock import business_day, zone
from queueapp.database import Database
from queueapp.failures import DamagedError
from queueapp.i18n import N_, _
from queueapp.operations.keeping import accept_clock
from queueapp.operations.personal import purge
from queueapp.operations.rights import require_to
from queueapp.operations.signing import hashed, recover_pin, set_pin
from queueapp.queries.verifying import verify
from queueapp.queries.walked import Verdict
from queueapp.rules.errors import BadRequestError, DatabaseUnavailableError, QueueError
from queueapp.rules.limits import limits_of
from queueapp.session import Session
from queueapp.terminal import clock_of

DONE, REFUSED = 0, 1
Said = tuple[int, str, Json]


def run_upkeep(given: Namespace, opened: Database | None) -> Said:
    """Run one of the commands: the exit status, what is said to a person, and the answer as JSON.

    `doctor` and `restore` open the database themselves: theirs may be one that cannot be opened.
    """
    if given.command == "doctor":
        return _doctor(given)
    if given.command == "restore" or opened is None:
        return _restore(given, Database(given.db))
    commands = {"verify": _verify, "backup": _backup, "purge": _purge, "pin": _pin, "clock": _accept_clock}
    return commands[given.command](given, opened)


def _by(given: Namespace, database: Database) -> str | None:
    return Identity(database, clock_of(database)).prove_here(given.staff)


def _pin(given: Namespace, database: Database) -> Said:
    if given.recover:
        return _recover_pin(given, database)
    staff, pin = _by(given, database), _new_pin(given.name)
    at = clock_of(database)()
    database.write(set_pin, name=given.name, pin=pin, make_hash=hashed, staff=staff, at=at)
    return DONE, _("The PIN of {person} is set.").format(person=given.name), {"ok": True}


def _new_pin(name: str) -> str:
    """Ask for a new PIN, at a terminal twice because nobody sees what is typed (BadRequestError when they differ)."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    pin = getpass.getpass(_("New PIN of {person}:").format(person=name) + " ")
    if getpass.getpass(_("Once more:") + " ") != pin:
        raise BadRequestError(N_("The two PINs differ; nothing was changed."))
    return pin.strip()


def _recover_pin(given: Namespace, database: Database) -> Said:
    """Set a PIN by right of the file: whoever owns it could read and write it anyway, and here it is written down."""
    path, own = database.path, getattr(os, "getuid", lambda: None)()
    if path is None or (own is not None and path.stat().st_uid != own):
        raise BadRequestError(N_("A PIN is recovered only by the owner of the database's file, on its machine."))
    owner, at = _system_user(own), clock_of(database)()
    pin = _new_pin(given.name)
    database.write(recover_pin, name=given.name, pin=pin, make_hash=hashed, owner=owner, at=at)
    said = [
        _("The PIN of {person} was set by the owner of the file, {owner}. It is written down.").format(
            person=given.name, owner=owner
        ),
        "→ " + _("Sign in with it, and set new PINs for whoever has forgotten theirs."),
    ]
    return DONE, "\n".join(said), {"ok": True, "owner": owner}


def _system_user(own: int | None) -> str:
    """Return the name by which the system knows who runs this; not the environment's, which anybody may set."""
    try:
        import pwd  # noqa: PLC0415 - not on every system

        return pwd.getpwuid(own or 0).pw_name
    except (ImportError, KeyError):
        return str(own)


def _accept_clock(given: Namespace, database: Database) -> Said:
    database.write(accept_clock, staff=_by(given, database), at=clock_of(database)())
    return DONE, _("The machine's clock is taken as right from now on."), {"ok": True}


def _verify(given: Namespace, database: Database) -> Said:
    bar = Bar(_("Verifying"), sys.stderr)
    damage = database.damage()
    if damage is not None:
        sentence = _("The database's own check found damage: {cause}. Keep the file and restore a backup.")
        return REFUSED, sentence.format(cause=damage), {"ok": False, "damage": damage}
    verdict = _verdict(database, bar, from_seal=given.from_seal)
    is_checked = database.facts().get("amcheck") != "off"
    answer = asdict(verdict) | {"ok": verdict.difference is None, "pages_checked": is_checked}
    said = [verdict_words(verdict), *([] if is_checked else [_("The server has no check of its tables and indexes.")])]
    return (DONE if verdict.difference is None else REFUSED), "\n".join(said), answer


def _verdict(database: Database, bar: Bar, *, from_seal: bool) -> Verdict:
    """Verify a copy of the file, so that nobody waits meanwhile; PostgreSQL gives a picture of its own."""
    if database.path is None:
        return database.read(verify, from_seal=from_seal, progress=bar)
    beside = database.path.parent if os.access(database.path.parent, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=".queueapp-verify-", dir=beside) as folder:
        copy_path = Path(folder) / "copy.db"
        database.copy_to(copy_path)
        copy = Database(str(copy_path))
        try:
            return copy.read(verify, from_seal=from_seal, progress=bar)
        finally:
            copy.close()


def verdict_words(verdict: Verdict) -> str:
    """Return what was proved, or the first difference, in words."""
    parted = verdict.difference
    if parted is not None:
        lines = [
            _("The data does not agree with its log. The first difference:"),
            "  " + _("where: {row}").format(row=parted.row),
            "  " + _("day: {day}").format(day=parted.day or "–"),
            "  " + _("expected by the log: {value}").format(value=parted.expected),
            "  " + _("found: {value}").format(value=parted.found),
            _("Nothing was changed. Keep the file, call the administrator, and compare with the last backup."),
        ]
        return "\n".join(lines)
    counts = _("Everything agrees: {events} events, {tickets} tickets, {spans} spans, {days} closed days rebuilt.")
    head = _("Head of the chain: {head}").format(head=verdict.head)
    return counts.format(events=verdict.events, tickets=verdict.tickets, spans=verdict.spans, days=verdict.days) + (
        "\n" + head
    )


def _backup(given: Namespace, database: Database) -> Said:
    target = Path(given.file)
    database.write(require_to, "backup", staff=_by(given, database), at=clock_of(database)())
    listing = make(database, target, at=clock_of(database)())
    said = [_("The backup is in {path}, its list beside it.").format(path=target)]
    answer: Json = {"ok": True, "backup": str(target), **asdict(listing)}
    if given.prove:
        bar = Bar(_("Proving"), sys.stderr)
        verdict = prove(target, progress=bar, scratch_url=given.scratch, server=database)
        said.append(_("It was restored on trial and agrees: {events} events.").format(events=verdict.events))
        answer["proved"] = True
    return DONE, "\n".join(said), answer


def _restore(given: Namespace, database: Database) -> Said:
    try:
        return _restored(given, database)
    finally:
        database.close()


def _restored(given: Namespace, database: Database) -> Said:
    source, scratch = Path(given.file), getattr(given, "scratch", None)
    proved = checked(source)
    if proved.fits(database):
        bar = Bar(_("Proving"), sys.stderr)
        prove(source, progress=bar, scratch_url=scratch, server=database)
    said, lost = _told(database, proved)
    if not given.yes and not sys.stdin.isatty():
        said.append(_("Nothing was changed. To restore it without being asked, say --yes."))
        return REFUSED, "\n".join(said), {"ok": False, "lost": lost}
    if not given.yes and not _is_agreed(said):
        return REFUSED, _("Nothing was changed."), {"ok": False, "lost": lost}
    staff = None if lost is None else _entitled(given, database)
    at = clock_of(database)()
    path = database.path
    aside = (path or Path("queueapp")).with_name(f"{path.name if path else 'queueapp'}.replaced-{at:%Y%m%dT%H%M%S}Z")
    _listing, kept = restore(database, source, aside=aside, at=at, staff=staff, proved=proved, scratch_url=scratch)
    said.append(_("Restored. Check the last numbers against the last paper slips before going on."))
    if kept is not None:
        said.append(_("What was there before is in {path}.").format(path=kept))
    answer = {"ok": True, "restored": str(source), "aside": str(kept) if kept else None, "lost": lost}
    return DONE, "\n".join(said), answer


def _told(database: Database, listing: Listing) -> tuple[list[str], Json | None]:
    """Return what the backup holds and what would be lost, in words and as JSON (None when that cannot be read)."""
    holds = _("The backup of {moment} holds {events} events.")
    said = [holds.format(moment=_local(database, listing.made_at), events=listing.contents.events)]
    try:
        found = loss(database, listing)
    except DatabaseUnavailableError as error:
        said.append(_("The present database cannot be read: {cause}").format(cause=error.message))
        return said, None
    return [*said, _loss_words(database, found)], asdict(found)


def _local(database: Database, moment: str) -> str:
    """Return a moment of a list in the office's time, to the minute; the machine's where no office can be asked."""
    try:
        timezone = database.read(_timezone)
    except (QueueError, LookupError):
        timezone = None
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{at.astimezone(zone(timezone) if timezone else None):%H:%M %d/%m/%Y}"


def _timezone(session: Session) -> str | None:
    return session.office.timezone if session.has_office else None


def _entitled(given: Namespace, database: Database) -> str | None:
    """Return who restores, and write it down (not_allowed); in a damaged database nobody can be asked for the right."""
    try:
        if not database.read(_has_office):
            return None
        staff = _by(given, database)
        database.write(require_to, "restore", staff=staff, at=clock_of(database)())
    except DamagedError:
        return None
    return staff


def _is_agreed(said: list[str]) -> bool:
    """Ask whoever sits at the terminal."""
    print("\n".join(clean_line(line) for line in said), file=sys.stderr)  # noqa: T201
    print(_("Restore it? The present database is kept aside. (y/n)"), end=" ", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in {"y", "yes", "c", "có", "co"}


def _loss_words(database: Database, found: Loss) -> str:
    among = _("Among them {tickets} tickets issued and {days} days closed.").format(
        tickets=found.tickets, days=found.days
    )
    if found.is_other_history:
        words = _("The present database has another history: all of its {n} events would go.").format(n=found.events)
        return f"{words} {among}"
    if found.events:
        words = _("The present database has {n} events after it (since {moment}): they would go.").format(
            n=found.events, moment=_local(database, found.since or "")
        )
        return f"{words} {among}"
    return _("The present database has nothing that is not in it.")


def _purge(given: Namespace, database: Database) -> Said:
    clock = clock_of(database)
    timezone, kept_days = database.read(_keeping)
    days = kept_days if given.days is None else max(0, given.days)
    before = business_day(clock(), timezone) - timedelta(days=days - 1)
    until = datetime.combine(before, time.min, tzinfo=zone(timezone))
    removed = database.write(purge, before=before, until=until, staff=_by(given, database), at=clock())
    database.scrub()
    changed = purge_kept(database, before=before, until=until, is_any=removed > 0, at=clock())
    sentence = _("Names and notes older than {days} days were removed: {n} tickets. Chain and figures are unchanged.")
    said = [sentence.format(days=days, n=removed)]
    copies = [str(each) for each in copies_beside(database)]
    if copies:
        said.append(_("These copies may still hold them; delete those that nobody needs:"))
        said += [f"  {each}" for each in copies]
    answer = {"ok": True, "tickets": removed, "days": days, "backups_changed": changed, "copies": copies}
    return DONE, "\n".join(said), answer


def _has_office(session: Session) -> bool:
    return session.has_office


def _keeping(session: Session) -> tuple[str, int]:
    return session.office.timezone, limits_of(session.office.settings).keep_personal_days


def _doctor(given: Namespace) -> Said:
    findings = checkup(given.db)
    signs = {"good": _("good"), "warning": _("WARNING"), "bad": _("BAD")}
    lines = []
    for each in findings:
        lines.append(f"{signs[each.level]:<9} {each.words}")
        if each.advice:
            lines.append(f"{'':<9} → {each.advice}")
    is_bad = any(each.level == "bad" for each in findings)
    answer: dict[str, Any] = {"ok": not is_bad, "findings": [asdict(each) for each in findings]}
    return (REFUSED if is_bad else DONE), "\n".join(lines), answer
