"""A counter: three keys for a citizen, one for every other verb, and a reason where a key does nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from queueapp.app import QueueApp
from queueapp.operations.issuing import issue
from queueapp.queries.hall import desk
from queueapp.rules.views import DeskView
from queueapp.terminal import Terminal
from tests.screens.conftest import MORNING, Seen, Settled, toasts

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


async def press(pilot: Pilot[Any], settled: Settled, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def test_call_start_finish_are_three_keys(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await come(terminal, "land", "civil_status")
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(pilot, settled)
        assert "Press F4 to call" in seen(app)
        await press(pilot, settled, "f4")
        text = seen(app)
        assert "called  00:00" in text
        assert "Waited longest: 0 min." in text
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
        await press(pilot, settled, "f4", "f6", "o", "2")
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
