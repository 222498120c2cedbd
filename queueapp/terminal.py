"""What one terminal of the office has: its store, its clock, who sits at it."""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queueapp.clock import Clock, Machine, now
from queueapp.rules.errors import QueueError
from queueapp.store import Store

if TYPE_CHECKING:
    from queueapp.database import Database
    from queueapp.practice import Practice
    from queueapp.rules.alert import Jam
    from queueapp.session import Session
    from queueapp.voice.child import SpeakingChild


@dataclass(slots=True)
class Terminal:
    """Given to every screen. `staff` is who works here now, None where nobody signed in; `run` is this run's key.

    A `speaker` has the calls heard; only the hall's board has one. `jam` is what this terminal's watch found last.
    `practice` is there where somebody learns the work.
    """

    store: Store
    clock: Clock = now
    staff: str | None = None
    run: int | None = None
    speaker: "SpeakingChild | None" = None
    jam: "Jam | None" = None
    practice: "Practice | None" = None

    async def write(self, operation: Callable[..., Any], *, at: datetime, **given: Any) -> Any:
        """Do an operation by who works here, never twice; QueueError when refused, also to who was taken over."""
        from queueapp.operations.once import surely  # noqa: PLC0415 - as the database below

        done = operation if self.run is None else _seated(operation, self.run)
        return await self.store.use(lambda database: surely(database, done, staff=self.staff, at=at, **given))


def _seated(operation: Callable[..., Any], run: int) -> Callable[..., Any]:
    from queueapp.operations.seats import by_seat  # noqa: PLC0415 - as the database below

    @functools.wraps(operation)
    def seated(session: "Session", **given: Any) -> Any:
        return by_seat(session, operation, run=run, **given)

    return seated


def open_database(address: str, *, is_given_clock: bool = False, clock: Clock = now) -> "Database":
    """Open the database at `address` (path or URL); a new one gets the default office."""
    # Imported here because the first frame is painted before SQLModel is loaded.
    from queueapp.database import Database  # noqa: PLC0415

    machine = Machine() if clock is now else None
    database = Database(
        address, founding=_found_default, first=_keep_up, machine=machine, is_given_clock=is_given_clock
    )
    database.open(at=clock())
    return database


def clock_of(database: "Database") -> Clock:
    """Return the office's clock: the machine's, less what it is known to be wrong by."""
    with contextlib.suppress(QueueError):  # what cannot be read says so when it is used
        database.read(_nothing)  # by which that is known
    return lambda: now() - database.clock_offset


def _nothing(_session: "Session") -> None:
    """Ask nothing."""


def _keep_up(session: "Session", *, at: datetime) -> None:
    from queueapp.operations.keeping import keep_up  # noqa: PLC0415 - as the database itself

    keep_up(session, at=at)


def _found_default(session: "Session", *, at: datetime) -> None:
    # Imported here because only the first start of all needs the settings.
    from queueapp.operations.office import found_default  # noqa: PLC0415

    found_default(session, at=at)
