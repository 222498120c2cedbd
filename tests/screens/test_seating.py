"""Who sits at a terminal: signing in, taking over, losing a counter to a colleague."""

from textual.widgets import Input

from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.queries.tickets import events_after
from queueapp.screens.dialogs import Choose, Confirm
from queueapp.screens.signing import SignInDialog
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import Seen, Settled, toasts
from tests.screens.here import at
from tests.screens.office import PINS, guarded, sits_elsewhere, staffed, verbs


async def test_signing_in_lets_somebody_work_and_is_written_down(desk: Terminal, settled: Settled) -> None:
    await guarded(desk)
    async with at(desk, settled) as here:
        await here.signs_in("An")
        assert desk.staff == "An"
        await here.press("f5", "f5")
        assert (await verbs(desk))[-3:] == ["sign_in", "open_day", "issue"]


async def test_a_wrong_pin_is_said_and_nobody_is_signed_in(desk: Terminal, settled: Settled, seen: Seen) -> None:
    await guarded(desk)
    async with at(desk, settled) as here:
        await here.signs_in("An", "9999")
        assert "The PIN of An is wrong" in seen(here.app)
        assert desk.staff is None


async def test_a_second_enter_is_no_second_try(desk: Terminal, settled: Settled) -> None:
    await guarded(desk)
    async with at(desk, settled) as here:
        here.app.screen.query_one("#name", Input).value = "An"
        here.app.screen.query_one("#pin").focus()
        await here.pilot.press(*PINS["An"], "enter", "enter", "enter")
        await here.settled()
        assert desk.staff == "An"
        assert "sign_in_failed" not in await verbs(desk)


async def test_a_name_of_the_command_line_is_only_proposed_where_people_have_pins(
    desk: Terminal, settled: Settled
) -> None:
    await guarded(desk)
    desk.staff = "An"
    async with at(desk, settled) as here:
        assert desk.staff is None
        assert isinstance(here.app.screen, SignInDialog)
        assert here.app.screen.query_one("#name", Input).value == "An"
        await here.press("escape")
        assert desk.staff is None
        await here.press("f5", "f5")
        assert "issue" not in await verbs(desk)


async def test_a_name_of_the_command_line_holds_where_nobody_has_a_pin(desk: Terminal, settled: Settled) -> None:
    await staffed(desk)
    desk.staff = "An"
    async with at(desk, settled):
        assert desk.staff == "An"


async def test_a_name_that_nobody_has_is_said(desk: Terminal, settled: Settled) -> None:
    await staffed(desk)
    desk.staff = "Nobody"
    async with at(desk, settled) as here:
        assert "Nobody called “Nobody” works here" in toasts(here.app)
        assert desk.staff is None


