"""The commands of the office's own scripts: run them for days, try them, show how they go."""

import contextlib
import json
import os
import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from queueapp.alive import is_holder_alive, own_holder
from queueapp.cli.following import (
    BEAT,
    Ending,
    Once,
    followed,
    following_database,
    is_wanted,
    other_words,
    shown,
    to_people,
)
from queueapp.cli.wire import Json, Wire
from queueapp.clock import Clock, business_day, now, zone
from queueapp.database import Database
from queueapp.hooks.finding import Found, find
from queueapp.hooks.log import log_path, write_log
from queueapp.hooks.running import CutOffError, run
from queueapp.i18n import _
from queueapp.operations.following import stay
from queueapp.operations.hooking import NAME, ToRun, note_event, take_events
from queueapp.queries.following import follower, outlook_on_events
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.rules.hooks import Hooks, environment, hooks_of
from queueapp.rules.views import EventView
from queueapp.session import Session
from queueapp.terminal import clock_of

DONE, REFUSED = 0, 1
MADE_UP = "test"
LINES_SHOWN = 20  # of what a script says when it is tried; all of it stands in the log
_SECRET = ("password", "passfile", "sslpassword")  # what an address may hold of that besides its usual place
Said = tuple[int, str, Json]


@dataclass(frozen=True, slots=True)
class Office:
    """What the scripts are told of the office, and where they are."""

    name: str
    timezone: str
    hooks: Hooks


class Runner:
    """Runs the scripts after each event, one event after the other; of several runners one does."""

    def __init__(self, database: Database, clock: Clock, *, once: Once, ending: Ending) -> None:
        self._database = database
        self._clock = clock
        self._once = once
        self._ending = ending
        self._me = own_holder()
        self._beat_at = time.monotonic()

    def step(self) -> bool:
        """Run the scripts with the next events, if it is ours to do; say whether there may be more at once."""
        outlook = self._database.read(outlook_on_events, NAME)
        other = other_words(outlook)
        if other is not None:
            self._once.say("other", other)
        if not is_wanted(outlook, self._clock()):
            return False
        given = self._database.write(take_events, me=self._me, is_alive=is_holder_alive, at=self._clock())
        if given.is_ours and not given.hooks.are_there:
            self._once.say("hooks", _("The office has no scripts ([hooks] folder or command in its settings)."))
        return self._run_all(given) and bool(given.events)

    def _run_all(self, given: ToRun) -> bool:
        office = Office(given.office, given.timezone, given.hooks)
        for event in given.events:
            if self._ending.has_come:
                return False
            if (self._clock() - event.at).total_seconds() > given.hooks.stale_seconds:
                if not self._note({"event": event, "is_stale": True}):
                    return False
                continue
            try:
                troubles = run_with(self._database, office, event, self._clock(), goes_on=self._goes_on)
            except CutOffError:  # it is run again by whoever comes next
                return False
            self._say(troubles)
            note = troubles[-1] if troubles else None
            noted = {"event": event, "failed": len(troubles), "note": note}
            if not self._note(noted):
                return False
        return True

    def _goes_on(self) -> bool:
        """Give a sign of life while a script runs, and say whether it may go on."""
        if time.monotonic() - self._beat_at > BEAT.total_seconds():
            self._beat_at = time.monotonic()
            with contextlib.suppress(DatabaseUnavailableError):  # it is told when the event cannot be noted
                self._database.write(stay, name=NAME, me=self._me, is_alive=is_holder_alive, at=self._clock())
        return not self._ending.has_come

    def _note(self, noted: dict[str, Any]) -> bool:
        """Note an event as told; False when another process runs the scripts by now."""
        by = {"me": self._me, "is_alive": is_holder_alive}
        return self._database.write(note_event, **by, **noted, at=self._clock())

    def _say(self, troubles: list[str]) -> None:
        if not troubles:
            self._once.is_well("script")
        for each in troubles:
            self._once.say("script", each)


def run_with(
    database: Database,
    office: Office,
    event: EventView,
    at: datetime,
    *,
    goes_on: Callable[[], bool] = lambda: True,
    hear: Callable[[str], None] | None = None,
) -> list[str]:
    """Run every script with an event, and return what went wrong in words; `hear` is given what they said."""
    found, log, at = found_in(database, office.hooks), log_path(database.path), at.astimezone(zone(office.timezone))
    given = (json.dumps(told(event, office), ensure_ascii=False) + "\n").encode()
    around = environment(os.environ, event.verb, event.seq, address_told(database))
    troubles = list(found.refused)
    for trouble in found.refused:
        write_log(log, at, trouble, "")
    for words in found.commands:
        ran = run(words, given, around, office.hooks.seconds, goes_on)
        name = Path(words[0]).name if words else ""
        if ran.trouble:
            troubles.append(f"{name}: {ran.trouble}")
        if ran.trouble or ran.output:
            write_log(log, at, f"{event.seq} {event.verb} {name} {ran.trouble}", ran.output)
        if hear is not None:
            ended = ran.trouble or _("done")
            hear(f"{name}: {ended}\n{_end_of(ran.output)}".rstrip())
    return troubles


