"""The dialogs: each waits for an answer, by keys, and shows any text as text."""

from importlib.resources import files
from typing import Any

import pytest
from textual.app import App
from textual.screen import Screen

from queueapp.screens.dialogs import Ask, Choose, Confirm
from queueapp.widgets.inputs import TextBox
from tests.screens.conftest import Seen

HOSTILE = ["[/]", "[@click=app.quit]x[/]", "\x1b]0;x\x07", "👩‍👩‍👧", "e\u0323\u0302\x00", "ạ" * 10_000]
NOTHING: list[Any] = []


class Asking(App[None]):
    """Asks one thing, in the application's dress."""

    CSS_PATH = str(files("queueapp") / "app.tcss")
    answers = NOTHING

    async def ask(self, dialog: Screen[Any]) -> None:
        self.answers = []
        await self.push_screen(dialog, self.answers.append)


@pytest.mark.parametrize(("key", "answer"), [("enter", True), ("y", True), ("escape", False), ("n", False)])
async def test_a_question_is_answered_with_one_key(key: str, answer: bool, seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Confirm("Hủy phiếu D-007?"))
        await pilot.pause()
        assert "Hủy phiếu D-007?" in seen(app)
        assert " Yes " in seen(app)
        assert " Esc " in seen(app)
        await pilot.press(key)
        await pilot.pause()
        assert app.answers == [answer]


async def test_what_was_written_comes_back_clean() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Ask("Why?", "a few words"))
        await pilot.press(*"lunch", "space", "space")
        await pilot.press("enter")
        await pilot.pause()
        assert app.answers == ["lunch"]


async def test_a_reason_that_is_needed_cannot_be_empty(seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Ask("Why?"))
        await pilot.press("space", "enter")
        await pilot.pause()
        assert app.answers == []
        assert "A few words are needed here." in seen(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_an_answer_that_is_not_needed_may_be_empty() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Ask("A note?", is_required=False))
        await pilot.press("enter")
        await pilot.pause()
        assert app.answers == [""]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [(["2"], "b"), (["down", "enter"], "b"), (["enter"], "a"), (["escape"], None), (["9", "escape"], None)],
)
async def test_a_choice_is_made_by_digits_or_arrows(keys: list[str], answer: str | None) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Choose("Which field?", [("a", "Đất đai"), ("b", "Hộ tịch")]))
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert app.answers == [answer]


async def test_a_choice_begins_where_it_is_told_and_a_click_makes_it() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Choose("Which?", [(n, f"number {n}") for n in range(1, 13)], chosen=11))
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.answers == [12]
        await app.ask(Choose("Which?", [(n, f"number {n}") for n in range(1, 4)]))
        await pilot.pause()
        await pilot.click("OptionList", offset=(4, 2))
        await pilot.pause()
        assert app.answers == [3]


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_text_does_anything_but_be_shown(text: str, seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        for dialog in (Confirm(text), Ask(text, text, value=text), Choose(text, [(1, text), (2, text)], chosen=2)):
            await app.ask(dialog)
            await pilot.pause()
            assert all(letter.isprintable() or letter == "\n" for letter in seen(app))
            assert " Esc " in seen(app)
            if isinstance(dialog, Ask):
                assert "\x1b" not in dialog.query_one(TextBox).value
            await pilot.press("escape")
            await pilot.pause()
            assert len(app.answers) == 1


@pytest.mark.parametrize(
    ("key", "answer"), [("enter", False), ("escape", False), ("n", False), ("Y", True), ("f12", True)]
)
async def test_what_is_dangerous_is_never_answered_yes_by_enter(key: str, answer: bool, seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Confirm("Chốt ngày?", is_dangerous=True))
        await pilot.pause()
        assert " F12, Y  Yes" in seen(app)
        assert " Esc, Enter  No" in seen(app)
        await pilot.press(key)
        await pilot.pause()
        assert app.answers == [answer]


async def test_a_box_names_enter_and_the_digits_that_answer_it(seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(Ask("Why?"))
        await pilot.pause()
        assert " Enter  Done" in seen(app)
        await pilot.press("escape")
        await app.ask(Choose("Which?", [(1, "one"), (2, "two")]))
        await pilot.pause()
        assert " ↑ ↓ Enter  Choose" in seen(app)
        assert " 1–9  Choose at once" in seen(app)
