"""What every screen does: paints its answer, follows the queue, says why a key does nothing, survives the database."""

import asyncio
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from rich.console import Console
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from queueapp.app import QueueApp
from queueapp.i18n import N_, _, language, use_language
from queueapp.operations.issuing import issue
from queueapp.queries.hall import status
from queueapp.rules.errors import NobodyWaitingError
from queueapp.rules.views import StatusView
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Confirm
from queueapp.screens.help import HelpScreen, page
from queueapp.screens.palette import score
from queueapp.terminal import Terminal, open_database
from tests.screens.conftest import MORNING, Seen, Settled, toasts


class Probe(QueueScreen[StatusView]):
    """Counts the waiting of the hall."""

    HEADING = N_("Board")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,r", "issue('land')", N_("Reception"), tooltip=N_("Issue tickets."), id="issue"),
        Binding("f6", "refuse", N_("Board"), id="refuse"),
        Binding("f7", "forget", N_("Home"), id="forget"),
        Binding("f9", "break", N_("Home"), id="break"),
        Binding("f8", "wait", N_("Summary"), id="wait"),
    ]

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.reason: bool | str = True
        self.waits = 0
        self.loads = 0
        self.ticks: list[datetime] = []
        self.gate = asyncio.Event()

    def boxes(self) -> ComposeResult:
        yield Static(id="count", markup=False)
        yield Input(id="words")

    async def load(self) -> StatusView:
        self.loads += 1
        return await self.terminal.store.read(status, at=self.now)

    def show(self, answer: StatusView) -> None:
        waiting = sum(field.waiting for field in answer.services)
        names = " ".join(field.name for field in answer.services)
        self.query_one("#count", Static).update(f"{waiting} waiting for {names}")

    def tick(self, now: datetime) -> None:
        self.ticks.append(now)

    def can(self, action: str) -> bool | str:
        return self.reason if action == "refuse" else True

    @work
    async def action_issue(self, service: str) -> None:
        with self.reporting():
            await self.write(issue, service=service)

    @work
    async def action_refuse(self) -> None:
        with self.reporting():
            raise NobodyWaitingError(counter=3)

    @work
    async def action_forget(self) -> None:
        raise NobodyWaitingError(counter=4)

    @work
    async def action_break(self) -> None:
        given = " ".join(["the", "name", "of", "a", "citizen"])
        raise RuntimeError("broken" if given else given)

    @work
    async def action_wait(self) -> None:
        self.waits += 1
        await self.gate.wait()


def probe_app(terminal: Terminal, chosen: str | None = "en") -> tuple[QueueApp, Probe]:
    return QueueApp(terminal, language=chosen), Probe(terminal)


def damage(file: Path) -> bytes:
    good = file.read_bytes()
    file.write_bytes(b"\xff" * len(good))
    return good


