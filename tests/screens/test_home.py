"""The first screen: what waits where, and the ways to the other screens."""

import dataclasses
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.widgets import OptionList

from queueapp.app import QueueApp
from queueapp.i18n import _, ngettext
from queueapp.operations.closing import close_day
from queueapp.operations.counters import pause
from queueapp.operations.issuing import issue
from queueapp.rules.lifecycle import END_STATES
from queueapp.rules.views import CounterView, OfficeView, ServiceView, StatusView
from queueapp.screens.help import page
from queueapp.screens.home import HomeScreen
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Seen, Settled
from tests.screens.office import PINS, guarded, opened, press, typed

HOSTILE = "[/]\x1b]0;x\x07[@click=app.quit]👩‍👩‍👧 e\u0323\u0302\x00" + "ạ" * 10_000
LAND = ServiceView(
    "land",
    "D",
    "Đất đai",
    "Land",
    9,
    3,
    1,
    1,
    0,
    dict.fromkeys(END_STATES, 4),
    {},
    12.9,
    MORNING - timedelta(minutes=17),
)


def hall(
    *, name: str = "Tân Phú", is_training: bool = False, services: tuple[ServiceView, ...] = (LAND,)
) -> StatusView:
    office = OfficeView(name, "Asia/Ho_Chi_Minh", "vi", is_training, ())
    counters = (
        CounterView(1, "open", None, "an", ("land",)),
        CounterView(2, "paused", "lunch", None, ("land",)),
        CounterView(12, "closed", None, None, ("land",)),
    )
    return StatusView(office, date(2026, 11, 23), services, counters, 7)


class Shown(HomeScreen):
    """Home with an answer made by hand."""

    given = hall()

    async def load(self) -> StatusView:
        return self.given


def make_folder(place: Path) -> None:
    place.unlink(missing_ok=True)
    place.mkdir()


async def go_to(app: QueueApp, screen: HomeScreen) -> None:
    app.add_mode("shown", lambda: screen)
    await app.switch_mode("shown")


