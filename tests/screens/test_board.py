"""The board: each call once, in order, large, in both languages, and its last picture when the database is away."""

import asyncio
import sqlite3
import sys
import threading
from dataclasses import replace
from pathlib import Path

from textual.app import App

from queueapp.app import QueueApp
from queueapp.operations.calling import call, recall
from queueapp.operations.issuing import issue
from queueapp.queries.hall import board
from queueapp.queries.tickets import events_after
from queueapp.screens.board import BoardScreen
from queueapp.session import Session
from queueapp.terminal import Terminal
from queueapp.voice.child import SpeakingChild
from queueapp.widgets.big import BigText
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import guarded, opened, press, staffed


class Rings:
    """Counts how often an application rings."""

    def __init__(self, app: App[None]) -> None:
        self.count = 0
        app.bell = self._ring  # type: ignore[method-assign]

    def _ring(self) -> None:
        self.count += 1


async def two_calls(terminal: Terminal) -> None:
    for service in ("land", "civil_status"):
        await terminal.store.write(issue, service=service, at=MORNING)
    await terminal.store.write(call, counter=1, at=MORNING)
    await terminal.store.write(call, counter=2, at=MORNING)


def the_board(app: QueueApp) -> BoardScreen:
    screen = app.queue_screen
    assert isinstance(screen, BoardScreen)
    return screen


