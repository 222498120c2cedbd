"""The outbox while the database is away, or when what is to be printed cannot be drawn: a print always ends."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from queueapp.database import Database
from queueapp.operations.outbox import ask_print
from queueapp.operations.printing import print_slip
from queueapp.printing import Outbox, Printing
from queueapp.queries.hall import reception
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.rules.views import PrintView
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database
from tests.conftest import HandClock
from tests.factories import Hall
from tests.store.test_printing import printing

SMALLEST_PIPE = 4096


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return tmp_path / "office.db"


@pytest.fixture
def terminal(office: Path, clock: HandClock) -> Iterator[Terminal]:
    store = Store(lambda: open_database(str(office), clock=clock))
    yield Terminal(store, clock=clock)
    store.close()


async def one_slip(terminal: Terminal, clock: HandClock, **printer: str) -> None:
    """Let an office with this printer issue a number whose slip waits."""

    def begin(database: Database) -> None:
        hall = printing(Hall(database, clock), **printer)
        hall.do(print_slip, ticket=hall.waiting().code)

    await terminal.store.use(begin)


async def beaten(prints: Printing) -> None:
    prints.beat()
    assert prints._task is not None
    await prints._task


async def troubles(terminal: Terminal, clock: HandClock) -> list[str]:
    found: tuple[PrintView, ...] = (await terminal.store.read(reception, at=clock())).prints
    return [each.state for each in found]


@contextlib.contextmanager
def pipe(path: Path) -> Iterator[int]:
    """Give the end of a printer's line that takes little before it is read."""
    fcntl = pytest.importorskip("fcntl")
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
    try:
        yield end
    finally:
        os.close(end)


async def first_bytes(end: int) -> None:
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(end, came.set)
    await came.wait()
    loop.remove_reader(end)


async def rest(end: int, task: "asyncio.Task[Any]") -> bytes:
    """Read all that is printed until the print has ended."""
    loop, read = asyncio.get_running_loop(), bytearray()

    def take() -> None:
        with contextlib.suppress(BlockingIOError):
            read.extend(os.read(end, 65_536))

    loop.add_reader(end, take)
    await task
    loop.remove_reader(end)
    return bytes(read)


async def test_a_print_whose_end_could_not_be_noted_is_noted_when_the_database_is_back(
    terminal: Terminal, clock: HandClock, tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queueapp.sqlite_file.BUSY_TIMEOUT_MS", 10)
    prints = Printing(terminal, lambda: None)
    with pipe(tmp_path / "lp0") as end, contextlib.closing(sqlite3.connect(office, isolation_level=None)) as other:
        await one_slip(terminal, clock, connection="device", target=str(tmp_path / "lp0"))
        prints.beat()
        assert prints._task is not None
        await first_bytes(end)
        other.execute("BEGIN IMMEDIATE")  # while it prints, the database is taken away
        assert await rest(end, prints._task)
        assert await troubles(terminal, clock) == ["printing"]
        other.execute("ROLLBACK")
        await beaten(prints)
        assert await troubles(terminal, clock) == []


async def test_what_cannot_be_drawn_waits_for_a_person_and_keeps_nothing_else_back(
    terminal: Terminal, clock: HandClock, tmp_path: Path
) -> None:
    endless = {"lines": [{"text": "W" * 200, "style": "huge"}] * 60, "qr": ""}
    await one_slip(terminal, clock, connection="folder", target=str(tmp_path / "out"))
    await terminal.store.write(ask_print, kind="papers", content=endless, at=clock())
    await beaten(Printing(terminal, lambda: None))
    assert await troubles(terminal, clock) == ["failed"]
    assert len(list((tmp_path / "out").iterdir())) == 1


async def test_a_print_that_was_taken_without_an_answer_waits_for_a_person(
    terminal: Terminal, clock: HandClock, tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queueapp.sqlite_file.BUSY_TIMEOUT_MS", 10)
    await one_slip(terminal, clock, connection="folder", target=str(tmp_path / "out"))
    outbox = Outbox(clock)
    with contextlib.closing(sqlite3.connect(office, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailableError):
            await terminal.store.use(outbox.take)
        other.execute("ROLLBACK")
    assert await terminal.store.use(Outbox(clock).take) is not None  # what this process took and does not know of
    assert await terminal.store.use(outbox.take) is None
    assert await troubles(terminal, clock) == ["uncertain"]
