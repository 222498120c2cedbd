"""Closing the day by keys: everybody open is listed, each key gives an end, and what is closed stays closed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from queueapp.app import QueueApp
from queueapp.i18n import _
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day, correct
from queueapp.operations.issuing import issue
from queueapp.operations.serving import hold
from queueapp.queries.days import closing
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import events_after
from queueapp.rules.closing_views import ClosingView
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import opened, press, staffed, typed

TODAY = MORNING.date()
NIGHT = 24 * 60


@pytest.fixture
def here(terminal: Terminal, clock: HandClock) -> Terminal:
    """Give the terminal a clock that is set by hand."""
    return Terminal(terminal.store, clock=clock)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the files that are written go to a folder of their own."""
    made = tmp_path / "present"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


async def five(here: Terminal) -> None:
    """Bring somebody into every open state: called, in service, on hold, two who wait."""
    for service in ("land", "civil_status", "social_affairs", "land", "land"):
        await here.store.write(issue, service=service, at=here.clock())
    for counter in (1, 2, 4):
        await here.store.write(call, counter=counter, at=here.clock())
    await here.store.write(start, counter=2, at=here.clock())
    await here.store.write(start, counter=4, at=here.clock())
    await here.store.write(hold, counter=4, at=here.clock())


async def answer(here: Terminal) -> ClosingView:
    return await here.store.read(closing, TODAY, at=here.clock())


def app_of(here: Terminal, language: str = "en") -> QueueApp:
    return QueueApp(here, opens="closing", language=language)


async def close(pilot: Pilot[Any], settled: Settled) -> None:
    await press(pilot, settled, "f10", "y")
    await pilot.app.workers.wait_for_complete()
    await settled(pilot)


def row_of(text: str, code: str) -> str:
    return next(line for line in text.splitlines() if code in line)


