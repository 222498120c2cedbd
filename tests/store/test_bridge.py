"""The bridge between screens and the database: awaitable, in order, never in the way of the event loop."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from queueapp.operations.issuing import issue
from queueapp.queries.hall import status
from queueapp.rules.errors import DatabaseUnavailableError, UnknownServiceError
from queueapp.session import Session
from queueapp.store import Store
from queueapp.terminal import open_database
from tests.conftest import HandClock


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    """Give a store on a new file."""
    opened = Store(lambda: open_database(str(tmp_path / "office.db"), clock=clock))
    yield opened
    opened.close()


async def test_calls_are_answered_in_the_order_they_were_made(store: Store, clock: HandClock) -> None:
    answers = await asyncio.gather(*(store.write(issue, service="land", at=clock()) for _each in range(20)))
    assert [answer.ticket.number for answer in answers if answer.ticket] == list(range(1, 21))


async def test_a_refusal_reaches_who_asked(store: Store, clock: HandClock) -> None:
    with pytest.raises(UnknownServiceError):
        await store.write(issue, service="tax", at=clock())
    view = await store.read(status, at=clock())
    assert view.services[0].issued == 0


async def test_the_revision_moves_with_every_change(store: Store, clock: HandClock) -> None:
    before = await store.revision()
    await store.write(issue, service="land", at=clock())
    assert await store.revision() > before


async def test_the_event_loop_goes_on_while_the_database_is_locked(
    store: Store, tmp_path: Path, clock: HandClock
) -> None:
    await store.ready()
    other = sqlite3.connect(tmp_path / "office.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    writing = asyncio.ensure_future(store.write(issue, service="land", at=clock()))
    for _turn in range(100):
        await asyncio.sleep(0)
        assert not writing.done()
    other.execute("ROLLBACK")
    other.close()
    answer = await writing
    assert answer.ticket is not None


async def test_a_database_that_cannot_be_opened_is_tried_again(tmp_path: Path, clock: HandClock) -> None:
    folder = tmp_path / "later"
    store = Store(lambda: open_database(str(folder / "office.db"), clock=clock))
    with pytest.raises(DatabaseUnavailableError):
        await store.ready()
    folder.mkdir()
    await store.ready()
    store.close()


async def test_closing_finishes_what_was_begun(tmp_path: Path, clock: HandClock) -> None:
    path = str(tmp_path / "office.db")
    store = Store(lambda: open_database(path, clock=clock))
    writes = [asyncio.ensure_future(store.write(issue, service="land", at=clock())) for _each in range(5)]
    await asyncio.sleep(0)
    store.close()
    await asyncio.gather(*writes)
    database = open_database(path)
    assert database.read(_issued) == 5
    database.close()


def _issued(session: Session) -> int:
    return status(session, at=session.office.last_at).services[0].issued
