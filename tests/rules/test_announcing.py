"""What the board announces: each call once, in order, nothing stale."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.announcing import STALE_AFTER, last_told, latest_by_ticket, to_announce
from queueapp.rules.views import CallView

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def a_call(seq: int, code: str = "D-001", *, age: float = 0, is_recall: bool = False) -> CallView:
    moment = NOW - timedelta(seconds=age)
    return CallView(seq, moment, code, 1, "land", is_recall=is_recall, is_present=True)


def test_two_calls_of_the_same_instant_are_told_in_their_order() -> None:
    calls = [a_call(8, "H-001"), a_call(7, "D-001")]
    assert [call.code for call in to_announce(calls, 6, NOW)] == ["D-001", "H-001"]


def test_a_call_is_told_once() -> None:
    calls = [a_call(7)]
    told = last_told(calls, 0)
    assert to_announce(calls, told, NOW) == ()


def test_a_recall_is_told_again() -> None:
    calls = [a_call(9, is_recall=True), a_call(7)]
    assert [call.seq for call in to_announce(calls, 7, NOW)] == [9]


def test_a_board_that_starts_does_not_shout_the_morning_again() -> None:
    calls = [a_call(3, "D-003", age=5), a_call(2, "D-002", age=STALE_AFTER.total_seconds() + 1)]
    assert [call.code for call in to_announce(calls, 0, NOW)] == ["D-003"]


def test_nobody_is_sent_to_a_counter_that_the_ticket_has_left() -> None:
    assert to_announce([replace(a_call(7), is_present=False)], 0, NOW) == ()


def test_a_recalled_ticket_stands_in_the_list_once() -> None:
    calls = [a_call(9, is_recall=True), a_call(8, "D-002"), a_call(7)]
    assert [call.seq for call in latest_by_ticket(calls, 5)] == [9, 8]


@given(st.lists(st.lists(st.integers(1, 60), max_size=6), max_size=12))
def test_however_the_calls_arrive_none_is_told_twice_or_out_of_order(batches: list[list[int]]) -> None:
    told_until, heard, known = 0, [], set[int]()
    for batch in batches:
        known |= {seq for seq in batch if seq > told_until}
        calls = [a_call(seq, f"D-{seq:03d}") for seq in known]
        heard += [call.seq for call in to_announce(calls, told_until, NOW)]
        told_until = last_told(calls, told_until)
    assert heard == sorted(set(heard))
    assert set(heard) == known
