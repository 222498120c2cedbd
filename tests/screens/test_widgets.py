"""The widgets: they draw what they are given, whatever it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from queueapp.i18n import _, use_language
from queueapp.rules.estimated import Estimate
from queueapp.rules.views import OfficeView, ServiceView
from queueapp.widgets.big import BigText, big_lines
from queueapp.widgets.chart import Chart
from queueapp.widgets.clocks import day_words, hh_mm, hh_mm_of, minutes, running
from queueapp.widgets.header import HeaderLine
from queueapp.widgets.inputs import TextBox
from queueapp.widgets.keyline import KeyLine, KeyWord
from queueapp.widgets.ledger import next_wait_words
from queueapp.widgets.lines import TicketLines, cell, row, shortened
from queueapp.widgets.promises import FIGURE, HEADS
from tests.screens.conftest import MORNING, Seen

HOSTILE = [
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b]0;x\x07\x1b[2J",
    "👩‍👩‍👧🇻🇳",
    "e\u0323\u0302\x00\u202e",
    "ạ" * 10_000,
    "",
]


class Stage(App[None]):
    """Shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


def give_lines(widget: Widget, text: str) -> None:
    assert isinstance(widget, TicketLines)
    widget.show([text, row([(text, 10), (text, 5, "right")]), text])


def give_big(widget: Widget, text: str) -> None:
    assert isinstance(widget, BigText)
    widget.show(text)


def give_header(widget: Widget, text: str) -> None:
    assert isinstance(widget, HeaderLine)
    widget.show(OfficeView(text, "Asia/Ho_Chi_Minh", "vi", True, ()), text, MORNING)


def give_keys(widget: Widget, text: str) -> None:
    assert isinstance(widget, KeyLine)
    widget.show([KeyWord("f5", "F5", text, True), KeyWord("f6", "F6", text, False)])


def give_box(widget: Widget, text: str) -> None:
    widget.post_message(events.Paste(text))


def give_bars(widget: Widget, text: str) -> None:
    assert isinstance(widget, Chart)
    widget.show_bars([text, "08:00"], [3, None], title=text)


def give_line(widget: Widget, text: str) -> None:
    assert isinstance(widget, Chart)
    widget.show_line([text, "08:00", "08:30"], [3, None, 4.5], title=text)


def give_steps(widget: Widget, text: str) -> None:
    assert isinstance(widget, Chart)
    widget.show_steps([(0, 1), (5, 3), (9, 0)], [(0, text), (9, "17:00")], title=text)


WIDGETS: list[tuple[Callable[[], Widget], Callable[[Widget, str], None]]] = [
    (TicketLines, give_lines),
    (BigText, give_big),
    (HeaderLine, give_header),
    (KeyLine, give_keys),
    (TextBox, give_box),
    (Chart, give_bars),
    (Chart, give_line),
    (Chart, give_steps),
]


@pytest.mark.parametrize(("make", "give"), WIDGETS, ids=[give.__name__ for _make, give in WIDGETS])
async def test_no_text_does_anything_but_be_shown(
    make: Callable[[], Widget], give: Callable[[Widget, str], None], seen: Seen
) -> None:
    app = Stage(make())
    async with app.run_test(size=(80, 24)) as pilot:
        for text in HOSTILE:
            give(app.widget, text)
            await pilot.pause()
            shown = seen(app)
            assert all(letter.isprintable() or letter == "\n" for letter in shown), repr(text)
            assert shown.count("\n") == 23


async def test_lines_are_cut_and_padded_to_columns_of_the_terminal() -> None:
    assert cell("Đất đai", 4).plain == "Đất…"
    assert cell("a", 3, align="right").plain == "  a"
    assert cell("a", 3, align="center").plain == " a "
    assert row([("漢字", 5), ("x", 2, "right")]).plain == "漢字   x"
    assert row([("漢字漢字", 4), ("x", 2)]).cell_length == 7


async def test_lines_show_what_they_are_given(seen: Seen) -> None:
    lines = TicketLines()
    app = Stage(lines)
    async with app.run_test(size=(40, 5)) as pilot:
        lines.show(["D-007", Content("D-008")])
        await pilot.pause()
        assert seen(app).split() == ["D-007", "D-008"]
        lines.show(["D-009", "D-010"])
        await pilot.pause()
        assert seen(app).split() == ["D-009", "D-010"]
        lines.show(["D-011"])
        await pilot.pause()
        assert seen(app).split() == ["D-011"]


@pytest.mark.parametrize(("width", "height"), [(40, 6), (40, 8), (60, 12), (120, 30)])
def test_large_letters_fill_their_place_and_no_more(width: int, height: int) -> None:
    lines = big_lines("D-007", width, height)
    assert lines
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
    assert len(lines) >= height / 2 or max(map(len, lines)) >= width * 0.8


def test_every_digit_and_letter_looks_different() -> None:
    letters = "0123456789ABCDĐEGHIKLMNOPQRSTUVXY-"
    assert len({big_lines(letter, 30, 12) for letter in letters}) == len(letters)


@pytest.mark.parametrize(("text", "width", "height"), [("D-007", 40, 2), ("D-007", 10, 8), ("ế", 40, 8), ("漢", 40, 8)])
async def test_plain_letters_are_shown_where_large_ones_cannot_be(
    text: str, width: int, height: int, seen: Seen
) -> None:
    assert big_lines(text, width, height) == ()
    app = Stage(BigText(text))
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        assert text in seen(app)


