"""A terminal for practice: its mark on every screen, what the citizens say, the account."""

from dataclasses import replace

import pytest

from queueapp.app import QueueApp
from queueapp.i18n import use_language
from queueapp.practice import Practice
from queueapp.screens.accounting import PracticeAccount
from queueapp.terminal import Terminal
from tests.screens.conftest import Seen, Settled, toasts
from tests.screens.here import at

ACCOUNT = "PRACTICE · so far\n            practice  simulated\ncalled             3          4"


@pytest.fixture
def practising(terminal: Terminal) -> Terminal:
    """Give a terminal for practice."""
    return replace(terminal, practice=Practice(lambda _database, _at: ACCOUNT))


async def test_every_screen_says_that_it_is_practice(practising: Terminal, settled: Settled, seen: Seen) -> None:
    async with at(practising, settled) as here:
        for key in ("f5", "f7", "f8", "f9", "4"):
            assert "PRACTICE" in seen(here.app).splitlines()[0]
            await here.press("escape", key)
            assert "PRACTICE" in seen(here.app).splitlines()[0]
        await here.press("escape", "f6")
        assert "PRACTICE" in seen(here.app)
        await here.press("f2")
        assert "LUYỆN TẬP" in seen(here.app)
        use_language("en")


async def test_what_the_citizens_say_is_shown_at_the_next_beat(practising: Terminal, settled: Settled) -> None:
    async with at(practising, settled, opens="counter", counter=1) as here:
        assert practising.practice is not None
        practising.practice.say("D-001 has done: F7.")
        here.app._beat()
        await here.settled()
        assert "D-001 has done: F7." in toasts(here.app)
        assert practising.practice.heard() == []


async def test_a_key_says_how_it_goes_with_its_columns(practising: Terminal, settled: Settled, seen: Seen) -> None:
    async with at(practising, settled, opens="counter", counter=1) as here:
        await here.press("ctrl+o")
        assert isinstance(here.app.screen, PracticeAccount)
        assert "practice  simulated" in seen(here.app)
        assert "called             3          4" in seen(here.app)
        await here.press("ctrl+o")
        assert not isinstance(here.app.screen, PracticeAccount)


async def test_the_real_day_knows_no_practice(terminal: Terminal, settled: Settled, seen: Seen) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+o")
        await settled(pilot)
        assert not isinstance(app.screen, PracticeAccount)
        assert "PRACTICE" not in seen(app)
