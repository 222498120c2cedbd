"""How many tickets will be called before mine under the office's call rule, counting those that are still to come.

A normal ticket scores its minutes waited, a priority one `head_start + weight × minutes`; after `in_a_row` priority
calls a counter takes a normal ticket if one is there. How many priority tickets pass somebody depends on how long that
wait is, and the wait on how many pass: the two are brought together in a few steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queueapp.rules.points import CallRule

STEPS = 4
_ANY = 10**9  # priority calls in a row where nothing limits them; the weight of priority where it goes before all


@dataclass(frozen=True, slots=True)
class Points:
    """The call rule: minutes of head start, weight of a priority ticket's minutes, most priority calls in a row."""

    head_start: float = 10.0
    weight: float = 3.0
    in_a_row: int = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Who waits with a ticket that has `waited` itself, in minutes waited by each.

    Of its own class only those before it, of the other class all. `priority_rate` is how many tickets with priority
    come a minute; `first` are called before all others.
    """

    normal: Sequence[float] = ()
    priority: Sequence[float] = ()
    priority_rate: float = 0.0
    waited: float = 0.0
    first: int = 0


def points_of(rule: CallRule) -> Points:
    """Return an office's call rule as points: each of the standard disciplines is a case of them."""
    in_a_row = rule.limit or _ANY
    if rule.rule == "first_come":
        return Points(0.0, 1.0, _ANY)
    if rule.is_strict:
        return Points(0.0, _ANY, in_a_row)
    return Points(rule.bonus_minutes, rule.factor, in_a_row)


def calls_before(
    standing: Standing, *, is_priority: bool, minutes: Callable[[float], float], rule: Points | None = None
) -> float:
    """Return how many tickets will be called before one; `minutes` gives the wait behind so many."""
    points = rule or Points()
    before = _before_priority if is_priority else _before_normal
    ahead = float(standing.first + len(standing.priority) + (0 if is_priority else len(standing.normal)))
    for _step in range(STEPS):
        ahead = (ahead + standing.first + before(standing, points, minutes(ahead))) / 2
    return ahead


def _before_normal(standing: Standing, rule: Points, wait: float) -> float:
    # A priority ticket passes me if its points are more than mine when I would be called: one that waits now, or one
    # that comes in the first (1 - 1/weight) of my wait, or soon enough for its head start.
    normal, at_my_call = len(standing.normal), standing.waited + wait
    passing = sum(rule.head_start + rule.weight * (waited + wait) > at_my_call for waited in standing.priority)
    still = (1 - 1 / rule.weight) * wait + (rule.head_start - standing.waited) / rule.weight
    to_come = standing.priority_rate * max(0.0, still)
    return normal + min(passing + to_come, rule.in_a_row * (normal + 1))


def _before_priority(standing: Standing, rule: Points, wait: float) -> float:
    # A normal ticket stays before me if it has waited longer than I can make up for, or by the most calls in a row.
    mine = rule.head_start + rule.weight * (standing.waited + wait)
    older = sum(waited + wait > mine for waited in standing.normal)
    by_turn = min(len(standing.normal), len(standing.priority) // rule.in_a_row)
    return len(standing.priority) + max(older, by_turn)
