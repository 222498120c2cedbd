"""Who is at a terminal: signing in and taking over, the lock, the end that a restart finds, a database that is away."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from queueapp.app import QueueApp
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.running import begin_run, end_every_run
from queueapp.operations.seats import Seat, sit_down
from queueapp.queries.tickets import events_after
from queueapp.screens.dialogs import Choose, Confirm
from queueapp.screens.mending import MendingScreen
from queueapp.screens.signing import SignInDialog
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import PINS, guarded, opened, press, staffed, typed


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
def no_office(office_file: Path) -> Path:
    """Let something stand where the office's file should be."""
    office_file.unlink(missing_ok=True)
    office_file.mkdir()
    return office_file


async def signs_in(pilot: Pilot[Any], settled: Settled, name: str, pin: str | None = None) -> None:
    """Write a name and a PIN into the dialog that asks for them."""
    assert isinstance(pilot.app.screen, SignInDialog)
    pilot.app.screen.query_one("#name", Input).value = name
    pilot.app.screen.query_one("#pin").focus()
    await typed(pilot, settled, pin or PINS[name])


async def verbs(terminal: Terminal) -> list[str]:
    return [event.verb for event in await terminal.store.read(events_after)]


async def second(app: QueueApp, pilot: Pilot[Any], settled: Settled) -> None:
    """Let a second pass, and what it began."""
    app._presence.beat()
    await settled(pilot)


async def seated_at_counter(terminal: Terminal, hand: HandClock, name: str) -> None:
    """Let a colleague take counter 1 at another terminal."""
    seat = Seat("counter 1", "elsewhere", 1, "now")
    run = await terminal.store.write(begin_run, seat=seat, is_alive=lambda *_: True, at=hand())
    await terminal.store.write(sit_down, run=run, staff=name, counter=1, at=hand())


async def crashed_at(terminal: Terminal, place: str, hand: HandClock, *, staff: str | None = None) -> None:
    """Leave the run of a terminal that was cut off while a citizen was served."""
    seat = Seat(place, "a machine that is off", 1, "an earlier start")
    run = await terminal.store.write(begin_run, seat=seat, is_alive=lambda *_: True, at=hand())
    if staff is not None:
        await terminal.store.write(sit_down, run=run, staff=staff, at=hand())
    await terminal.store.write(issue, service="land", staff=staff, at=hand())
    await terminal.store.write(call, counter=1, staff=staff, at=hand())
    await terminal.store.write(start, counter=1, staff=staff, at=hand())


async def test_signing_in_lets_somebody_work_and_is_written_down(desk: Terminal, settled: Settled) -> None:
    await guarded(desk)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        assert desk.staff == "An"
        await press(pilot, settled, "f5", "f5")
        assert (await verbs(desk))[-3:] == ["sign_in", "open_day", "issue"]


async def test_a_wrong_pin_is_said_and_nobody_is_signed_in(desk: Terminal, settled: Settled, seen: Seen) -> None:
    await guarded(desk)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An", "9999")
        assert "The PIN of An is wrong" in seen(app)
        assert desk.staff is None


async def test_a_second_enter_is_no_second_try(desk: Terminal, settled: Settled) -> None:
    await guarded(desk)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        app.screen.query_one("#name", Input).value = "An"
        app.screen.query_one("#pin").focus()
        await pilot.press(*PINS["An"], "enter", "enter", "enter")
        await settled(pilot)
        assert desk.staff == "An"
        assert "sign_in_failed" not in await verbs(desk)


async def test_a_name_of_the_command_line_is_only_proposed_where_people_have_pins(
    desk: Terminal, settled: Settled
) -> None:
    await guarded(desk)
    desk.staff = "An"
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert desk.staff is None
        assert isinstance(app.screen, SignInDialog)
        assert app.screen.query_one("#name", Input).value == "An"
        await pilot.press("escape")
        await settled(pilot)
        assert desk.staff is None
        await press(pilot, settled, "f5", "f5")
        assert "issue" not in await verbs(desk)


async def test_a_name_of_the_command_line_holds_where_nobody_has_a_pin(desk: Terminal, settled: Settled) -> None:
    await staffed(desk)
    desk.staff = "An"
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert desk.staff == "An"


async def test_a_name_that_nobody_has_is_said(desk: Terminal, settled: Settled) -> None:
    await staffed(desk)
    desk.staff = "Nobody"
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "Nobody called “Nobody” works here" in toasts(app)
        assert desk.staff is None


