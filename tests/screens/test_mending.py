"""To be mended: what an outage interrupted is confirmed or corrected by one key, and what is stuck gets unstuck."""

import socket
from typing import Any

import pytest
from textual.pilot import Pilot

from queueapp.app import QueueApp
from queueapp.i18n import _
from queueapp.operations.calling import call, start
from queueapp.operations.counters import close_counter
from queueapp.operations.issuing import issue
from queueapp.operations.running import begin_run
from queueapp.operations.seats import Seat
from queueapp.operations.serving import hold
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import opened, press, staffed, typed

TODAY = MORNING.date()


@pytest.fixture
def here(terminal: Terminal, clock: HandClock) -> Terminal:
    """Give the terminal a clock that is set by hand."""
    return Terminal(terminal.store, clock=clock)


async def cut_off(here: Terminal, clock: HandClock) -> None:
    """Let the power go while one is called and one is served, and come back after a quarter of an hour."""
    seat = Seat("home", socket.gethostname(), 1, "an earlier start of the machine")
    await here.store.write(begin_run, seat=seat, is_alive=lambda _other, _at: True, at=clock())
    for service in ("land", "civil_status", "land"):
        await here.store.write(issue, service=service, at=clock())
    clock.advance(minutes=2)
    await here.store.write(call, counter=1, at=clock())
    await here.store.write(call, counter=2, at=clock())
    await here.store.write(start, counter=2, at=clock())
    clock.advance(minutes=15)


async def woken(pilot: Pilot[Any], settled: Settled) -> None:
    await opened(pilot, settled)
    await settled(pilot)


async def state_of(here: Terminal, code: str) -> str:
    return (await here.store.read(ticket, code, at=here.clock())).state


