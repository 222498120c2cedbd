"""The person at the application: hands on its keys, eyes on every picture that it paints."""

import contextlib
from importlib.resources import files
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from benchmarks.hostile.judging import Tally, is_quiet
from benchmarks.hostile.texts import PWNED
from queueapp.app import QueueApp
from queueapp.rules.errors import QueueError
from queueapp.screens.base import QueueScreen

CHARACTERS = {"space": " ", "plus": "+", "minus": "-", "slash": "/"}


class Standing(QueueApp):
    """The application without a way to quit it: the keys are random."""

    CSS_PATH = str(files("queueapp") / "app.tcss")

    async def action_quit(self) -> None:
        """Stay."""


class Hands:
    """Presses keys and waits for what they began; looks at the screens letter by letter."""

    def __init__(self, app: Standing, pilot: Pilot[None], tally: Tally) -> None:
        self.app, self.pilot, self.tally = app, pilot, tally

    async def press(self, *keys: str) -> None:
        """Press keys as fast as a driver would bring them; Pilot's own way waits for a quiet processor, which takes ten times as long."""
        for each in keys:
            self.send(events.Key(each, each if len(each) == 1 else CHARACTERS.get(each)))
        await self.pilot.pause(0)
        await self.pilot.pause(0)

    def send(self, event: events.Event) -> None:
        driver = self.app._driver
        assert driver is not None
        event.set_sender(self.app)
        driver.send_message(event)

    async def empty(self) -> None:
        for _dialog in range(6):
            if isinstance(self.app.screen, QueueScreen) or self.app._exception is not None:
                return
            self.app.pop_screen()
            await self.pilot.pause(0)

    async def settle(self) -> None:
        # The store has one thread: when it answers, everything asked before has been answered.
        for _round in range(3):
            await self.pilot.pause(0)
            with contextlib.suppress(QueueError):
                await self.app.terminal.store.ready()

    async def look(self, what: str) -> None:
        """Look at every screen that stands, letter by letter."""
        self.tally.check(self.app._exception is None, f"crash at {what}", self.app._exception)
        for screen in self.app.screen_stack:
            if screen.is_attached and screen.size.width:
                self.tally.counted["pictures"] += 1
                judge_picture(self.tally, screen, what)


def judge_picture(tally: Tally, screen: Screen[Any], what: str) -> None:
    """Check every segment that a screen would write: no character that acts, no action out of a text."""
    for strip in screen._compositor.render_strips():
        for segment in strip:
            tally.check(is_quiet(segment.text), f"painted on {type(screen).__name__} ({what})", segment.text)
            if segment.style is not None:
                meta, link = segment.style.meta, segment.style.link
                is_own = PWNED not in str(meta.get("@click", "")) and PWNED not in str(link or "")
                tally.check(is_own, f"a markup obeyed on {type(screen).__name__} ({what})", (meta, link))
