"""The summary: any day, every part, charts, export."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from queueapp.app import QueueApp
from queueapp.i18n import _
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.closing import close_day, correct
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish
from queueapp.queries.hall import service_views
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import state_words
from queueapp.terminal import Terminal, open_database
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import guarded, opened, press, staffed


async def a_day(terminal: Terminal, office_file: Path) -> None:
    """Yesterday one citizen was served after ten minutes and one left; today one waits."""
    yesterday = MORNING - timedelta(days=1)
    open_database(str(office_file), clock=lambda: yesterday).close()
    await terminal.store.write(issue, service="land", at=yesterday)
    await terminal.store.write(issue, service="civil_status", at=yesterday)
    await terminal.store.write(call, counter=1, at=yesterday + timedelta(minutes=10))
    await terminal.store.write(start, counter=1, at=yesterday + timedelta(minutes=11))
    await terminal.store.write(finish, counter=1, at=yesterday + timedelta(minutes=31))
    await terminal.store.write(leave, ticket="H-001", at=yesterday + timedelta(minutes=40))
    await terminal.store.write(issue, service="land", at=MORNING)


async def test_left_and_right_go_through_the_days(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled
) -> None:
    await a_day(terminal, office_file)
    app = QueueApp(terminal, opens="summary", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await settled(pilot)
        assert "Monday 23/11/2026  issued 1 · ! still open 1" in seen(app)
        await pilot.press("left")
        await settled(pilot)
        text = seen(app)
        assert "Sunday 22/11/2026  issued 2 · served 1 · gone 1" in text
        assert "Waiting time" in text
        assert "10.0" in text
        await pilot.press("left")
        await settled(pilot)
        assert "There is no earlier day" in toasts(app)
        await pilot.press("right")
        await settled(pilot)
        assert "Monday" in seen(app)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("f4", ["Counter 1", "Service time", "20.0"]),
        ("f5", ["No clerk was signed in"]),
        ("f6", ["08:00 – 08:59", "Way to the counter"]),
        ("f7", ["H-001", "Civil status", "gone", "40.0"]),
        ("f8", ["Arrivals by half hour", "Mean wait", "How many were waiting"]),
        ("f3", ["Land", "Social affairs", "All", "Waited over 15 min: 0"]),
        ("ctrl+e", ["What was told at issue", "off by", "Land", "Nobody waited longer than was printed."]),
    ],
)
async def test_every_part_shows_its_figures(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled, key: str, words: list[str]
) -> None:
    await a_day(terminal, office_file)
    app = QueueApp(terminal, opens="summary", day=(MORNING - timedelta(days=1)).date(), language="en")
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot)
        await settled(pilot)
        await pilot.press(key)
        await settled(pilot)
        text = seen(app)
        for word in words:
            assert word in text


async def test_a_day_is_typed(terminal: Terminal, office_file: Path, seen: Seen, settled: Settled) -> None:
    await a_day(terminal, office_file)
    app = QueueApp(terminal, opens="summary", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await settled(pilot)
        await pilot.press("d", *"32/1/2026", "enter")
        await settled(pilot)
        assert "is not a day" in toasts(app)
        await pilot.press("d", *"1/1/2026", "enter")
        await settled(pilot)
        assert "No tickets on this day" in seen(app)
        await pilot.press("t")
        await settled(pilot)
        assert "Monday 23/11/2026" in seen(app)


async def test_the_figures_are_exported_and_never_over_another_file(
    terminal: Terminal,
    office_file: Path,
    seen: Seen,
    settled: Settled,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    await a_day(terminal, office_file)
    app = QueueApp(terminal, opens="summary", language="vi")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await settled(pilot)
        for _again in range(2):
            await press(pilot, settled, "f9")
            assert "Word, theo thể thức văn bản hành chính" in seen(app)
            await pilot.press("enter")
            await app.workers.wait_for_complete()
            await settled(pilot)
        assert "Đã ghi vào" in seen(app)
    assert sorted(path.name for path in folder.iterdir()) == ["queueapp-2026-11-23-2.csv", "queueapp-2026-11-23.csv"]
    assert "Đất đai" in (folder / "queueapp-2026-11-23.csv").read_text(encoding="utf-8-sig")


async def test_the_day_is_written_as_excel_word_and_page_by_one_key_each(
    terminal: Terminal, office_file: Path, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    await a_day(terminal, office_file)
    app = QueueApp(terminal, opens="summary", language="vi")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f9", "escape")
        for digit in "234":
            await press(pilot, settled, "f9")
            await pilot.press(digit)
            await app.workers.wait_for_complete()
            await settled(pilot)
        assert "queueapp-2026-11-23.pdf" in toasts(app)
    begins = {path.suffix: path.read_bytes()[:4] for path in folder.iterdir()}
    assert begins == {".xlsx": b"PK\x03\x04", ".docx": b"PK\x03\x04", ".pdf": b"%PDF"}


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_a_closed_day_shows_its_seal_and_what_was_put_right(
    terminal: Terminal, seen: Seen, settled: Settled, language: str
) -> None:
    for _citizen in range(3):
        await terminal.store.write(issue, service="land", at=MORNING)
    await terminal.store.write(call, counter=1, ticket="D-002", reason="baby", at=MORNING)
    evening = MORNING + timedelta(hours=10)
    app = QueueApp(terminal, opens="summary", language=language)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, settled)
        assert _("not closed yet") in seen(app)
        ends = {"D-001": "sent_home:portal_down", "D-002": "carried_over", "D-003": "left"}
        await terminal.store.write(close_day, unserved=ends, at=evening)
        wild = "[/]\x1b twice"
        day = MORNING.date()
        await terminal.store.write(correct, ticket="D-003", day=day, end="void", reason=wild, at=evening)
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        text = " ".join(seen(app).split())
        for words in (_("closed, sealed"), _("out of order {n}").format(n=1), _("corrected {n}").format(n=1)):
            assert words in text
        await press(pilot, settled, "end")
        await pilot.wait_for_animation()
        text = seen(app)
        assert _("Head of the chain: {head}").partition("{")[0] in text
        left, void = state_words("left"), state_words("void")
        assert f"D-003: {_('state')} {left} → {void} ([/]" in text
        await press(pilot, settled, "f7")
        text = seen(app)
        assert _("portal down") in next(line for line in text.splitlines() if "D-001" in line)
        assert _("carried over") in next(line for line in text.splitlines() if "D-002" in line)


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_every_end_fits_eighty_columns_and_the_fields_keep_their_order_on_a_closed_day(
    terminal: Terminal, seen: Seen, settled: Settled, language: str
) -> None:
    for service in ("land", "land", "land", "land", "land", "land", "civil_status", "social_affairs"):
        await terminal.store.write(issue, service=service, at=MORNING)
    await terminal.store.write(call, counter=1, at=MORNING)
    for _again in range(3):
        await terminal.store.write(recall, counter=1, at=MORNING)
    await terminal.store.write(no_show, counter=1, at=MORNING)
    ends = {"D-002": "left", "D-003": "sent_home", "D-004": "carried_over", "D-005": "void", "D-006": "served"}
    ends |= {"H-001": "left", "X-001": "left"}
    await terminal.store.write(close_day, unserved=ends, at=MORNING + timedelta(hours=10))
    app = QueueApp(terminal, opens="summary", language=language)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        lines = seen(app).splitlines()
        names = [service.name for service in (await terminal.store.read(service_views, MORNING.date()))]
        rows = [next(index for index, line in enumerate(lines) if name[:12] in line) for name in names]
        assert rows == [rows[0], rows[0] + 1, rows[0] + 2]
        assert lines[rows[0]].split()[-8:] == ["6", "1", "1", "1", "1", "1", "1", "5"]


async def test_a_morning_without_a_call_has_charts_too(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    app = QueueApp(terminal, opens="summary", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, settled, "f8")
        text = seen(app)
        for title in ("Arrivals by half hour", "Mean wait", "How many were waiting"):
            assert title in text


async def test_an_export_is_an_event_and_nobody_without_a_name_makes_one(
    terminal: Terminal, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    await staffed(terminal)
    app = QueueApp(terminal, opens="summary", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        terminal.staff = "An"
        await press(pilot, settled, "f9", "enter")
        async with asyncio.timeout(10):
            while not list(folder.iterdir()):
                await pilot.pause()
        event = (await terminal.store.read(events_after))[-1]
        assert (event.verb, event.clerk, event.detail) == ("export", "An", {"about": "2026-11-23"})
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
    await guarded(terminal)
    guarded_app = QueueApp(Terminal(terminal.store, clock=terminal.clock), opens="summary", language="en")
    async with guarded_app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "escape", "f9", "enter")
        assert "Sign in first" in toasts(guarded_app)
        assert len(list(folder.iterdir())) == 1
        assert (await terminal.store.read(events_after))[-1].verb == "refuse"
