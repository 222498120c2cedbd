"""Reception: keys that issue, priority, dossiers, the slip, finding, voiding."""

from typing import Any

from textual.pilot import Pilot

from queueapp.app import QueueApp
from queueapp.i18n import use_language
from queueapp.operations.calling import call
from queueapp.operations.issuing import issue
from queueapp.queries.hall import status
from queueapp.rules.views import StatusView
from queueapp.terminal import Terminal
from tests.screens.conftest import MORNING, Seen, Settled


async def opened(pilot: Pilot[Any], settled: Settled) -> None:
    await settled(pilot)
    await settled(pilot)


async def hall(terminal: Terminal) -> StatusView:
    return await terminal.store.read(status, at=MORNING)


async def test_one_key_issues_and_the_slip_is_there(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "Press a field's key" in seen(app)
        await pilot.press("f6")
        await settled(pilot)
        text = seen(app)
        assert "H - 0 0 1" in text
        assert "People waiting before you: 0" in text
        assert "1: waiting 1" in text
        await pilot.press("1")
        await settled(pilot)
        assert "D - 0 0 1" in seen(app)
        assert [service.issued for service in (await hall(terminal)).services] == [1, 1, 0]


async def test_a_key_held_down_issues_one_ticket_at_a_time(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        screen = app.queue_screen
        assert screen is not None
        await app.run_action("issue(1)", screen)
        await app.run_action("issue(1)", screen)
        await settled(pilot)
        assert (await hall(terminal)).services[0].issued == 1


async def test_priority_and_dossiers_hold_for_one_ticket(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await pilot.press("f4")
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        await pilot.press("plus", "plus")
        await settled(pilot)
        assert "PRIORITY: Elderly · 3 dossiers" in seen(app)
        await pilot.press("f5")
        await settled(pilot)
        text = seen(app)
        assert "Priority: Elderly" in text
        assert "3 dossiers" in text
        assert "Next ticket: ordinary, one dossier" in text


async def test_escape_drops_the_priority_before_it_leaves(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await pilot.press("plus", "escape")
        await settled(pilot)
        assert "ordinary, one dossier" in seen(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Where do you work?" in seen(app)


async def test_a_number_is_found_and_voided_with_a_reason(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await pilot.press("f5", "f3")
        await settled(pilot)
        await pilot.press("d", "1", "enter")
        await settled(pilot)
        text = seen(app)
        assert "waiting, 0 before it" in text
        assert "number issued" in text
        await pilot.press("v")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "A few words are needed here" in seen(app)
        await pilot.press(*"twice", "enter")
        await settled(pilot)
        assert (await hall(terminal)).services[0].ended["void"] == 1
        assert "1: void 1" in seen(app)


async def test_a_number_that_is_not_there_is_said(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await pilot.press("f3", *"d99", "enter")
        await settled(pilot)
        assert "There is no ticket d99" in seen(app)


async def test_what_another_terminal_does_is_seen(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        await terminal.store.write(issue, service="land", note="[/]\x1b]0;x\x07", at=MORNING)
        await terminal.store.write(call, counter=1, at=MORNING)
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        text = seen(app)
        assert "called" in text
        assert "→1" in text
        assert "\x1b" not in text


async def test_every_word_is_vietnamese_too(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await pilot.press("f5")
        await settled(pilot)
        text = seen(app)
        for word in ("Phiếu in", "Phiếu mới nhất", "Số người chờ trước: 0", "1: chờ 1", "Đất đai", "F4  Ưu tiên"):
            assert word in text
        await pilot.press("f2")
        await settled(pilot)
        assert "Latest tickets" in seen(app)
    use_language("en")