async def test_nobody_called_yet_is_said_in_both_languages(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await settled(pilot)
        text = seen(app)
        assert "Hôm nay chưa gọi ai. / Nobody has been called" in text
        assert "Đất đai / Land" in text


async def test_who_waits_for_which_field_stands_apart(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await settled(pilot)
        assert "min) · Hộ tịch - Tư pháp" in " ".join(seen(app).split())


async def test_two_calls_of_one_instant_are_told_one_after_the_other(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="vi")
    rings = Rings(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await settled(pilot)
        screen = the_board(app)
        await two_calls(terminal)
        await screen.look()
        await settled(pilot)
        assert rings.count == 1
        assert screen.heard is not None
        assert screen.heard.code == "D-001"
        screen.finish_telling()
        assert (rings.count, screen.heard.code) == (2, "H-001")
        screen.finish_telling()
        assert rings.count == 2
        assert screen._telling is None
        screen.reload()
        await settled(pilot)
        assert rings.count == 2


async def test_a_recall_rings_again(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="vi")
    rings = Rings(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await two_calls(terminal)
        await settled(pilot)
        await settled(pilot)
        screen = the_board(app)
        screen.finish_telling()
        screen.finish_telling()
        await terminal.store.write(recall, counter=1, at=MORNING)
        await screen.look()
        await settled(pilot)
        assert rings.count == 3
        assert screen.heard is not None
        assert (screen.heard.code, screen.heard.is_recall) == ("D-001", True)


async def test_the_last_good_picture_stays_with_its_time(
    terminal: Terminal, office_file: Path, seen: Seen, settled: Settled
) -> None:
    await two_calls(terminal)
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await settled(pilot)
        await terminal.store.read(lambda session: session._driver.execute("PRAGMA busy_timeout=1"))
        other = sqlite3.connect(office_file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        await the_board(app).look()
        await pilot.pause()
        text = seen(app)
        assert "Data as of 08:00" in text
        assert "another program keeps it locked" in text
        assert "1 D-001" in text
        other.execute("ROLLBACK")
        other.close()
        await the_board(app).look()
        await settled(pilot)
        assert "Data as of" not in seen(app)


async def test_the_board_can_change_nothing(terminal: Terminal) -> None:
    screen = BoardScreen(terminal)
    ours = {binding.action for bindings in screen._bindings.key_to_bindings.values() for binding in bindings}
    assert BoardScreen.BINDINGS == []
    assert not any(action.startswith(("app.open('counter'", "issue", "call", "finish")) for action in ours)


async def test_who_is_where_is_large_enough_at_every_size(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await two_calls(terminal)
    for size in ((80, 24), (120, 40), (200, 60)):
        app = QueueApp(terminal, opens="board", language="vi")
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await settled(pilot)
            blocks = sum(seen(app).count(block) for block in "█▀▄")
            assert blocks > size[0] * size[1] // 40
            assert "D-001" in seen(app)


async def test_hostile_names_are_only_text(terminal: Terminal, seen: Seen, settled: Settled, office_file: Path) -> None:
    assert office_file.name
    await two_calls(terminal)
    app = QueueApp(terminal, opens="board", language="vi")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await settled(pilot)
        screen = the_board(app)
        view = await terminal.store.read(board, at=MORNING)
        wild = replace(view.services[0], name_vi="[/]\x1b[2J", name_en="[@click=app.quit]x[/]" + "😀" * 500)
        screen.show(replace(view, services=(wild, *view.services[1:])))
        await settled(pilot)
        assert "\x1b" not in seen(app)


async def test_the_board_shows_no_name_and_no_note(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await staffed(terminal, personal={"name": True})
    await terminal.store.write(issue, service="land", name="Nguyen Thi Hoa", note="deaf", at=MORNING)
    await terminal.store.write(call, counter=1, at=MORNING)
    app = QueueApp(terminal, opens="board", language="vi")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        text = seen(app)
        assert "D-001" in text
        for word in ("Hoa", "Nguyen", "deaf"):
            assert word not in text


async def test_no_key_of_a_public_board_changes_or_opens_anything(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await guarded(terminal)
    before = await terminal.store.read(events_after)
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        keys = [f"f{number}" for number in range(3, 13)]
        await pilot.press(*keys, *"123456789abcdefghijklmnoprstuvwxyz", "enter", "delete", "ctrl+z")
        app._beat()
        await press(pilot, settled, "escape")
        assert "This terminal shows the board only." in toasts(app)
        assert app.current_mode == "board"
        await pilot.press("ctrl+p", *"sign in")
        await settled(pilot)
        await app.workers.wait_for_complete()
        assert "Nothing of that name can be done here." in seen(app)
        await press(pilot, settled, "escape")
        assert terminal.run is None
    assert await terminal.store.read(events_after) == before
    assert await terminal.store.read(_runs) == 0


def _runs(session: Session) -> int:
    return int(session._driver.execute("SELECT count(*) FROM run").fetchone()[0])


async def test_a_ticket_called_again_is_not_also_one_called_before(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await two_calls(terminal)
        await settled(pilot)
        await settled(pilot)
        screen = the_board(app)
        await terminal.store.write(recall, counter=1, at=MORNING)
        await screen.look()
        await settled(pilot)
        for _call in range(3):
            assert screen.heard is not None
            assert screen.heard.code not in [box.text for box in screen.query(".earlier-code").results(BigText)]
            screen.finish_telling()
            await settled(pilot)


async def test_a_public_board_shows_the_hall_no_key_that_leads_away(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await settled(pilot)
        text = seen(app)
        assert " F1  Help" in text
        assert not any(word in text for word in (" Esc ", "Ctrl+Q", "Ctrl+P"))


async def test_the_palette_on_the_halls_board_leads_nowhere(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, settled, "ctrl+p")
        await app.workers.wait_for_complete()
        await settled(pilot)
        text = seen(app)
        assert "Reception" not in text
        assert "Sign in" not in text


def child(*said: str) -> tuple[SpeakingChild, list[int]]:
    """Return what speaks beside a board, here a process that only says what it lacks, and how often it was begun."""
    begun: list[int] = []

    def words() -> list[str]:
        begun.append(1)
        return [sys.executable, "-I", "-S", "-c", f"import sys; print({chr(10).join(said)!r}, file=sys.stderr)"]

    return SpeakingChild("office.db", words), begun


async def test_a_board_says_once_what_the_voice_lacks(terminal: Terminal, settled: Settled) -> None:
    await staffed(terminal, voice={"on": True})
    speaker, begun = child("There is no [/] espeak-ng.", "Nothing plays.")
    terminal.speaker = speaker
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot, settled)
        the_board(app).beat()
        assert begun == [1]
        for thread in threading.enumerate():
            if thread.name == SpeakingChild.THREAD:
                await asyncio.to_thread(thread.join, 60)
        for _second in range(3):
            the_board(app).beat()
        await settled(pilot)
        assert [each.message for each in app._notifications] == ["There is no [/] espeak-ng.", "Nothing plays."]
        assert begun == [1]  # one that has ended is not begun again at once


async def test_a_board_begins_no_voice_that_the_office_does_not_want(terminal: Terminal, settled: Settled) -> None:
    speaker, begun = child()
    terminal.speaker = speaker
    app = QueueApp(terminal, opens="board", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        the_board(app).beat()
        assert begun == []
        await staffed(terminal, voice={"on": True})
        await the_board(app).look()
        await settled(pilot)
        assert begun == [1]
    speaker.close()


def test_what_speaks_ends_with_its_board() -> None:
    speaker = SpeakingChild("office.db", lambda: [sys.executable, "-c", "import time; time.sleep(600)"])
    speaker.want("vi")
    (thread,) = (each for each in threading.enumerate() if each.name == SpeakingChild.THREAD)
    speaker.close()
    thread.join(60)
    assert not thread.is_alive()
    speaker.want("vi")
    assert not [each for each in threading.enumerate() if each.name == SpeakingChild.THREAD and each.is_alive()]
