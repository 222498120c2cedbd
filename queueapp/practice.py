"""What a terminal knows of being one for practice: what the simulated citizens say to it, and how the practice went."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queueapp.database import Database


@dataclass(slots=True)
class Practice:
    """Given to a terminal for practice; another thread says things, the terminal hears them at its next beat."""

    account: "Callable[[Database, datetime], str]"
    _said: "SimpleQueue[str]" = field(default_factory=SimpleQueue)

    def say(self, words: str) -> None:
        """Say something to the one who practises."""
        self._said.put(words)

    def heard(self) -> list[str]:
        """Return what was said since the last time."""
        found: list[str] = []
        while True:
            try:
                found.append(self._said.get_nowait())
            except Empty:
                return found
