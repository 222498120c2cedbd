"""The alert of a jammed field: where it stands, that it pushes nothing off, and the key that does the move."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from queueapp.app import QueueApp
from queueapp.i18n import use_language
from queueapp.operations.calling import call, start
from queueapp.operations.counters import pause
from queueapp.operations.issuing import issue
from queueapp.operations.serving import finish
from queueapp.queries.counters import counter_views
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import Seen, Settled, toasts
from tests.screens.office import guarded, opened, press, staffed, verbs

ALERT = {"en": "! Let counter 2 take", "vi": "! Cho quầy 2 nhận thêm"}
# What stands on each screen at 80x24 whether there is an alert or not.
BESIDE = {
    "home": ("Đất đai", "Hộ tịch - Tư pháp", "F9  Cần xử lý", "Quầy 4"),
    "reception": ("F7  X Văn hóa - Xã hội", "Kế tiếp: thường"),
    "summary": ("đã phục vụ", "Văn hóa - Xã hội", "Tất cả"),
}


async def jam(terminal: Terminal, hand: HandClock, *, of_minutes: float = 19) -> None:
    """Let five be served at counter 1, each in so many minutes, then nine come while two counters do nothing."""
    store = terminal.store
    for _ in range(5):
        await store.write(issue, service="land", at=hand.advance(minutes=1))
        await store.write(call, counter=1, at=hand.advance(seconds=1))
        await store.write(start, counter=1, at=hand.advance(seconds=1))
        await store.write(finish, counter=1, at=hand.advance(minutes=of_minutes))
    for _ in range(9):
        await store.write(issue, service="land", at=hand.advance(seconds=1))
    for counter in (1, 4):
        await store.write(call, counter=counter, at=hand())
        await store.write(start, counter=counter, at=hand())


async def minutes_pass(pilot: Pilot[Any], settled: Settled, hand: HandClock, minutes: int) -> None:
    """Let minutes pass, and wait for the look of each and until what it found is on the screen."""
    app = pilot.app
    assert isinstance(app, QueueApp)
    for _ in range(minutes):
        hand.advance(minutes=1)
        app._watching.beat(app.current_mode)
        if app._watching._task is not None:
            await app._watching._task
    if app.queue_screen is not None:
        app.queue_screen.beat()
    await settled(pilot)


@pytest.mark.parametrize("chosen", ["vi", "en"])
@pytest.mark.parametrize("place", ["home", "reception", "summary"])
async def test_a_jam_that_lasts_is_told_where_people_can_act(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled, place: str, chosen: str
) -> None:
    await jam(desk, hand)
    app = QueueApp(desk, opens=place, language=chosen)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        if place == "reception":
            await press(pilot, settled, "f7")
        await minutes_pass(pilot, settled, hand, 2)
        assert ALERT[chosen] not in seen(app)
        before = seen(app)
        await minutes_pass(pilot, settled, hand, 2)
        after = seen(app)
        assert ALERT[chosen] in after
        # From the first box on, nothing has moved up or down: the clocks alone go on.
        assert [line[:30] for line in before.splitlines()[8:]] == [line[:30] for line in after.splitlines()[8:]]
        if chosen == "vi":
            for words in BESIDE[place]:
                assert words in after, words


async def test_nothing_is_told_where_little_was_measured_or_nothing_is_jammed(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled
) -> None:
    for _ in range(9):
        await desk.store.write(issue, service="land", at=hand.advance(seconds=1))
    for counter in (1, 4):
        await desk.store.write(call, counter=counter, at=hand())
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await minutes_pass(pilot, settled, hand, 6)
        assert "!" not in seen(app)
        await press(pilot, settled, "ctrl+g")
        assert "No field is jammed" in toasts(app)


async def test_the_counter_that_could_help_is_asked_and_no_other(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled
) -> None:
    await jam(desk, hand)
    app = QueueApp(desk, opens="counter", counter=2, language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await minutes_pass(pilot, settled, hand, 4)
        assert "Lĩnh vực Đất đai đang dồn" in " ".join(seen(app).split())
        app.action_open("counter", 3)
        await settled(pilot)
        await minutes_pass(pilot, settled, hand, 1)
        assert "đang dồn" not in seen(app)


@pytest.mark.parametrize("place", ["home", "reception", "summary"])
async def test_one_key_does_the_move_after_a_yes_and_the_alert_is_gone(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled, place: str
) -> None:
    await jam(desk, hand)
    app = QueueApp(desk, opens=place, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await minutes_pass(pilot, settled, hand, 4)
        await press(pilot, settled, "ctrl+g")
        asked = str(app.screen.query_one(".question Static", Static).content)
        assert "Counter 2 has nobody to call while 7 wait for Land" in asked
        assert "the same key, once the jam is over" in asked
        await press(pilot, settled, "escape")
        assert "configure" not in await verbs(desk)
        await press(pilot, settled, "ctrl+g", "enter")
        counters = await desk.store.read(counter_views)
        assert counters[1].services == ("land", "civil_status")
        assert "Counter 2 takes Land too" in toasts(app)
        assert ALERT["en"] not in seen(app)
        await desk.store.write(pause, counter=3, reason="lunch", at=hand())  # it could help too
        await minutes_pass(pilot, settled, hand, 4)
        assert "! Let" not in seen(app)
        await press(pilot, settled, "ctrl+g", "enter")
        assert (await desk.store.read(counter_views))[1].services == ("civil_status",)
        assert "Counter 2 no longer takes Land" in toasts(app)


async def test_the_alert_is_gone_as_soon_as_the_screen_knows_that_the_jam_is_over(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled
) -> None:
    await jam(desk, hand)
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await minutes_pass(pilot, settled, hand, 4)
        assert ALERT["en"] in seen(app)
        for _ in range(5):
            await desk.store.write(finish, counter=1, at=hand())
            await desk.store.write(call, counter=1, at=hand())
            await desk.store.write(start, counter=1, at=hand())
        assert app.queue_screen is not None
        app.queue_screen.reload()
        await settled(pilot)
        assert ALERT["en"] not in seen(app)


async def test_priority_for_the_next_ticket_is_never_hidden_by_an_alert(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled
) -> None:
    await jam(desk, hand)
    app = QueueApp(desk, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await minutes_pass(pilot, settled, hand, 4)
        await press(pilot, settled, "plus")
        assert "Next ticket: 2 dossiers" in seen(app)
        await press(pilot, settled, "escape")
        assert ALERT["en"] in seen(app)


async def test_who_has_no_right_to_the_move_is_told_so(
    desk: Terminal, hand: HandClock, settled: Settled, seen: Seen
) -> None:
    await staffed(desk)
    await jam(desk, hand)
    await guarded(desk)
    desk.staff = None
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "escape")
        await minutes_pass(pilot, settled, hand, 4)
        assert ALERT["en"] in seen(app)
        await press(pilot, settled, "ctrl+g", "enter")
        assert "Sign in first" in toasts(app)
        assert "land" not in (await desk.store.read(counter_views))[1].services


async def test_a_look_is_made_once_a_minute_and_only_where_it_would_be_seen(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    app = QueueApp(desk, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        watching = app._watching
        hand.advance(minutes=1)
        watching.beat("board")
        first = watching._task
        watching.beat("counter 3")
        second = watching._task
        assert second is not first
        assert second is not None
        await second
        hand.advance(seconds=59)
        watching.beat("home")
        assert watching._task is second
        hand.advance(seconds=1)
        watching.beat("home")
        assert watching._task is not second
        await settled(pilot)
    use_language("en")
