"""Paper at reception: the slip is printed beside everything else, trouble is told, the roll is keyed in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, Static

from queueapp.app import QueueApp
from queueapp.operations.issuing import issue
from queueapp.operations.outbox import ask_print, settle_print, take_print
from queueapp.queries.hall import reception
from queueapp.queries.tickets import ticket
from queueapp.rules.views import TicketView
from queueapp.terminal import Terminal
from queueapp.widgets.inputs import TextBox
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import press, staffed
from tests.store.test_printing import HERE, ME, everybody_lives


async def opened(pilot: Pilot[Any], settled: Settled) -> None:
    await settled(pilot)
    await settled(pilot)


async def printed(app: QueueApp) -> None:
    """Let a second pass for the printer, and wait until it has nothing to do."""
    app._printing.beat()
    if app._printing._task is not None:
        await app._printing._task


def pictures(folder: Path) -> int:
    return len(list(folder.glob("*.png")))


async def found(terminal: Terminal, code: str) -> TicketView:
    return await terminal.store.read(ticket, code, at=MORNING)


async def test_the_slip_of_a_new_number_comes_out_of_the_printer(
    terminal: Terminal, seen: Seen, settled: Settled, tmp_path: Path
) -> None:
    await staffed(terminal, printer={"connection": "folder", "target": str(tmp_path)})
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "f6")
        await printed(app)
        assert pictures(tmp_path) == 2
        await press(pilot, settled, "ctrl+r", "enter")
        assert "H-001 is printed again, marked as a copy." in toasts(app)
        await printed(app)
        assert pictures(tmp_path) == 3
        assert "not printed" not in seen(app)


async def test_a_printer_that_is_away_is_told_and_the_number_is_safe(
    terminal: Terminal, seen: Seen, settled: Settled, tmp_path: Path
) -> None:
    await staffed(terminal, printer={"connection": "folder", "target": str(tmp_path / "away" / "deeper")})
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5")
        await printed(app)
        await settled(pilot)
        assert "1 slip is not printed yet" in seen(app)
        assert (await found(terminal, "D-001")).state == "waiting"


async def test_a_slip_in_doubt_is_answered_with_one_key(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await staffed(terminal, printer={"connection": "network", "target": "192.0.2.1:9100", "host": HERE})
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "ctrl+y")
        assert "No slip is in doubt." in toasts(app)
        await press(pilot, settled, "f5")
        given = {"host": HERE, "holder": ME, "is_alive": everybody_lives}
        job = await terminal.store.write(take_print, at=MORNING, **given)
        assert job is not None
        await terminal.store.write(settle_print, job=job.id, state="uncertain", at=MORNING)
        await press(pilot, settled, "f6")
        assert "1 slip may not be out, D-001" in seen(app)
        await press(pilot, settled, "ctrl+y")
        assert "may not be out" not in seen(app)


async def test_which_slip_is_printed_again_is_asked_and_the_one_in_doubt_is_offered(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await staffed(terminal, printer={"connection": "network", "target": "192.0.2.1:9100", "host": HERE})
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "f5")
        given = {"host": HERE, "holder": ME, "is_alive": everybody_lives}
        for _place in range(2):
            job = await terminal.store.write(take_print, at=MORNING, **given)
            assert job is not None
            await terminal.store.write(settle_print, job=job.id, state="uncertain", error="out of paper", at=MORNING)
        await press(pilot, settled, "f6")
        assert "2 slips may not be out, first D-001" in seen(app)
        assert "(out of paper)" in seen(app)
        await press(pilot, settled, "ctrl+r")
        assert app.screen.query_one(Input).value == "D-001"
        await press(pilot, settled, "enter")
        assert "1 slip may not be out, D-002" in seen(app)


async def test_papers_that_may_not_be_out_are_told_by_kind_and_answered_at_once(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await staffed(terminal, printer={"connection": "network", "target": "192.0.2.1:9100", "host": HERE})
    content = {"lines": [{"text": "V-1", "style": "huge"}], "qr": ""}
    for _place in range(3):
        await terminal.store.write(ask_print, kind="voucher", content=content, at=MORNING)
        given = {"host": HERE, "holder": ME, "is_alive": everybody_lives}
        job = await terminal.store.write(take_print, at=MORNING, **given)
        assert job is not None
        await terminal.store.write(settle_print, job=job.id, state="failed", error="no paper", at=MORNING)
    app = QueueApp(terminal, opens="reception", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "Có thể chưa in ra: 3 phiếu hẹn." in seen(app)
        assert "(no paper)" in seen(app)
        await press(pilot, settled, "ctrl+y", "enter")
        assert "chưa in ra" not in seen(app)


async def test_a_slip_is_asked_for_again_when_the_database_is_back(terminal: Terminal, settled: Settled) -> None:
    await staffed(terminal, printer={"connection": "network", "target": "192.0.2.1:9100", "host": HERE})
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        issued = await terminal.store.write(issue, service="land", at=MORNING)
        assert issued.ticket is not None
        app.screen._unasked.append(issued.ticket.code)  # type: ignore[attr-defined]
        await press(pilot, settled, "f6")
        prints = (await terminal.store.read(reception, at=MORNING)).prints
        assert sorted(each.ticket or "" for each in prints) == ["D-001", "H-001"]


async def write(pilot: Pilot[Any], settled: Settled, *lines: str) -> None:
    for line in lines:
        await pilot.press(*line, "enter")
        await settled(pilot)


async def test_numbers_of_the_roll_are_keyed_in_one_after_the_other(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "ctrl+e")
        await write(pilot, settled, "d901", "0701", "0702", "0703", "0704", "1", "")
        assert "Keyed in: D-901: served. 1 so far." in seen(app)
        await write(pilot, settled, "0705", "", "", "", "", "")
        assert "Keyed in: D-902: waiting. 2 so far." in seen(app)
        await press(pilot, settled, "escape")
        ticket = await found(terminal, "D-901")
        assert (ticket.state, ticket.is_from_roll, ticket.counter) == ("served", True, 1)
        assert (await found(terminal, "D-902")).state == "waiting"


async def test_what_cannot_be_keyed_in_is_said_and_nothing_written_is_lost(
    terminal: Terminal, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "ctrl+e", *"x12", "f12")
        assert "Say when the number was taken." in str(app.screen.query_one("#missing", Static).content)
        await press(pilot, settled, "enter", *"9999", "f12")
        assert "is no time such as 8:05" in str(app.screen.query_one("#missing", Static).content)
        values = [box.value for box in app.screen.query(TextBox)]
        assert values[1:3] == ["x12", "9999"]


async def test_numbers_of_another_day_are_keyed_in_and_the_day_stays_for_the_next(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "ctrl+e")
        app.screen.query_one("#roll-day", TextBox).value = f"{MORNING - timedelta(days=1):%d/%m}"
        await write(pilot, settled, "d901", "1605", "1610", "1611", "1620", "1", "")
        assert "Keyed in: D-901: served." in seen(app)
        assert app.screen.query_one("#roll-day", TextBox).value == f"{MORNING - timedelta(days=1):%d/%m}"
        await press(pilot, settled, "escape", "f3")
        await write(pilot, settled, "d901")
        assert "taken 16:05, called 16:10, began 16:11, ended 16:20" in str(
            app.screen.query_one("#state", Static).content
        )
        await press(pilot, settled, "escape", "ctrl+z")
        assert (await found(terminal, "D-901")).state == "void"


async def test_a_letter_that_no_field_has_is_answered_with_the_letters(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "ctrl+e", *"z901", "enter", *"0701", "f12")
        said = str(app.screen.query_one("#missing", Static).content)
        assert "No field has the letter Z. The letters are: D, H," in said


async def test_undo_takes_back_what_was_done_last_and_no_other_citizens_number(
    terminal: Terminal, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f6", "ctrl+e")
        await write(pilot, settled, "d901", "0701", "", "", "", "", "")
        await press(pilot, settled, "escape", "ctrl+z")
        assert (await found(terminal, "H-001")).state == "waiting"
        assert (await found(terminal, "D-901")).state == "void"
        await press(pilot, settled, "f5", "ctrl+f", *"1.001193", "enter", "f9", "enter", "escape", "escape", "ctrl+z")
        assert (await found(terminal, "D-001")).state == "waiting"
