"""Who is called before a new ticket, with those still to come; and what was learned, kept and taken up again."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.estimate import Estimator
from queueapp.rules.learned import as_plain, from_plain
from queueapp.rules.turns import Points, Standing, calls_before
from tests.rules.test_estimate import HOURS, lived

WAITS = st.lists(st.floats(0, 120), max_size=30)


def standing(
    normal: Sequence[float] = (), priority: Sequence[float] = (), rate: float = 0.0, *, is_priority: bool
) -> Standing:
    """Return who waits with a new ticket: the minutes that each has waited."""
    same, others = (priority, normal) if is_priority else (normal, priority)
    return Standing(len(same), len(others), lambda minutes: sum(each > minutes for each in others), rate)


def steady(ahead: float) -> float:
    return 4 * (ahead + 0.5)


def test_without_priority_the_count_of_those_before_it_is_the_answer() -> None:
    assert calls_before(standing(normal=(9, 5, 1), is_priority=False), is_priority=False, minutes=steady) == 3
    assert calls_before(standing(priority=(9, 5), is_priority=True), is_priority=True, minutes=steady) == 2


def test_priority_tickets_still_to_come_count_for_a_normal_one() -> None:
    quiet = calls_before(standing(normal=(5,) * 6, is_priority=False), is_priority=False, minutes=steady)
    busy = calls_before(standing(normal=(5,) * 6, rate=0.05, is_priority=False), is_priority=False, minutes=steady)
    assert quiet == 6
    assert busy == pytest.approx(7, abs=0.3)  # a twentieth a minute, in two thirds of some 30 minutes and 3 more


def test_a_normal_ticket_that_has_waited_long_stays_before_a_priority_one() -> None:
    fresh = calls_before(standing(normal=(2, 1), is_priority=True), is_priority=True, minutes=steady)
    old = calls_before(standing(normal=(90, 60), is_priority=True), is_priority=True, minutes=steady)
    assert fresh == 0
    assert old == pytest.approx(2, abs=0.2)


def test_first_come_first_served_is_a_weight_of_one_without_a_head_start() -> None:
    rule = Points(head_start=0, weight=1)
    for is_priority in (True, False):
        waits = standing((30, 20, 10), (5,), 1, is_priority=is_priority)
        assert calls_before(waits, is_priority=is_priority, minutes=steady, rule=rule) == pytest.approx(4, abs=0.2)


@given(WAITS, WAITS, st.floats(0, 2), st.booleans())
def test_the_number_before_it_lies_within_what_the_rule_allows(
    normal: list[float], priority: list[float], rate: float, is_priority: bool
) -> None:
    rule = Points()
    waits = standing(normal, priority, rate, is_priority=is_priority)
    ahead = calls_before(waits, is_priority=is_priority, minutes=steady, rule=rule)
    most = len(normal) + len(priority) if is_priority else len(normal) + rule.in_a_row * (len(normal) + 1)
    assert 0 <= ahead <= max(most, len(normal) + len(priority))


@pytest.mark.parametrize("is_shared", [True, False])
def test_what_was_learned_is_the_same_when_it_is_taken_up_again(is_shared: bool) -> None:
    estimator = lived(3, days=6, is_shared=is_shared)
    kept = json.loads(json.dumps(as_plain(estimator)))
    again = from_plain(kept, is_shared=is_shared, hours=HOURS)
    for one in (estimator, again):
        for day in range(2):  # and it goes on learning the same
            for ticket in range(20):
                one.issue(ticket, "land", 460 + ticket + day, counters=2)
            for ticket in range(20):
                one.call(ticket, 490 + 3 * ticket)
            one.end_day()
    first, second = (
        [
            figure
            for ahead in (0, 3, 30)
            for each in [one.expect("land", 500, ahead=ahead, pool_ahead=ahead, counters=2)]
            for figure in (each.low, each.minutes, each.high, each.pace)
        ]
        for one in (estimator, again)
    )
    assert second == pytest.approx(first, rel=1e-3)


def test_what_another_version_kept_is_left_alone() -> None:
    assert from_plain({**as_plain(lived(1)), "version": 0}).lines == {}
    assert from_plain(as_plain(Estimator())).expect("land", 500, ahead=1).basis == "first"