async def test_everybody_who_is_open_is_listed_with_where_and_for_how_long(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await five(here)
    clock.advance(minutes=12)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        text = seen(app)
        assert "5 tickets are still open, 0 have an end chosen" in text
        for code, words in {
            "D-001": ["called", "counter 1", "12 min"],
            "H-001": ["being served", "counter 2", "12 min"],
            "X-001": ["on hold", "counter 4", "12 min"],
            "D-002": ["waiting", "12 min"],
            "D-003": ["waiting", "12 min"],
        }.items():
            for word in [*words, "…"]:
                assert word in row_of(text, code)
        clock.advance(minutes=3)
        app._beat()
        await settled(pilot)
        assert "15 min" in row_of(seen(app), "D-003")
        await press(pilot, settled, "f10")
        assert "Still without an end: D-001, H-001, X-001, D-002, D-003" in toasts(app)
        assert (await answer(here)).closing is None


async def test_each_key_gives_an_end_and_the_day_is_sealed_with_vouchers_on_the_screen(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled, folder: Path
) -> None:
    await five(here)
    clock.advance(minutes=9 * 60 + 30)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await pilot.press("f5", "f9")
        await press(pilot, settled, "f6")
        reasons = seen(app)
        for reason in ("closing time", "portal down", "staff missing", "papers missing", "another reason"):
            assert reason in reasons
        await press(pilot, settled, "2", "f7", "f11")
        text = seen(app)
        for code, end in {
            "D-001": "→ gone",
            "H-001": "→ served",
            "X-001": "→ Sent home: portal down",
            "D-002": "→ carried over",
            "D-003": "→ void",
        }.items():
            assert end in row_of(text, code)
        await close(pilot, settled)
        figures = (await here.store.read(day_summary, TODAY, at=clock())).all
        counts = (figures.left, figures.served, figures.sent_home, figures.carried_over, figures.void)
        assert counts == (1, 1, 1, 1, 1)
        assert (figures.issued, figures.no_show, figures.still_open) == (5, 0, 0)
        (voucher,) = (await answer(here)).vouchers
        text = seen(app)
        assert "Monday 23/11/2026 is closed." in text
        assert "Closed at 17:30 by" in text
        assert "1 served · 1 gone · 1 sent home · 1 carried over · 1 void" in text
        assert f"D-002 is carried over to 24/11/2026: voucher {voucher.code}" in text
        assert "(F10) Close the day" in text
        assert "its backup is in" in toasts(app)
        slips = (folder / "queueapp-vouchers-2026-11-23.txt").read_text(encoding="utf-8-sig")
        for words in (
            f"VOUCHER {voucher.code}",
            "D-002",
            "Field: Land",
            "Good on: 24/11/2026",
            "before new numbers",
            "not a receipt",
        ):
            assert words in " ".join(slips.split())
        assert "1 vouchers to print for the citizens are in" in text


async def test_the_letters_do_the_same_and_an_end_can_be_taken_back(
    here: Terminal, seen: Seen, settled: Settled
) -> None:
    await five(here)
    app = app_of(here)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        await pilot.press("l", "v")
        await press(pilot, settled, "s", "4")
        await pilot.press("c", "h")
        await settled(pilot)
        text = seen(app)
        assert "5 have an end chosen" in text
        assert "→ Sent home: papers missing" in row_of(text, "X-001")
        await pilot.press("delete", "up")
        await press(pilot, settled, "s", "escape", "0")
        text = seen(app)
        assert "3 have an end chosen" in text
        assert "…" in row_of(text, "D-003")
        assert "…" in row_of(text, "D-002")


async def test_one_end_for_all_asks_before_it_replaces_what_was_chosen(
    here: Terminal, seen: Seen, settled: Settled
) -> None:
    await five(here)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "f8", "2", "1")
        assert "1 already have another end. Replace those too?" in seen(app)
        await press(pilot, settled, "n")
        assert "4 changed: sent home." in toasts(app)
        await press(pilot, settled, "left")
        text = seen(app)
        assert "→ gone" in row_of(text, "D-001")
        assert text.count("→ Sent home: closing time") == 4
        await press(pilot, settled, "f8", "escape")
        assert "5 have an end chosen" in seen(app)
        await press(pilot, settled, "f8", "1", "y")
        assert "4 changed: gone." in toasts(app)
        await press(pilot, settled, "left")
        assert seen(app).count("→ gone") == 5
        await press(pilot, settled, "f8", "1")
        assert "0 changed: gone." in toasts(app)


async def test_who_is_served_meanwhile_is_no_longer_asked_for(here: Terminal, seen: Seen, settled: Settled) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    await here.store.write(issue, service="land", at=here.clock())
    app = app_of(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "f5")
        await here.store.write(call, counter=1, at=here.clock())
        await here.store.write(start, counter=1, at=here.clock())
        await here.store.write(issue, service="land", at=here.clock())
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        text = seen(app)
        assert "3 tickets are still open, 2 have an end chosen" in text
        assert "being served" in row_of(text, "D-001")


async def test_in_office_hours_a_reason_is_asked_and_stands_on_the_sheet(
    here: Terminal, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "f10")
        assert "The office has not finished its hours today (until 17:00)" in " ".join(seen(app).split())
        await press(pilot, settled, "escape")
        assert (await answer(here)).closing is None
        await press(pilot, settled, "f10", "enter")
        assert "A few words are needed here" in seen(app)
        await typed(pilot, settled, "storm")
        assert "Close Monday 23/11/2026?" in seen(app)
        assert "1 gone" in seen(app)
        await press(pilot, settled, "enter")
        assert (await answer(here)).closing is None
        await press(pilot, settled, "f10")
        await typed(pilot, settled, "storm")
        await press(pilot, settled, "y")
        await app.workers.wait_for_complete()
        await settled(pilot)
        assert "Reason: storm" in seen(app)


