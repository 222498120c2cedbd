"""Whom a counter calls, and where a ticket stands that comes back."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.order import (
    Waiting,
    Why,
    ahead_of,
    choose,
    explain,
    picked,
    place_after_absence,
    place_in,
    turn,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def waits(number: int, minutes: float, *, is_priority: bool = False) -> Waiting:
    return Waiting(number, is_priority, NOW - timedelta(minutes=minutes), number)


QUEUES = st.lists(st.tuples(st.integers(0, 200), st.booleans()).map(lambda pair: pair), max_size=12).map(
    lambda pairs: [waits(number, age, is_priority=first) for number, (age, first) in enumerate(pairs, 1)]
)


def test_nobody_is_chosen_where_nobody_waits() -> None:
    assert choose([], NOW) is None


def test_priority_first_then_the_longest_wait() -> None:
    chosen = choose([waits(1, 60), waits(2, 5, is_priority=True), waits(3, 9, is_priority=True)], NOW)
    assert chosen is not None
    assert (chosen[0].number, chosen[1]) == (3, Why("priority", 540.0, 1))


def test_of_two_who_came_at_once_the_lower_number_goes_first() -> None:
    chosen = choose([waits(2, 5), waits(1, 5)], NOW)
    assert chosen is not None
    assert chosen[0].number == 1


def test_a_picked_ticket_says_how_many_it_passed() -> None:
    queue = [waits(1, 30), waits(2, 20), waits(3, 10)]
    chosen = picked(queue, 3, "baby", NOW)
    assert chosen is not None
    assert chosen[1] == Why("picked", 600.0, 2, "baby")
    assert picked(queue, 9, "baby", NOW) is None


def test_a_call_is_explained_in_one_sentence() -> None:
    assert explain(Why("priority", 725.0)) == "Priority; waited 12 min."
    assert explain(Why("longest_wait", 59.0)) == "Waited longest: 0 min."
    assert explain(Why("picked", 60.0, 2, "baby")) == "Picked out of order before 2 others: baby"


def test_an_absent_citizen_stands_behind_two_of_its_class() -> None:
    queue = [waits(1, 30), waits(2, 20), waits(3, 10), waits(4, 5, is_priority=True)]
    back = Waiting(9, is_priority=False, place=place_after_absence(queue, is_priority=False, at=NOW), number=9)
    assert sorted([*queue, back], key=turn).index(back) == 3


def test_an_absent_citizen_with_nobody_behind_goes_to_the_end() -> None:
    assert place_after_absence([waits(1, 30)], is_priority=False, at=NOW) == NOW


@given(QUEUES)
def test_calling_again_and_again_empties_the_queue_in_one_order(queue: list[Waiting]) -> None:
    left, order = list(queue), []
    while (choice := choose(left, NOW)) is not None:
        assert ahead_of(choice[0], left) == 0
        order.append(choice[0])
        left.remove(choice[0])
    assert order == sorted(queue, key=turn)
    assert [ahead_of(ticket, queue) for ticket in order] == list(range(len(queue)))


@given(QUEUES, st.randoms(use_true_random=False))
def test_the_order_in_which_the_waiting_are_told_changes_nothing(queue: list[Waiting], chance: Random) -> None:
    told = list(queue)
    chance.shuffle(told)
    assert choose(told, NOW) == choose(queue, NOW)
    assert len({turn(each) for each in queue}) == len(queue)


@given(st.lists(st.integers(1, 200), unique=True, max_size=8), st.lists(st.integers(1, 200), max_size=4), st.booleans())
def test_an_absence_costs_two_turns_in_its_class_or_as_many_as_there_are(
    ages: list[int], others: list[int], is_priority: bool
) -> None:
    same = [waits(number, age, is_priority=is_priority) for number, age in enumerate(ages, 1)]
    rest = [waits(number, age, is_priority=not is_priority) for number, age in enumerate(others, 50)]
    place = place_after_absence([*same, *rest], is_priority=is_priority, at=NOW)
    assert ahead_of(Waiting(99, is_priority, place, 99), same) == min(2, len(same))


@given(QUEUES)
def test_within_a_class_nobody_is_passed(queue: list[Waiting]) -> None:
    for is_priority in (True, False):
        places = [each.place for each in sorted(queue, key=turn) if each.is_priority == is_priority]
        assert places == sorted(places)


@given(QUEUES, st.integers(0, 300))
def test_front_and_end_are_before_and_behind_all_of_the_class(queue: list[Waiting], age: int) -> None:
    issued_at = NOW - timedelta(minutes=age)
    same = [each for each in queue if not each.is_priority]
    front = Waiting(99, is_priority=False, place=place_in(queue, "front", issued_at, NOW), number=99)
    end = Waiting(99, is_priority=False, place=place_in(queue, "end", issued_at, NOW), number=99)
    assert ahead_of(front, same) == 0
    assert ahead_of(end, same) == len(same)
    assert place_in(queue, "own", issued_at, NOW) == issued_at


@given(QUEUES)
def test_the_end_is_behind_those_who_came_in_the_same_instant(queue: list[Waiting]) -> None:
    same = [each for each in queue if not each.is_priority]
    end = Waiting(0, is_priority=False, place=place_in(queue, "end", NOW, NOW), number=0)
    assert ahead_of(end, same) == len(same)


@given(st.lists(st.integers(0, 3), max_size=6))
def test_an_absent_low_number_passes_nobody_of_the_same_instant(ages: list[int]) -> None:
    queue = [waits(number, age) for number, age in enumerate(ages, 1)]
    back = Waiting(0, is_priority=False, place=place_after_absence(queue, is_priority=False, at=NOW), number=0)
    assert ahead_of(back, queue) >= min(2, len(queue))


def test_a_call_in_the_instant_of_a_step_waited_no_minutes() -> None:
    assert explain(Why("longest_wait", -1e-6)) == "Waited longest: 0 min."
