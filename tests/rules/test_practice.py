"""A day of practice in values: its hours by the clock, its people, and the account of how it went."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from queueapp.rules.halls import COMMUNE, Hall, desks
from queueapp.rules.practice import Times, arrivals_of, fields_for
from queueapp.rules.practice_account import Own, Reception, account, is_behind, is_longer, is_slow, is_slow_reception
from queueapp.rules.scenarios import SCENARIOS
from queueapp.rules.simulation import Course
from queueapp.rules.summaries import Measure, Visit
from queueapp.rules.views import SpanView
from tests.rules.test_simulation import crowd

MIDNIGHT = datetime.combine(date(2026, 11, 24), time(), ZoneInfo("Asia/Ho_Chi_Minh"))
TIMES = Times(Hall(desks([(0,), (0,)]), (9.0,), COMMUNE, slow=((60.0, 150.0, 0.2),)), MIDNIGHT)


def clock(words: str) -> datetime:
    return MIDNIGHT + timedelta(hours=int(words[:2]), minutes=int(words[3:]))


def visit(
    number: int, came: str, called: str | None, ended: str | None = None, *, counter: int = 1, by: str = "finish"
) -> Visit:
    """Return a citizen who comes, is called (and starts at once) and has done."""
    waits = SpanView(
        "waiting", "land", None, None, clock(came), clock(called) if called else None, "call" if called else None
    )
    spans = [waits]
    if called:
        spans.append(SpanView("called", "land", counter, None, clock(called), clock(called), "start"))
        spans.append(SpanView("serving", "land", counter, None, clock(called), clock(ended) if ended else None, by))
    return Visit(f"D-{number:03d}", "land", "served", 1, clock(came), counter, None, spans=tuple(spans))


def test_counters_call_from_the_opening_on_and_not_at_lunch() -> None:
    opens = {"07:10": "07:30", "08:00": "08:00", "11:29": "11:29", "11:31": "13:30", "13:31": "13:31", "18:00": "18:00"}
    assert {at: TIMES.opens(clock(at)) for at in opens} == {at: clock(then) for at, then in opens.items()}


def test_work_is_slow_in_an_outage_and_goes_on_through_lunch() -> None:
    assert TIMES.ends(clock("07:40"), 600) == clock("07:50")
    assert TIMES.ends(clock("08:30"), 600) == clock("09:20")
    assert TIMES.ends(clock("11:25"), 900) == clock("11:40")


def test_an_office_with_other_fields_has_its_own_for_those_of_a_scenario() -> None:
    assert fields_for(["land", "civil_status", "social_affairs"]) == ("civil_status", "land", "social_affairs")
    assert fields_for(["tax", "land"]) == ("tax", "land", "tax")
    assert fields_for(["land"]) == ("land", "land", "land")


def test_everybody_of_the_scenario_comes_in_order_and_a_few_do_not_wait_for_ever() -> None:
    scenario = SCENARIOS["allowance"]
    people = scenario.crowd(random.Random(1))
    times = Times(scenario.hall, MIDNIGHT)
    arrivals = arrivals_of(people, times, ("a", "b", "c"), ("elderly",), random.Random(2))
    assert [each.at for each in arrivals] == sorted(each.at for each in arrivals)
    assert sum(each.priority is not None for each in arrivals) == sum(people.is_priority)
    assert sum(each.is_no_show for each in arrivals) == sum(people.is_absent)
    assert sum(len(each.then) for each in arrivals) == sum(map(len, people.legs))
    assert 0 < sum(each.leaves_at is not None for each in arrivals) < len(arrivals) / 8
    assert all(each.leaves_at > each.at for each in arrivals if each.leaves_at is not None)


def test_the_account_is_as_by_hand() -> None:
    people = crowd((0, 0, False, 10), (5, 0, True, 10), (10, 0, False, 10), (200, 0, False, 10))
    course = Course([0.0, 10.0, 12.0, 200.0], [0, 0, 1, 0], 210.0)
    visits = [
        visit(1, "07:30", "07:31", "07:41"),
        visit(2, "07:35", "07:45", "07:55"),
        visit(3, "07:40", None),
    ]
    found = account(visits, people, course, TIMES, Reception({"D-003": 8.0}), until=30.0, counter=1)
    assert (found.came, found.waited.called, found.reference.called) == (3, 2, 3)
    assert found.waited.all.mean == pytest.approx((1 + 10 + 22) / 3)
    assert found.reference.all.mean == pytest.approx((0 + 5 + 2) / 3)
    assert found.reference_calls == 2
    assert found.own is not None
    assert (found.own.calls, found.own.served, found.own.idle.mean) == (2, 2, (1 + 4) / 2)
    assert is_longer(found)
    assert not is_slow_reception(found)


def test_who_stands_at_reception_waits_too() -> None:
    people = crowd((0, 0, False, 10), (5, 0, False, 10))
    course = Course([0.0, 5.0], [0, 1], 15.0)
    reception = Reception({"D-001": 0.0}, asking=[(5.0, False)])
    found = account([visit(1, "07:34", "07:34")], people, course, TIMES, reception, until=10.0, counter=None)
    assert (found.came, found.own, found.asking) == (2, None, 1)
    assert found.waited.all.mean == pytest.approx((4 + 5) / 2)
    assert found.at_reception.mean == 4
    assert is_slow_reception(found)


def test_of_few_calls_nothing_is_said() -> None:
    assert not is_slow(Own(2, 0, 2, Measure(), Measure(n=2, mean=9.0)))
    assert is_slow(Own(3, 0, 3, Measure(), Measure(n=3, mean=9.0)))


@pytest.mark.parametrize(("calls", "reference", "said"), [(1, 8, True), (4, 8, False), (0, 3, False), (0, 4, True)])
def test_a_counter_that_called_less_than_half_of_the_simulated_one_is_behind(
    calls: int, reference: int, *, said: bool
) -> None:
    assert is_behind(Own(calls, 0, calls, Measure(), Measure()), reference) is said
