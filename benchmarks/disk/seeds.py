"""Faults put into the program on purpose, which a disk that fails must bring to light."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from queueapp.database import Database
from queueapp.operations import moving


@contextlib.contextmanager
def answers_early() -> Iterator[None]:
    """Let a write return although its commit failed."""
    good = Database._transaction

    @contextlib.contextmanager
    def hasty(self: Any, end: str) -> Iterator[None]:
        yield
        try:
            self._driver.execute(end)
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._driver.execute("ROLLBACK")

    Database._transaction = hasty  # type: ignore[method-assign]
    try:
        yield
    finally:
        Database._transaction = good  # type: ignore[method-assign]


@contextlib.contextmanager
def splits() -> Iterator[None]:
    """Let the state be committed before its event is written."""
    good = moving.record

    def late(session: Any, *given: Any, **named: Any) -> int:
        session._driver.execute("COMMIT")
        session._driver.execute("BEGIN IMMEDIATE")
        return good(session, *given, **named)

    moving.record = late
    try:
        yield
    finally:
        moving.record = good