async def test_who_is_signed_in_may_sign_out_or_let_another_person_work_or_leave_it(
    desk: Terminal, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        await press(pilot, settled, "f10")
        assert isinstance(app.screen, Choose)
        await press(pilot, settled, "escape")
        assert desk.staff == "An"
        await press(pilot, settled, "ctrl+l", "2", "escape")
        assert desk.staff == "An"
        await press(pilot, settled, "ctrl+l", "2")
        await signs_in(pilot, settled, "binh", PINS["Binh"])
        assert desk.staff == "Binh"
        await press(pilot, settled, "f5", "ctrl+l", "1")
        assert desk.staff is None
        assert app.screen is app.queue_screen
        assert "NOT SIGNED IN: Ctrl+L" in seen(app).splitlines()[0]
        await press(pilot, settled, "f5")
        assert "Sign in first (Ctrl+L)" in toasts(app)
        await press(pilot, settled, "ctrl+l")
        await signs_in(pilot, settled, "An")
        assert desk.staff == "An"


async def test_a_question_left_open_does_not_keep_a_terminal_from_locking(
    desk: Terminal, hand: HandClock, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        await press(pilot, settled, "ctrl+l", "2")
        hand.advance(minutes=24 * 60)
        for _second in range(2):
            app._presence.beat()
            await settled(pilot)
        assert "This terminal locked itself" in seen(app)


async def test_who_signs_in_at_home_takes_no_counter_that_was_only_visited(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    app = QueueApp(desk, opens="counter", counter=1, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "escape", "escape")
        await seated_at_counter(other_desk, hand, "Binh")
        await second(app, pilot, settled)
        await press(pilot, settled, "f10")
        await signs_in(pilot, settled, "An")
        assert desk.staff == "An"
        assert app.screen is app.queue_screen
        assert "take_over" not in await verbs(desk)
        await press(pilot, settled, "1")
        await second(app, pilot, settled)
        assert isinstance(app.screen, Confirm)
        await press(pilot, settled, "enter")
        assert app.current_mode == "home", "Enter alone throws nobody out"
        assert desk.staff == "An"
        assert "take_over" not in await verbs(desk)


async def test_who_loses_a_counter_to_a_colleague_stays_signed_in(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    app = QueueApp(desk, opens="counter", counter=1, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        await second(app, pilot, settled)
        await seated_at_counter(other_desk, hand, "Binh")
        await second(app, pilot, settled)
        assert "Counter 1 was taken over at another terminal." in toasts(app)
        assert desk.staff == "An"
        assert app.current_mode == "home"
        await second(app, pilot, settled)
        await press(pilot, settled, "1")
        await second(app, pilot, settled)
        assert isinstance(app.screen, Confirm)
        await press(pilot, settled, "y")
        await second(app, pilot, settled)
        assert app.current_mode == "counter 1"
        assert (await verbs(desk)).count("take_over") == 2


async def test_another_person_opens_a_locked_terminal_and_takes_over_what_is_open(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    app = QueueApp(desk, opens="counter", counter=1, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        for operation, given in ((issue, {"service": "land"}), (call, {"counter": 1}), (start, {"counter": 1})):
            await desk.store.write(operation, **given, staff="An", at=hand())
        hand.advance(minutes=24 * 60)
        app._presence.beat()
        await settled(pilot)
        await press(pilot, settled, "f10")
        await signs_in(pilot, settled, "Binh")
        assert desk.staff == "Binh"
        assert app.current_mode == "counter 1"
        assert app.screen is app.queue_screen
        taken = [event for event in await desk.store.read(events_after) if event.verb == "take_over"]
        assert [(event.counter, event.clerk, event.detail) for event in taken] == [
            (1, "Binh", {"from": ["An"], "open": ["D-001"]})
        ]


async def test_only_home_and_the_interrupted_counter_go_to_the_mending_by_themselves(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await crashed_at(desk, "counter 1", hand)
    hand.advance(minutes=30)
    app = QueueApp(desk, opens="counter", counter=2, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert app.current_mode == "counter 2"
        assert "1 tickets were interrupted by an outage" in toasts(app)


async def test_a_takeover_that_is_declined_signs_nobody_in(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    seat = Seat("reception", "elsewhere", 1, "now")
    run = await other_desk.store.write(begin_run, seat=seat, is_alive=lambda *_: True, at=hand())
    await other_desk.store.write(sit_down, run=run, staff="An", at=hand())
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        assert isinstance(app.screen, Confirm)
        await press(pilot, settled, "n")
        assert desk.staff is None
        assert "take_over" not in await verbs(desk)
        await press(pilot, settled, "f10")
        await signs_in(pilot, settled, "An")
        await press(pilot, settled, "y")
        assert desk.staff == "An"
        assert (await verbs(desk))[-1] == "take_over"


async def test_a_second_clerk_at_a_counter_is_asked_and_it_is_logged(
    desk: Terminal, other_desk: Terminal, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    first, other = (QueueApp(each, opens="counter", counter=1, language="en") for each in (desk, other_desk))
    async with first.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
    async with other.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "Binh")
        assert "An sits at counter 1" in seen(other)
        await press(pilot, settled, "y")
        assert other_desk.staff == "Binh"
    taken = [event for event in await desk.store.read(events_after) if event.verb == "take_over"]
    assert [(event.counter, event.clerk, event.detail["from"]) for event in taken] == [(1, "Binh", ["An"])]


async def test_the_terminal_that_was_left_is_refused_at_once_and_asks(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    app = QueueApp(desk, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        await press(pilot, settled, "f5")
        seat = Seat("counter 2", "elsewhere", 1, "now")
        run = await other_desk.store.write(begin_run, seat=seat, is_alive=lambda *_: True, at=hand())
        await other_desk.store.write(sit_down, run=run, staff="An", at=hand())
        await press(pilot, settled, "f5")
        assert (await verbs(desk))[-2:] == ["take_over", "refuse"]
        assert "An is no longer signed in at this terminal" in toasts(app)
        app._presence.beat()
        await settled(pilot)
        assert desk.staff is None
        assert isinstance(app.screen, SignInDialog)


async def test_after_a_crash_who_starts_signs_in_first_and_then_sees_what_was_open(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    await crashed_at(desk, "counter 1", hand, staff="An")
    hand.advance(minutes=30)
    app = QueueApp(desk, opens="counter", counter=1, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert isinstance(app.screen, SignInDialog)
        await signs_in(pilot, settled, "An")
        assert desk.staff == "An"
        assert isinstance(app.screen, MendingScreen)
        await press(pilot, settled, "f5")
        assert (await verbs(desk))[-1] == "wake"
        assert app.current_mode == "counter 1"
        app.action_sign_in()
        await settled(pilot)
        assert isinstance(app.screen, Choose), "the dialog of before has not stayed behind"


async def test_nothing_leads_away_from_below_the_sign_in(desk: Terminal, settled: Settled) -> None:
    await guarded(desk)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        app.action_open("reception")
        await settled(pilot)
        assert isinstance(app.screen, SignInDialog)
        assert app.current_mode == "home"
        await press(pilot, settled, "ctrl+p", "f6")
        assert isinstance(app.screen, SignInDialog)
        await press(pilot, settled, "escape")
        assert app.current_mode == "reception"


async def test_the_lock_comes_and_goes_with_what_is_open_staying(
    desk: Terminal, hand: HandClock, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    app = QueueApp(desk, opens="counter", counter=1, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        hand.advance(minutes=24 * 60)
        app._presence.beat()
        await settled(pilot)
        assert "This terminal locked itself" in seen(app)
        await press(pilot, settled, "escape")
        assert isinstance(app.screen, SignInDialog)
        await signs_in(pilot, settled, "An")
        assert desk.staff == "An"
        assert app.current_mode == "counter 1"


async def test_after_a_restore_who_sat_here_goes_on_working(desk: Terminal, hand: HandClock, settled: Settled) -> None:
    await guarded(desk)
    app = QueueApp(desk, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await signs_in(pilot, settled, "An")
        await desk.store.write(end_every_run, at=hand())
        before = desk.run
        hand.advance(minutes=2)
        app._presence.beat()
        await settled(pilot)
        assert desk.staff == "An"
        assert desk.run != before
        assert "no longer signed in" not in toasts(app)
        app._presence.beat()
        await settled(pilot)
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
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        app.heed_signals()
        os.kill(os.getpid(), signal.SIGHUP)
        await pilot.pause()
        assert app._exit
    assert app.return_code == 0


async def test_a_board_has_no_run(desk: Terminal, hand: HandClock, settled: Settled) -> None:
    app = QueueApp(desk, opens="board", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        hand.moment += timedelta(minutes=5)
        app._presence.beat()
        await settled(pilot)
        assert desk.run is None
