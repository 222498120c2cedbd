"""Who is at a terminal: its signs of life, who signed in, and the lock after some minutes without a key."""

import os
import socket
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from queueapp.clock import Machine
from queueapp.i18n import _
from queueapp.rules.errors import QueueError
from queueapp.terminal import Terminal

if TYPE_CHECKING:
    from queueapp.app import QueueApp
    from queueapp.operations.running import Other
    from queueapp.rules.views import OfficeView

BEAT = timedelta(seconds=60)
REMOTE_SILENCE = timedelta(minutes=3)  # after which a terminal of another machine counts as gone
_OWN_RUNS: set[int] = set()
JUMP = 60.0  # seconds by which the clock on the wall may part from the machine's own count


class Presence:
    """Keeps account of this terminal; it writes nothing where the terminal is a public board."""

    def __init__(self, app: "QueueApp") -> None:
        self._app = app
        self._machine = Machine()
        self._touched_at: datetime | None = None
        self._beat_at: datetime | None = None
        self._is_asking = False
        self._is_begun = False
        self._is_beating = False
        self._mark = (0.0, 0.0)

    @property
    def _terminal(self) -> Terminal:
        return self._app.terminal

    @property
    def office(self) -> "OfficeView | None":
        """The office as the screen that is seen knows it."""
        screen = self._app.queue_screen
        return screen.answer.office if screen is not None and screen.answer is not None else None

    def touch(self) -> None:
        """Notice a key."""
        self._touched_at = self._terminal.clock()

    def arrive(self) -> None:
        """Begin to count the minutes without a key."""
        self.touch()
        self._mark = self._reading()

    def beat(self) -> None:
        """Let a second pass: sign in, sign of life, lock."""
        if self._app.is_kiosk or self.office is None:
            return
        if not self._is_begun:
            self._is_begun = True
            self._run(self._begin_run())
            return
        now = self._terminal.clock()
        if self._is_time_to_lock(now):
            self.ask(is_lock=True)
        if self._terminal.run is not None and not self._is_beating:
            is_due = self._beat_at is None or now - self._beat_at >= BEAT or now < self._beat_at
            self._is_beating = True
            self._run(self._look(is_due=is_due or self._has_jumped(), now=now))

    def ask(self, *, is_lock: bool = False) -> None:
        """Ask who works here, unless that is being asked already."""
        if not self._is_asking:
            self._is_asking = True
            self._run(self._ask(is_lock=is_lock))

    def _run(self, work: Any) -> None:
        self._app.run_worker(work, group="presence", exit_on_error=True)

    async def _begin_run(self) -> None:
        from queueapp.operations.running import Seat, begin_run  # noqa: PLC0415 - after the first frame

        terminal, opens = self._terminal, self._app.opens
        boot, _running = self._machine.uptime()
        place = " ".join(str(each) for each in opens if each is not None)
        seat = Seat(place, socket.gethostname(), os.getpid(), boot)
        try:
            terminal.run = await terminal.store.write(begin_run, seat=seat, is_alive=is_alive, at=terminal.clock())
            _OWN_RUNS.add(terminal.run)
            self._beat_at = terminal.clock()
            interrupted = await terminal.store.read(_interrupted)
        except QueueError:
            self._is_begun = False  # the screen says what is wrong; this is tried again
            return
        office = self.office
        if office is not None and office.is_guarded:
            self.ask()
        if interrupted:
            self._app.action_open("mending")

    async def _look(self, *, is_due: bool, now: datetime) -> None:
        """Give a sign of life when it is due, and let held tickets come back whose minute has come."""
        from queueapp.operations.returning import next_due, release_due  # noqa: PLC0415 - after the first frame
        from queueapp.operations.running import beat  # noqa: PLC0415

        store = self._terminal.store
        try:
            due = await store.read(next_due)
            if due is not None and due <= now:
                await store.write(release_due, at=now)
            if is_due:
                self._mark, self._beat_at = self._reading(), now
                sits = await store.write(beat, run=self._terminal.run, at=now)
                if sits is None and self._terminal.staff is not None and self._is_guarded():
                    self._terminal.staff = None
                    self._app.notify(_("You signed in at another terminal: this one was left."), markup=False)
                    self.ask()
        except QueueError:
            return  # the screen says it; the next second tries again
        finally:
            self._is_beating = False

    async def _ask(self, *, is_lock: bool) -> None:
        from queueapp.screens.signing import SignInDialog  # noqa: PLC0415 - only an office with PINs needs it

        try:
            name = self._terminal.staff or ""
            if not self._is_guarded():
                self._app.notify(_("Nobody has a PIN: everybody may do everything."), markup=False)
                return
            question = _("This terminal locked itself. What is open stays open.") if is_lock else _("Who works here?")
            dialog = SignInDialog(question, self._prove, name=name, is_lock=is_lock and bool(name))
            person = await self._app.push_screen_wait(dialog)
            if person is not None:
                await self._sit(person)
            elif not is_lock:
                self._terminal.staff = None
        finally:
            self._is_asking = False
            self.touch()
            if self._app.queue_screen is not None:
                self._app.queue_screen.repaint()

    async def _prove(self, name: str, pin: str) -> str:
        from queueapp.operations.signing import sign_in  # noqa: PLC0415 - only an office with PINs needs it

        at = self._terminal.clock()
        person = await self._terminal.store.use(lambda database: sign_in(database, name, pin, at=at, place="terminal"))
        return person.name

    async def _sit(self, person: str) -> None:
        from queueapp.operations.running import places_of, sit_down  # noqa: PLC0415
        from queueapp.screens.dialogs import Confirm  # noqa: PLC0415

        terminal = self._terminal
        try:
            given = {"staff": person, "run": terminal.run or 0}
            elsewhere = await terminal.store.write(places_of, **given, at=terminal.clock())
            if elsewhere:
                question = _("{person} is signed in at {place} too. Take over here? The other one is left.")
                words = question.format(person=person, place=", ".join(elsewhere))
                if not await self._app.push_screen_wait(Confirm(words)):
                    return
            await terminal.store.write(sit_down, **given, at=terminal.clock())
            terminal.staff = person
        except QueueError as error:
            self._app.notify(error.message, severity="warning", markup=False)

    def _is_guarded(self) -> bool:
        return self.office is not None and self.office.is_guarded

    def _is_time_to_lock(self, now: datetime) -> bool:
        office = self.office
        if office is None or not office.is_guarded or not office.lock_minutes or self._terminal.staff is None:
            return False
        return self._touched_at is not None and now - self._touched_at >= timedelta(minutes=office.lock_minutes)

    def _reading(self) -> tuple[float, float]:
        return self._machine.wall().timestamp(), self._machine.uptime()[1] / 1_000_000

    def _has_jumped(self) -> bool:
        """Whether the clock on the wall has left the machine's own count since the last look."""
        wall, running = self._reading()
        return abs((wall - self._mark[0]) - (running - self._mark[1])) > JUMP


def is_alive(other: "Other", at: datetime) -> bool:
    """Say whether another terminal still runs: by its process on this machine, by its last sign of life elsewhere."""
    if other.host != socket.gethostname():
        return at - other.beat_at < REMOTE_SILENCE
    if other.boot != Machine().uptime()[0]:
        return False
    try:
        os.kill(other.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return other.pid != os.getpid() or other.id in _OWN_RUNS  # else an earlier process had our number


def _interrupted(session: Any) -> int:
    from queueapp.queries.stuck import interrupted  # noqa: PLC0415 - on the store's thread

    return len(interrupted(session))
