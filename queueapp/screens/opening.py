"""Makes the screen of a place; each is imported only when it is opened, because home is painted before all else."""

from datetime import date
from typing import Any

from queueapp.screens.base import QueueScreen
from queueapp.terminal import Terminal


def screen_for(terminal: Terminal, place: str, counter: int | None = None, day: date | None = None) -> QueueScreen[Any]:
    """Return the screen of `place`: reception, counter (with its number), board, summary, closing, mending."""
    if place == "reception":
        from queueapp.screens.reception import ReceptionScreen  # noqa: PLC0415

        return ReceptionScreen(terminal)
    if place == "counter" and counter is not None:
        from queueapp.screens.counter import CounterScreen  # noqa: PLC0415

        return CounterScreen(terminal, counter)
    if place == "board":
        from queueapp.screens.board import BoardScreen  # noqa: PLC0415

        return BoardScreen(terminal)
    if place == "summary":
        from queueapp.screens.summary import SummaryScreen  # noqa: PLC0415

        return SummaryScreen(terminal, day)
    if place == "closing":
        from queueapp.screens.closing import ClosingScreen  # noqa: PLC0415

        return ClosingScreen(terminal, day)
    if place == "mending":
        from queueapp.screens.mending import MendingScreen  # noqa: PLC0415

        return MendingScreen(terminal)
    raise ValueError(place)
