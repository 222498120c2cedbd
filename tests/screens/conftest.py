"""What the tests of the screens share: a terminal on a real file, and how to see what a person sees."""

import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from queueapp.i18n import use_language
from queueapp.rules.errors import QueueError
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database
from tests.conftest import HandClock

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in the office
Seen = Callable[[App[Any]], str]
Settled = Callable[[Pilot[Any]], Awaitable[None]]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Leave the language as the tests found it."""
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def office_file(tmp_path: Path, file_with_tables: Path) -> Path:
    """Give the place of the office's database."""
    return Path(shutil.copy(file_with_tables, tmp_path / "office.db"))


@pytest.fixture
def terminal(office_file: Path) -> Iterator[Terminal]:
    """Give a terminal of the default office at eight in the morning."""
    store = Store(lambda: open_database(str(office_file), clock=lambda: MORNING))
    yield Terminal(store, clock=lambda: MORNING)
    store.close()


@pytest.fixture
def hand(office_file: Path) -> HandClock:  # noqa: ARG001 - it stands before the terminals that go by it
    """Give the clock by which the terminals of a test go."""
    return HandClock(MORNING)


@pytest.fixture
def desk(office_file: Path, hand: HandClock) -> Iterator[Terminal]:
    """Give a terminal whose clock is set by hand."""
    store = Store(lambda: open_database(str(office_file), clock=hand))
    yield Terminal(store, clock=hand)
    store.close()


@pytest.fixture
def other_desk(office_file: Path, hand: HandClock) -> Iterator[Terminal]:
    """Give another terminal on the same file."""
    store = Store(lambda: open_database(str(office_file), clock=hand))
    yield Terminal(store, clock=hand)
    store.close()


@pytest.fixture
def seen() -> Seen:
    """Return a function that gives the text on the terminal, line by line."""
    return _seen


@pytest.fixture
def settled() -> Settled:
    """Return a function that waits until everything begun is on the screen."""
    return _settled


def _seen(app: App[Any]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def toasts(app: App[Any]) -> str:
    """Return what was said in the corner of the screen, all of it."""
    return " ".join(notification.message for notification in app._notifications)


async def _settled(pilot: Pilot[Any]) -> None:
    # The store has one thread: when it answers, everything asked before has been answered.
    for _round in range(2):
        await pilot.pause()
        with contextlib.suppress(QueueError):
            await pilot.app.terminal.store.ready()  # type: ignore[attr-defined]
    await pilot.pause()
