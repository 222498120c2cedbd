"""The life of a terminal: the lock, the end that a restart finds, a database that is away or was put back."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from queueapp.app import QueueApp
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.running import begin_run, end_every_run
from queueapp.operations.seats import Seat, sit_down
from queueapp.screens.dialogs import Choose
from queueapp.screens.mending import MendingScreen
from queueapp.screens.signing import SignInDialog
from queueapp.terminal import Terminal
from queueapp.window import heed_signals
from tests.conftest import HandClock
from tests.screens.conftest import Seen, Settled, toasts
from tests.screens.here import at
from tests.screens.office import guarded, verbs


@pytest.fixture
def no_office(office_file: Path) -> Path:
    """Let something stand where the office's file should be."""
    office_file.unlink(missing_ok=True)
    office_file.mkdir()
    return office_file


async def crashed_at(terminal: Terminal, place: str, hand: HandClock, *, staff: str | None = None) -> None:
    """Leave the run of a terminal that was cut off while a citizen was served."""
    seat = Seat(place, "a machine that is off", 1, "an earlier start")
    run = await terminal.store.write(begin_run, seat=seat, is_alive=lambda *_: True, at=hand())
    if staff is not None:
        await terminal.store.write(sit_down, run=run, staff=staff, at=hand())
    await terminal.store.write(issue, service="land", staff=staff, at=hand())
    await terminal.store.write(call, counter=1, staff=staff, at=hand())
    await terminal.store.write(start, counter=1, staff=staff, at=hand())


async def test_a_question_left_open_does_not_keep_a_terminal_from_locking(
    desk: Terminal, hand: HandClock, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An") as here:
        await here.press("ctrl+l", "2")
        hand.advance(minutes=24 * 60)
        for _second in range(2):
            await here.second()
        assert "This terminal locked itself" in seen(here.app)


async def test_only_home_and_the_interrupted_counter_go_to_the_mending_by_themselves(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await crashed_at(desk, "counter 1", hand)
    hand.advance(minutes=30)
    async with at(desk, settled, opens="counter", counter=2) as here:
        assert here.app.current_mode == "counter 2"
        assert "1 tickets were interrupted by an outage" in toasts(here.app)


async def test_after_a_crash_who_starts_signs_in_first_and_then_sees_what_was_open(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    await crashed_at(desk, "counter 1", hand, staff="An")
    hand.advance(minutes=30)
    async with at(desk, settled, opens="counter", counter=1) as here:
        assert isinstance(here.app.screen, SignInDialog)
        await here.signs_in("An")
        assert desk.staff == "An"
        assert isinstance(here.app.screen, MendingScreen)
        await here.press("f5")
        assert (await verbs(desk))[-1] == "wake"
        assert here.app.current_mode == "counter 1"
        here.app.action_sign_in()
        await here.settled()
        assert isinstance(here.app.screen, Choose), "the dialog of before has not stayed behind"


async def test_the_lock_comes_and_goes_with_what_is_open_staying(
    desk: Terminal, hand: HandClock, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An", opens="counter", counter=1) as here:
        hand.advance(minutes=24 * 60)
        await here.second()
        assert "This terminal locked itself" in seen(here.app)
        await here.press("escape")
        assert isinstance(here.app.screen, SignInDialog)
        await here.signs_in("An")
        assert desk.staff == "An"
        assert here.app.current_mode == "counter 1"


async def test_after_a_restore_who_sat_here_goes_on_working(desk: Terminal, hand: HandClock, settled: Settled) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An", opens="reception") as here:
        await desk.store.write(end_every_run, at=hand())
        before = desk.run
        hand.advance(minutes=2)
        await here.second()
        assert desk.staff == "An"
        assert desk.run != before
        assert "no longer signed in" not in toasts(here.app)
        await here.second()
        assert desk.staff == "An"
        assert "crash" not in await verbs(desk)


async def test_a_terminal_opened_while_the_database_is_away_opens_its_place_when_it_comes_back(
    no_office: Path, desk: Terminal, settled: Settled
) -> None:
    app = QueueApp(desk, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.current_mode == "home"
        no_office.rmdir()  # noqa: ASYNC240 - what a test does in the folder may block
        home = app.queue_screen
        assert home is not None
        home.reload()
        await settled(pilot)
        app._beat()
        await settled(pilot)
        assert app.current_mode == "reception"


async def test_a_closed_window_ends_the_run_like_the_key(desk: Terminal, settled: Settled) -> None:
    async with at(desk, settled) as here:
        heed_signals(here.app.exit)
        os.kill(os.getpid(), signal.SIGHUP)
        await here.pilot.pause()
        assert here.app._exit
    assert here.app.return_code == 0


async def test_a_board_has_no_run(desk: Terminal, hand: HandClock, settled: Settled) -> None:
    async with at(desk, settled, opens="board") as here:
        hand.moment += timedelta(minutes=5)
        await here.second()
        assert desk.run is None
