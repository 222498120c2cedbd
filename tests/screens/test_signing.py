"""Signing in: a name and a PIN until they are right, the way around it, and the lock that has none."""

from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from queueapp.app import QueueApp
from queueapp.i18n import _, use_language
from queueapp.rules.errors import LockedOutError, UnknownStaffError, WrongPinError
from queueapp.screens.dialogs import Ask
from queueapp.screens.signing import SignInDialog
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import Seen, Settled, toasts
from tests.screens.office import PINS, guarded, opened, press, typed
from tests.screens.test_dialogs import Asking


class Door:
    """Lets An in with 4826; after three wrong ones nobody."""

    def __init__(self) -> None:
        self.tries: list[tuple[str, str]] = []

    async def prove(self, name: str, pin: str) -> str:
        self.tries.append((name, pin))
        if name.casefold() != "an":
            raise UnknownStaffError(staff=name)
        if len(self.tries) > 3:
            raise LockedOutError(minutes=15, person="An")
        if pin != PINS["An"]:
            raise WrongPinError("An", left=max(0, 5 - len(self.tries)), minutes=15)
        return "An"


async def asked(app: App[Any], pilot: Pilot[Any], **given: Any) -> Door:
    door = Door()
    assert isinstance(app, Asking)
    await app.ask(SignInDialog("Who works here?", door.prove, **given))
    await pilot.pause()
    return door


async def test_enter_goes_from_the_name_to_the_pin_and_in() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        door = await asked(app, pilot)
        await pilot.press(*"an", "enter", *"4826", "enter")
        await app.workers.wait_for_complete()
        assert app.answers == ["An"]
        assert door.tries == [("an", "4826")]


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_what_is_wrong_is_said_and_the_pin_is_never_shown(seen: Seen, language: str) -> None:
    use_language(language)
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot, name="An")
        await pilot.press(*"1111")
        await pilot.pause()
        assert "1111" not in seen(app)
        assert _("Only look") in seen(app)
        wrong = [WrongPinError("An", left=left, minutes=15) for left in (4, 3, 2)]
        for error in (*wrong, LockedOutError(minutes=15, person="An")):
            await pilot.press(*"1111", "enter")
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert error.message in " ".join(seen(app).replace("█", " ").split())
        assert app.answers == []


async def test_a_name_that_nobody_has_and_no_name_are_said_and_the_cursor_goes_back_to_the_name(seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        for name, said in (("[/]", "Nobody called “[/]” works here"), ("", "Write your name first.")):
            await pilot.press(*name, "enter", *"4826", "enter")
            await pilot.pause()
            assert said in seen(app)
            assert app.focused is not None
            assert app.focused.id == "name"
            await pilot.press("end", *["backspace"] * len(name))
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_what_cannot_be_a_pin_is_said_and_costs_no_try(seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        door = await asked(app, pilot, name="An")
        await pilot.press(*"pin")
        await pilot.pause()
        assert "A PIN has digits only." in seen(app)
        await pilot.press(*"482", "enter")
        await pilot.pause()
        assert "A PIN has at least 4 digits." in seen(app)
        assert door.tries == []
        await pilot.press(*"4826", "enter")
        await app.workers.wait_for_complete()
        assert door.tries == [("An", "4826")]


async def test_no_digit_of_a_burst_of_keys_comes_into_the_name(seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        door = await asked(app, pilot)
        for key in ("a", "n", "enter", *"482"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert "482" not in seen(app)
        await pilot.press("6", "enter")
        await app.workers.wait_for_complete()
        assert door.tries == [("an", "4826")]


async def test_another_person_may_open_a_lock_and_the_name_comes_back_on_the_same_key() -> None:
    app = Asking()
    async with app.run_test(size=(80, 24)) as pilot:
        door = await asked(app, pilot, name="Binh", is_lock=True)
        await pilot.press("f10", "f10")
        assert app.screen.query_one("#name", Input).value == "Binh"
        await pilot.press("f10", *"an", "enter", *"4826", "enter")
        await app.workers.wait_for_complete()
        assert app.answers == ["An"]
        assert door.tries == [("an", "4826")]


async def test_a_lock_says_that_there_is_no_way_around(seen: Seen) -> None:
    app = Asking()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await asked(app, pilot, name="An", is_lock=True)
        assert "(Esc) Only look" in seen(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == []
        assert "opened by the PIN only" in toasts(app)
        await pilot.press("shift+tab", *"4826", "enter")
        await app.workers.wait_for_complete()
        assert app.answers == ["An"]


async def test_the_lock_stands_over_what_is_half_written_and_leaves_it(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    here = Terminal(terminal.store, clock=clock)
    await guarded(here, limits={"lock_minutes": 3})
    app = QueueApp(here, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await typed(pilot, settled, "An")
        await typed(pilot, settled, PINS["An"])
        await press(pilot, settled, "f4", "1", "f9")
        await pilot.press("backspace", *"12")
        clock.advance(minutes=2, seconds=59)
        app._presence.beat()
        await settled(pilot)
        assert isinstance(app.screen, Ask)
        clock.advance(seconds=1)
        app._presence.beat()
        await settled(pilot)
        assert "This terminal locked itself. What is open stays open." in " ".join(seen(app).split())
        await press(pilot, settled, "f5", "ctrl+p", "f2")
        assert isinstance(app.screen, SignInDialog)
        await typed(pilot, settled, PINS["Binh"])
        assert "The PIN of An is wrong" in seen(app)
        await typed(pilot, settled, PINS["An"])
        assert isinstance(app.screen, Ask)
        await press(pilot, settled, "enter")
        assert "PRIORITY: Elderly · 12 dossiers" in seen(app)


async def test_an_office_without_pins_says_that_there_is_nothing_to_sign_in_to(
    terminal: Terminal, settled: Settled
) -> None:
    app = QueueApp(terminal, language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f10")
        assert "Nobody has a PIN: everybody may do everything." in toasts(app)
        assert app.screen is app.queue_screen
