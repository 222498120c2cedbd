"""Lets the processes that write one SQLite file take turns.

SQLite's own waiting lets one process starve when several write without pause; an advisory lock on a side file keeps
the rate and is fair. It is only a courtesy: correctness rests on BEGIN IMMEDIATE, and where the system has no such lock
(Windows) the courtesy is left out.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]


PATIENCE = 5.0  # seconds; then SQLite's own waiting decides, and says so in words
BETWEEN_TRIES = 0.0005


class Gate:
    """The door that one writer at a time goes through; without a path it is always open."""

    def __init__(self, path: Path | None) -> None:
        self._handle: int | None = None
        if path is not None and fcntl is not None:
            with contextlib.suppress(OSError):  # a folder that may only be read has no side file, and no writers
                self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn to write, and give it up at the end."""
        handle = self._handle
        if handle is None:
            yield
            return
        _wait_for(handle)
        try:
            yield
        finally:
            if self._handle is not None:  # a handle given back has let go of its lock
                fcntl.flock(handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the handle back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _wait_for(handle: int) -> None:
    """Take the lock, or go on without it when somebody has kept it for longer than anybody should."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(BETWEEN_TRIES)
