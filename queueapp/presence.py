"""Who is at a terminal: its signs of life, who signed in, and the lock after some minutes without a key."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.screen import ModalScreen
from textual.worker import Worker, WorkerCancelled

from queueapp.alive import OWN_RUNS, is_alive, own_mark
from queueapp.clock import Machine
from queueapp.i18n import _
from queueapp.rules.errors import QueueError, UnknownStaffError
from queueapp.terminal import Terminal

if TYPE_CHECKING:
    from queueapp.app import QueueApp
    from queueapp.operations.seats import Seat
    from queueapp.rules.views import OfficeView

BEAT = timedelta(seconds=60)
JUMP = 60.0  # seconds by which the clock on the wall may part from the machine's own count


class Presence:
    """Keeps account of this terminal; it writes nothing where the terminal is a public board.

    `stage` is held while somebody is asked to sign in: no other screen may come to stand over the question.
    """

    def __init__(self, app: "QueueApp") -> None:
        self._app = app
        self._machine = Machine()
        self._touched_at: datetime | None = None
        self._beat_at: datetime | None = None
        self._is_asking = False
        self._is_begun = False
        self._is_beating = False
        self._mark = (0.0, 0.0)
        self._office: OfficeView | None = None
        self._named: str | None = None
        self._place = " ".join(str(each) for each in app.opens if each is not None)
        self._is_placed = True
        self._mode = ""
        self._seated: str | None = None
        self._is_voluntary = False
        self._is_overdue = False
        self.stage = asyncio.Lock()

    @property
    def _terminal(self) -> Terminal:
        return self._app.terminal

    @property
    def office(self) -> "OfficeView | None":
        """The office as the screen that is seen knows it, or knew before another was opened."""
        screen = self._app.queue_screen
        if screen is not None and screen.answer is not None:
            self._office = screen.answer.office
        return self._office

    def touch(self) -> None:
        """Notice a key."""
        self._touched_at = self._terminal.clock()

    def arrive(self) -> None:
        """Begin to count the minutes without a key; who is named at the start is believed where nobody has a PIN."""
        self.touch()
        self._mark = self._reading()
        self._named, self._terminal.staff = self._terminal.staff, None
        if self._named is not None:
            self._run(self._believe())

    def beat(self) -> None:
        """Let a second pass: sign in, sign of life, lock."""
        if self._app.is_kiosk or self.office is None:
            return
        if not self._is_begun:
            self._is_begun = True
            self._run(self._begin())
            return
        now = self._terminal.clock()
        if self._is_time_to_lock(now):
            self._give_up_asking()
            self.ask(is_lock=True)
        self._follow()
        if self._terminal.run is not None and not self._is_beating:
            is_due = self._beat_at is None or now - self._beat_at >= BEAT or now < self._beat_at
            self._is_beating = True
            self._run(self._look(is_due=is_due or not self._is_placed or self._has_jumped(), now=now))

    def _give_up_asking(self) -> None:
        """Take away a question that somebody signed in has left open: below it the terminal would never lock."""
        if self._is_asking and self._is_voluntary:
            self._is_overdue = True
            if isinstance(self._app.screen, ModalScreen):
                self._app.screen.dismiss(None)

    def ask(self, *, is_lock: bool = False, because: str = "") -> None:
        """Ask who works here, and say why it is asked, unless that is being asked already."""
        if self._terminal.run is None:
            self._app.notify(_("The data is still being opened."), markup=False)
        elif not self._is_asking:
            self._is_asking = True
            self._run(self._ask(is_lock=is_lock, because=because))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._app.run_worker(work, group="presence", exit_on_error=True)

    async def _believe(self) -> None:
        """Take somebody at their word in an office where nobody has a PIN."""
        # The store answers in the order it is asked: this is known before any key of a screen does anything.
        try:
            self._terminal.staff = await self._terminal.store.read(_believed, self._named or "")
        except UnknownStaffError as error:
            self._named = None
            self._app.notify(error.message, severity="warning", markup=False)
        except QueueError:
            return  # the screen says what is wrong; this is tried again when the run begins
        self._repaint()

    def _seat(self) -> "Seat":
        from queueapp.operations.seats import Seat  # noqa: PLC0415 - after the first frame

        return Seat(self._place, socket.gethostname(), os.getpid(), own_mark(self._machine))

    async def _begin_run(self) -> None:
        from queueapp.operations.running import begin_run  # noqa: PLC0415 - after the first frame

        terminal, seat = self._terminal, self._seat()
        terminal.run = await terminal.store.write(begin_run, seat=seat, is_alive=is_alive, at=terminal.clock())
        OWN_RUNS.add(terminal.run)
        self._beat_at = terminal.clock()

    async def _begin(self) -> None:
        try:
            await self._begin_run()
            count, counters, is_slip = await self._terminal.store.read(_interrupted, at=self._terminal.clock())
        except QueueError:
            self._is_begun = False  # the screen says what is wrong; this is tried again
            return
        if self._named is not None and self._terminal.staff is None:
            await self._believe()
        is_ours = self._place == "home" or self._counter_of_place() in counters
        if count and (is_ours or (is_slip and self._place == "reception")):
            # First the list, then the question over it: a screen opened later would leave the question behind.
            with contextlib.suppress(WorkerCancelled):
                await self._app.action_open("mending").wait()
        elif count:
            notice = _("{n} tickets were interrupted by an outage: see “To be mended” (F9) at Home.")
            self._app.notify(notice.format(n=count), severity="warning", markup=False)
        if self._is_guarded():
            self.ask()

    async def _look(self, *, is_due: bool, now: datetime) -> None:
        """Give a sign of life when it is due, let held tickets come back, and notice when somebody took over."""
        from queueapp.operations.returning import release_due  # noqa: PLC0415 - after the first frame
        from queueapp.operations.running import beat  # noqa: PLC0415

        terminal, seat, person = self._terminal, self._seat(), self._terminal.staff
        store = terminal.store
        try:
            due, is_here, is_lost = await store.read(_glance, run=terminal.run or 0, seat=seat, staff=person)
            if due is not None and due <= now:
                await store.write(release_due, at=now)
            if is_lost and seat.place == self._place and not self._is_voluntary:  # else an answer is awaited first
                self._run(self._lose_counter())
            elif is_here is None:
                await self._begin_anew(person)
            elif is_due:
                self._mark, self._beat_at, self._is_placed = self._reading(), now, True
                await store.write(beat, run=terminal.run, seat=seat, is_alive=is_alive, at=now)
            if is_here is False and person is not None and person == terminal.staff and self._is_guarded():
                self._be_left(person)
        except QueueError:
            return  # the screen says it; the next second tries again
        finally:
            self._is_beating = False

    async def _begin_anew(self, person: str | None) -> None:
        """Run again where the file was replaced by one that does not know this run; who was proved here stays."""
        from queueapp.operations.seats import sit_down  # noqa: PLC0415

        await self._begin_run()
        if person is not None and person == self._terminal.staff and self._is_guarded():
            given = {"run": self._terminal.run or 0, "staff": person, "counter": self._counter()}
            await self._terminal.store.write(sit_down, at=self._terminal.clock(), **given)

    async def _lose_counter(self) -> None:
        """Leave the counter that a colleague has taken over; who is signed in here stays so."""
        number = self._counter_of_place()
        going = self._go_home() if self._app.current_mode == self._place else None
        self._place, self._is_placed = "home", False
        if going is not None:
            with contextlib.suppress(WorkerCancelled):  # what is said before would stay behind on the counter's screen
                await going.wait()
        words = _("Counter {number} was taken over at another terminal.").format(number=number)
        self._app.notify(words, severity="warning", markup=False)

    def _go_home(self) -> Worker[None]:
        self._place, self._is_placed, self._mode = "home", False, "home"
        return self._app.action_open("home")

    def _be_left(self, person: str) -> None:
        self._terminal.staff = None
        words = _("{person} is no longer signed in at this terminal: it was taken over elsewhere.")
        self.ask(because=words.format(person=person))

    def _follow(self) -> None:
        """Notice that this terminal has gone to work at another place, or come back to a counter."""
        mode = self._app.current_mode
        is_working = mode in {"home", "reception"} or mode.startswith("counter ")
        if mode == self._mode or self._is_asking:
            return  # while somebody is being asked the place stays; it is looked at again after that
        self._mode = mode
        if is_working and mode != self._place:
            self._place, self._is_placed = mode, False
        if self._counter() is not None and self._terminal.staff is not None and self._is_guarded():
            self._is_asking = self._is_voluntary = True
            self._run(self._come_to_counter(self._terminal.staff))

    def _counter_of_place(self) -> int | None:
        place, _space, number = self._place.partition(" ")
        return int(number) if place == "counter" and number else None

    def _counter(self) -> int | None:
        """Return the counter that is seen; one that was only visited before is nobody's."""
        return self._counter_of_place() if self._app.current_mode == self._place else None

    async def _come_to_counter(self, person: str) -> None:
        """Ask before a counter is taken over from a colleague; who declines goes home."""
        from queueapp.operations.seats import others_at, sit_down  # noqa: PLC0415 - after the first frame

        terminal, counter = self._terminal, self._counter()
        given: dict[str, Any] = {"staff": person, "run": terminal.run or 0}
        try:
            async with self.stage:
                if counter is None or not await terminal.store.read(others_at, counter=counter, **given):
                    return
                is_taken = await self._may_sit(person)
            if is_taken:
                await terminal.store.write(sit_down, counter=counter, at=terminal.clock(), **given)
            else:
                self._go_home()
        except QueueError as error:
            self._app.notify(error.message, severity="warning", markup=False)
        finally:
            self._end_asking()

    def _end_asking(self) -> None:
        self._is_asking = self._is_voluntary = False
        if not self._is_overdue:
            self.touch()
        self._is_overdue = False
        self._repaint()

    async def _ask(self, *, is_lock: bool, because: str) -> None:
        try:
            if not self._is_guarded():
                self._app.notify(_("Nobody has a PIN: everybody may do everything."), markup=False)
                return
            async with self.stage:
                if is_lock:
                    await self._ask_to_unlock()
                else:
                    self._is_voluntary = self._terminal.staff is not None
                    await self._ask_and_sit(because)
        finally:
            self._end_asking()

    async def _ask_to_unlock(self) -> None:
        """Ask until the one who works here, or another person in their place, has proved who they are."""
        from queueapp.screens.signing import SignInDialog  # noqa: PLC0415 - only an office with PINs needs it

        owner = self._terminal.staff or ""
        question, is_open = _("This terminal locked itself. What is open stays open."), False
        while not is_open:
            person = await self._app.push_screen_wait(SignInDialog(question, self._prove, name=owner, is_lock=True))
            is_open = person is not None and await self._sit(person, instead_of=owner)

    async def _ask_and_sit(self, because: str) -> None:
        from queueapp.screens.signing import SignInDialog  # noqa: PLC0415 - only an office with PINs needs it

        present = self._terminal.staff
        if present is not None and not await self._may_ask_another(present):
            return
        name = self._named or "" if present is None else ""
        question = _("Who works here?")
        dialog = SignInDialog(f"{because} {question}".strip(), self._prove, name=name)
        person = await self._app.push_screen_wait(dialog)
        if person is not None:
            await self._sit(person)

    async def _may_ask_another(self, present: str) -> bool:
        """Let who is signed in sign out, or another person sign in instead; True for another person."""
        from queueapp.screens.dialogs import Choose  # noqa: PLC0415 - after the first frame

        question = _("{person} is signed in at this terminal.").format(person=present)
        answers = [("out", _("Sign out")), ("other", _("Another person signs in"))]
        chosen = await self._app.push_screen_wait(Choose(question, answers))
        if chosen == "out":
            await self._stand_up()
        return chosen == "other"

    async def _stand_up(self) -> None:
        """Let nobody be signed in here any more."""
        from queueapp.operations.seats import stand_up  # noqa: PLC0415 - only an office with PINs needs it

        terminal = self._terminal
        terminal.staff = None
        self._repaint()
        with contextlib.suppress(QueueError):  # the seat is found empty at the latest when somebody else takes it
            await terminal.store.write(stand_up, run=terminal.run or 0, at=terminal.clock())

    def _repaint(self) -> None:
        if self._app.queue_screen is not None:
            self._app.queue_screen.repaint()

    async def _prove(self, name: str, pin: str) -> str:
        from queueapp.operations.signing import person_typed, sign_in  # noqa: PLC0415 - only an office with PINs

        store, at = self._terminal.store, self._terminal.clock()
        known = (await store.read(person_typed, name)).name
        person = await store.use(lambda database: sign_in(database, known, pin, at=at, place="terminal"))
        return person.name

    async def _sit(self, person: str, *, instead_of: str | None = None) -> bool:
        """Let somebody work here whose PIN was right, unless they think better of what that takes over."""
        from queueapp.operations.seats import sit_down  # noqa: PLC0415 - only an office with PINs needs it

        terminal, counter = self._terminal, self._counter()
        given = {"staff": person, "run": terminal.run or 0, "counter": counter, "instead_of": instead_of}
        try:
            if not await self._may_sit(person, instead_of=instead_of):
                return False
            await terminal.store.write(sit_down, at=terminal.clock(), **given)
        except QueueError as error:
            self._app.notify(error.message, severity="warning", markup=False)
            return False
        if counter is not None:
            self._mode = self._place  # what coming to this counter would ask was asked now
        elif self._counter_of_place() is not None and person != self._seated:
            self._place, self._is_placed = "home", False  # the counter was the one's before, not this one's
        terminal.staff = self._named = self._seated = person
        return True

    async def _may_sit(self, person: str, *, instead_of: str | None = None) -> bool:
        """Ask whether somebody takes over who is signed in elsewhere too, or whose counter is a colleague's."""
        from queueapp.operations.seats import others_at, places_of  # noqa: PLC0415 - only an office with PINs
        from queueapp.screens.dialogs import Confirm  # noqa: PLC0415 - as above

        store = self._terminal.store
        given: dict[str, Any] = {"staff": person, "run": self._terminal.run or 0}
        counter = self._counter()
        questions = []
        elsewhere = await store.read(places_of, **given)
        if elsewhere:
            question = _("{person} is signed in at {place} too. Take over here? The other one is left.")
            places = ", ".join(place_words(place) for place in elsewhere)
            questions.append(question.format(person=person, place=places))
        others = () if counter is None else await store.read(others_at, counter=counter, **given)
        others = tuple(name for name in others if name != instead_of)  # who left it locked is not asked about again
        if others:
            question = _("{person} sits at counter {number}. Take over counter {number}? It is written down.")
            questions.append(question.format(person=", ".join(others), number=counter))
        for words in questions:
            if not await self._app.push_screen_wait(Confirm(words, is_dangerous=True)):
                return False
        return True

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


