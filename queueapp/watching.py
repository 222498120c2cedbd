"""Watches at one terminal for a jam beside an idle counter: once a minute, and never in the way of a key."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from queueapp.rules.errors import QueueError
from queueapp.terminal import Terminal

if TYPE_CHECKING:
    from queueapp.rules.alert import Watch
    from queueapp.rules.moving import Present

EVERY = timedelta(minutes=1)
REST = 0.01  # seconds: a key's own work is done in one, and else would wait for each switch of threads
PLACES = ("home", "reception", "summary", "counter")  # where an alert is shown


class Watching:
    """Asks the store shortly how the hall stands, and lives through the next hour beside the store's thread."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._watch: Watch | None = None
        self._looked_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def beat(self, mode: str) -> None:
        """Let a second pass: look where an alert would be seen, if the last look is a minute old."""
        now = self._terminal.clock()
        is_busy = self._task is not None and not self._task.done()
        is_recent = self._looked_at is not None and timedelta(0) <= now - self._looked_at < EVERY
        if not is_busy and not is_recent and mode.partition(" ")[0] in PLACES:
            self._looked_at = now
            self._task = asyncio.create_task(self._look(now))

    async def _look(self, now: datetime) -> None:
        from queueapp.queries.moves import present  # noqa: PLC0415 - after the first frame

        try:
            hall = await self._terminal.store.read(present, at=now)
        except QueueError:
            return  # the screen says what is wrong; the next minute tries again
        self._watch = await asyncio.to_thread(_looked, self._watch, hall, now)
        self._terminal.jam = self._watch.alert


def _looked(before: "Watch | None", hall: "Present", now: datetime) -> "Watch":
    from queueapp.rules.alert import Watch, looked  # noqa: PLC0415 - after the first frame
    from queueapp.rules.moving import helpful_moves  # noqa: PLC0415

    moves = helpful_moves(hall.fields, hall.places, rest=lambda: time.sleep(REST))
    return looked(before or Watch(), hall, moves, at=now)
