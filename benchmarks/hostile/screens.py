"""Hostile text on the screens, and random keys: nothing crashes, nothing that acts is painted."""

import contextlib
import os
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input
from textual.widgets._toast import Toast

from benchmarks.hostile.judging import Tally, is_quiet, progress
from benchmarks.hostile.office import FIELDS, Moving, settings_of
from benchmarks.hostile.texts import PWNED, Hostile
from queueapp.app import QueueApp
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
from queueapp.screens.base import QueueScreen
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
CHARACTERS = {"space": " ", "plus": "+", "minus": "-", "slash": "/"}
SIZES = ((80, 24), (120, 40), (40, 12))
WORDY = {
    "name",
    "name_vi",
    "name_en",
    "note",
    "reason",
    "clerk",
    "basis",
    "outcome",
    "procedure",
    "channel",
    "before",
    "after",
    "voucher",
    "open_until",
}
ROUND = 100  # names between two fresh starts of the application


class Standing(QueueApp):
    """The application without a way to quit it: the keys are random."""

    CSS_PATH = str(files("queueapp") / "app.tcss")

    async def action_quit(self) -> None:
        """Stay."""


def poisoned(view: Any, text: str) -> Any:
    """Return a view with `text` wherever somebody could have written words, as if no door had made it clean."""
    if is_dataclass(view) and not isinstance(view, type):
        told = {each.name: _poisoned(each.name, getattr(view, each.name), text) for each in fields(view) if each.init}
        return replace(view, **told)
    if isinstance(view, tuple):
        return tuple(poisoned(each, text) for each in view)
    if isinstance(view, dict):
        return {name: _poisoned(str(name), each, text) for name, each in view.items()}
    return view