def _end_of(output: str) -> str:
    lines = output.splitlines()
    return "\n".join(lines if len(lines) <= LINES_SHOWN else ["…", *lines[-LINES_SHOWN:]])


def told(event: EventView, office: Office) -> Json:
    """Return an event as a script reads it: as `queueapp events` tells it, and of which office."""
    return Wire(office.timezone).event(event) | {"office": office.name}


def found_in(database: Database, hooks: Hooks) -> Found:
    """Return the scripts of an office; a folder without a root is looked for beside the database."""
    beside = Path.cwd() if database.path is None else database.path.parent
    folder = beside / Path(hooks.folder).expanduser() if hooks.folder else None
    return find(folder, hooks.command)


def address_told(database: Database) -> str:
    """Return the address of the database as a script may know it."""
    if database.path is not None:
        return str(database.path)
    return database.url._replace(password=None).difference_update_query(_SECRET).render_as_string()


def run_hooks_for_days(given: Namespace) -> int:
    """Run the scripts after each event until a signal comes; what goes wrong is said on standard error."""
    database = following_database(given.db)
    ending, once = Ending(), Once(to_people)
    runner = Runner(database, lambda: now() - database.clock_offset, once=once, ending=ending)
    ending.heed_signals()
    followed(database, NAME, runner.step, ending=ending, once=once)
    return DONE


def run_hooks(given: Namespace, database: Database) -> Said:
    """Run one of the commands: the exit status, what is said to a person, and the answer as JSON."""
    return _test(database) if given.action == "test" else _show(database)


def _test(database: Database) -> Said:
    office, at = database.read(_office), clock_of(database)()
    day = business_day(at, office.timezone)
    event = EventView(0, at, MADE_UP, "D-012", day, 3, None, {"test": True})
    heard: list[str] = []
    troubles = run_with(database, office, event, at, hear=heard.append)
    ignored = found_in(database, office.hooks).ignored
    lines = [*heard, *ignored, *(each for each in troubles if not any(each in line for line in heard))]
    if not lines:
        lines = [_("The office has no scripts ([hooks] folder or command in its settings).")]
    return (REFUSED if troubles else DONE), "\n".join(lines), {"ok": not troubles, "heard": heard, "troubles": troubles}


def _show(database: Database) -> Said:
    office, at = database.read(_office), clock_of(database)()
    found, following = found_in(database, office.hooks), database.read(follower, NAME)
    lines = [_("Runs after each event: {words}").format(words=" ".join(words)) for words in found.commands]
    lines += [*found.refused, *found.ignored] or (
        [] if lines else [_("The office has no scripts ([hooks] folder or command in its settings).")]
    )
    holder = following.holder if following is not None else None
    beat_at = following.beat_at if following is not None and following.beat_at is not None else at
    runs = holder is not None and is_holder_alive(holder, beat_at, at)
    lines.append(
        _("Run by: {holder}").format(holder=shown(holder) if runs else _("nobody; start “queueapp hooks run”"))
    )
    if following is not None:
        behind = database.read(_revision) - following.seq
        counts = _(
            "Events told: {done}, too old to be told: {dropped}, still to be told: {behind}, failures: {failed}."
        )
        told_so_far = {"done": following.done, "dropped": following.dropped, "failed": following.failed}
        lines.append(counts.format(behind=behind, **told_so_far))
        lines += _note_words(following.note)
    lines.append(_("What they said: {path}").format(path=log_path(database.path)))
    said: Json = {"commands": [list(words) for words in found.commands], "refused": list(found.refused)}
    said |= {name: getattr(following, name, None) for name in ("seq", "done", "dropped", "failed", "note")}
    return DONE, "\n".join(lines), said | {"holder": holder if runs else None, "log": str(log_path(database.path))}


def _note_words(note: str | None) -> Iterable[str]:
    return [] if note is None else [_("The last trouble: {note}").format(note=note)]


def _office(session: Session) -> Office:
    return Office(session.office.name, session.office.timezone, hooks_of(session.office.settings))


def _revision(session: Session) -> int:
    return session.office.revision
