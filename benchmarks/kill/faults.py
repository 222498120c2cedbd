"""Faults of the program, to be put in on purpose for a while."""

import contextlib
import os
import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import bindparam, delete, select

from benchmarks.seeding import replaced
from queueapp import gate
from queueapp.cli import asking
from queueapp.database import Database
from queueapp.models import requests
from queueapp.operations import calling, issuing, moving, once, undoing
from queueapp.queries.rows import ticket_numbered
from queueapp.rules.order import ORDER, Choice
from queueapp.rules.reasons import Why
from queueapp.statement import Statement

WINDOW = 0.006  # seconds for which a fault stands open: a short run must hit it


@contextlib.contextmanager
def number_before_lock() -> Iterator[None]:
    """Read the next numbers in a transaction of their own, before the lock is taken."""
    good, draw, drawn = Database._write, issuing._next_number, {}

    def write(self: Any, operation: Any, *given: Any, at: Any, **named: Any) -> Any:
        if "service" in named:
            fields = self.read(lambda session: session._driver.execute("SELECT id FROM service").fetchall())
            for (field,) in fields:
                row = self.read(_last_number, field)
                drawn[field] = row + 1
            time.sleep(WINDOW)
        return good(self, operation, *given, at=at, **named)

    def number(session: Any, field: Any, day: Any) -> int:
        return drawn.get(field.id) or draw(session, field, day)

    with replaced(Database, "_write", write), replaced(issuing, "_next_number", number), _without_gate():
        yield


def _last_number(session: Any, field: int) -> int:
    sql = "SELECT MAX(number) FROM ticket WHERE issued_for_id = {} AND day = (SELECT MAX(date) FROM day)"
    return int(session._driver.execute(sql.format(field)).fetchone()[0] or 0)


def _without_gate() -> AbstractContextManager[None]:
    @contextlib.contextmanager
    def turn(_self: Any) -> Iterator[None]:
        yield

    return replaced(gate.Gate, "turn", turn)


@contextlib.contextmanager
def answer_first() -> Iterator[None]:
    """Answer before the commit: it is made when the next question is asked."""
    good_connected, good_close = Database._connected, Database.close
    pending: set[int] = set()

    @contextlib.contextmanager
    def hasty(self: Any, _end: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._driver.execute("ROLLBACK")
            raise
        pending.add(id(self))

    def commit(self: Any) -> None:
        if id(self) in pending:
            pending.discard(id(self))
            time.sleep(WINDOW)
            self._driver.execute("COMMIT")

    def connected(self: Any) -> Any:
        commit(self)
        return good_connected(self)

    def close(self: Any) -> None:
        commit(self)
        good_close(self)

    with (
        replaced(Database, "_transaction", hasty),
        replaced(Database, "_connected", connected),
        replaced(Database, "close", close),
    ):
        yield


def key_lost() -> AbstractContextManager[None]:
    """Keep no key."""
    return replaced(once, "_KEEP", Statement(select(requests.c.key).where(requests.c.key == bindparam("key"))))


def _between(session: Any) -> None:
    """End the transaction in the middle, and begin another one."""
    session._driver.execute("COMMIT")
    time.sleep(WINDOW)
    session._driver.execute("BEGIN IMMEDIATE" if session.is_file else "BEGIN")


def key_apart() -> AbstractContextManager[None]:
    """Keep the key in a second transaction, after the work."""
    good = once.once

    def apart(session: Any, operation: Any, key: Any, *, at: Any, **given: Any) -> Any:
        def worked(session: Any, *, at: Any, **given: Any) -> Any:
            answer = operation(session, at=at, **given)
            _between(session)
            return answer

        worked.__name__ = operation.__name__
        return good(session, worked, key, at=at, **given)

    return replaced(asking, "once", apart)


def event_apart() -> AbstractContextManager[None]:
    """Write the event in a second transaction, after the state."""
    good = moving.record

    def late(session: Any, *given: Any, **named: Any) -> int:
        _between(session)
        return good(session, *given, **named)

    return replaced(moving, "record", late)


def number_left_out() -> AbstractContextManager[None]:
    good = issuing._next_number

    def far(session: Any, field: Any, day: Any) -> int:
        return good(session, field, day) + (random.random() < 0.3)

    return replaced(issuing, "_next_number", far)


def last_first() -> AbstractContextManager[None]:
    """Call who waits shortest."""

    def wrong(waiting: Any, _scale: Any, _caller: Any) -> Any:
        return Choice(max(waiting, key=ORDER), Why("longest_wait", 0)) if waiting else None

    return replaced(calling, "choose", wrong)


def call_twice() -> AbstractContextManager[None]:
    """Call somebody who was called already by another counter."""
    good = calling._next

    def again(session: Any, desk: Any, at: Any) -> Any:
        called = session._driver.execute("SELECT id FROM ticket WHERE state = 'called' ORDER BY id LIMIT 1").fetchone()
        if called is None:
            return good(session, desk, at)
        return ticket_numbered(session, called[0]), Why("longest_wait", 0)

    return replaced(calling, "_next", again)


def undo_undone() -> AbstractContextManager[None]:
    """Let an undo be undone."""
    return replaced(undoing, "_allow", lambda *_given: None)


def retry_acts() -> AbstractContextManager[None]:
    """Act again when a key is known, and return the first answer all the same."""
    good = once.once

    def twice(session: Any, operation: Any, key: Any, *, at: Any, **given: Any) -> Any:
        known = session.row(once._FOUND, office=session.office.id, key=key)
        if known is not None and operation.__name__ == "issue":
            operation(session, at=at, **given)
        return good(session, operation, key, at=at, **given)

    return replaced(asking, "once", twice)


def retry_answers_anew() -> AbstractContextManager[None]:
    """Answer a known key with what is asked for a second time, instead of with the first answer."""
    good = once.once
    forget = Statement(delete(requests).where(requests.c.key == bindparam("key")))

    def anew(session: Any, operation: Any, key: Any, *, at: Any, **given: Any) -> Any:
        session.run(forget, key=key)
        return good(session, operation, key, at=at, **given)

    return replaced(asking, "once", anew)


def commit_forgotten() -> AbstractContextManager[None]:
    """Roll back now and then what a worker answers as done."""
    here = os.getpid()

    @contextlib.contextmanager
    def hasty(self: Any, end: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._driver.execute("ROLLBACK")
            raise
        self._driver.execute("ROLLBACK" if os.getpid() != here and random.random() < 0.1 else end)

    return replaced(Database, "_transaction", hasty)