def place_words(place: str) -> str:
    """Return where a terminal stands in the language in use."""
    kind, _space, number = place.partition(" ")
    if kind == "counter":
        return _("Counter {number}").format(number=number)
    return _("Reception") if kind == "reception" else _("Home")


def _interrupted(session: Any, *, at: datetime) -> tuple[int, set[int | None], bool]:
    """Return how many tickets an outage interrupted, at which counters, and whether a slip is in doubt."""
    from queueapp.queries.stuck import interrupted, stuck  # noqa: PLC0415 - on the store's thread

    if not interrupted(session):
        return 0, set(), False
    found = [each.ticket for each in stuck(session, at=at).tickets if each.seconds is not None]
    at_counters = [each for each in found if each.state != "waiting"]
    return len(found), {each.counter for each in at_counters}, len(at_counters) < len(found)


def _believed(session: Any, name: str) -> str | None:
    """Return the person of that name as the office writes it; None where people have PINs (UnknownStaffError)."""
    from queueapp.operations.signing import person_typed  # noqa: PLC0415 - on the store's thread

    person = person_typed(session, name)
    return None if session.office.is_guarded else person.name


def _glance(session: Any, *, run: int, seat: "Seat", staff: str | None) -> tuple[datetime | None, bool | None, bool]:
    """Return when the next held ticket comes back, whether somebody still sits here, whether its counter is lost."""
    from queueapp.operations.returning import next_due  # noqa: PLC0415 - on the store's thread
    from queueapp.operations.seats import has_lost, sits_here  # noqa: PLC0415

    is_here = sits_here(session, run=run, staff=staff, seat=seat)
    return next_due(session), is_here, has_lost(session, run=run, place=seat.place)
