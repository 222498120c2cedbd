"""The life of a terminal in the database: its run begins, gives signs of life, hears what others took over."""

import contextlib
import os
import socket
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.worker import WorkerCancelled

from queueapp.alive import OWN_RUNS, is_alive, own_mark
from queueapp.application import Application
from queueapp.asking import Asking
from queueapp.clock import Machine
from queueapp.i18n import _
from queueapp.rules.errors import QueueError
from queueapp.seating import Seating
from queueapp.terminal import Terminal

if TYPE_CHECKING:
    from queueapp.operations.seats import Seat

BEAT = timedelta(seconds=60)
JUMP = 60.0  # seconds by which the clock on the wall may part from the machine's own count


class Presence:
    """Keeps account of this terminal; it writes nothing where the terminal is a public board."""

    def __init__(self, app: Application, seating: Seating, asking: Asking) -> None:
        self._app = app
        self._seating = seating
        self._asking = asking
        self._machine = Machine()
        self._beat_at: datetime | None = None
        self._is_begun = False
        self._is_beating = False
        self._mark = (0.0, 0.0)

    @property
    def _terminal(self) -> Terminal:
        return self._app.terminal

    def arrive(self) -> None:
        """Begin to count the minutes without a key; who is named at the start is believed where nobody has a PIN."""
        self._asking.touch()
        self._mark = self._reading()
        self._seating.named, self._terminal.staff = self._terminal.staff, None
        if self._seating.named is not None:
            self._run(self._seating.believe())

    def beat(self) -> None:
        """Let a second pass: sign in, sign of life, lock."""
        if self._app.is_kiosk or self._seating.office is None:
            return
        if not self._is_begun:
            self._is_begun = True
            self._run(self._begin())
            return
        now = self._terminal.clock()
        self._asking.lock_when_due(now)
        self._asking.follow()
        if self._terminal.run is not None and not self._is_beating:
            is_due = self._beat_at is None or now - self._beat_at >= BEAT or now < self._beat_at
            self._is_beating = True
            self._run(self._look(is_due=is_due or not self._seating.place.is_known or self._has_jumped(), now=now))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._app.run_worker(work, group="presence", exit_on_error=True)

    def _seat(self) -> "Seat":
        from queueapp.operations.seats import Seat  # noqa: PLC0415 - after the first frame

        return Seat(self._seating.place.name, socket.gethostname(), os.getpid(), own_mark(self._machine))

    async def _begin_run(self) -> None:
        from queueapp.operations.running import begin_run  # noqa: PLC0415 - after the first frame

        terminal, seat = self._terminal, self._seat()
        terminal.run = await terminal.store.write(begin_run, seat=seat, is_alive=is_alive, at=terminal.clock())
        OWN_RUNS.add(terminal.run)
        self._beat_at = terminal.clock()

    async def _begin(self) -> None:
        place = self._seating.place
        try:
            await self._begin_run()
            count, counters, is_slip = await self._terminal.store.read(_interrupted, at=self._terminal.clock())
        except QueueError:
            self._is_begun = False  # the screen says what is wrong; this is tried again
            return
        if self._seating.named is not None and self._terminal.staff is None:
            await self._seating.believe()
        is_ours = place.name == "home" or place.counter in counters
        if count and (is_ours or (is_slip and place.name == "reception")):
            # First the list, then the question over it: a screen opened later would leave the question behind.
            with contextlib.suppress(WorkerCancelled):
                await self._app.action_open("mending").wait()
        elif count:
            notice = _("{n} tickets were interrupted by an outage: see “To be mended” (F9) at Home.")
            self._app.notify(notice.format(n=count), severity="warning", markup=False)
        if self._seating.is_guarded:
            self._asking.ask()

    async def _look(self, *, is_due: bool, now: datetime) -> None:
        """Give a sign of life when it is due, let held tickets come back, and notice when somebody took over."""
        from queueapp.operations.returning import release_due  # noqa: PLC0415 - after the first frame
        from queueapp.operations.running import beat  # noqa: PLC0415

        terminal, seat, person = self._terminal, self._seat(), self._terminal.staff
        store, place = terminal.store, self._seating.place
        try:
            due, is_here, is_lost = await store.read(_glance, run=terminal.run or 0, seat=seat, staff=person)
            if due is not None and due <= now:
                await store.write(release_due, at=now)
            if (
                is_lost and seat.place == place.name and not self._asking.is_voluntary
            ):  # else an answer is awaited first
                self._run(self._lose_counter())
            elif is_here is None:
                await self._begin_anew(person)
            elif is_due:
                self._mark, self._beat_at, place.is_known = self._reading(), now, True
                await store.write(beat, run=terminal.run, seat=seat, is_alive=is_alive, at=now)
            if is_here is False and person is not None and self._is_proved(person):
                self._asking.be_left(person)
        except QueueError:
            return  # the screen says it; the next second tries again
        finally:
            self._is_beating = False

    def _is_proved(self, person: str) -> bool:
        """Say whether somebody who was signed in by a PIN before the database was asked still is."""
        return person == self._terminal.staff and self._seating.is_guarded

    async def _begin_anew(self, person: str | None) -> None:
        """Run again where the file was replaced by one that does not know this run; who was proved here stays."""
        await self._begin_run()
        if person is not None and self._is_proved(person):
            await self._seating.sit_down(person, self._seating.counter)

    async def _lose_counter(self) -> None:
        """Leave the counter that a colleague has taken over; who is signed in here stays so."""
        place = self._seating.place
        number = place.counter
        going = self._seating.go_home() if self._app.current_mode == place.name else None
        place.move("home")
        if going is not None:
            with contextlib.suppress(WorkerCancelled):  # what is said before would stay behind on the counter's screen
                await going.wait()
        words = _("Counter {number} was taken over at another terminal.").format(number=number)
        self._app.notify(words, severity="warning", markup=False)

    def _reading(self) -> tuple[float, float]:
        return self._machine.wall().timestamp(), self._machine.uptime()[1] / 1_000_000

    def _has_jumped(self) -> bool:
        """Whether the clock on the wall has left the machine's own count since the last look."""
        wall, running = self._reading()
        return abs((wall - self._mark[0]) - (running - self._mark[1])) > JUMP


def _interrupted(session: Any, *, at: datetime) -> tuple[int, set[int | None], bool]:
    """Return how many tickets an outage interrupted, at which counters, and whether a slip is in doubt."""
    from queueapp.queries.stuck import interrupted, stuck  # noqa: PLC0415 - on the store's thread

    if not interrupted(session):
        return 0, set(), False
    found = [each.ticket for each in stuck(session, at=at).tickets if each.seconds is not None]
    at_counters = [each for each in found if each.state != "waiting"]
    return len(found), {each.counter for each in at_counters}, len(at_counters) < len(found)


def _glance(session: Any, *, run: int, seat: "Seat", staff: str | None) -> tuple[datetime | None, bool | None, bool]:
    """Return when the next held ticket comes back, whether somebody still sits here, whether its counter is lost."""
    from queueapp.operations.returning import next_due  # noqa: PLC0415 - on the store's thread
    from queueapp.operations.seats import has_lost, sits_here  # noqa: PLC0415

    is_here = sits_here(session, run=run, staff=staff, seat=seat)
    return next_due(session), is_here, has_lost(session, run=run, place=seat.place)
