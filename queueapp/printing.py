"""Prints what waits in the outbox at this machine, beside all else: a printer that hangs keeps nobody waiting."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from queueapp.alive import is_alive, own_mark
from queueapp.clock import Clock, Machine
from queueapp.rules.errors import QueueError
from queueapp.terminal import Terminal

if TYPE_CHECKING:
    from queueapp.database import Database
    from queueapp.operations.outbox import Job

Ended = tuple[str, str | None]  # how a print ended: the next state, and why


class Printing:
    """The printer's part of one terminal; `told` is called when something about the prints has changed."""

    def __init__(self, terminal: Terminal, told: Callable[[], None]) -> None:
        self._terminal = terminal
        self._told = told
        self._outbox = Outbox(terminal.clock)
        self._is_busy = False
        self._task: asyncio.Task[None] | None = None

    def beat(self) -> None:
        """Let a second pass: look whether there is something to print here."""
        if not self._is_busy:
            self._is_busy = True
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            await self._empty()
        except QueueError:
            return  # the screen says what is wrong; the next second tries again
        finally:
            self._is_busy = False

    async def _empty(self) -> None:
        store, outbox = self._terminal.store, self._outbox
        settings = await store.read(_work_here)
        while settings is not None:
            job = await store.use(outbox.take)
            if job is None:
                break
            outbox.keep(job, await _beside(lambda job=job, given=settings: _print(job, given)))  # type: ignore[misc]
            await store.use(outbox.note)
            self._told()


def print_waiting(database: "Database", outbox: "Outbox") -> int:
    """Print what waits at this machine, one after the other, and return how many were tried (QueueError)."""
    settings, tried = database.read(_work_here), 0
    while settings is not None:
        job = outbox.take(database)
        if job is None:
            break
        outbox.keep(job, _print(job, settings))
        outbox.note(database)
        tried += 1
    return tried


class Outbox:
    """What one process has of the outbox in its hands; how a print ended is kept here until it could be noted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ended: tuple[int, Ended] | None = None
        self._is_unsure = False  # whether a print may have been taken without an answer that said so

    def take(self, database: "Database") -> "Job | None":
        """Take the next print, once it is noted how the one before ended (QueueError)."""
        from queueapp.operations.outbox import doubt_prints, holder_of, take_print  # noqa: PLC0415 - on the store's thread

        self.note(database)
        if self._is_unsure:  # nothing is in our hands: what stands in our name was never begun, or we forgot it
            database.write(doubt_prints, is_alive=is_alive, at=self._clock())
        self._is_unsure = True
        host = socket.gethostname()
        by = {"host": host, "holder": holder_of(host, os.getpid(), own_mark(Machine()))}
        job: Job | None = database.write(take_print, **by, is_alive=is_alive, at=self._clock())
        self._is_unsure = False
        return job

    def keep(self, job: "Job", ended: Ended) -> None:
        """Keep how a print ended."""
        self._ended = job.id, ended

    def note(self, database: "Database") -> None:
        """Note how the last print ended, if that is not noted yet (QueueError)."""
        from queueapp.operations.outbox import settle_print  # noqa: PLC0415 - on the store's thread

        if self._ended is not None:
            key, (state, error) = self._ended
            database.write(settle_print, job=key, state=state, error=error, at=self._clock())
            self._ended = None


def _work_here(session: Any) -> Mapping[str, Any] | None:
    """Return the printer's settings when something is to be printed here, else nothing."""
    from queueapp.queries.prints import has_prints_to_do  # noqa: PLC0415 - on the store's thread

    settings: Mapping[str, Any] = session.office.settings.get("printer", {})
    if settings.get("connection", "none") == "none":
        return None
    return settings if has_prints_to_do(session, host=socket.gethostname()) else None


def _print(job: "Job", settings: Mapping[str, Any]) -> Ended:
    """Print, and return how that ended; nothing is raised, because a print always ends somehow."""
    from queueapp.paper.content import Content  # noqa: PLC0415 - drawing is only loaded where something is printed
    from queueapp.paper.printers import PrinterError, printer_for  # noqa: PLC0415

    try:
        printer_for(settings).print(Content.from_json(job.content), name=job.name)
    except PrinterError as error:
        return ("uncertain" if error.is_begun else "pending"), error.message
    except Exception as error:  # noqa: BLE001 - it cannot be drawn: a printer raises nothing else
        return "failed", str(error) or type(error).__name__
    return "printed", None


async def _beside(call: Callable[[], Ended]) -> Ended:
    """Do something on a thread that nobody waits for at the end: a printer may hang while the application is left."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Ended] = loop.create_future()

    def settle(found: Ended | None, error: BaseException | None) -> None:
        if ended.cancelled():
            return
        if error is not None:
            ended.set_exception(error)
        else:
            ended.set_result(found or ("uncertain", None))

    def run() -> None:
        found, error = None, None
        try:
            found = call()
        except Exception as raised:  # noqa: BLE001 - it is raised where it is awaited
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=run, name="printer", daemon=True).start()
    return await ended
