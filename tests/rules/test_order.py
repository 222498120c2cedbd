"""Whom a counter calls, by every rule; and that the order and the count of those before a ticket are the same."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.ahead import ahead_of, picked
from queueapp.rules.idle import Idle, who_takes
from queueapp.rules.order import Called, Caller, Waiting, calls_to_know, choose, line
from queueapp.rules.points import RULES, CallRule, Scale, scale_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SCALE = Scale(NOW)
LUNCH = ((NOW - timedelta(minutes=90), NOW - timedelta(minutes=60)), (NOW - timedelta(minutes=20), NOW))
P, N = Called(is_priority=True), Called(is_priority=False)


def waits(
    number: int, minutes: float, *, is_priority: bool = False, service: int = 0, is_first: bool = False
) -> Waiting:
    return Waiting(number, is_priority, NOW - timedelta(minutes=minutes), number, is_first, service)


def numbers(queue: list[Waiting], scale: Scale = SCALE, caller: Caller | None = None) -> list[int]:
    return [each.number for each, _rule in line(queue, scale, caller or Caller())]


TICKETS = st.tuples(st.integers(0, 200), st.booleans(), st.sampled_from([False] * 6 + [True]))
QUEUES = st.lists(TICKETS, max_size=12).map(
    lambda found: [waits(n, age, is_priority=has, is_first=first) for n, (age, has, first) in enumerate(found, 1)]
)
CALL_RULES = st.builds(CallRule, st.sampled_from(RULES), st.integers(0, 30), st.integers(1, 5), st.integers(0, 3))
SCALES = st.builds(Scale, st.just(NOW), CALL_RULES, st.sampled_from([(), LUNCH]))
CALLERS = st.lists(st.sampled_from([P, N]), max_size=4).map(lambda calls: Caller(tuple(calls)))


def test_nobody_is_chosen_where_nobody_waits() -> None:
    assert choose([], SCALE) is None


def test_priority_has_ten_points_and_three_a_minute() -> None:
    chosen = choose([waits(1, 24), waits(2, 5, is_priority=True)], SCALE)
    assert chosen is not None
    assert (chosen.ticket.number, chosen.why.rule, chosen.why.passed) == (2, "priority", 1)
    chosen = choose([waits(1, 26), waits(2, 5, is_priority=True)], SCALE)
    assert chosen is not None
    assert (chosen.ticket.number, chosen.why.rule) == (1, "longest_wait")


def test_of_equal_points_the_earlier_goes_first_and_then_the_lower_number() -> None:
    assert numbers([waits(1, 25), waits(2, 5, is_priority=True)]) == [1, 2]
    assert numbers([waits(2, 5), waits(1, 5)]) == [1, 2]


def test_after_two_with_priority_a_normal_one_has_its_turn() -> None:
    queue = [waits(n, 10, is_priority=True) for n in (1, 2, 3, 4, 5)] + [waits(6, 1), waits(7, 1)]
    assert numbers(queue) == [1, 2, 6, 3, 4, 7, 5]
    chosen = choose(queue, SCALE, Caller((P, P, N)))
    assert chosen is not None
    assert (chosen.ticket.number, chosen.why.rule) == (6, "cap")


def test_the_cap_holds_nobody_back_where_no_normal_one_waits() -> None:
    assert numbers([waits(n, 10, is_priority=True) for n in (1, 2, 3, 4)]) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (CallRule("points"), [2, 3, 1, 4, 5]),
        (CallRule("points", cap=0), [2, 3, 4, 1, 5]),
        (CallRule("first_come"), [1, 2, 3, 4, 5]),
        (CallRule("strict"), [2, 3, 1, 4, 5]),
        (CallRule("strict", cap=0), [2, 3, 4, 1, 5]),
        (CallRule("alternate"), [2, 1, 3, 5, 4]),
        (CallRule("points", factor=1, cap=0), [2, 1, 3, 4, 5]),
    ],
)
def test_each_rule_has_its_order(rule: CallRule, order: list[int]) -> None:
    ages = ((1, 12, False), (2, 11, True), (3, 2, True), (4, 1, True), (5, 0, False))
    assert numbers([waits(n, age, is_priority=has) for n, age, has in ages], Scale(NOW, rule)) == order


def test_lunch_and_the_hour_before_opening_give_no_points() -> None:
    hours = {"monday": ["07:30-11:30", "13:30-17:00"]}

    def waited(place: str, at: str) -> float:
        there = "2026-11-23T{}:00+07:00"
        scale = scale_of({"hours": hours}, "Asia/Ho_Chi_Minh", datetime.fromisoformat(there.format(at)))
        return scale.waited(datetime.fromisoformat(there.format(place))) / timedelta(minutes=1)

    assert waited("06:50", "07:20") == 0
    assert waited("06:50", "08:00") == 30
    assert waited("11:00", "12:00") == 30
    assert waited("11:00", "14:00") == 60
    assert waited("16:30", "17:30") == 60, "who still waits after closing gains on"
    assert waited("14:10", "14:00") == -10


def test_a_day_without_hours_counts_every_minute() -> None:
    scale = scale_of({"hours": {"tuesday": ["07:30-11:30"]}}, "Asia/Ho_Chi_Minh", NOW)
    assert scale.waited(NOW - timedelta(minutes=200)) == timedelta(minutes=200)


def test_two_to_one_is_called_while_both_wait() -> None:
    queue = [waits(n, 60 - n, service=1) for n in range(1, 9)] + [waits(n, 90 - n, service=2) for n in range(11, 19)]
    called = [each.service for each, _rule in line(queue, SCALE, Caller(weights={1: 2, 2: 1}))]
    assert called[:12] == [1, 2, 1] * 4
    assert called[12:] == [2] * 4


def test_three_to_one_is_three_quarters_of_four_hundred_calls() -> None:
    queue = [waits(n, 500 - n, service=n % 2) for n in range(800)]
    called = [each.service for each, _rule in line(queue, SCALE, Caller(weights={0: 3, 1: 1}))][:400]
    assert called.count(0) == 300


def test_a_choice_by_shares_says_which() -> None:
    queue = [waits(1, 5, service=1), waits(2, 50, service=2)]
    caller = Caller((Called(is_priority=False, service=2),) * 2, {1: 2, 2: 1})
    chosen = choose(queue, SCALE, caller)
    assert chosen is not None
    assert chosen.why.figures is not None
    assert (chosen.ticket.number, chosen.why.rule, chosen.why.figures.share) == (1, "share", (0, 2, 2))


def test_equal_weights_are_no_shares() -> None:
    queue = [waits(1, 5, service=1), waits(2, 50, service=2)]
    assert numbers(queue, caller=Caller((Called(is_priority=False, service=2),) * 5, {1: 3, 2: 3})) == [2, 1]


def test_the_log_is_asked_only_where_it_decides() -> None:
    mixed = [waits(1, 5), waits(2, 5, is_priority=True)]
    assert calls_to_know(mixed, SCALE, {}) == 2
    assert calls_to_know(mixed[:1], SCALE, {}) == 0
    assert calls_to_know(mixed, Scale(NOW, CallRule("first_come")), {}) == 0
    assert calls_to_know(mixed[:1], SCALE, {1: 3, 2: 1}) == 3


def test_a_picked_ticket_says_how_many_it_passed() -> None:
    queue = [waits(1, 30), waits(2, 20), waits(3, 10)]
    chosen = picked(queue, 3, "baby", SCALE)
    assert chosen is not None
    assert (chosen.why.rule, chosen.why.waited_seconds, chosen.why.passed, chosen.why.reason) == (
        "picked",
        600,
        2,
        "baby",
    )
    assert picked(queue, 9, "baby", SCALE) is None


def test_the_counter_with_the_fewest_fields_takes_the_next() -> None:
    assert who_takes([Idle(4, 3), Idle(2, 1, NOW)]) == 2
    assert who_takes([Idle(1, 1, NOW), Idle(2, 1, NOW - timedelta(minutes=9))]) == 2
    assert who_takes([Idle(1, 1, NOW), Idle(2, 1)]) == 2
    assert who_takes([Idle(2, 1), Idle(1, 1)]) == 1
    assert who_takes([]) is None


@given(QUEUES, SCALES, CALLERS)
def test_calling_again_and_again_follows_the_line(queue: list[Waiting], scale: Scale, caller: Caller) -> None:
    left, order = list(queue), []
    while (choice := choose(left, scale, caller)) is not None:
        assert ahead_of(choice.ticket, left, scale, caller) == 0
        order.append((choice.ticket, choice.why.rule))
        left.remove(choice.ticket)
        caller = caller.after(choice.ticket, 4)
    assert len(order) == len(queue)


@given(QUEUES, SCALES, CALLERS)
def test_how_many_are_ahead_is_the_place_in_the_line(queue: list[Waiting], scale: Scale, caller: Caller) -> None:
    order = [each for each, _rule in line(queue, scale, caller)]
    assert [ahead_of(each, queue, scale, caller) for each in order] == list(range(len(queue)))


@given(QUEUES, SCALES, CALLERS, st.randoms(use_true_random=False))
def test_the_order_in_which_the_waiting_are_told_changes_nothing(
    queue: list[Waiting], scale: Scale, caller: Caller, chance: Random
) -> None:
    told = list(queue)
    chance.shuffle(told)
    assert choose(told, scale, caller) == choose(queue, scale, caller)


@given(QUEUES, SCALES, CALLERS)
def test_within_a_class_nobody_is_passed(queue: list[Waiting], scale: Scale, caller: Caller) -> None:
    order = [each for each, _rule in line(queue, scale, caller)]
    for is_priority in (True, False):
        places = [each.place for each in order if each.is_priority == is_priority and not each.is_first]
        assert places == sorted(places)
    firsts = [each for each in order if each.is_first]
    assert order[: len(firsts)] == firsts