async def test_enter_never_closes_the_day(here: Terminal, clock: HandClock, seen: Seen, settled: Settled) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    clock.advance(minutes=9 * 60 + 30)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "enter")
        assert "F10 closes the day" in toasts(app)
        assert "Close Monday 23/11/2026?" not in seen(app)
        await press(pilot, settled, "f10", "enter")
        assert (await answer(here)).closing is None


async def test_a_day_without_tickets_can_be_closed_and_a_closed_one_says_why_keys_do_nothing(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    clock.advance(minutes=9 * 60 + 30)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        assert "every ticket has an end. Press F10" in seen(app)
        assert "(F5) Left" in seen(app)
        await press(pilot, settled, "f5")
        assert "Every ticket has an end: press F10" in toasts(app)
        await press(pilot, settled, "f12")
        assert "No other day is open." in toasts(app)
        await close(pilot, settled)
        assert "Monday 23/11/2026 is closed." in seen(app)
        await press(pilot, settled, "f10")
        assert "This day is closed. What is wrong on it is corrected" in toasts(app)
        assert app.screen is app.queue_screen


async def test_the_day_that_nobody_closed_comes_first_and_then_the_screen_goes_on(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    clock.advance(minutes=NIGHT)
    await here.store.write(issue, service="civil_status", at=here.clock())
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        assert "Monday 23/11/2026: 1 tickets are still open" in seen(app)
        assert "H-001" not in seen(app)
        await press(pilot, settled, "f12")
        assert "Tuesday 24/11/2026: 1 tickets are still open" in seen(app)
        assert "D-001" not in seen(app)
        await press(pilot, settled, "f12", "f7")
        await close(pilot, settled)
        (voucher,) = (await answer(here)).vouchers
        assert f"voucher {voucher.code}" in seen(app)
        await press(pilot, settled, "f12")
        assert "Tuesday 24/11/2026: 1 tickets are still open" in seen(app)
        await press(pilot, settled, "f12")
        assert "No other day is open." in toasts(app)


async def test_after_a_closed_day_the_screen_opens_at_the_next_one(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    clock.advance(minutes=9 * 60 + 30)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await close(pilot, settled)
        await press(pilot, settled, "escape", "f8")
        assert "Monday 23/11/2026 is closed." in seen(app)
        await press(pilot, settled, "escape")
        clock.advance(minutes=NIGHT)
        await here.store.write(issue, service="land", at=here.clock())
        await press(pilot, settled, "f8")
        assert "Tuesday 24/11/2026: 1 tickets are still open" in seen(app)


async def test_a_correction_is_shown_on_the_closed_day(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    at = clock.advance(minutes=9 * 60 + 30)
    await here.store.write(close_day, unserved={"D-001": "left"}, at=at)
    await here.store.write(correct, ticket="D-001", day=TODAY, end="void", reason="issued twice", at=at)
    app = app_of(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "Corrected D-001: state gone → void (issued twice)" in seen(app)


async def test_a_ticket_of_a_closed_day_is_corrected_by_keys(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f3")
        assert "Only a closed day is corrected" in toasts(app)
        await here.store.write(close_day, unserved={"D-001": "left"}, at=clock.advance(minutes=9 * 60 + 30))
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "1", "1")
        await typed(pilot, settled, "seen at counter 1")
        assert "Corrected: D-001" in toasts(app)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "2")
        await typed(pilot, settled, "many")
        assert "“many” is not a number" in toasts(app)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "2")
        await typed(pilot, settled, "3")
        await typed(pilot, settled, "two more")
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "3", "2")
        await typed(pilot, settled, "they are known")
        text = " ".join(seen(app).split())
        assert "Corrected D-001: state gone → served (seen at counter 1)" in text
        assert "Corrected D-001: dossiers 1 → 3 (two more)" in text
        assert "Corrected D-001: times left out yes → no (they are known)" in text


async def test_a_day_closed_later_says_on_which_day_and_old_tickets_wait_for_days(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    clock.advance(minutes=40 * 60 + 20)
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        assert "1 d 16 h" in row_of(seen(app), "D-001")
        await press(pilot, settled, "f5")
        await close(pilot, settled)
        assert "Closed at 00:20 25/11/2026 by" in seen(app)


async def test_who_may_not_close_or_correct_is_told_at_the_first_key(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await staffed(here)
    await here.store.write(issue, service="land", at=here.clock())
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        here.staff = "An"
        assert app.queue_screen is not None
        app.queue_screen.reload()
        await settled(pilot)
        for key in ("f5", "f6", "f8", "f10"):
            await press(pilot, settled, key)
            assert "An has no right to do that (close the day). Ask a supervisor." in toasts(app)
        await here.store.write(close_day, unserved={"D-001": "left"}, at=clock.advance(minutes=9 * 60 + 30))
        app.queue_screen.reload()
        await settled(pilot)
        await press(pilot, settled, "f3")
        assert "An has no right to do that (correct a closed day)" in toasts(app)
        refused = [event for event in await here.store.read(events_after) if event.verb == "refuse"]
        assert [event.detail["right"] for event in refused] == [*["close_day"] * 4, "correct"]
        assert {event.clerk for event in refused} == {"An"}
        here.staff = "Em"
        await press(pilot, settled, "f3")
        assert "Which ticket is to be corrected?" in seen(app)


async def test_many_vouchers_can_be_scrolled(here: Terminal, clock: HandClock, seen: Seen, settled: Settled) -> None:
    for _citizen in range(20):
        await here.store.write(issue, service="land", at=here.clock())
    clock.advance(minutes=9 * 60 + 30)
    app = app_of(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f8", "3")
        await close(pilot, settled)
        assert "D-001 is carried over" in seen(app)
        assert "D-020 is carried over" not in seen(app)
        app.animation_level = "none"
        await press(pilot, settled, "f1", "escape", "end")
        assert "D-020 is carried over" in seen(app)


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_every_word_is_there_in_both_languages(
    here: Terminal, clock: HandClock, seen: Seen, settled: Settled, language: str
) -> None:
    await five(here)
    clock.advance(minutes=9 * 60 + 30)
    app = app_of(here, language)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f6", "1", "f7")
        text = seen(app)
        for word in ("Close the day", "Left", "Sent home", "Carried over", "Served", "Void", "closing time"):
            assert _(word) in text, word
        assert _("counter {number}").format(number=1) in text
        await press(pilot, settled, "f8", "3", "n")
        await close(pilot, settled)
        assert _("Reason: {reason}").format(reason="") not in seen(app)
        assert _("{ticket} is carried over to {day}: voucher {code}").partition("{day}")[0].format(
            ticket="D-003"
        ) in seen(app)


async def test_hostile_reasons_are_only_text(here: Terminal, clock: HandClock, seen: Seen, settled: Settled) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    wild = "[/]\x1b[2J[@click=app.quit]x[/]" + "ạ" * 2000
    await here.store.write(close_day, unserved={"D-001": {"end": "left"}}, reason=wild, at=here.clock())
    await here.store.write(correct, ticket="D-001", day=TODAY, end="void", reason=wild, at=clock.advance(minutes=1))
    app = app_of(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        text = seen(app)
        assert "Reason: [/]" in " ".join(text.split())
        assert "[@click=app.quit]" in text
        assert all(letter.isprintable() or letter == "\n" for letter in text)


async def test_yesterday_is_not_mixed_with_today(here: Terminal, clock: HandClock, settled: Settled) -> None:
    await here.store.write(issue, service="land", at=here.clock())
    clock.advance(minutes=NIGHT)
    await here.store.write(issue, service="land", at=here.clock())
    app = app_of(here)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5")
        await close(pilot, settled)
        present = await here.store.read(closing, TODAY + timedelta(days=1), at=here.clock())
        assert [ticket.code for ticket in present.tickets] == ["D-001"]
        assert (await answer(here)).closing is not None