def _poisoned(name: str, value: Any, text: str) -> Any:
    if name in WORDY and isinstance(value, str | None):
        return text
    if name == "clerks" and isinstance(value, dict):
        return dict.fromkeys([text], next(iter(value.values()), None)) if value else value
    return poisoned(value, text)


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
                await self._steps(app, pilot, names, keys)
                app.exit()  # as people leave
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.tally.check(False, f"crash: {type(error).__name__}: {error} ({where.filename}:{where.lineno})")
        finally:
            store.close()

    async def _steps(self, app: Standing, pilot: Pilot[None], names: int, keys: int) -> None:
        await pilot.pause(0)
        await app.terminal.store.ready()
        for place in range(max(names, keys)):
            if app._exception is not None:
                break
            if place < names:
                await self._name(app, pilot, place)
            if place < keys and app._exception is None:
                await self._key(app, pilot)

    async def _name(self, app: Standing, pilot: Pilot[None], place: int) -> None:
        text = self.hostile.text()
        self.tally.counted["names"] += 1
        await self._write(app, text)
        if place % 8 == 0:
            await self._go(app, pilot, self.chance.choice(PLACES))
        shows: tuple[Callable[[Standing, Pilot[None], str], Any], ...] = (
            self._view,
            self._dialog,
            self._view,
            self._tell,
            self._paste,
        )
        await shows[place % len(shows)](app, pilot, text)

    async def _write(self, app: Standing, text: str) -> None:
        """Write a text through the operations, wherever one is taken."""
        store, chance = app.terminal.store, self.chance
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

    async def _go(self, app: Standing, pilot: Pilot[None], place: str) -> None:
        await self._empty(app, pilot)
        name, _space, number = place.partition(" ")
        app.action_open(name, int(number) if number else None)
        await self._settle(app, pilot)
        self.tally.counted["visits"] += 1
        await self._look(app, place)

    async def _view(self, app: Standing, pilot: Pilot[None], text: str) -> None:
        """Show a screen an answer that no door made clean."""
        screen = app.queue_screen
        if screen is None or screen.answer is None or app._exception is not None:
            return
        screen._picture.keep(poisoned(screen.answer, text), self.clock())
        screen.repaint()
        await pilot.pause(0)
        await self._look(app, type(screen).__name__)

    async def _dialog(self, app: Standing, pilot: Pilot[None], text: str) -> None:
        """Ask with hostile words in the question, the answers, the value; show a ticket; sign in."""
        for dialog in self._dialogs(await self._ticket(app), text):
            if app._exception is not None:
                return
            app.push_screen(dialog)
            await pilot.pause(0)
            await self._look(app, type(dialog).__name__)
            if isinstance(dialog, SignInDialog) and dialog.is_attached:
                dialog.action_answer()
                await pilot.pause(0)
                await self._look(app, "SignInDialog, refused")
            if dialog in app.screen_stack and app.screen is dialog:
                app.pop_screen()
            await pilot.pause(0)

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

    async def _ticket(self, app: Standing) -> tuple[TicketView, OfficeView] | None:
        screen = app.queue_screen
        if screen is None or screen.answer is None:
            return None
        with contextlib.suppress(QueueError):
            code = f"D-{self.chance.randint(1, 20):03d}"
            return await app.terminal.store.read(ticket, code, at=self.clock()), screen.answer.office
        return None

    async def _tell(self, app: Standing, pilot: Pilot[None], text: str) -> None:
        """Say hostile words in the corner, and above the screen."""
        screen = app.queue_screen
        if screen is not None:
            screen.tell(text, is_warning=True)
            screen.tell(UnknownStaffError(staff=text).message)
            await self._settle(app, pilot)
            self.tally.counted["toasts"] += len(app.screen.query(Toast))
            await self._look(app, "toast")
            app.clear_notifications()

    async def _paste(self, app: Standing, pilot: Pilot[None], text: str) -> None:
        """Paste into every line to write on."""
        if not app.screen.query(Input):
            if self.chance.random() < 0.3:
                await self._empty(app, pilot)
                app.action_palette()
            else:
                app.push_screen(Ask("?", "?"))
            await pilot.pause(0)
        for box in app.screen.query(Input):
            box.focus()
            await pilot.pause(0)
            self._send(app, events.Paste(text))
            self.tally.counted["pastes"] += 1
            await pilot.pause(0)
        for box in app.screen.query(TextBox):
            self.tally.check(is_quiet(box.value), "pasted into a line", box.value)
        await self._look(app, "paste")
        await self._press(app, pilot, self.chance.choice(("enter", "escape")))
        await self._look(app, "after a paste")

    async def _key(self, app: Standing, pilot: Pilot[None]) -> None:
        key = self.chance.choice(KEYS)
        keys = (key, *self.chance.choice(((), (), (key,), (self.chance.choice(KEYS),))))  # hands bounce, and run ahead
        self.tally.counted["keys"] += 1
        await self._press(app, pilot, *keys)
        await self._look(app, f"after {' '.join(keys)} on {app.current_mode}")

    async def _press(self, app: Standing, pilot: Pilot[None], *keys: str) -> None:
        """Press keys as fast as a driver would bring them; Pilot's own way waits for a quiet processor, which takes ten times as long."""
        for each in keys:
            self._send(app, events.Key(each, each if len(each) == 1 else CHARACTERS.get(each)))
        await pilot.pause(0)
        await pilot.pause(0)

    def _send(self, app: Standing, event: events.Event) -> None:
        driver = app._driver
        assert driver is not None
        event.set_sender(app)
        driver.send_message(event)

    async def _empty(self, app: Standing, pilot: Pilot[None]) -> None:
        for _dialog in range(6):
            if isinstance(app.screen, QueueScreen) or app._exception is not None:
                return
            app.pop_screen()
            await pilot.pause(0)

    async def _settle(self, app: Standing, pilot: Pilot[None]) -> None:
        # The store has one thread: when it answers, everything asked before has been answered.
        for _round in range(3):
            await pilot.pause(0)
            with contextlib.suppress(QueueError):
                await app.terminal.store.ready()

    async def _look(self, app: Standing, what: str) -> None:
        """Look at every screen that stands, letter by letter."""
        self.tally.check(app._exception is None, f"crash at {what}", app._exception)
        for screen in app.screen_stack:
            if screen.is_attached and screen.size.width:
                self.tally.counted["pictures"] += 1
                judge_picture(self.tally, screen, what)


def _at_the_door(value: Any) -> Any:
    from queueapp.cli.checking import value_of
    from queueapp.cli.requests import Field

    return value_of(Field("text", "text", ""), value) if isinstance(value, str) else value


def judge_picture(tally: Tally, screen: Screen[Any], what: str) -> None:
    """Check every segment that a screen would write: no character that acts, no action out of a text."""
    for strip in screen._compositor.render_strips():
        for segment in strip:
            tally.check(is_quiet(segment.text), f"painted on {type(screen).__name__} ({what})", segment.text)
            if segment.style is not None:
                meta, link = segment.style.meta, segment.style.link
                is_own = PWNED not in str(meta.get("@click", "")) and PWNED not in str(link or "")
                tally.check(is_own, f"a markup obeyed on {type(screen).__name__} ({what})", (meta, link))


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
