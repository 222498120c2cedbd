"""A coming day from past ones, and the counters that its hours need."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from queueapp.rules.expecting import Came, Past, expected, hours_of
from queueapp.rules.halls import COMMUNE, Hall, desks
from queueapp.rules.planning import MARGIN, Target, drawn, fewest, in_time, needs, office_hours, rates, staffed
from queueapp.rules.scenarios import Scenario

MONDAY = date(2026, 11, 30)
SESSIONS = [(time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))]
EARLIER = tuple(MONDAY - timedelta(weeks=week) for week in (4, 3, 2, 1))


def past(days: tuple[date, ...] = EARLIER, services: int = 40) -> Past:
    """Return past Mondays on which six come at 07:00 (before the opening), two at 12:00 and two at 15:10."""
    minutes = [7 * 60] * 6 + [12 * 60] * 2 + [15 * 60 + 10] * 2
    came = tuple(
        Came(day, "land" if n % 2 else "civil_status", minute, n == 0, n == 1)
        for day in days
        for n, minute in enumerate(minutes)
    )
    return Past(
        MONDAY,
        days,
        ("land", "civil_status", "social_affairs"),
        came,
        {"land": [10.0, 20.0] * (services // 2)},
        SESSIONS,
        {1: ["land"], 2: ["civil_status", "land"]},
    )


def test_who_comes_before_the_opening_or_at_noon_waits_for_it() -> None:
    found = expected(past())
    means = {half.begins: half.mean for half in found.halves if half.mean}
    assert means == {450.0: 6.0, 810.0: 2.0, 900.0: 2.0}
    assert [half.begins for half in found.halves][7:9] == [660.0, 810.0]
    assert all(half.low <= half.mean <= half.high for half in found.halves)


def test_a_field_with_few_services_takes_the_mean_of_all_and_says_so() -> None:
    found = {field.service: field for field in expected(past()).fields}
    assert (found["land"].minutes, found["land"].services) == (15.0, 40)
    assert (found["civil_status"].minutes, found["civil_status"].services) == (15.0, 0)
    assert "social_affairs" not in found


def test_the_day_is_simulated_with_the_counters_and_people_of_the_office() -> None:
    scenario = expected(past()).scenario
    assert scenario is not None
    assert scenario.citizens == 10
    assert (scenario.priority, scenario.absent) == (0.1, 0.1)
    assert [desk.fields for desk in scenario.hall.desks] == [(0,), (1, 0)]
    assert scenario.hall.hours == COMMUNE
    assert scenario.variation == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("known", "lacking"),
    [
        (past(EARLIER[:3]), "days"),
        (past(services=20), "services"),
        (replace(past(), sessions=[]), "hours"),
        (past(()), "days"),
    ],
)
def test_too_little_is_said_and_nothing_made_of_it(known: Past, lacking: str) -> None:
    found = expected(known)
    assert (found.lacking, found.scenario, found.halves) == (lacking, None, ())


def test_hours_without_a_break_and_with_two() -> None:
    assert hours_of([(time(8), time(12))]).breaks == ()
    two = hours_of([(time(7), time(9)), (time(10), time(12)), (time(12), time(13)), (time(14), time(16))])
    assert (two.length, two.breaks) == (420.0, ((120.0, 60.0), (300.0, 60.0)))


SMALL = Scenario(
    "", 40, Hall(desks([(0,)]), (11.0,)), (1.0,), priority=0, absent=0, moved=0, change_over=0, day_variation=0.0
)


def test_the_plan_keeps_its_promise_with_a_margin_and_one_counter_less_does_not() -> None:
    plan = fewest(SMALL, Target(), replications=150)
    crowds = drawn(SMALL, 1, 150)

    def worst(counters: tuple[int, ...]) -> float:
        return min(in_time(crowds, Hall(staffed(counters, COMMUNE), (11.0,)), 15.0))

    assert worst(plan) >= 0.8 + MARGIN
    for hour, counters in enumerate(plan):
        if counters > 1:
            assert worst((*plan[:hour], counters - 1, *plan[hour + 1 :])) < 0.8 + MARGIN


def test_staffing_shows_the_plan_beside_the_counters_there_are() -> None:
    found = needs(SMALL, replications=100)
    assert [(need.begins, need.length) for need in found.needs] == office_hours(COMMUNE)
    assert sum(need.arrivals for need in found.needs) == pytest.approx(40)
    assert min(need.now_in_time for need in found.needs) < 0.3 < min(need.in_time for need in found.needs)
    assert found.needs[0].erlang_c >= found.needs[0].counters > 1


def test_rates_are_an_hour_s_also_where_the_last_is_short() -> None:
    found = rates(replace(SMALL, citizens=100))
    assert len(found) == 8
    assert found[-1] == pytest.approx(4.0)


def test_a_flat_roster_fails_a_busy_morning() -> None:
    busy = replace(SMALL, citizens=150)
    shares = in_time(drawn(busy, 1, 40), Hall(staffed([5] * 8, COMMUNE), (11.0,)), 15.0)
    assert min(shares) < 0.2


def test_a_last_hour_that_is_no_whole_half_hours_loses_nobody() -> None:
    odd = hours_of([(time(7, 30), time(11, 45))])
    scenario = replace(SMALL, hall=Hall((), (11.0,), odd), profile=(0.1,) * 8 + (0.2,))
    assert [length for _begin, length in office_hours(odd)] == [60, 60, 60, 60, 15]
    assert rates(scenario, odd)[-1] == pytest.approx(0.2 * 40 * 4)


def test_a_target_near_everybody_is_reached_too() -> None:
    plan = fewest(SMALL, Target(0.99, 5.0), replications=40)
    assert min(in_time(drawn(SMALL, 1, 40), Hall(staffed(plan, COMMUNE), (11.0,)), 5.0)) >= 0.99
