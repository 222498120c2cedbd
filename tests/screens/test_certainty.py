"""How sure the figures are, and how they are defined: both one key away on the summary; the notice at the close."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from queueapp.app import QueueApp
from queueapp.i18n import _
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish
from queueapp.screens.summary import SECTIONS
from queueapp.terminal import Terminal, open_database
from queueapp.widgets.definitions import definitions_of
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import opened, press


async def a_day(terminal: Terminal, office_file: Path) -> date:
    """Yesterday seven were served after ten minutes each, two left; one is still being served, one waits."""
    yesterday = MORNING - timedelta(days=1)
    open_database(str(office_file), clock=lambda: yesterday).close()
    for citizen in range(8):
        at = yesterday + timedelta(minutes=40 * citizen)
        await terminal.store.write(issue, service="land", at=at)
        await terminal.store.write(call, counter=1, at=at + timedelta(minutes=10))
        await terminal.store.write(start, counter=1, at=at + timedelta(minutes=10))
        if citizen < 7:
            await terminal.store.write(finish, counter=1, at=at + timedelta(minutes=20 + citizen))
    later = yesterday + timedelta(minutes=320)
    for number in (1, 2, 3):
        await terminal.store.write(issue, service="civil_status", at=later)
        if number < 3:
            after = later + timedelta(minutes=30)
            await terminal.store.write(leave, ticket=f"H-00{number}", at=after)
    return yesterday.date()


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_how_sure_the_figures_are_is_one_key_away(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled, language: str
) -> None:
    day = await a_day(terminal, office_file)
    app = QueueApp(terminal, opens="summary", day=day, language=language)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f10")
        text = seen(app)
        assert _("Until the first call") in text
        names = ("Đất đai", "Hộ tịch") if language == "vi" else ("Land", "Civil status")
        land, civil = (next(line for line in text.splitlines() if name in line).split() for name in names)
        assert land[-6:] == ["8", "8", "0", "0", "10,0" if language == "vi" else "10.0", "–"]
        assert civil[-6 - (language == "vi") :] == ["2", "0", "2", "1", *_("unknown").split(), "–"]
        assert all(len(line) <= 80 for line in text.splitlines())
        assert "…" not in "\n".join(text.splitlines()[3:18])
        await press(pilot, settled, "end")
        await pilot.wait_for_animation()
        text = " ".join(seen(app).split())
        assert _("Served in time") in text
        assert _("Little's check") in text
        await press(pilot, settled, "f3", "7")
        assert _("Until the first call") in seen(app)


async def test_the_definitions_of_what_is_shown_are_one_key_away(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="summary", language="vi")
    async with app.run_test(size=(120, 60)) as pilot:
        await opened(pilot, settled)
        for part, keys, _name in SECTIONS:
            await press(pilot, settled, keys.partition(",")[0], "ctrl+d")
            text = " ".join(seen(app).replace("│", " ").split())
            assert [term for term, words in definitions_of(part) if f"{term}: {words}"[:90] not in text] == []
            await press(pilot, settled, "escape")
        await press(pilot, settled, "i", "f2")
        assert "How these figures are computed" in seen(app)
        await press(pilot, settled, "enter")
        assert "How these figures are computed" not in seen(app)


async def test_at_eighty_columns_the_definitions_scroll(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="summary", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f10", "ctrl+d")
        first = seen(app)
        assert "Chờ đến lần gọi đầu" in first
        await press(pilot, settled, "end")
        await pilot.wait_for_animation()
        assert "Phục vụ đến lúc này" in seen(app)
        assert seen(app) != first


async def test_the_close_makes_the_notice_anew_and_says_when_it_could_not(
    terminal: Terminal, office_file: Path, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await terminal.store.write(issue, service="land", at=MORNING)
    (tmp_path / "queueapp-quiet-hours.png").mkdir()
    app = QueueApp(terminal, opens="closing", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "f10", *"early", "enter", "f12")
        async with asyncio.timeout(10):
            while "backup is in" not in toasts(app):
                await pilot.pause()
        assert "The notice of the quiet hours could not be written" in toasts(app)
    assert "Giờ nào ít phải chờ?" in (office_file.parent / "queueapp-quiet-hours.txt").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("place", "words"), [("home", "người còn chờ chưa được tính"), ("reception", "8 trên 10 người được gọi")]
)
async def test_the_help_of_a_screen_with_figures_says_how_they_are_computed(
    terminal: Terminal, seen: Seen, settled: Settled, place: str, words: str
) -> None:
    app = QueueApp(terminal, opens=place, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f1")
        assert words in " ".join(seen(app).replace("│", " ").split())
