"""Reception: keys that issue, priority, dossiers, the slip, finding, voiding."""

from datetime import timedelta
from typing import Any

from textual.pilot import Pilot

from queueapp.app import QueueApp
from queueapp.i18n import use_language
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish
from queueapp.queries.hall import status
from queueapp.queries.tickets import ticket
from queueapp.rules.views import StatusView, TicketView
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Seen, Settled, toasts
from tests.screens.office import press, staffed, typed


async def opened(pilot: Pilot[Any], settled: Settled) -> None:
    await settled(pilot)
    await settled(pilot)


async def hall(terminal: Terminal) -> StatusView:
    return await terminal.store.read(status, at=MORNING)


async def found(terminal: Terminal, code: str) -> TicketView:
    return await terminal.store.read(ticket, code, at=MORNING)


async def test_one_key_issues_and_the_slip_is_there(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "Press a field's key" in seen(app)
        await pilot.press("f6")
        await settled(pilot)
        text = seen(app)
        assert "H - 0 0 1" in text
        assert "People waiting before you: 0" in text
        assert "1: waiting 1" in text
        await pilot.press("1")
        await settled(pilot)
        assert "D - 0 0 1" in seen(app)
        assert [service.issued for service in (await hall(terminal)).services] == [1, 1, 0]


async def test_a_key_held_down_issues_one_ticket_at_a_time(terminal: Terminal, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        screen = app.queue_screen
        assert screen is not None
        await app.run_action("issue(1)", screen)
        await app.run_action("issue(1)", screen)
        await settled(pilot)
        assert (await hall(terminal)).services[0].issued == 1


async def test_priority_and_dossiers_hold_for_one_ticket(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await pilot.press("f4")
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        await pilot.press("plus", "plus")
        await settled(pilot)
        assert "PRIORITY: Elderly · 3 dossiers" in seen(app)
        await pilot.press("f5")
        await settled(pilot)
        text = seen(app)
        assert "Priority: Elderly" in text
        assert "Dossiers: 3" in text
        assert "Next ticket: ordinary, one dossier" in text


async def test_escape_drops_the_priority_before_it_leaves(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await pilot.press("plus", "escape")
        await settled(pilot)
        assert "ordinary, one dossier" in seen(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Where do you work?" in seen(app)


async def test_a_number_is_found_and_voided_with_a_reason(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await pilot.press("f5", "f3")
        await settled(pilot)
        await pilot.press("d", "1", "enter")
        await settled(pilot)
        text = seen(app)
        assert "waiting, 0 before it" in text
        assert "number issued" in text
        await pilot.press("v")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "A few words are needed here" in seen(app)
        await pilot.press(*"twice", "enter")
        await settled(pilot)
        assert (await hall(terminal)).services[0].ended["void"] == 1
        assert "1: void 1" in seen(app)


async def test_a_number_that_is_not_there_is_said(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await pilot.press("f3", *"d99", "enter")
        await settled(pilot)
        assert "There is no ticket d99" in seen(app)


async def test_what_another_terminal_does_is_seen(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        await terminal.store.write(issue, service="land", note="[/]\x1b]0;x\x07", at=MORNING)
        await terminal.store.write(call, counter=1, at=MORNING)
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        text = seen(app)
        assert "called" in text
        assert "→1" in text
        assert "\x1b" not in text


async def test_every_word_is_vietnamese_too(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await pilot.press("f5")
        await settled(pilot)
        text = seen(app)
        for word in ("Phiếu in", "Phiếu mới nhất", "Số người chờ trước: 0", "1: chờ 1", "Đất đai", "F4  Ưu tiên"):
            assert word in text
        await pilot.press("f2")
        await settled(pilot)
        assert "Latest tickets" in seen(app)
    use_language("en")


async def test_a_ticket_of_a_wrong_field_is_taken_back_and_its_number_stays_used(
    terminal: Terminal, clock: HandClock, settled: Settled
) -> None:
    app = QueueApp(Terminal(terminal.store, clock=clock), opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "z")
        assert "Nothing was done here yet that could be taken back." in toasts(app)
        await press(pilot, settled, "f5", "ctrl+z")
        assert (await found(terminal, "D-001")).state == "void"
        await press(pilot, settled, "f5")
        assert (await found(terminal, "D-002")).state == "waiting"
        clock.advance(seconds=61)
        await press(pilot, settled, "z")
        assert "only what was done in the last 60 seconds" in toasts(app)
        assert (await found(terminal, "D-002")).state == "waiting"


async def test_who_went_away_is_brought_back_from_the_box_of_the_ticket(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f12")
        await typed(pilot, settled, "d1")
        assert (await found(terminal, "D-001")).state == "left"
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        assert "went away" in seen(app)
        await press(pilot, settled, "f5")
        assert "D-001 waits again, 0 before it." in toasts(app).replace("d1", "D-001")
        assert (await found(terminal, "D-001")).state == "waiting"


async def test_a_key_of_the_box_that_does_nothing_says_why(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        assert "(F5) Bring back" in seen(app)
        box = app.screen
        await press(pilot, settled, "f5")
        assert "That cannot be done with ticket D-001 now: it is waiting." in toasts(app)
        assert app.screen is box
        await terminal.store.write(leave, ticket="d1", at=MORNING)
        await press(pilot, settled, "escape", "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "v", "f4")
        assert toasts(app).count("That cannot be done with ticket D-001 now: it is gone.") == 1


async def test_a_ticket_gets_priority_afterwards_with_who_and_why(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await staffed(terminal)
    await terminal.store.write(issue, service="land", at=MORNING)
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        terminal.staff = "Em"
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "f4", "4")
        await typed(pilot, settled, "came late")
        assert (await found(terminal, "D-001")).priority == "pregnant"
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        text = seen(app)
        assert "priority: Pregnant" in text
        assert "priority changed · Em · came late" in text
        await press(pilot, settled, "f4", "1", "escape")
        assert (await found(terminal, "D-001")).priority == "pregnant"
        terminal.staff = "An"
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        await press(pilot, settled, "f4", "1")
        await typed(pilot, settled, "mistake")
        assert "An has no right to do that (give or take priority)" in toasts(app)


async def test_who_waits_is_told_who_is_before_and_by_which_rule(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    await terminal.store.write(issue, service="land", priority="elderly", at=MORNING)
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        text = seen(app)
        assert "By waiting points: 0.0 points" in text
        assert "D-002 (10.0 points = 10 + 3 ×" in text


async def test_a_voucher_is_called_before_new_tickets_and_is_good_once(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    at = clock.advance(minutes=9 * 60 + 30)
    closed = await terminal.store.write(close_day, unserved={"D-001": "carried_over"}, at=at)
    (voucher,) = closed.vouchers
    clock.advance(minutes=14 * 60 + 30)
    await terminal.store.write(issue, service="land", at=clock())
    app = QueueApp(Terminal(terminal.store, clock=clock), opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f10")
        await typed(pilot, settled, "V-WRONG")
        assert "V-WRONG" in toasts(app)
        await press(pilot, settled, "f10")
        await typed(pilot, settled, voucher.code.lower())
        assert "D - 0 0 2" in seen(app)
        called = await terminal.store.write(call, counter=1, at=clock())
        assert called.ticket is not None
        assert called.ticket.code == "D-002"
        await press(pilot, settled, "f10")
        await typed(pilot, settled, voucher.code)
        assert f"The voucher {voucher.code} was used already; it is good once." in toasts(app)


async def test_a_name_is_only_asked_where_the_office_keeps_names_and_is_masked(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "n")
        assert "This office keeps no names." in toasts(app)
        await staffed(terminal, personal={"name": True})
        assert app.queue_screen is not None
        await app.queue_screen.look()
        await settled(pilot)
        await press(pilot, settled, "n")
        await typed(pilot, settled, "Nguyen Thi Hoa")
        assert "Next ticket: Nguyen Thi Hoa" in seen(app)
        await press(pilot, settled, "f5", "f5")
        assert (await found(terminal, "D-001")).name == "Nguyen Thi Hoa"
        assert (await found(terminal, "D-002")).name is None
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "d1")
        assert "Nguyen Thi Hoa" not in seen(app)
        assert "N" in seen(app)


async def test_a_closed_day_takes_no_tickets(terminal: Terminal, clock: HandClock, settled: Settled) -> None:
    await terminal.store.write(close_day, at=clock.advance(minutes=9 * 60 + 30))
    app = QueueApp(Terminal(terminal.store, clock=clock), opens="reception", language="en")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5")
        assert "The day 23/11/2026 is closed." in toasts(app)
        assert (await hall(terminal)).services[0].issued == 0


async def test_what_is_typed_replaces_what_stands_there(terminal: Terminal, seen: Seen, settled: Settled) -> None:
    app = QueueApp(terminal, opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f9")
        await typed(pilot, settled, "3")
        assert "3 dossiers" in seen(app)


async def test_a_day_that_nobody_closed_is_said_at_reception(
    terminal: Terminal, clock: HandClock, seen: Seen, settled: Settled
) -> None:
    await terminal.store.write(issue, service="land", at=MORNING)
    clock.advance(minutes=24 * 60)
    app = QueueApp(Terminal(terminal.store, clock=clock), opens="reception", language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        notice = "Monday 23/11/2026 was never closed: go home (Esc) and press F8."
        assert notice in seen(app)
        await press(pilot, settled, "f5")
        assert notice in seen(app)


async def test_a_ticket_says_when_its_turn_is_expected_and_why(
    terminal: Terminal, seen: Seen, settled: Settled
) -> None:
    for _number in range(3):
        await terminal.store.write(issue, service="land", at=MORNING)
    app = QueueApp(terminal, opens="reception", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Chờ dự kiến" in seen(app)
        await pilot.press("f5")
        await settled(pilot)
        slip = " ".join(seen(app).split())
        assert "Dự kiến đến lượt:" in slip
        assert "Trước ông/bà 3 số" in " ".join(slip.replace("│", " ").split())
        assert "ước tính ban đầu" in " ".join(slip.replace("│", " ").split())
        await pilot.press("f3")
        await pilot.press(*"D-004", "enter")
        await settled(pilot)
        box = " ".join(seen(app).replace("│", " ").split())
        assert "Đã báo khi cấp số:" in box
        assert "tạm tính" in box


async def learned(desk: Terminal, hand: HandClock) -> None:
    """Let the land counter live a day of which the office learns, then begin the next one, near its end."""
    store = desk.store
    for _number in range(32):
        await store.write(issue, service="land", at=hand.advance(seconds=5))
    for _number in range(32):
        await store.write(call, counter=1, at=hand.advance(seconds=10))
        await store.write(start, counter=1, at=hand.advance(seconds=20))
        await store.write(finish, counter=1, at=hand.advance(seconds=330))
    await store.write(close_day, at=hand.advance(minutes=480))
    hand.moment = MORNING + timedelta(days=1)
    for _number in range(12):
        await store.write(issue, service="land", at=hand.advance(seconds=1))
    hand.moment = MORNING + timedelta(days=1, hours=8, minutes=45)


async def test_a_full_day_says_so_and_offers_another_day_by_one_key(
    desk: Terminal, hand: HandClock, seen: Seen, settled: Settled
) -> None:
    await learned(desk, hand)
    app = QueueApp(desk, opens="reception", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "✗ hết số" in seen(app)
        await press(pilot, settled, "f5")
        assert "Hết số Đất đai hôm nay." in seen(app)
        await press(pilot, settled, "escape")
        assert (await desk.store.read(status, at=hand())).services[0].issued == 12
        await press(pilot, settled, "f5", "1")
        assert "phiếu hẹn V-" in toasts(app)
        assert "PHIẾU HẸN" in seen(app)
        field = (await desk.store.read(status, at=hand())).services[0]
        assert (field.issued, field.ended["carried_over"]) == (13, 1)
        await press(pilot, settled, "f5", "2")
        await typed(pilot, settled, "cu gia o xa")
        assert (await desk.store.read(status, at=hand())).services[0].waiting == 13
        assert "D-014: không chắc kịp trong ngày. Ctrl+N" in seen(app)
        await press(pilot, settled, "f3")
        await typed(pilot, settled, "D-014")
        assert "cấp số · dù hết số: cu gia o xa" in seen(app)


async def test_who_is_at_a_counter_stands_under_a_head_that_says_so(
    desk: Terminal, seen: Seen, settled: Settled
) -> None:
    app = QueueApp(desk, opens="reception", language="vi")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, settled)
        assert "Chờ Ở quầy Chờ dự kiến Còn" in seen(app)


async def test_the_ticket_just_issued_is_carried_over_and_taken_back(
    desk: Terminal, hand: HandClock, settled: Settled
) -> None:
    app = QueueApp(desk, opens="reception", language="vi")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, settled)
        await press(pilot, settled, "f5", "ctrl+n", "enter")
        assert "hẹn sang ngày 24/11/2026" in toasts(app)
        assert (await desk.store.read(ticket, "D-001", at=hand())).state == "carried_over"
        await press(pilot, settled, "ctrl+z")
        assert (await desk.store.read(ticket, "D-001", at=hand())).state == "waiting"
