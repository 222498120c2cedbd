"""The simulated hall, against queues that are solved on paper, and the promises of the rules on random days."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.cli.words import RULE_NAMES, SCENARIO_NAMES
from queueapp.rules.disciplines import DISCIPLINES, first_come, points, strict_oldest
from queueapp.rules.halls import COMMUNE, Desk, Hall, Hours, desks
from queueapp.rules.outcomes import differences, jain, kpis, outcome, overtaken_by, with_margins
from queueapp.rules.scenarios import SCENARIOS, poisson
from queueapp.rules.simulation import NEVER, Course, Crowd, Leg, live
from queueapp.rules.staffing import mean_wait
from queueapp.rules.trials import tried

ALWAYS = Hours(math.inf)


def crowd(*citizens: tuple[float, int, bool, float], then: dict[int, tuple[Leg, ...]] | None = None) -> Crowd:
    """Return a crowd of (arrival, field, priority, minutes); `then` are the further legs by citizen."""
    moves = then or {}
    return Crowd(
        at=[each[0] for each in citizens],
        field=[each[1] for each in citizens],
        is_priority=[each[2] for each in citizens],
        minutes=[each[3] for each in citizens],
        is_absent=[False] * len(citizens),
        legs=[moves.get(number, ()) for number in range(len(citizens))],
    )


def hall(*fields: Sequence[int], hours: Hours = ALWAYS) -> Hall:
    return Hall(desks(fields), (10.0,) * (max(field for each in fields for field in each) + 1), hours)


def steady(chance: random.Random, citizens: int, between: float, minutes: float) -> Crowd:
    at, moment = [], 0.0
    for _ in range(citizens):
        moment += chance.expovariate(1 / between)
        at.append(moment)
    return crowd(*((each, 0, False, chance.expovariate(1 / minutes)) for each in at))


@pytest.mark.parametrize(("counters", "load"), [(1, 0.7), (2, 1.4), (5, 4.0)])
def test_random_arrivals_and_services_wait_as_the_formula_says(counters: int, load: float) -> None:
    people = steady(random.Random(7), 60_000, 10 / load, 10)
    course = live(people, hall(*[(0,)] * counters), first_come)
    waits = [called - at for called, at in zip(course.called, people.at, strict=True)]
    assert sum(waits) / len(waits) == pytest.approx(mean_wait(counters, load, 10), rel=0.08)
    # Little: who waits on average is arrivals times wait; the busy counters are the load.
    assert sum(course.busy) / course.ended == pytest.approx(load, rel=0.03)


def test_priority_waits_as_cobham_says() -> None:
    chance = random.Random(3)
    people = replace(steady(chance, 80_000, 12.5, 10), is_priority=[chance.random() < 0.5 for _ in range(80_000)])
    course = live(people, hall((0,)), strict_oldest)
    waits: dict[bool, list[float]] = {True: [], False: []}
    for at, called, is_priority in zip(people.at, course.called, people.is_priority, strict=True):
        waits[is_priority].append(called - at)
    left = 0.8 * 10  # the work that an arrival finds at the counter
    assert sum(waits[True]) / len(waits[True]) == pytest.approx(left / 0.6, rel=0.08)
    assert sum(waits[False]) / len(waits[False]) == pytest.approx(left / 0.6 / 0.2, rel=0.12)


def test_a_new_citizen_goes_to_the_free_counter_with_the_fewest_fields_then_the_longest_free() -> None:
    course = live(crowd((0, 0, False, 5), (1, 0, False, 1), (7, 0, False, 1)), hall((0, 1), (0,), (0,)), first_come)
    assert course.desk == [1, 2, 2]


def test_lunch_counts_for_nobody_and_what_is_begun_is_finished_in_it() -> None:
    people = crowd((230, 0, False, 30), (239, 0, False, 10))
    course = live(people, hall((0,), hours=COMMUNE), first_come)
    assert course.called == [230, 240]
    assert [COMMUNE.to_clock(230), COMMUNE.to_clock(240)] == [680, 810]
    assert [COMMUNE.of_clock(minute) for minute in (680, 700, 809, 811)] == [230, 240, 240, 241]


def test_a_service_longer_than_lunch_goes_on_after_it() -> None:
    course = live(crowd((230, 0, False, 150), (231, 0, False, 1)), hall((0,), hours=COMMUNE), first_come)
    assert course.called[1] == 260


def test_an_outage_slows_the_work_in_it_and_only_in_it() -> None:
    slow = replace(hall((0,)), slow=((60.0, 150.0, 0.2),))
    assert slow.ends(0, 60) == 60
    assert slow.ends(50, 20) == pytest.approx(110)
    assert slow.ends(140, 10) == pytest.approx(158)
    assert slow.ends(150, 10) == 160


def test_a_second_leg_keeps_the_credit_of_having_waited() -> None:
    people = crowd((0, 0, False, 5), (1, 1, False, 10), (2, 1, False, 10), then={0: ((1, 4.0), (0, 1.0))})
    course = live(people, hall((0,), (1,)), first_come)
    assert course.called == [0, 1, 15]  # the first, sent on at 5, goes at 11 before the one who came at 2


def test_a_counter_without_anybody_calls_nobody() -> None:
    shifts = Hall((Desk((0,), ((10.0, 20.0), (30.0, NEVER))),), (10.0,), ALWAYS)
    people = crowd((0, 0, False, 5), (1, 0, False, 8), (2, 0, False, 1), (50, 0, False, 1))
    assert live(people, shifts, first_come).called == [10, 15, 30, 50]
    closed = Hall((Desk((0,), ((10.0, 20.0),)),), (10.0,), ALWAYS)
    assert live(people, closed, first_come).called == [10, 15, NEVER, NEVER]


def test_a_free_counter_whose_shift_ends_comes_back_with_the_next_one() -> None:
    shifts = Hall((Desk((0,), ((0.0, 10.0), (30.0, NEVER))),), (10.0,), ALWAYS)
    assert live(crowd((12, 0, False, 1)), shifts, first_come).called == [30]


def test_the_points_call_as_the_figures_say() -> None:
    people = crowd((0, 0, False, 30), (1, 0, False, 1), (14, 0, True, 1), (20, 0, True, 1), (22, 0, True, 1))
    course = live(people, hall((0,)), points)
    # At 30: 29 points against 10 + 3 x 16; then 10 + 3 x 11; after two in a row the one without priority.
    assert course.called == [0, 32, 30, 31, 33]


def test_the_office_rule_is_the_recommended_one() -> None:
    scenario = SCENARIOS["monday"]
    people = scenario.crowd(random.Random(5))
    one, other = (live(people, scenario.hall, DISCIPLINES[name]) for name in ("office", "points"))
    assert one.called == other.called


_CITIZENS = st.lists(
    st.tuples(
        st.floats(0, 300, allow_nan=False), st.integers(0, 2), st.booleans(), st.floats(0.1, 40, allow_nan=False)
    ),
    min_size=1,
    max_size=60,
).map(lambda people: crowd(*sorted(people)))
_HALLS = st.sampled_from([hall((0, 1, 2)), hall((0,), (1, 2)), hall((0, 1), (1, 2), (0, 2)), hall((0,), (1,), (2, 0))])


@given(_CITIZENS, _HALLS, st.sampled_from(sorted(DISCIPLINES)))
def test_every_rule_keeps_the_order_within_field_and_class_and_never_leaves_a_counter_free(
    people: Crowd, place: Hall, name: str
) -> None:
    course = live(people, place, DISCIPLINES[name])
    lines: dict[tuple[int, bool], list[float]] = {}
    for field, is_priority, called in zip(people.field, people.is_priority, course.called, strict=True):
        lines.setdefault((field, is_priority), []).append(called)
    assert all(line == sorted(line) for line in lines.values())
    _nobody_waits_beside_a_free_counter(people, place, course)


def _nobody_waits_beside_a_free_counter(people: Crowd, place: Hall, course: Course) -> None:
    ends = [place.ends(called, minutes) for called, minutes in zip(course.called, people.minutes, strict=True)]
    for at, called, field in zip(people.at, course.called, people.field, strict=True):
        for number, desk in enumerate(place.desks):
            if field in desk.fields and called > at:
                work = sum(
                    max(0.0, min(end, called) - max(begin, at))
                    for begin, end, where in zip(course.called, ends, course.desk, strict=True)
                    if where == number
                )
                assert work == pytest.approx(called - at, abs=1e-6)


@given(_CITIZENS, _HALLS)
def test_by_points_nobody_is_passed_by_who_comes_in_the_last_third_of_the_wait(people: Crowd, place: Hall) -> None:
    course = live(people, place, points)
    for at, called, field, is_priority in zip(people.at, course.called, people.field, people.is_priority, strict=True):
        if is_priority:
            continue
        for other_at, other_called, other_field, other_priority in zip(
            people.at, course.called, people.field, people.is_priority, strict=True
        ):
            if other_priority and other_field == field and at < other_at and other_called < called:
                # With the wait until the other was called: it is that wait in which the points were compared.
                assert other_at - at <= (1 - 1 / 3) * (other_called - at) + 10 / 3 + 1e-6


@given(_CITIZENS)
def test_by_points_one_without_priority_is_called_after_two_with_it(people: Crowd) -> None:
    course = live(people, hall((0, 1, 2)), points)
    order = sorted(range(len(people.at)), key=lambda citizen: course.called[citizen])
    for place in range(2, len(order)):
        three = order[place - 2 : place + 1]
        if all(people.is_priority[citizen] for citizen in three):
            now = course.called[order[place]]
            assert not any(
                at < now < called
                for at, called, is_priority in zip(people.at, course.called, people.is_priority, strict=True)
                if not is_priority
            )


def test_overtakings_are_counted_as_by_hand() -> None:
    people = crowd((0, 0, False, 9), (1, 0, False, 9), (2, 0, True, 9), (3, 0, True, 9), (4, 0, False, 9))
    assert overtaken_by(people, live(people, hall((0,)), strict_oldest)) == [2, 0]


def test_the_same_seed_gives_the_same_figures_and_another_others() -> None:
    rules = ("points", "first_come")
    first, again, other = (tried("quiet", rules=rules, days=5, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.figures != other.figures


def test_rules_only_share_out_the_work_of_the_same_days() -> None:
    scenario = SCENARIOS["monday"]
    people = scenario.crowd(random.Random(1))
    ends = {round(sum(live(people, scenario.hall, rule).busy), 6) for rule in DISCIPLINES.values()}
    assert len(ends) == 1


def test_a_fair_rule_evens_out_the_fields_of_a_monday() -> None:
    trial = tried("monday", rules=("fixed", "points"), days=30)
    above = trial.above_recommended["fixed"]
    assert above["worst_field"].value > 0.5
    assert above["jain"].value < -0.1
    margin = above["daily_max"].margin
    assert margin is not None
    assert above["daily_max"].value - margin > 0


def test_too_few_days_say_no_margin() -> None:
    assert tried("quiet", rules=("points",), days=29).figures["points"]["mean"].margin is None
    assert tried("quiet", rules=("points",), days=30).figures["points"]["mean"].margin is not None


def test_the_margin_covers_the_truth_about_as_often_as_it_says() -> None:
    def days(seed: int, many: int) -> list[float]:
        figures = tried("quiet", rules=("points",), days=many, seed=seed).figures["points"]["mean"]
        return [figures.value, figures.margin or 0.0]

    truth = days(99, 3000)[0]
    hits = sum(abs(value - truth) <= margin for value, margin in (days(seed, 45) for seed in range(40)))
    assert hits >= 33


def test_a_day_without_anybody_has_figures_too() -> None:
    empty = crowd()
    place = hall((0,))
    found = kpis([outcome(empty, live(empty, place, first_come), place)])
    assert (found["mean"], found["worst_field"], found["jain"]) == (0.0, 1.0, 1.0)
    assert jain([1.0, 1.0, 0.0, 0.0]) == 0.5
    assert with_margins([outcome(empty, live(empty, place, first_come), place)])["mean"].value == 0.0


def test_a_rule_differs_from_itself_by_nothing() -> None:
    scenario = SCENARIOS["quiet"]
    outcomes = [
        outcome(people, live(people, scenario.hall, points), scenario.hall)
        for people in (scenario.crowd(random.Random(seed)) for seed in range(30))
    ]
    assert all(each.value == 0 == each.margin for each in differences(outcomes, outcomes).values())


def test_the_scenarios_keep_the_counters_as_busy_as_was_published() -> None:
    published = {"quiet": 0.33, "monday": 0.78, "outage": 0.87, "absent": 1.22, "land_rush": 0.77, "allowance": 0.89}
    for name, load in published.items():
        assert SCENARIOS[name].load() == pytest.approx(load, abs=0.011), name
        assert sum(SCENARIOS[name].shares) == pytest.approx(1)
        assert sum(SCENARIOS[name].profile) == pytest.approx(1)
    for name in ("quiet", "outage"):
        assert sum(SCENARIOS[name].profile[:3]) == pytest.approx(0.41)
        assert sum(SCENARIOS[name].profile[:8]) == pytest.approx(0.73)
    assert sum(SCENARIOS["monday"].profile[:3]) == pytest.approx(0.56)


def test_days_that_differ_are_drawn_around_the_mean() -> None:
    chance = random.Random(4)
    numbers = [poisson(chance, 100) for _ in range(400)]
    mean = sum(numbers) / 400
    assert mean == pytest.approx(100, abs=2)
    assert sum((each - mean) ** 2 for each in numbers) / 400 == pytest.approx(100, rel=0.25)


def test_the_command_line_names_every_scenario_and_rule() -> None:
    assert tuple(SCENARIOS) == SCENARIO_NAMES
    assert tuple(DISCIPLINES) == RULE_NAMES
