"""Hostile text on the screens, and random keys: nothing crashes, nothing that acts is painted."""

import contextlib
import os
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import events
from textual.widgets import Input
from textual.widgets._toast import Toast

from benchmarks.hostile.hands import Hands, Standing
from benchmarks.hostile.judging import Tally, is_quiet, progress
from benchmarks.hostile.office import FIELDS, Moving, settings_of
from benchmarks.hostile.poison import poisoned
from benchmarks.hostile.texts import Hostile
from queueapp.database import Database
from queueapp.i18n import language, use_language
from queueapp.operations.calling import call, start
from queueapp.operations.counters import pause, unpause
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.leaving import void
from queueapp.operations.office import found
from queueapp.operations.serving import finish, hold, put_back, transfer
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import DayClosedError, QueueError, UnknownStaffError
from queueapp.rules.views import OfficeView, TicketView
from queueapp.screens.dialogs import Ask, Choose, Confirm, Dialog
from queueapp.screens.signing import SignInDialog
from queueapp.screens.ticket import TicketDialog
from queueapp.store import Store
from queueapp.terminal import Terminal
from queueapp.widgets.inputs import TextBox

PLACES = ("reception", "counter 1", "counter 4", "board", "summary", "closing", "mending", "home")
KEYS = (
    *(f"f{number}" for number in range(1, 13)), *(f"f{number}" for number in range(1, 13)), *"abcdefghijklmnoprstuvwxyz0123456789",
    "up", "down", "left", "right", "enter", "enter", "escape", "tab", "shift+tab", "space", "backspace", "delete", "home", "end",
    "pageup", "pagedown", "ctrl+z", "ctrl+p", "ctrl+t", "plus", "minus", "slash", "ctrl+a", "ctrl+v", "ctrl+c", "ctrl+k",
)  # fmt: skip
SIZES = ((80, 24), (120, 40), (40, 12))
ROUND = 100  # names between two fresh starts of the application


