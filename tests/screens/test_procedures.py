"""Procedures and papers by keys: the search narrows, papers are ticked, a number or a slip, and the way back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from queueapp.app import QueueApp
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.outbox import take_print
from queueapp.operations.serving import finish
from queueapp.queries.hall import desk, status
from queueapp.queries.missing import missing_report
from queueapp.queries.tickets import ticket
from queueapp.rules.catalogue_views import MissingReport
from queueapp.rules.views import TicketView
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database
from queueapp.widgets.history import state_line
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import press, staffed, typed
from tests.store.test_printing import HERE, ME, everybody_lives

BIRTH = "1.001193"


async def begun(pilot: Any, settled: Settled) -> None:
    await settled(pilot)
    await settled(pilot)


async def found(terminal: Terminal, code: str) -> TicketView:
    return await terminal.store.read(ticket, code, at=MORNING)


async def missing(terminal: Terminal) -> MissingReport:
    return await terminal.store.read(missing_report, at=MORNING)


def reception(terminal: Terminal, language: str = "en") -> QueueApp:
    return QueueApp(terminal, opens="reception", language=language)


async def test_the_search_narrows_as_one_types_and_issues_with_the_procedure(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = reception(terminal, "vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "f4", "1", "plus", "ctrl+f")
        assert "Hòa giải" not in seen(app)
        await pilot.press(*"hoa")
        await settled(pilot)
        text = seen(app)
        assert "Hòa giải tranh chấp đất đai" in text
        assert "Đăng ký khai sinh" not in text
        await pilot.press(*["backspace"] * 3)
        await typed(pilot, settled, "khai s")
        text = seen(app)
        for words in (
            *(
                "Đăng ký khai sinh (1.001193)",
                "Thời hạn: trong ngày (xem ghi chú) · Phí, lệ phí: không thu (xem ghi chú)",
                "đã kiểm chứng",
            ),
            *("Phải nộp:", "Chỉ xuất trình:", "Ghi chú:", "F5  Cấp số", "F9  In giấy tờ cần có"),
        ):
            assert words in text
        await press(pilot, settled, "f5")
        text = seen(app)
        assert "Đăng ký khai sinh" in text  # on the slip
        assert "thường, một hồ sơ" in text
        issued = await found(terminal, "H-001")
        assert (issued.procedure, issued.priority, issued.dossiers) == (BIRTH, "elderly", 2)


async def test_what_is_missing_is_a_slip_and_no_number(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "t")
        await typed(pilot, settled, "1193")
        await press(pilot, settled, "space", "space")
        assert seen(app).count("[✓]") == 2
        await press(pilot, settled, "f9")
        text = seen(app)
        assert "PAPERS STILL MISSING" in text
        assert "Văn bản ủy quyền" not in text  # only if somebody comes for another
        assert "Giấy tờ tùy thân" in text
        await press(pilot, settled, "enter")
        (report,) = (await missing(terminal)).procedures
        assert (report.reception, len(report.papers)) == (1, 1)
        hall = await terminal.store.read(status, at=MORNING)
        assert [service.issued for service in hall.services] == [0, 0, 0]
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "1193")
        assert "Ask first for:" in seen(app)
        assert "· of 1 citizen without all papers since 23/11/2026" in " ".join(seen(app).replace("█", " ").split())


async def test_a_paper_that_not_everybody_needs_is_missing_once_it_is_marked_so(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "t")
        await typed(pilot, settled, "1193")
        assert "[–] Văn bản ủy quyền" in seen(app)
        await press(pilot, settled, "space", "space", "space")  # the third says what to show
        assert seen(app).count("[✓]") == 3
        assert "Nothing is missing" not in toasts(app)
        await press(pilot, settled, "space", "space")
        assert "[ ] Văn bản ủy quyền" in seen(app)
        await press(pilot, settled, "f9")
        assert "Văn bản ủy quyền" in seen(app)
        assert "tùy thân" not in seen(app)
        await press(pilot, settled, "enter")
        (report,) = (await missing(terminal)).procedures
        assert [each.paper[:8] for each in report.papers] == ["Văn bản "]


async def test_with_nothing_ticked_a_list_of_the_papers_is_printed_that_counts_nobody(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "1193")
        assert "List of papers" in seen(app)
        await press(pilot, settled, "f9")
        assert "PAPERS TO PREPARE" in seen(app)
        await press(pilot, settled, "escape")
        assert (await missing(terminal)).procedures == ()


async def test_with_everything_ticked_there_is_no_slip(terminal: Terminal, settled: Settled) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "1193")
        await pilot.press(*["space"] * 3, *"chip13")  # whoever goes on typing issues nothing
        await press(pilot, settled, "f9")
        assert "Nothing is missing: issue a ticket (F5)." in toasts(app)
        hall = await terminal.store.read(status, at=MORNING)
        assert [service.issued for service in hall.services] == [0, 0, 0]


async def test_the_way_back_goes_to_the_search_as_it_was(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "ket hon")
        await press(pilot, settled, "escape")
        assert "ket hon" in seen(app)
        await press(pilot, settled, "down", "enter")
        assert "Re-registration of marriage" in seen(app)
        await press(pilot, settled, "escape", "escape")
        assert "Next ticket" in seen(app)


async def test_the_help_of_a_box_says_what_the_box_is_for(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f", "f1")
        assert "Find a procedure" in seen(app)
        await press(pilot, settled, "escape")
        await typed(pilot, settled, "1193")
        await press(pilot, settled, "f1")
        assert "Tick what the citizen has" in seen(app)


async def test_nothing_found_says_so_and_papers_that_nobody_knows_too(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "zzz")
        assert "No procedure fits" in seen(app)
        await pilot.press(*["backspace"] * 3, *"1731", "enter")
        await settled(pilot)
        text = seen(app)
        assert "Which papers it needs is not on the list" in text
        assert "NOT checked against its source" in text
        assert "time limit not known · Fee: set by the province" in text
        await press(pilot, settled, "space", "f9", "f5")
        assert (await found(terminal, "X-001")).procedure == "1.001731"


AFTERNOON = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)  # 15:05 in the office


@pytest.fixture
def late(office_file: Path) -> Iterator[Terminal]:
    """Give a terminal at five past three."""
    store = Store(lambda: open_database(str(office_file), clock=lambda: AFTERNOON))
    yield Terminal(store, clock=lambda: AFTERNOON)
    store.close()


async def test_after_three_a_same_day_result_is_said_to_come_the_next_day(
    late: Terminal, seen: Seen, settled: Settled
) -> None:
    app = reception(late)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "1193")
        assert "After 15:00" in seen(app)
        await press(pilot, settled, "f5")
        assert "the next working day, with a receipt that states hour and day" in toasts(app)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "1.004873")  # three working days
        assert "After 15:00" not in seen(app)


def counter(terminal: Terminal) -> QueueApp:
    return QueueApp(terminal, opens="counter", counter=2, language="en")


async def served(terminal: Terminal, **given: Any) -> None:
    await terminal.store.write(issue, service="civil_status", at=MORNING, **given)
    await terminal.store.write(call, counter=2, at=MORNING)
    await terminal.store.write(start, counter=2, at=MORNING)


async def test_a_clerk_names_what_is_missing_and_sees_the_slip(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await served(terminal, procedure=BIRTH)
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        assert "Birth registration" in seen(app)
        await press(pilot, settled, "o", "2", "f7")
        assert "Mark a paper with the space bar" in seen(app)
        await press(pilot, settled, "space")
        assert "[✗] Tờ khai đăng ký khai sinh" in seen(app)
        await pilot.press("tab", *"photo;stamp", "enter")
        await settled(pilot)
        text = seen(app)
        assert "H-001: 3 missing papers are written down." in text
        assert "• photo" in text
        await press(pilot, settled, "enter")
        (report,) = (await missing(terminal)).procedures
        assert {each.paper for each in report.papers} == {"Tờ khai đăng ký khai sinh", "photo", "stamp"}
        assert (await found(terminal, "H-001")).outcome == "missing_papers"
        await press(pilot, settled, "ctrl+z")
        assert (await missing(terminal)).procedures == ()


async def test_without_a_procedure_the_clerk_chooses_one_or_none(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await served(terminal)
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "o", "2")
        text = seen(app)
        assert "papers missing for which procedure?" in text
        assert "Esc  No procedure" in text
        await press(pilot, settled, "escape", "escape")
        assert (await found(terminal, "H-001")).state == "serving"
        await press(pilot, settled, "o", "2")
        await typed(pilot, settled, "0894")
        await press(pilot, settled, "space", "f7", "enter")
        assert (await found(terminal, "H-001")).procedure == "1.000894"
        await terminal.store.write(issue, service="civil_status", at=MORNING)
        await press(pilot, settled, "f4", "f6", "o", "2", "escape", *"stamp", "enter", "enter")
        assert (await found(terminal, "H-002")).procedure is None
        assert {each.procedure for each in (await missing(terminal)).procedures} == {"1.000894", None}


async def test_a_number_that_a_reason_begins_with_is_no_time(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await served(terminal)
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "c")
        await typed(pilot, settled, "2 photos 4x6")
        assert "• 2 photos 4x6" in seen(app)
        await press(pilot, settled, "enter")
        (held,) = (await terminal.store.read(desk, 2, at=MORNING)).held
        assert (held.reason, held.fix_by) == ("2 photos 4x6", MORNING + timedelta(minutes=30))


async def test_a_form_is_put_right_and_reception_brings_the_citizen_back(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await served(terminal)
    app = counter(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "c")
        await typed(pilot, settled, "15 phút sign it")
        text = seen(app)
        assert "TO PUT RIGHT" in text
        assert "Come back before 08:15" in text
        await press(pilot, settled, "enter")
        assert "to put right, before" in seen(app)
        held = (await terminal.store.read(desk, 2, at=MORNING)).held
        assert [(each.code, each.reason, each.fix_by) for each in held] == [
            ("H-001", "sign it", MORNING + timedelta(minutes=15))
        ]
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "h1")
        assert "puts a form right, before 08:15" in seen(app)
        await press(pilot, settled, "f5")
        assert "H-001 is back in time" in toasts(app)
        assert (await found(terminal, "H-001")).is_first


async def test_the_slip_is_printed_in_the_languages_of_the_paper_and_shown_in_the_one_of_the_screen(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    printer = {"connection": "network", "target": "192.0.2.1:9100", "host": HERE, "languages": "both"}
    await staffed(terminal, printer=printer)
    app = reception(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot, settled)
        await press(pilot, settled, "ctrl+f")
        await typed(pilot, settled, "1193")
        await press(pilot, settled, "f9")
        assert "PAPERS TO PREPARE" in seen(app)
        assert "GIẤY TỜ CẦN CHUẨN BỊ" not in seen(app)
        given = {"host": HERE, "holder": ME, "is_alive": everybody_lives}
        job = await terminal.store.write(take_print, at=MORNING, **given)
        assert job is not None
        printed = [line["text"] for line in job.content["lines"]]
        assert [text for text in printed if "PREPARE" in text or "CHUẨN BỊ" in text] == [
            "GIẤY TỜ CẦN CHUẨN BỊ",
            "PAPERS TO PREPARE",
        ]


async def test_what_has_ended_ended_at_a_moment_and_not_since(terminal: Terminal) -> None:
    await served(terminal)
    assert state_line(await found(terminal, "H-001"), MORNING, "Asia/Ho_Chi_Minh") == (
        "being served at counter 2 since 08:00"
    )
    await terminal.store.write(finish, counter=2, at=MORNING)
    assert state_line(await found(terminal, "H-001"), MORNING, "Asia/Ho_Chi_Minh") == "served at counter 2 at 08:00"
