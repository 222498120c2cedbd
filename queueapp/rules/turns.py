"""How many tickets will be called before mine under the office's call rule, counting those that are still to come.

A normal ticket scores its minutes waited, a priority one `head_start + weight × minutes`; after `in_a_row` priority
calls a counter takes a normal ticket if one is there. How many priority tickets pass somebody depends on how long that
wait is, and the wait on how many pass: the two are brought together in a few steps.
"""

from collections.abc import Callable
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


def _nobody(_minutes: float) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Who waits with a ticket that has `waited` itself, in minutes.

    `before` are those of its own class before it, `first` those who are called before all others. Of the `others`, all
    of the other class, `longer` says how many have waited longer than so many minutes. `priority_rate` is how many
    tickets with priority come a minute.
    """

    before: int = 0
    others: int = 0
    longer: Callable[[float], int] = _nobody
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
    called = _before_priority if is_priority else _before_normal
    ahead = float(standing.first + standing.before + (standing.others if not is_priority else 0))
    for _step in range(STEPS):
        ahead = (ahead + standing.first + called(standing, points, minutes(ahead))) / 2
    return ahead


def _before_normal(standing: Standing, rule: Points, wait: float) -> float:
    # A priority ticket passes me if its points are more than mine when I would be called: one that waits now, or one
    # that comes in the first (1 - 1/weight) of my wait, or soon enough for its head start.
    passing = standing.longer((standing.waited + wait - rule.head_start) / rule.weight - wait)
    still = (1 - 1 / rule.weight) * wait + (rule.head_start - standing.waited) / rule.weight
    to_come = standing.priority_rate * max(0.0, still)
    return standing.before + min(passing + to_come, rule.in_a_row * (standing.before + 1))


def _before_priority(standing: Standing, rule: Points, wait: float) -> float:
    # A normal ticket stays before me if it has waited longer than I can make up for, or by the most calls in a row.
    older = standing.longer(rule.head_start + rule.weight * (standing.waited + wait) - wait)
    by_turn = min(standing.others, standing.before // rule.in_a_row)
    return standing.before + max(older, by_turn)
