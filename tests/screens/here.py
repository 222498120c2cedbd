"""A terminal that runs in memory, with somebody at it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from queueapp.app import QueueApp
from queueapp.screens.signing import SignInDialog
from queueapp.terminal import Terminal
from tests.screens.conftest import Settled
from tests.screens.office import PINS, opened, press, typed


@dataclass(frozen=True)
class Here:
    """The application at this terminal, and the hands on its keys."""

    app: QueueApp
    pilot: Pilot[Any]
    wait: Settled

    async def settled(self) -> None:
        """Wait until everything begun is on the screen."""
        await self.wait(self.pilot)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        await press(self.pilot, self.wait, *keys)

    async def signs_in(self, name: str, pin: str | None = None) -> None:
        """Write a name and a PIN into the dialog that asks for them."""
        assert isinstance(self.app.screen, SignInDialog)
        self.app.screen.query_one("#name", Input).value = name
        self.app.screen.query_one("#pin").focus()
        await typed(self.pilot, self.wait, pin or PINS[name])

    async def second(self) -> None:
        """Let a second pass, and what it began."""
        self.app._presence.beat()
        await self.settled()


@contextlib.asynccontextmanager
async def at(
    terminal: Terminal, settled: Settled, *, signed_in: str | None = None, **opens: Any
) -> AsyncIterator[Here]:
    """Open the application at a terminal, let its first second pass, and perhaps somebody sign in."""
    app = QueueApp(terminal, language="en", **opens)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        here = Here(app, pilot, settled)
        if signed_in is not None:
            await here.signs_in(signed_in)
        yield here
