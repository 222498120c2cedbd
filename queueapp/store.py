"""The bridge between screens and the database: calls are awaited here and run one after the other on one thread."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from queueapp.clock import now
from queueapp.rules.errors import QueueError

if TYPE_CHECKING:  # the first frame is painted before SQLModel is imported, on the store's thread
    from queueapp.database import Database
    from queueapp.session import Session

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """Reads and writes without ever making the event loop wait; `opener` builds the database on the store's thread."""

    def __init__(self, opener: "Callable[[], Database]") -> None:
        self._opener = opener
        self._database: Database | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def read(self, query: "Callable[Concatenate[Session, P], T]", *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer `query` from one consistent picture."""
        return await self._on_thread(lambda: self._opened().read(query, *args, **kwargs))

    async def write(self, operation: Callable[..., T], *args: Any, at: datetime, **kwargs: Any) -> T:
        """Do `operation` as one transaction; QueueError when the queue refuses or the database fails."""
        return await self._on_thread(lambda: self._opened().write(operation, *args, at=at, **kwargs))

    async def use(self, call: "Callable[[Database], T]") -> T:
        """Do something that is more than one transaction, on the store's thread (QueueError)."""
        return await self._on_thread(lambda: call(self._opened()))

    def clock(self) -> datetime:
        """Return the present moment by the office's own count of time."""
        return now() - (self._database.clock_offset if self._database is not None else timedelta(0))

    async def revision(self) -> int:
        """Return the number of the last event: it moves with every change by any terminal."""
        return await self._on_thread(lambda: self._opened().revision())

    async def ready(self) -> None:
        """Wait until the database can be asked; QueueError when it cannot."""
        await self.revision()

    def close(self, last: "Callable[[Database], object] | None" = None) -> None:
        """Finish what was begun, do the `last` thing if the database is open, and give it back."""
        self._thread.submit(self._close, last).result()
        self._thread.shutdown()

    async def _on_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _opened(self) -> "Database":
        if self._database is None:
            self._database = self._opener()
        return self._database

    def _close(self, last: "Callable[[Database], object] | None") -> None:
        if self._database is not None:
            if last is not None:
                with contextlib.suppress(QueueError):  # a database that is away is told at the next start
                    last(self._database)
            self._database.close()
            self._database = None