@pytest.mark.parametrize("chosen", ["vi", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_hall_is_told_in_figures_and_words(
    terminal: Terminal, seen: Seen, settled: Settled, chosen: str, size: tuple[int, int]
) -> None:
    app = QueueApp(terminal, language=chosen)
    async with app.run_test(size=size) as pilot:
        await go_to(app, Shown(terminal))
        await settled(pilot)
        text = seen(app)
        assert ngettext("{count} citizen is waiting.", "{count} citizens are waiting.", 3).format(count=3) in text
        line = next(line for line in text.splitlines() if f"D {LAND.name}" in line)
        assert line.split("│")[1].split()[-6:] == [
            "3",
            *_("{minutes} min").format(minutes=17).split(),
            "4",
            *_("{minutes} min").format(minutes=12).split(),
        ]
        assert "23/11/2026" in text
        assert _("Counter {number}").format(number=12) in text
        assert _("paused") in text
        assert _("closed") in text


async def test_an_empty_hall_says_so(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Nobody is waiting." in seen(app)


async def test_the_real_hall_is_counted(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    for _citizen in range(2):
        await terminal.store.write(issue, service="civil_status", at=MORNING)
    await terminal.store.write(pause, counter=3, reason="lunch", at=MORNING)
    app = QueueApp(terminal, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        text = seen(app)
        assert ngettext("{count} citizen is waiting.", "{count} citizens are waiting.", 2).format(count=2) in text
        assert any("Hộ tịch" in line and " 2 " in line for line in text.splitlines())


async def test_everything_fits_a_small_terminal(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        lines = seen(app).splitlines()
        assert len(lines) == 24
        for place in ("Reception", "Board", "Summary of the day", "Counter 1", "Counter 4", "Help", "Quit"):
            assert any(place in line for line in lines), place


@pytest.mark.parametrize("is_training", [True, False])
async def test_a_database_for_exercise_says_so(
    terminal: Terminal, seen: Seen, settled: Settled, is_training: bool
) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        home = Shown(terminal)
        home.given = hall(is_training=is_training)
        await go_to(app, home)
        await settled(pilot)
        assert ("TRAINING" in seen(app).splitlines()[0]) is is_training


async def test_hostile_names_are_only_text(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        home = Shown(terminal)
        bad = dataclasses.replace(LAND, name_vi=HOSTILE, name_en=HOSTILE)
        home.given = hall(name=HOSTILE, services=(bad,))
        await go_to(app, home)
        await settled(pilot)
        text = seen(app)
        assert "[/]" in text
        assert all(letter.isprintable() or letter == "\n" for letter in text)
        assert "23/11/2026 08:00:00" in text.splitlines()[0]


async def test_the_list_keeps_its_cursor_when_the_hall_changes(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "down")
        places = app.screen.query_one("#places", OptionList)
        assert app.focused is places
        await terminal.store.write(issue, service="land", at=MORNING)
        await app.queue_screen.look()  # type: ignore[union-attr]
        await settled(pilot)
        assert places.highlighted == 2


async def test_a_key_opens_a_screen_and_escape_comes_home(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        home = app.queue_screen
        await pilot.press("f6")
        await settled(pilot)
        assert app.current_mode == "board"
        assert app.queue_screen is not home
        await pilot.press("escape")
        await settled(pilot)
        assert app.queue_screen is home
        await pilot.press("escape")
        await settled(pilot)
        assert app.queue_screen is home


async def test_a_counter_that_there_is_not_is_not_opened(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("9")
        await settled(pilot)
        assert app.current_mode == "home"
        assert "There is no counter 9." in seen(app)


async def test_a_place_chosen_in_the_list_is_opened(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert app.current_mode == "board"


async def test_the_app_begins_where_it_is_told(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.current_mode == "board"


async def test_no_screen_is_opened_while_the_database_is_away(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled
) -> None:
    make_folder(office_file)
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        assert app.current_mode == "home"
        assert "The database cannot be used" in " ".join(seen(app).split())
        assert "Board" in seen(app)


def test_home_is_painted_before_anything_heavy_is_loaded() -> None:
    check = (
        "import sys, queueapp.app, queueapp.screens.home\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'alembic', 'pydantic', 'PIL', 'plotext', 'queueapp.database'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("chosen", ["vi", "en"])
async def test_a_day_that_nobody_closed_is_asked_for_first_the_next_morning(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled, chosen: str
) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    clock.advance(minutes=24 * 60)
    app = QueueApp(Terminal(terminal.store, clock=clock), language=chosen)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        monday = f"{_('Monday')} 23/11/2026"
        notice = _("{day} was never closed: press F8 first.").format(day=monday)
        assert notice in seen(app)
        await press(pilot, settled, "f8")
        assert app.current_mode == "closing"
        assert monday in seen(app)
        await terminal.store.write(close_day, unserved={"D-001": "left"}, at=clock())
        await press(pilot, settled, "escape")
        assert notice not in seen(app)


async def test_what_an_outage_interrupted_is_named_until_it_is_looked_at(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        home = Shown(terminal)
        home.given = dataclasses.replace(hall(), interrupted=2)
        await go_to(app, home)
        await settled(pilot)
        assert "2 tickets were interrupted by an outage: press F9." in seen(app)
        await press(pilot, settled, "f9")
        assert app.current_mode == "mending"


PLACES = ("home", "reception", "counter", "summary", "closing", "mending", "board")


async def test_an_office_without_pins_says_so_on_every_screen_also_below_a_dialog(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        for place in PLACES:
            app.action_open(place, 4 if place == "counter" else None)
            await settled(pilot)
            first = seen(app).splitlines()[0]
            assert _("open: no sign-in") in first, place
            assert "23/11/2026 08:00:00" in first, place
            await press(pilot, settled, "f1")
            assert _("open: no sign-in") in seen(app), place
            await press(pilot, settled, "escape")
        app.action_open("reception")
        await settled(pilot)
        for key in ("f3", "f4"):
            await press(pilot, settled, key)
            assert app.screen is not app.queue_screen
            assert _("open: no sign-in") in seen(app), key
            await press(pilot, settled, "escape")


async def test_the_signs_leave_room_for_the_clock(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        home = Shown(terminal)
        office = dataclasses.replace(hall().office, is_training=True, clock_minutes=-1440)
        home.given = dataclasses.replace(hall(), office=office)
        await go_to(app, home)
        await settled(pilot)
        first = seen(app).splitlines()[0]
        assert _("TRAINING") in first
        assert _("open: no sign-in") in first
        assert _("CLOCK OFF {minutes} min").format(minutes="-1440") in first
        assert first.endswith("23/11/2026 08:00:00")


async def test_where_there_are_pins_the_first_line_says_who_works_here(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await guarded(terminal)
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "open: no sign-in" not in seen(app)
        await typed(pilot, settled, "An")
        await typed(pilot, settled, PINS["An"])
        assert " An " in seen(app).splitlines()[0]


async def test_the_help_of_every_screen_names_all_its_keys(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        for place in PLACES:
            app.action_open(place, 4 if place == "counter" else None)
            await settled(pilot)
            screen = app.queue_screen
            assert screen is not None
            lines = page(screen).plain.splitlines()
            for binding in Binding.make_bindings(type(screen).BINDINGS):
                if binding.id and not binding.id.startswith(("issue-", "counter-")):
                    assert any(_(binding.description) in line for line in lines), binding
            assert all(len(line.split()) > 2 for line in lines if line.startswith(("F1 ", "F5"))), place
