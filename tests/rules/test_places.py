"""Where a ticket stands that comes back into the queue."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.ahead import ahead_of
from queueapp.rules.order import Waiting
from queueapp.rules.places import place_at_end, place_behind_two, place_in
from queueapp.rules.points import Scale
from tests.rules.test_order import NOW, QUEUES, SCALE, SCALES, waits


def back(place: object, *, is_priority: bool = False, number: int = 99) -> Waiting:
    return waits(number, 0, is_priority=is_priority)._replace(place=place)  # type: ignore[arg-type]


def test_an_absent_citizen_stands_behind_two() -> None:
    queue = [waits(1, 30), waits(2, 20), waits(3, 10)]
    assert ahead_of(back(place_behind_two(queue, SCALE, is_priority=False)), queue, SCALE) == 2


def test_an_absent_citizen_with_nobody_behind_goes_to_the_end() -> None:
    assert place_behind_two([waits(1, 30)], SCALE, is_priority=False) == NOW


def test_an_absent_priority_citizen_is_not_called_again_at_once() -> None:
    queue = [waits(1, 3), waits(2, 2), waits(3, 1)]
    mine = back(
        place_behind_two(queue, SCALE, is_priority=True, issued_at=NOW - timedelta(minutes=30)), is_priority=True
    )
    assert ahead_of(mine, queue, SCALE) == 3
    later = Scale(NOW + timedelta(minutes=11))
    assert ahead_of(mine, queue, later) == 0, "after the time of two calls priority gains again"


def test_nobody_comes_back_with_more_than_was_waited() -> None:
    queue = [waits(1, 30, is_priority=True), waits(2, 20, is_priority=True)]
    issued_at = NOW - timedelta(minutes=5)
    assert place_behind_two(queue, SCALE, is_priority=False, issued_at=issued_at) == issued_at


@given(QUEUES, SCALES, st.booleans())
def test_who_comes_back_waits_for_two_calls_where_the_rule_allows(
    queue: list[Waiting], scale: Scale, is_priority: bool
) -> None:
    if scale.rule.is_strict:  # with priority before all, no place of a priority ticket is behind a normal one
        scale = scale._replace(rule=replace(scale.rule, rule="points"))
    place = place_behind_two(queue, scale, is_priority=is_priority)
    limit = scale.rule.limit
    calls = 1 if limit == 1 and not is_priority else 2  # with a cap of one a normal ticket has every second turn
    assert ahead_of(back(place, is_priority=is_priority), queue, scale) >= min(calls, len(queue))


@given(QUEUES, SCALES, st.booleans())
def test_among_their_own_class_who_comes_back_loses_two_turns_and_no_more(
    queue: list[Waiting], scale: Scale, is_priority: bool
) -> None:
    found = [each for each in queue if each.is_priority == is_priority and not each.is_first]
    same = list({each.place: each for each in found}.values())
    place = place_behind_two(same, scale, is_priority=is_priority)
    assert ahead_of(back(place, is_priority=is_priority), same, scale) == min(2, len(same))


@given(QUEUES, st.integers(0, 300))
def test_front_and_end_are_before_and_behind_all_of_the_class(queue: list[Waiting], age: int) -> None:
    issued_at = NOW - timedelta(minutes=age)
    same = [each for each in queue if not each.is_priority and not each.is_first]
    assert ahead_of(back(place_in(queue, "front", issued_at, NOW)), same, SCALE) == 0
    assert ahead_of(back(place_in(queue, "end", issued_at, NOW)), same, SCALE) == len(same)
    assert ahead_of(back(place_at_end(queue, is_priority=False, at=NOW)), same, SCALE) == len(same)
    assert place_in(queue, "own", issued_at, NOW) == issued_at


@given(QUEUES)
def test_the_front_is_before_all_that_are_not_first(queue: list[Waiting]) -> None:
    others = [each for each in queue if not each.is_first]
    front = back(place_in(others, "front", NOW, NOW), is_priority=True)
    assert ahead_of(front, others, SCALE) == 0


@given(st.lists(st.integers(0, 3), max_size=6))
def test_an_absent_low_number_passes_nobody_of_the_same_instant(ages: list[int]) -> None:
    queue = [waits(number, age) for number, age in enumerate(ages, 1)]
    place = place_behind_two(queue, SCALE, is_priority=False)
    assert ahead_of(back(place, number=0), queue, SCALE) >= min(2, len(queue))


@given(QUEUES)
def test_the_end_is_behind_those_who_came_in_the_same_instant(queue: list[Waiting]) -> None:
    same = [each for each in queue if not each.is_priority and not each.is_first]
    end = back(place_in(same, "end", NOW, NOW), number=0)
    assert ahead_of(end, same, SCALE) == len(same)