def mend(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def remove(file: Path) -> None:
    file.unlink()


async def go_to(app: QueueApp, probe: Probe) -> None:
    app.add_mode("probe", lambda: probe)
    await app.switch_mode("probe")


async def test_a_written_change_is_painted(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        assert "0 waiting" in seen(app)
        await pilot.press("f5")
        await settled(pilot)
        assert "1 waiting" in seen(app)
        await pilot.press("r")
        await settled(pilot)
        assert "2 waiting" in seen(app)


async def test_a_change_by_another_terminal_is_seen(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled
) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        other = open_database(str(office_file), clock=lambda: MORNING)
        other.write(issue, service="land", at=MORNING)
        other.close()
        await probe.look()
        await settled(pilot)
        assert "1 waiting" in seen(app)


async def test_letters_are_only_keys_where_nothing_is_written(terminal: Terminal, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        probe.query_one(Input).focus()
        await pilot.press("r")
        await settled(pilot)
        assert probe.query_one(Input).value == "r"
        assert probe.answer is not None
        assert probe.answer.services[0].waiting == 0


async def test_a_refusal_is_told(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await pilot.press("f6")
        await settled(pilot)
        assert "Nobody is waiting for counter 3." in " ".join(seen(app).split())


async def test_a_refusal_that_nobody_told_does_not_stop_the_app(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await pilot.press("f7")
        await settled(pilot)
        assert "Nobody is waiting for counter 4." in " ".join(seen(app).split())
        assert app.is_running


async def test_a_fault_of_ours_is_seen_without_the_values_of_variables(terminal: Terminal, settled: Settled) -> None:
    app, probe = probe_app(terminal)

    async def break_it() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await go_to(app, probe)
            await settled(pilot)
            await pilot.press("f9")
            await settled(pilot)

    with pytest.raises(RuntimeError, match="broken") as caught:
        await break_it()
    paper = Console(file=io.StringIO(), width=200, record=True)
    paper.print(caught.value)
    printed = paper.export_text()
    assert "action_break" in printed
    assert "the name of a citizen" not in printed


async def test_a_disabled_key_stays_and_says_why(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        probe.reason = "The counter is [/] paused."
        probe.repaint()
        await settled(pilot)
        assert "(F6) " in seen(app)
        await pilot.press("f6")
        await settled(pilot)
        assert "The counter is [/] paused." in seen(app)


async def test_the_same_key_twice_is_one_thing_while_it_lasts(terminal: Terminal, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await pilot.press("f8", "f8", "f5", "f8")
        await settled(pilot)
        assert probe.waits == 1
        assert probe.answer is not None
        assert probe.answer.services[0].waiting == 1
        probe.gate.set()
        await settled(pilot)
        await pilot.press("f8")
        await settled(pilot)
        assert probe.waits == 2


async def test_keys_do_nothing_before_the_data_is_open(terminal: Terminal, seen: Seen) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        assert probe.answer is None
        assert probe.check_action("issue", ("land",)) is None
        assert probe.explain("issue('land')")
        await pilot.pause()
        assert "still being opened" in seen(app)


async def test_a_database_that_goes_away_leaves_the_last_picture_with_its_time(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled
) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        good = damage(office_file)
        await probe.look()
        await settled(pilot)
        assert "Data as of 08:00." in " ".join(seen(app).split())
        assert "0 waiting" in seen(app)
        mend(office_file, good)
        await probe.look()
        await settled(pilot)
        assert "Data as of" not in seen(app)


async def test_a_database_that_cannot_be_opened_is_told_and_tried_again(
    office_file: Path, terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    mend(office_file, b"this is no database, and long enough to be read as one" * 100)
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        assert probe.answer is None
        assert "The database cannot be used" in " ".join(seen(app).split())
        remove(office_file)
        await probe.look()
        await settled(pilot)
        assert "0 waiting" in seen(app)


async def test_a_question_that_takes_long_is_said_to(
    terminal: Terminal, seen: Seen, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        with probe._picture.question():
            monkeypatch.setattr("queueapp.screens.picture.PATIENCE", -1.0)
            probe.beat()
            await pilot.pause()
            assert "The database has not answered yet. Data as of 08:00." in seen(app)
        monkeypatch.undo()
        probe.beat()
        await settled(pilot)
        assert "has not answered" not in seen(app)


@pytest.mark.parametrize("first", ["vi", "en"])
async def test_f2_changes_every_word_and_keeps_the_focus(
    terminal: Terminal, seen: Seen, settled: Settled, first: str
) -> None:
    names = {"vi": "Đất đai", "en": "Land"}
    app, probe = probe_app(terminal, first)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        probe.query_one(Input).focus()
        assert f"waiting for {names[first]}" in seen(app)
        await pilot.press("f2")
        await settled(pilot)
        second = language()
        assert second != first
        assert f"waiting for {names[second]}" in seen(app)
        assert f" {_('Help')} " in seen(app)
        assert app.focused is probe.query_one(Input)


async def test_the_offices_language_is_spoken_unless_one_was_chosen(terminal: Terminal, settled: Settled) -> None:
    use_language("en")
    app, probe = probe_app(terminal, None)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        assert language() == "vi"


async def test_the_clocks_move_every_second(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    moments = [MORNING]
    moving = Terminal(terminal.store, clock=lambda: moments[-1])
    app, probe = probe_app(moving)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        assert "23/11/2026 08:00:00" in seen(app)
        moments.append(MORNING + timedelta(seconds=7))
        probe.beat()
        await pilot.pause()
        assert "23/11/2026 08:00:07" in seen(app)
        assert probe.ticks[-1] == moments[-1]


async def test_the_help_names_every_key_of_the_screen(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await pilot.press("f1")
        await settled(pilot)
        assert "F5, R" in seen(app)
        assert "Esc, Q" in seen(app)
        await pilot.press("escape")
        await settled(pilot)
        assert app.queue_screen is probe
        assert not isinstance(app.screen, HelpScreen)


async def test_the_palette_finds_words_without_accents_and_does_them(terminal: Terminal, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await pilot.press("ctrl+p", *"rece")
        await settled(pilot)
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        await settled(pilot)
        assert probe.answer is not None
        assert probe.answer.services[0].waiting == 1


@pytest.mark.parametrize(
    ("query", "name"), [("dat dai", "Đất đai"), ("quay 3", "Quầy 3"), ("GOI", "Gọi tiếp"), ("tiep goi", "Gọi tiếp")]
)
def test_a_search_folds_accents_on_both_sides(query: str, name: str) -> None:
    assert score(query, name) > 0
    assert score(name, query) > 0 or len(query.split()) != len(name.split())


def test_a_search_for_something_else_finds_nothing() -> None:
    assert score("quay 4", "Quầy 3") == 0
    assert score("", "Quầy 3") == 0


async def test_the_theme_goes_between_light_and_dark(terminal: Terminal, settled: Settled) -> None:
    app, _probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        before = app.theme
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert {before, app.theme} == {"queueapp-dark", "queueapp-light"}


async def test_a_capital_is_its_letters_key_and_stays_a_capital_where_something_is_written(
    terminal: Terminal, settled: Settled
) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await pilot.press("R")
        await settled(pilot)
        assert probe.answer is not None
        assert probe.answer.services[0].waiting == 1
        probe.query_one(Input).focus()
        await pilot.press("R")
        await settled(pilot)
        assert probe.query_one(Input).value == "R"
        assert probe.answer.services[0].waiting == 1


@pytest.mark.parametrize(
    ("begins", "passes", "is_asked"),
    [
        (timedelta(), timedelta(seconds=59), False),
        (timedelta(), timedelta(seconds=60), True),
        (timedelta(hours=16) - timedelta(seconds=2), timedelta(seconds=1), False),
        (timedelta(hours=16) - timedelta(seconds=2), timedelta(seconds=2), True),
        (timedelta(), timedelta(hours=-3), True),
    ],
)
async def test_an_answer_grows_old_after_a_minute_and_at_midnight(
    terminal: Terminal, settled: Settled, begins: timedelta, passes: timedelta, is_asked: bool
) -> None:
    moments = [MORNING + begins]
    app, probe = probe_app(Terminal(terminal.store, clock=lambda: moments[-1]))
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        before = probe.loads
        moments.append(moments[0] + passes)
        await probe.look()
        await settled(pilot)
        assert (probe.loads > before) == is_asked


async def test_what_is_said_takes_the_place_of_what_was_said_and_the_next_key_takes_it_away(
    terminal: Terminal, settled: Settled
) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        probe.tell("first")
        await settled(pilot)
        probe.tell("second")
        await settled(pilot)
        assert toasts(app) == "second"
        for _press in range(3):
            await pilot.press("f6")
            await settled(pilot)
            assert toasts(app) == "Nobody is waiting for counter 3."
        await pilot.press("f5")
        await settled(pilot)
        assert toasts(app) == ""


async def test_f1_explains_a_box_too(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app, probe = probe_app(terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(app, probe)
        await settled(pilot)
        await app.push_screen(Confirm("Really?"))
        await pilot.press("f1")
        await settled(pilot)
        assert "Leave everything as it is." in seen(app)
        await pilot.press("f1")
        await settled(pilot)
        assert isinstance(app.screen, Confirm)


async def test_the_help_of_a_small_terminal_is_indented_and_names_the_stroke(
    terminal: Terminal, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await settled(pilot)
        assert app.queue_screen is not None
        *_prose, keys, _hint = page(app.queue_screen, 70).plain.split("\n\n")
        lines = keys.splitlines()
        assert any(line.startswith("F3, F, /     Find ticket") for line in lines)
        assert any(line.startswith(" " * 30) and line.strip() for line in lines)
        assert max(len(line) for line in lines) <= 70


async def test_the_palette_finds_every_place_from_a_counter(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="counter", counter=4, language="vi")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await settled(pilot)
        await pilot.press("ctrl+p", *"chot")
        await settled(pilot)
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        await settled(pilot)
        await settled(pilot)
        assert app.current_mode == "closing"


@pytest.mark.parametrize("steps", [0, 3, 6, 12])
async def test_leaving_while_a_screen_opens_is_no_fault(terminal: Terminal, settled: Settled, steps: int) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.action_open("reception")
        for _step in range(steps):
            await asyncio.sleep(0)
        app.exit()