async def test_who_is_signed_in_may_sign_out_or_let_another_person_work_or_leave_it(
    desk: Terminal, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An") as here:
        await here.press("f10")
        assert isinstance(here.app.screen, Choose)
        await here.press("escape")
        assert desk.staff == "An"
        await here.press("ctrl+l", "2", "escape")
        assert desk.staff == "An"
        await here.press("ctrl+l", "2")
        await here.signs_in("binh", PINS["Binh"])
        assert desk.staff == "Binh"
        await here.press("f5", "ctrl+l", "1")
        assert desk.staff is None
        assert here.app.screen is here.app.queue_screen
        assert "NOT SIGNED IN: Ctrl+L" in seen(here.app).splitlines()[0]
        await here.press("f5")
        assert "Sign in first (Ctrl+L)" in toasts(here.app)
        await here.press("ctrl+l")
        await here.signs_in("An")
        assert desk.staff == "An"


async def test_who_signs_in_at_home_takes_no_counter_that_was_only_visited(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    async with at(desk, settled, opens="counter", counter=1) as here:
        await here.press("escape", "escape")
        await sits_elsewhere(other_desk, hand, "Binh", "counter 1")
        await here.second()
        await here.press("f10")
        await here.signs_in("An")
        assert desk.staff == "An"
        assert here.app.screen is here.app.queue_screen
        assert "take_over" not in await verbs(desk)
        await here.press("1")
        await here.second()
        assert isinstance(here.app.screen, Confirm)
        await here.press("enter")
        assert here.app.current_mode == "home", "Enter alone throws nobody out"
        assert desk.staff == "An"
        assert "take_over" not in await verbs(desk)


async def test_who_loses_a_counter_to_a_colleague_stays_signed_in(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An", opens="counter", counter=1) as here:
        await here.second()
        await sits_elsewhere(other_desk, hand, "Binh", "counter 1")
        await here.second()
        assert "Counter 1 was taken over at another terminal." in toasts(here.app)
        assert desk.staff == "An"
        assert here.app.current_mode == "home"
        await here.second()
        await here.press("1")
        await here.second()
        assert isinstance(here.app.screen, Confirm)
        await here.press("y")
        await here.second()
        assert here.app.current_mode == "counter 1"
        assert (await verbs(desk)).count("take_over") == 2


async def test_another_person_opens_a_locked_terminal_and_takes_over_what_is_open(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An", opens="counter", counter=1) as here:
        for operation, given in ((issue, {"service": "land"}), (call, {"counter": 1}), (start, {"counter": 1})):
            await desk.store.write(operation, **given, staff="An", at=hand())
        hand.advance(minutes=24 * 60)
        await here.second()
        await here.press("f10")
        await here.signs_in("Binh")
        assert desk.staff == "Binh"
        assert here.app.current_mode == "counter 1"
        assert here.app.screen is here.app.queue_screen
        taken = [event for event in await desk.store.read(events_after) if event.verb == "take_over"]
        assert [(event.counter, event.clerk, event.detail) for event in taken] == [
            (1, "Binh", {"from": ["An"], "open": ["D-001"]})
        ]


async def test_a_takeover_that_is_declined_signs_nobody_in(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    await sits_elsewhere(other_desk, hand, "An", "reception")
    async with at(desk, settled) as here:
        await here.signs_in("An")
        assert isinstance(here.app.screen, Confirm)
        await here.press("n")
        assert desk.staff is None
        assert "take_over" not in await verbs(desk)
        await here.press("f10")
        await here.signs_in("An")
        await here.press("y")
        assert desk.staff == "An"
        assert (await verbs(desk))[-1] == "take_over"


async def test_a_second_clerk_at_a_counter_is_asked_and_it_is_logged(
    desk: Terminal, other_desk: Terminal, settled: Settled, seen: Seen
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An", opens="counter", counter=1):
        pass
    async with at(other_desk, settled, opens="counter", counter=1) as here:
        await here.signs_in("Binh")
        assert "An sits at counter 1" in seen(here.app)
        await here.press("y")
        assert other_desk.staff == "Binh"
    taken = [event for event in await desk.store.read(events_after) if event.verb == "take_over"]
    assert [(event.counter, event.clerk, event.detail["from"]) for event in taken] == [(1, "Binh", ["An"])]


async def test_the_terminal_that_was_left_is_refused_at_once_and_asks(
    desk: Terminal, other_desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    await guarded(desk)
    async with at(desk, settled, signed_in="An", opens="reception") as here:
        await here.press("f5")
        await sits_elsewhere(other_desk, hand, "An", "counter 2")
        await here.press("f5")
        assert (await verbs(desk))[-2:] == ["take_over", "refuse"]
        assert "An is no longer signed in at this terminal" in toasts(here.app)
        await here.second()
        assert desk.staff is None
        assert isinstance(here.app.screen, SignInDialog)


async def test_nothing_leads_away_from_below_the_sign_in(desk: Terminal, settled: Settled) -> None:
    await guarded(desk)
    async with at(desk, settled) as here:
        here.app.action_open("reception")
        await here.settled()
        assert isinstance(here.app.screen, SignInDialog)
        assert here.app.current_mode == "home"
        await here.press("ctrl+p", "f6")
        assert isinstance(here.app.screen, SignInDialog)
        await here.press("escape")
        assert here.app.current_mode == "reception"