class Walk:
    """Names written and shown, keys pressed, every picture looked at."""

    def __init__(self, tally: Tally, hostile: Hostile, folder: Path) -> None:
        self.tally, self.hostile, self.chance, self.clock = tally, hostile, hostile.chance, Moving()
        self.path = str(folder / "hostile.db")
        database = Database(self.path, first=keep_up)
        database.write(found, settings_of(hostile), at=self.clock())
        database.close()

    async def run(self, names: int, keys: int, size: tuple[int, int]) -> None:
        """Open the application, write and show so many names, press so many keys in between."""
        store = Store(lambda: Database(self.path, first=keep_up))
        app = Standing(Terminal(store, clock=self.clock), opens="home", language=self.chance.choice(("en", "vi")))
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                await self._steps(Hands(app, pilot, self.tally), names, keys)
                app.exit()  # as people leave
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.tally.check(False, f"crash: {type(error).__name__}: {error} ({where.filename}:{where.lineno})")
        finally:
            store.close()

    async def _steps(self, hands: Hands, names: int, keys: int) -> None:
        await hands.pilot.pause(0)
        await hands.app.terminal.store.ready()
        for place in range(max(names, keys)):
            if hands.app._exception is not None:
                break
            if place < names:
                await self._name(hands, place)
            if place < keys and hands.app._exception is None:
                await self._key(hands)

    async def _name(self, hands: Hands, place: int) -> None:
        text = self.hostile.text()
        self.tally.counted["names"] += 1
        await self._write(hands, text)
        if place % 8 == 0:
            await self._go(hands, self.chance.choice(PLACES))
        shows: tuple[Callable[[Hands, str], Any], ...] = (
            self._view,
            self._dialog,
            self._view,
            self._tell,
            self._paste,
        )
        await shows[place % len(shows)](hands, text)

    async def _write(self, hands: Hands, text: str) -> None:
        """Write a text through the operations, wherever one is taken."""
        store, chance = hands.app.terminal.store, self.chance
        counter = chance.randint(1, 4)
        told: tuple[tuple[Any, dict[str, Any]], ...] = (
            (issue, {"service": chance.choice(FIELDS), "name": text, "note": text}),
            (issue, {"service": "land", "name": text, "priority": "elderly"}),
            (call, {"counter": counter}),
            (start, {"counter": counter}),
            (hold, {"counter": counter, "reason": text}),
            (transfer, {"counter": counter, "to": chance.choice(FIELDS), "note": text}),
            (pause, {"counter": counter, "reason": text}),
            (unpause, {"counter": counter}),
            (void, {"ticket": f"D-{chance.randint(1, 99):03d}", "reason": text}),
            (put_back, {"counter": counter}),
            (finish, {"counter": counter}),
        )
        for operation, given in (told[0], chance.choice(told), chance.choice(told)):
            self.clock.go(chance.choice((1, 10, 60)))
            # The doors make it clean before an operation sees it: batch and command line in checking, screens in Ask.
            clean = {name: _at_the_door(value) for name, value in given.items()}
            try:
                await store.write(operation, at=self.clock(), **clean)
                self.tally.counted["written"] += 1
            except DayClosedError:  # by a random key
                self.clock.next_morning()
            except QueueError:
                self.tally.counted["refused"] += 1

    async def _go(self, hands: Hands, place: str) -> None:
        await hands.empty()
        name, _space, number = place.partition(" ")
        hands.app.action_open(name, int(number) if number else None)
        await hands.settle()
        self.tally.counted["visits"] += 1
        await hands.look(place)

    async def _view(self, hands: Hands, text: str) -> None:
        """Show a screen an answer that no door made clean."""
        screen = hands.app.queue_screen
        if screen is None or screen.answer is None or hands.app._exception is not None:
            return
        screen._picture.keep(poisoned(screen.answer, text), self.clock())
        screen.repaint()
        await hands.pilot.pause(0)
        await hands.look(type(screen).__name__)

    async def _dialog(self, hands: Hands, text: str) -> None:
        """Ask with hostile words in the question, the answers, the value; show a ticket; sign in."""
        for dialog in self._dialogs(await self._ticket(hands), text):
            if hands.app._exception is not None:
                return
            hands.app.push_screen(dialog)
            await hands.pilot.pause(0)
            await hands.look(type(dialog).__name__)
            if isinstance(dialog, SignInDialog) and dialog.is_attached:
                dialog.action_answer()
                await hands.pilot.pause(0)
                await hands.look("SignInDialog, refused")
            if dialog in hands.app.screen_stack and hands.app.screen is dialog:
                hands.app.pop_screen()
            await hands.pilot.pause(0)

    def _dialogs(self, shown: tuple[TicketView, OfficeView] | None, text: str) -> Iterator[Dialog[Any]]:
        async def refuse(name: str, _pin: str) -> str:
            raise UnknownStaffError(staff=f"{text}{name}")

        yield self.chance.choice(
            (
                Ask(text, text, value=text),
                Confirm(text),
                Choose(text, [(text, text), ("", f"D-001  {text}")]),
                SignInDialog(text, refuse, name=text, is_lock=False),
            )
        )
        if shown is not None:
            view, office = shown
            told = tuple(replace(each, clerk=text, detail={"reason": text, "note": text}) for each in view.events or ())
            yield TicketDialog(
                replace(poisoned(view, text), events=told, voucher=None), poisoned(office, text), self.clock()
            )

    async def _ticket(self, hands: Hands) -> tuple[TicketView, OfficeView] | None:
        screen = hands.app.queue_screen
        if screen is None or screen.answer is None:
            return None
        with contextlib.suppress(QueueError):
            code = f"D-{self.chance.randint(1, 20):03d}"
            return await hands.app.terminal.store.read(ticket, code, at=self.clock()), screen.answer.office
        return None

    async def _tell(self, hands: Hands, text: str) -> None:
        """Say hostile words in the corner, and above the screen."""
        screen = hands.app.queue_screen
        if screen is not None:
            screen.tell(text, is_warning=True)
            screen.tell(UnknownStaffError(staff=text).message)
            await hands.settle()
            self.tally.counted["toasts"] += len(hands.app.screen.query(Toast))
            await hands.look("toast")
            hands.app.clear_notifications()

    async def _paste(self, hands: Hands, text: str) -> None:
        """Paste into every line to write on."""
        if not hands.app.screen.query(Input):
            if self.chance.random() < 0.3:
                await hands.empty()
                hands.app.action_palette()
            else:
                hands.app.push_screen(Ask("?", "?"))
            await hands.pilot.pause(0)
        for box in hands.app.screen.query(Input):
            box.focus()
            await hands.pilot.pause(0)
            hands.send(events.Paste(text))
            self.tally.counted["pastes"] += 1
            await hands.pilot.pause(0)
        for box in hands.app.screen.query(TextBox):
            self.tally.check(is_quiet(box.value), "pasted into a line", box.value)
        await hands.look("paste")
        await hands.press(self.chance.choice(("enter", "escape")))
        await hands.look("after a paste")

    async def _key(self, hands: Hands) -> None:
        key = self.chance.choice(KEYS)
        keys = (key, *self.chance.choice(((), (), (key,), (self.chance.choice(KEYS),))))  # hands bounce, and run ahead
        self.tally.counted["keys"] += 1
        await hands.press(*keys)
        await hands.look(f"after {' '.join(keys)} on {hands.app.current_mode}")


def _at_the_door(value: Any) -> Any:
    from queueapp.cli.checking import value_of
    from queueapp.cli.requests import Field

    return value_of(Field("text", "text", ""), value) if isinstance(value, str) else value


async def run(names: int, keys: int, seed: int, *, is_worst: bool = False) -> Tally:
    """Write and show so many names, and press so many random keys."""
    tally = Tally("screens", "names", "keys", "pictures", "written", "pastes", "toasts")
    hostile = Hostile(seed, is_worst=is_worst)
    before = language()
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # the summary writes its files where it is
        try:
            walk, done = Walk(tally, hostile, Path(folder)), 0
            while done < max(names, keys):
                part = min(ROUND, max(names, keys) - done)
                size = SIZES[done // ROUND % len(SIZES)]
                await walk.run(max(0, min(part, names - done)), max(0, min(part, keys - done)), size)
                done += part
                progress(f"{done:,} names and keys")
            _proved(tally, walk)
        finally:
            os.chdir(here)
            use_language(before)
    return tally.done()


def _proved(tally: Tally, walk: Walk) -> None:
    from benchmarks.hostile.kept import events as log

    database = Database(walk.path, first=keep_up)
    log(tally, database)
    verdict = database.read(verify)
    tally.check(verdict.difference is None, "verify", verdict.difference)
    database.close()