async def test_after_a_power_cut_what_was_open_is_listed_first_and_confirmed_with_enter(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await cut_off(here, clock)
    app = QueueApp(here, opens="counter", counter=2, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await woken(pilot, settled)
        assert app.current_mode == "mending"
        text = seen(app)
        assert "An outage of 15 min is left out of the times" in " ".join(text.split())
        first = next(line for line in text.splitlines() if "D-001" in line)
        assert "called" in first
        assert "counter 1" in first
        assert "call may not have been heard" in first
        assert any("H-001" in line and "being served" in line for line in text.splitlines())
        assert "D-002" not in text
        await press(pilot, settled, "enter")
        assert app.current_mode == "mending"
        await press(pilot, settled, "f5")
        await settled(pilot)
        assert app.current_mode == "counter 2"
        assert (await state_of(here, "D-001"), await state_of(here, "H-001")) == ("called", "serving")


async def test_what_an_outage_interrupted_is_corrected_by_one_key_each(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await cut_off(here, clock)
    app = QueueApp(here, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await woken(pilot, settled)
        await press(pilot, settled, "f9", "f7")
        await settled(pilot)
        assert (await state_of(here, "D-001"), await state_of(here, "H-001")) == ("waiting", "served")
        figures = (await here.store.read(day_summary, TODAY, at=clock())).all
        assert figures.excluded_unreliable == 1
        assert "Where do you work?" in seen(app)


async def test_a_call_that_was_perhaps_not_heard_is_called_again(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await cut_off(here, clock)
    app = QueueApp(here, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await woken(pilot, settled)
        await press(pilot, settled, "f6")
        assert (await here.store.read(ticket, "D-001", at=clock())).calls == 2
        text = seen(app)
        assert "D-001" not in text
        assert "(F6) Call again" in text
        await press(pilot, settled, "f6")
        assert "Only a ticket that is called can be called again." in toasts(app)


async def test_a_start_after_a_clean_end_lists_nothing(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=clock())
    await here.store.write(call, counter=1, at=clock())
    app = QueueApp(here, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await woken(pilot, settled)
        assert app.current_mode == "reception"
        assert "Latest tickets" in seen(app)


async def test_who_has_no_right_to_mend_may_still_confirm(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await staffed(here)
    await cut_off(here, clock)
    app = QueueApp(here, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await woken(pilot, settled)
        here.staff = "An"
        await press(pilot, settled, "f7")
        assert "An has no right to do that (mend stuck tickets)" in toasts(app)
        await press(pilot, settled, "f5")
        assert seen(app).count("interrupted by an outage") == 1
        assert await state_of(here, "D-001") == "called"


async def test_stuck_tickets_say_why_and_are_mended_with_a_reason(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    for service in ("land", "civil_status", "social_affairs", "land"):
        await here.store.write(issue, service=service, at=clock())
    await here.store.write(call, counter=1, at=clock())
    await here.store.write(call, counter=2, at=clock())
    await here.store.write(start, counter=2, at=clock())
    await here.store.write(call, counter=3, at=clock())
    await here.store.write(start, counter=3, at=clock())
    await here.store.write(hold, counter=3, at=clock())
    clock.advance(minutes=95)
    app = QueueApp(here, opens="mending", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        text = seen(app)
        assert "3 tickets are stuck." in text
        for words in ("called long ago, nobody came", "being served unusually long", "on hold for long"):
            assert words in text
        assert "D-002" not in text
        await press(pilot, settled, "f5")
        assert "Say what is to become of it" in toasts(app)
        await press(pilot, settled, "f9")
        assert "Why? It is written down." in seen(app)
        await press(pilot, settled, "escape")
        assert await state_of(here, "D-001") == "called"
        await press(pilot, settled, "f12")
        await press(pilot, settled, "enter")
        assert await state_of(here, "D-001") == "left"
        await press(pilot, settled, "down", "f11")
        await typed(pilot, settled, "twice")
        mended = await here.store.read(ticket, "X-001", at=clock())
        assert (mended.state, mended.reason) == ("void", "twice")
        assert "1 tickets are stuck." in seen(app)


async def test_a_field_that_nobody_serves_is_said_in_full(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=clock())
    for counter in (1, 4):
        await here.store.write(close_counter, counter=counter, at=clock())
    app = QueueApp(here, opens="mending", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        assert "no open counter serves this field" in seen(app)


async def test_an_earlier_days_ticket_is_mended_and_not_todays_of_the_same_code(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=clock())
    clock.advance(minutes=24 * 60)
    await here.store.write(issue, service="land", at=clock())
    app = QueueApp(here, opens="mending", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        assert "from an earlier day" in seen(app)
        await press(pilot, settled, "f12", "enter")
        assert await state_of(here, "D-001") == "waiting"
        assert "Nothing needs mending." in seen(app)


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_where_nothing_is_stuck_every_key_says_so(
    here: Terminal, seen: Seen, settled: Settled, language: str
) -> None:
    app = QueueApp(here, opens="mending", language=language)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        text = seen(app)
        assert _("Nothing needs mending.") in text
        for word in ("Goes on", "Call again", "Was served", "Back to the queue", "Left", "Void", "Clock is right"):
            assert f") {_(word)}" in text
        await press(pilot, settled, "f5")
        assert _("Nothing needs mending.") in toasts(app)
        await press(pilot, settled, "f8")
        assert _("The clock agrees with the log.") in toasts(app)
        await press(pilot, settled, "escape")
        assert _("Where do you work?") in seen(app)


async def test_a_slip_in_doubt_after_a_power_cut_is_said_to_be_out_by_name(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    seat = Seat("home", socket.gethostname(), 1, "an earlier start of the machine")
    await here.store.write(begin_run, seat=seat, is_alive=lambda _other, _at: True, at=clock())
    await here.store.write(issue, service="land", at=clock())
    clock.advance(seconds=5)
    app = QueueApp(here, opens="home", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await woken(pilot, settled)
        assert "An outage of less than 1 min" in seen(app)
        assert "Slip is out" in seen(app)
        assert "Goes on" not in seen(app)
        await press(pilot, settled, "f5")
        assert "D-001: the slip is out." in toasts(app)