async def test_keys_take_as_many_lines_as_they_need(seen: Seen) -> None:
    keys = KeyLine()
    app = Stage(keys)
    async with app.run_test(size=(30, 10)) as pilot:
        keys.styles.height = "auto"
        keys.show([KeyWord(f"f{n}", f"F{n}", "Gọi tiếp", n != 2) for n in range(1, 5)])
        await pilot.pause()
        assert keys.size.height == 2
        assert "(F2) Gọi tiếp" in seen(app)
        keys.show([KeyWord(f"f{n}", f"F{n}", "Gọi tiếp", True) for n in range(1, 13)])
        await pilot.pause()
        assert keys.size.height == 3
        assert " F1  Gọi tiếp" in seen(app)


async def test_a_click_on_a_key_presses_it() -> None:
    pressed = []

    class Listening(Stage):
        def on_key(self, event: events.Key) -> None:
            pressed.append(event.key)

    keys = KeyLine()
    app = Listening(keys)
    async with app.run_test(size=(60, 10)) as pilot:
        keys.show([KeyWord("f4", "F4", "Gọi tiếp", True), KeyWord("f6", "F6", "Bắt đầu", False)])
        await pilot.pause()
        await pilot.click(KeyLine, offset=(2, 0))
        await pilot.click(KeyLine, offset=(18, 0))
        await pilot.pause()
        assert pressed == ["f4", "f6"]


async def test_a_pasted_text_is_made_clean_and_bounded() -> None:
    box = TextBox(max_length=10)
    app = Stage(box)
    async with app.run_test() as pilot:
        box.focus()
        box.post_message(events.Paste("\x1b[2Ja\u0323\nb " + "c" * 50))
        await pilot.pause()
        assert box.value == "[2Jạ b ccc"


def test_durations_and_moments_are_written_one_way() -> None:
    at = datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC)
    assert hh_mm(at, "Asia/Ho_Chi_Minh") == "10:42"
    assert minutes(12.9) == "12 min"
    assert minutes(None) == "–"
    assert minutes(24 * 60 - 1) == "1439 min"
    assert minutes(2420) == "1 d 16 h"
    assert hh_mm_of(at, date(2026, 11, 23), "Asia/Ho_Chi_Minh") == "10:42"
    assert hh_mm_of(at, date(2026, 11, 22), "Asia/Ho_Chi_Minh") == "10:42 23/11/2026"
    assert running(at, at + timedelta(minutes=4, seconds=7)) == "04:07"
    assert running(at, at + timedelta(hours=1, minutes=4, seconds=7)) == "1:04:07"
    assert running(at, at - timedelta(seconds=3)) == "00:00"
    assert day_words(date(2026, 11, 23)) == "Monday 23/11/2026"


async def test_a_chart_follows_its_figures_and_the_theme(seen: Seen) -> None:
    chart = Chart()
    app = Stage(chart)
    async with app.run_test(size=(60, 20)) as pilot:
        chart.show_bars(["07:30", "08:00"], [4, 9], title="Lượt đến")
        await pilot.pause()
        assert "Lượt đến" in seen(app)
        assert "07:30" in seen(app)
        app.theme = "textual-light"
        await pilot.pause()
        chart.show_steps([(0, 1), (30, 5), (60, 0)], [(0, "07:30"), (60, "08:30")], title="Đang chờ")
        await pilot.pause()
        assert "Đang chờ" in seen(app)
        assert "08:30" in seen(app)
        assert "Lượt đến" not in seen(app)
        chart.show_line([], [], title="–")
        await pilot.pause()
        assert "08:30" not in seen(app)


async def test_what_stands_in_a_box_is_replaced_by_what_is_typed_or_pasted() -> None:
    box = TextBox(max_length=4)
    other = TextBox()
    app = Stage(Vertical(box, other))
    async with app.run_test() as pilot:
        other.focus()
        box.value = "1"
        box.focus()
        await pilot.pause()
        await pilot.press("3")
        assert box.value == "3"
        box.select_all()
        box.post_message(events.Paste("\x1b12345"))
        await pilot.pause()
        assert box.value == "1234"


async def test_keys_that_have_no_room_are_named_by_the_last_one(seen: Seen) -> None:
    keys = KeyLine()
    app = Stage(keys)
    async with app.run_test(size=(30, 10)) as pilot:
        keys.styles.height = "auto"
        keys.show([KeyWord(f"f{n}", f"F{n}", "Gọi tiếp", True) for n in range(1, 13)])
        await pilot.pause()
        assert seen(app).splitlines()[2].rstrip().endswith(" F1  …")


@pytest.mark.parametrize(("width", "said"), [(16, "Văn hóa - Xã hội"), (12, "Văn hóa…"), (9, "Văn hóa…"), (6, "Văn…")])
def test_a_long_name_loses_whole_words(width: int, said: str) -> None:
    assert shortened("Văn hóa - Xã hội", width) == said


def test_a_wait_of_hours_stands_whole_beside_its_field_and_so_do_the_heads_of_the_promises() -> None:
    use_language("vi")
    long = Estimate(low=104, minutes=180, high=251, ahead=20, pace=9)
    land = ServiceView("land", "D", "Đất đai", "Land", 1, 1, 0, 0, 0, {}, {"waiting": 1}, None, None, expected=long)
    assert next_wait_words(land) == "100-255"
    assert next_wait_words(replace(land, expected=replace(long, high=51, low=9, minutes=20))) == "5-55 phút"
    assert all(len(_(head)) <= FIGURE for head in HEADS)
