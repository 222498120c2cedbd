"""The simulated hall asks the office's own rule: the calls are those that the rule makes of everybody who waits."""

import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.disciplines import alternate, first_come, points, strict_oldest
from queueapp.rules.halls import Desk, Hall
from queueapp.rules.open_desks import Discipline, Line, OpenDesk, moment
from queueapp.rules.order import Called, Caller, Waiting, choose
from queueapp.rules.own_rule import OwnRule
from queueapp.rules.points import CallRule, Scale
from queueapp.rules.scenarios import SCENARIOS, normals
from queueapp.rules.simulation import Crowd, Leg, live
from tests.rules.test_order import CALL_RULES
from tests.rules.test_simulation import ALWAYS, crowd

PEOPLE = st.tuples(
    st.integers(0, 120), st.integers(0, 2), st.booleans(), st.floats(0.1, 30), st.sampled_from([None, 0, 1, 2])
)
CROWDS = st.lists(PEOPLE, min_size=1, max_size=50).map(lambda people: _crowd(sorted(people, key=lambda each: each[0])))
DESKS = st.sampled_from(
    [
        (Desk((0, 1, 2)),),
        (Desk((0, 1, 2), weights=(2, 1, 1)),),
        (Desk((0, 1), weights=(3, 1)), Desk((1, 2)), Desk((2, 0), weights=(1, 2))),
        (Desk((0,)), Desk((1, 2), weights=(1, 1)), Desk((0, 2), ((10.0, 60.0), (90.0, float("inf"))), (1, 4))),
    ]
)


def _crowd(people: list[tuple[int, int, bool, float, int | None]]) -> Crowd:
    then: dict[int, tuple[Leg, ...]] = {n: ((each[4], 3.0),) for n, each in enumerate(people) if each[4] is not None}
    return crowd(*(each[:4] for each in people), then=then)


def plainly(rule: CallRule) -> Discipline:
    """Return the rule asked in the plain way: with everybody who waits, and with all that the counter has called."""

    def asked(desk: OpenDesk, now: float) -> Line | None:
        lines = [line for queue in desk.queues for line in (queue.priority, queue.normal)]
        waiting = [
            Waiting(citizen, line.is_priority, moment(at), citizen, service=line.field)
            for line in lines
            for at, citizen in line
        ]
        calls = tuple(reversed(desk.calls)) if desk.weights else (Called(is_priority=True),) * desk.in_a_row
        choice = choose(waiting, Scale(moment(now), rule), Caller(calls, desk.weights))
        if choice is None:
            return None
        return next(line for line in lines if line and line[0][1] == choice.ticket.ticket_id)

    return asked


@given(CROWDS, DESKS, CALL_RULES)
def test_the_calls_are_those_of_the_rule_asked_with_everybody_who_waits(
    people: Crowd, counters: tuple[Desk, ...], rule: CallRule
) -> None:
    hall = Hall(counters, (9.0, 16.0, 11.0), ALWAYS)
    one, other = live(people, hall, OwnRule(rule)), live(people, hall, plainly(rule))
    assert (one.called, one.desk) == (other.called, other.desk)


def test_every_scenario_is_called_as_by_the_rule_asked_with_everybody_who_waits() -> None:
    for name, scenario in SCENARIOS.items():
        people = scenario.crowd(random.Random(name))
        one, other = (live(people, scenario.hall, each) for each in (OwnRule(), plainly(CallRule())))
        assert one.called == other.called, name


def test_the_settings_of_a_rule_make_the_standard_disciplines() -> None:
    people = SCENARIOS["allowance"].crowd(random.Random(8))

    def called(discipline: Callable[[OpenDesk, float], Line | None]) -> list[float]:
        return live(people, SCENARIOS["allowance"].hall, discipline).called

    assert called(OwnRule(CallRule("first_come"))) == called(first_come)
    assert called(OwnRule(CallRule("strict", cap=0))) == called(strict_oldest)
    assert called(OwnRule(CallRule("alternate"))) == called(alternate)
    assert called(OwnRule(CallRule())) == called(points)
    assert called(OwnRule(CallRule(factor=9))) != called(points)


def test_two_of_land_are_called_for_one_of_social_affairs_while_both_wait() -> None:
    people = crowd(*((n / 100, n % 2, False, 5.0) for n in range(60)))
    hall = Hall((Desk((0, 1), weights=(2, 1)),), (9.0, 9.0), ALWAYS)
    called = live(people, hall, OwnRule()).called
    order = [field for _at, field in sorted(zip(called, people.field, strict=True))]
    assert [order[n : n + 3].count(0) for n in range(0, 42, 3)] == [2] * 14
    plain = live(people, Hall((Desk((0, 1)),), (9.0, 9.0), ALWAYS), OwnRule()).called
    assert plain == sorted(plain)


def test_normal_numbers_are_drawn_as_one_by_one() -> None:
    one, other = random.Random(3), random.Random(3)
    assert normals(one, 25) == [other.gauss(0.0, 1.0) for _ in range(50)]
    assert one.random() == other.random()
