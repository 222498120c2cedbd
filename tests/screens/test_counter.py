"""A counter: three keys for a citizen, one for every other verb, and a reason where a key does nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from queueapp.app import QueueApp
from queueapp.i18n import N_, _
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.counters import open_counter
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish
from queueapp.queries.hall import desk
from queueapp.queries.tickets import events_after
from queueapp.rules.views import DeskView, TicketView
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import opened, press, staffed, typed

Sit = Callable[[Pilot[Any]], Awaitable[None]]


async def ask(terminal: Terminal) -> DeskView:
    return await terminal.store.read(desk, 4, at=MORNING)


async def come(terminal: Terminal, *services: str, **given: Any) -> None:
    for service in services:
        await terminal.store.write(issue, service=service, at=MORNING, **given)


def counter(terminal: Terminal) -> QueueApp:
    return QueueApp(terminal, opens="counter", counter=4, language="en")


async def sit(pilot: Pilot[Any], settled: Settled) -> None:
    await settled(pilot)
    await settled(pilot)


async def present(terminal: Terminal) -> TicketView:
    here = (await ask(terminal)).counter.ticket
    assert here is not None
    return here


async def test_call_start_finish_are_three_keys(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land", "civil_status")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        assert "Press F4 to call" in seen(app)
        await press(pilot, settled, "f4")
        text = seen(app)
        assert "called  00:00" in text
        assert "By waiting points: 0.0 points" in text
        await press(pilot, settled, "f6")
        assert "being served  00:00" in seen(app)
        await press(pilot, settled, "f7")
        assert "served today: 1" in seen(app)
        assert (await ask(terminal)).waiting_count == 1


async def test_the_letters_do_the_same(terminal: Terminal, settled: Settled) -> None:
    await come(terminal, "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "n", "r", "s", "f")
        assert (await ask(terminal)).served_today == 1


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (["f4"], "Nobody is waiting for counter 4"),
        (["f6"], "No ticket is here yet: press F4"),
        (["f3"], "No ticket is on hold"),
    ],
)
async def test_an_empty_counter_says_why(
    terminal: Terminal, seen: Seen, settled: Settled, keys: list[str], sentence: str
) -> None:
    app = counter(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await sit(pilot, settled)
        assert "Nobody is waiting for this counter" in seen(app)
        await press(pilot, settled, *keys)
        assert sentence in toasts(app)


async def test_a_key_that_is_too_early_or_too_late_says_why(terminal: Terminal, settled: Settled) -> None:
    await come(terminal, "land")
    app = counter(terminal)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f4", "f7")
        assert "called but not yet being served" in toasts(app)
        await press(pilot, settled, "f4")
        assert "D-001 is still here" in toasts(app)


async def test_hold_and_resume(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f4", "f6", "f9")
        await press(pilot, settled, *"copies", "enter")
        text = seen(app)
        assert "On hold (F3 takes up again)" in text
        assert "copies" in text
        await press(pilot, settled, "f3")
        assert "being served" in seen(app)


async def test_no_show_transfer_put_back_outcome_and_leave(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land", "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f4", "f8")
        assert (await ask(terminal)).waiting_count == 2
        await press(pilot, settled, "f4", "f11", "3")
        assert (await ask(terminal)).waiting_count == 2
        await press(pilot, settled, "f4", "f6", "f10", "2")
        await press(pilot, settled, *"papers", "enter")
        moved = [each for each in (await ask(terminal)).waiting if each.service == "civil_status"]
        assert [each.note for each in moved] == ["papers"]
        await press(pilot, settled, "f4", "l")
        await press(pilot, settled, "f4", "f6", "o", "3")
        view = await ask(terminal)
        assert (view.waiting_count, view.served_today) == (0, 1)
        assert seen(app)


async def test_picking_asks_for_number_and_reason(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land", "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "k", *"d2", "enter")
        await press(pilot, settled, *"baby", "enter")
        assert "Picked out of order before 1 others: baby" in seen(app)


async def test_pause_close_and_open(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f12", "1")
        assert "PAUSED: lunch" in seen(app)
        await press(pilot, settled, "f4")
        assert "closed or paused. Open it first" in toasts(app)
        await press(pilot, settled, "f12")
        assert (await ask(terminal)).counter.is_open
        await press(pilot, settled, "x")
        assert "CLOSED" in seen(app)
        await press(pilot, settled, "g")
        assert (await ask(terminal)).counter.is_open


async def test_serving_at_once_and_doubtful_times(terminal: Terminal, settled: Settled) -> None:
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "d", "3")
        present = (await ask(terminal)).counter.ticket
        assert present is not None
        assert (present.code, present.state) == ("X-001", "serving")
        await press(pilot, settled, "u")
        assert (await ask(terminal)).served_today == 1


async def test_hostile_notes_are_only_text(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land", note="[/] \x1b]0;x\x07 [@click=app.quit]x[/]" + "y" * 400, priority="elderly")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f4")
        text = seen(app)
        assert "Note: [/] ]0;x" in text
        assert "★ priority: Elderly" in text
        assert "\x1b" not in text


async def test_a_counter_that_is_not_there_is_said(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="counter", counter=77, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await sit(pilot, settled)
        assert "There is no counter 77" in " ".join(seen(app).split())


async def test_the_last_thing_is_undone_within_the_limit_and_refused_with_its_reason_after(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land")
    app = counter(Terminal(terminal.store, clock=clock))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "ctrl+z")
        assert "There is nothing left to undo: only what was done in the last 60 seconds" in toasts(app)
        await press(pilot, settled, "f4", "f6", "ctrl+z")
        assert "Undone: D-001 is called again." in toasts(app)
        assert "called  00:00" in seen(app)
        await press(pilot, settled, "z")
        assert "An undo cannot be undone." in toasts(app)
        await press(pilot, settled, "f6", "f7")
        clock.advance(seconds=61)
        app.clear_notifications()
        await press(pilot, settled, "z")
        assert "only what was done in the last 60 seconds" in toasts(app)
        await press(pilot, settled, "f12", "1", "z")
        assert "Undone." in toasts(app)
        assert (await ask(terminal)).counter.is_open


async def test_a_timed_hold_says_when_it_comes_back_and_comes_back_by_itself(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land")
    app = counter(Terminal(terminal.store, clock=clock))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f4", "f6", "f9")
        assert "Minutes in" in seen(app)
        await typed(pilot, settled, "15p copies")
        assert "→08:15 · copies" in seen(app)
        clock.advance(minutes=14, seconds=59)
        app._presence.beat()
        await settled(pilot)
        assert len((await ask(terminal)).held) == 1
        clock.advance(seconds=1)
        app._presence.beat()
        await settled(pilot)
        view = await ask(terminal)
        assert (view.held, view.waiting_count) == ((), 1)
        await press(pilot, settled, "f4", "f6", "f9")
        await typed(pilot, settled, "9999p copies")
        assert "The minutes must be between 1 and" in toasts(app)
        assert "being served" in seen(app)


async def test_a_ticket_is_sent_to_another_field_and_comes_back_before_new_ones(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land", "land", "civil_status")
    app = counter(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f4", "f6", "w")
        assert "To which field, and then back here?" in seen(app)
        await press(pilot, settled, "escape")
        assert "being served" in seen(app)
        await press(pilot, settled, "w", "2")
        await typed(pilot, settled, "stamp")
        await terminal.store.write(call, counter=2, ticket="D-001", reason="comes back", at=MORNING)
        await terminal.store.write(start, counter=2, at=MORNING)
        await terminal.store.write(finish, counter=2, at=MORNING)
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        assert "↩" in next(line for line in seen(app).splitlines() if "D-001" in line)
        await press(pilot, settled, "f4")
        assert (await present(terminal)).code == "D-001"


async def test_a_counter_where_somebody_sits_is_taken_over_only_after_a_yes(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await staffed(terminal)
    await terminal.store.write(open_counter, counter=4, staff="An", at=MORNING)
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        terminal.staff = "Binh"
        await press(pilot, settled, "g")
        assert "An sits at counter 4. Take over counter 4? It is written down." in " ".join(seen(app).split())
        await press(pilot, settled, "n")
        assert (await ask(terminal)).counter.clerk == "An"
        await press(pilot, settled, "g", "enter")
        assert (await ask(terminal)).counter.clerk == "An"
        await press(pilot, settled, "g", "y")
        assert (await ask(terminal)).counter.clerk == "Binh"
        last = (await terminal.store.read(events_after))[-1]
        assert (last.verb, last.clerk, "takeover" in last.detail) == ("open_counter", "Binh", True)


async def test_picking_needs_the_right_and_the_refusal_is_written_down(terminal: Terminal, settled: Settled) -> None:
    await staffed(terminal)
    await come(terminal, "land", "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await sit(pilot, settled)
        terminal.staff = "An"
        await press(pilot, settled, "k", *"d2", "enter")
        await typed(pilot, settled, "baby")
        assert "An has no right to do that (call out of turn). It has been written down." in toasts(app)
        assert (await terminal.store.read(events_after))[-1].verb == "refuse"
        terminal.staff = "Em"
        await press(pilot, settled, "k", *"d2", "enter")
        await typed(pilot, settled, "baby")
        assert (await present(terminal)).code == "D-002"


async def test_the_help_and_the_palette_know_the_new_keys(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="counter", counter=4, language="vi")
    async with app.run_test(size=(120, 40)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "f1")
        text = seen(app)
        for key, words in (("Ctrl+Z", N_("Undo")), ("W", N_("Transfer and back")), ("F9", N_("Hold"))):
            assert any(key in line and _(words) in line for line in text.splitlines()), words
        await press(pilot, settled, "escape", "ctrl+p")
        await pilot.press(*"chot ngay")
        await settled(pilot)
        await app.workers.wait_for_complete()
        await press(pilot, settled, "enter")
        assert app.current_mode == "closing"
        await press(pilot, settled, "ctrl+p")
        await pilot.press(*"can xu ly")
        await settled(pilot)
        await app.workers.wait_for_complete()
        assert _("To be mended") in seen(app)


async def test_capitals_are_the_same_keys(terminal: Terminal, settled: Settled) -> None:
    await come(terminal, "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        await press(pilot, settled, "N", "S", "F")
        assert (await ask(terminal)).served_today == 1


async def test_undo_is_seen_on_a_small_terminal_and_the_last_key_says_that_there_are_more(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        keys = " ".join(seen(app).splitlines()[-3:])
        assert "Ctrl+Z" in keys
        assert keys.rstrip().endswith("F1  …")


async def test_the_clock_of_a_service_goes_on_where_it_was_put_aside(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land")
    app = counter(Terminal(terminal.store, clock=clock))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f4", "f6")
        clock.advance(minutes=18)
        await press(pilot, settled, "f9", "enter")
        clock.advance(minutes=5)
        await press(pilot, settled, "f3")
        assert "being served  18:00" in seen(app)
        clock.advance(seconds=7)
        app._beat()
        await settled(pilot)
        assert "being served  18:07" in seen(app)


async def test_a_day_that_nobody_closed_is_said_at_the_counter_until_it_is_closed(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land")
    app = counter(Terminal(terminal.store, clock=clock))
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        assert "was never closed" not in seen(app)
        clock.advance(minutes=24 * 60)
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        assert "Monday 23/11/2026 was never closed: go home (Esc) and press F8." in seen(app)
        await terminal.store.write(close_day, unserved={"D-001": "left"}, at=clock())
        await app.queue_screen.look()
        await settled(pilot)
        assert "was never closed" not in seen(app)


async def test_a_free_counter_of_one_field_should_call_rather_than_one_of_three(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land")
    await terminal.store.write(call, counter=1, at=MORNING)
    await terminal.store.write(leave, ticket="D-001", at=MORNING)
    await come(terminal, "land")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        assert "Counter 1 is free and should call" in seen(app)
        await press(pilot, settled, "f4")
        assert "By waiting points: 0.0 points" in seen(app), "it can be called here all the same"


async def test_why_a_ticket_was_called_is_told_after_a_restart_too(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await come(terminal, "land", priority="elderly")
    await terminal.store.write(call, counter=4, at=MORNING)
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        assert "By waiting points: 10.0 points" in seen(app)
