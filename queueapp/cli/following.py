"""Follows the log for days: looks for what is new, waits while the database is away, ends by a signal."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from queueapp.alive import is_holder_alive, own_holder
from queueapp.cli.saying import clean_line
from queueapp.clock import Machine
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.operations.following import let_go
from queueapp.operations.keeping import keep_up
from queueapp.queries.following import Outlook
from queueapp.rules.errors import DatabaseUnavailableError, QueueError
from queueapp.terminal import clock_of

PULSE = 0.2  # seconds between two looks at the revision, as the screens do it
LOOK = 1.0  # seconds after which it is looked without a new revision: another that followed may have died
BEAT = timedelta(seconds=20)  # after which who follows gives a sign of life
AWAY = 2.0  # seconds between two tries while the database is away
ENDINGS = ("SIGTERM", "SIGINT", "SIGHUP")
_GONE = N_("there is no file {path} now; this goes on by itself when it is back.")


class Ending:
    """Whether it is time to end: a signal came, or the process that this one belongs to has gone."""

    def __init__(self, parent: int | None = None) -> None:
        self._times = 0
        self._parent = parent

    def heed_signals(self) -> None:
        """End by the usual signals, but for those that were to be ignored (`nohup`)."""
        for name in ENDINGS:
            number = getattr(signal, name, None)  # Windows lacks some
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda _number, _frame: self.tell())

    def tell(self) -> None:
        """Say that it is time to end; the second time, that it is so at once."""
        self._times += 1

    @property
    def has_come(self) -> bool:
        """Whether it is time to end."""
        return self._times > 0 or (self._parent is not None and os.getppid() != self._parent)

    @property
    def is_urgent(self) -> bool:
        """Whether what was begun is not to be waited for."""
        return self._times > 1

    def wait(self, seconds: float) -> None:
        """Let time pass, but not beyond the end."""
        until = time.monotonic() + seconds
        while not self.has_come and (left := until - time.monotonic()) > 0:
            time.sleep(min(PULSE, left))


class Once:
    """Says each sentence once, until it has been otherwise in between."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said: dict[str, str] = {}

    def say(self, about: str, sentence: str) -> None:
        """Say a sentence about something, unless it was said already and still holds."""
        is_known = sentence in self._said.values()
        self._said[about] = sentence
        if not is_known:
            self._say(sentence)

    def is_well(self, about: str, sentence: str = "") -> None:
        """Forget the trouble with something, and say that it is over where there was any."""
        if self._said.pop(about, None) is not None and sentence:
            self._say(sentence)


def following_database(address: str) -> Database:
    """Return the database of who follows its log; it founds no office and makes no file."""
    return Database(address, first=keep_up, machine=Machine())


def is_wanted(outlook: Outlook, at: datetime) -> bool:
    """Say whether there is something to do for this process: there is more, or a sign of life is due.

    What another process follows that lives is its own.
    """
    found, me = outlook.following, own_holder()
    if found is None or found.holder is None or found.beat_at is None:
        return outlook.has_more
    if found.holder == me:
        return outlook.has_more or at - found.beat_at > BEAT
    return outlook.has_more and not is_holder_alive(found.holder, found.beat_at, at)


def other_words(outlook: Outlook) -> str | None:
    """Return who else does what this process would do; None when nobody does."""
    found = outlook.following
    if found is None or found.holder in {None, own_holder()}:
        return None
    return _("{holder} does it already; this one goes on when that one has ended.").format(holder=shown(found.holder))


def shown(holder: str | None) -> str:
    """Return a process as people may know it: its machine and its number there."""
    host, _colon, rest = (holder or "").partition(":")
    return f"{host} ({rest.partition(':')[0]})"


class Rounds:
    """Calls `step` whenever something happened, until the end; a database that is away or replaced is waited for."""

    def __init__(self, database: Database, step: Callable[[], bool], ending: Ending, once: Once) -> None:
        self._database = database
        self._step = step
        self._ending = ending
        self._once = once
        self._file = self._identity()

    def keep(self) -> None:
        """Go on until the end has come."""
        while not self._ending.has_come:
            try:
                self._keep_while_there()
            except DatabaseUnavailableError as error:
                self._once.say("database", error.message)
            except Exception as error:  # noqa: BLE001 - it runs for days, and nobody is there to start it again
                self._database.close()
                sentence = error.message if isinstance(error, QueueError) else f"{type(error).__name__}: {error}"
                self._once.say("fault", _("Something went wrong, it is tried again: {cause}").format(cause=sentence))
            self._ending.wait(AWAY)

    def _keep_while_there(self) -> None:
        revision, looked_at = None, 0.0
        while not self._ending.has_come:
            self._see_replaced()
            present = self._database.revision()
            self._once.is_well("database", _("The database is there again."))
            if present != revision or time.monotonic() - looked_at >= LOOK:
                revision, looked_at = present, time.monotonic()
                while not self._ending.has_come and self._step():
                    pass
                self._once.is_well("fault")
            self._ending.wait(PULSE)

    def _see_replaced(self) -> None:
        """Open anew a file that was put in the place of another, and touch nothing while there is none."""
        present = self._identity()
        if present != self._file:
            self._database.close()
            self._file = present
        if self._database.path is not None and present is None:
            raise DatabaseUnavailableError(_GONE, path=self._database.path)

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = None if self._database.path is None else self._database.path.stat()
        except OSError:
            return None
        return None if found is None or not found.st_size else (found.st_dev, found.st_ino)


def followed(database: Database, name: str, step: Callable[[], bool], *, ending: Ending, once: Once) -> None:
    """Follow the log under a name until the end, and let another one follow then."""
    try:
        Rounds(database, step, ending, once).keep()
        is_there = database.path is None or database.path.exists()  # one that is away is not made anew for this
        with contextlib.suppress(QueueError):  # else it is seen that this process has gone
            if is_there:
                database.write(let_go, name=name, me=own_holder(), at=clock_of(database)())
    finally:
        database.close()


def to_people(sentence: str, stream: Any = None) -> None:
    """Print a sentence at once; who no longer listens is no trouble."""
    with contextlib.suppress(OSError):
        print(clean_line(sentence), file=stream or sys.stderr, flush=True)
