"""How many tickets will be called before mine under the rule of waiting points, counting those that are still to come.

A normal ticket scores its minutes waited, a priority one `head_start + weight × minutes`; after `in_a_row` priority
calls a counter takes a normal ticket if one is there. How many priority tickets pass somebody depends on how long that
wait is, and the wait on how many pass: the two are brought together in a few steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

STEPS = 4


@dataclass(frozen=True, slots=True)
class Points:
    """The call rule: minutes of head start, weight of a priority ticket's minutes, most priority calls in a row."""

    head_start: float = 10.0
    weight: float = 3.0
    in_a_row: int = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Who waits before a new ticket: minutes waited by each, and how many priority tickets come a minute."""

    normal: Sequence[float] = ()
    priority: Sequence[float] = ()
    priority_rate: float = 0.0


def calls_before(
    standing: Standing, *, is_priority: bool, minutes: Callable[[float], float], rule: Points | None = None
) -> float:
    """Return how many tickets will be called before a new one; `minutes` gives the wait behind so many."""
    points = rule or Points()
    before = _before_priority if is_priority else _before_normal
    ahead = float(len(standing.priority) + (0 if is_priority else len(standing.normal)))
    for _step in range(STEPS):
        ahead = (ahead + before(standing, points, minutes(ahead))) / 2
    return ahead


def _before_normal(standing: Standing, rule: Points, wait: float) -> float:
    # A priority ticket passes me if it comes in the first (1 - 1/weight) of my wait, or soon enough for its head start.
    normal, priority = len(standing.normal), len(standing.priority)
    to_come = standing.priority_rate * ((1 - 1 / rule.weight) * wait + rule.head_start / rule.weight)
    return normal + min(priority + to_come, rule.in_a_row * (normal + 1))


def _before_priority(standing: Standing, rule: Points, wait: float) -> float:
    # A normal ticket stays before me if it has waited longer than I can make up for, or by the most calls in a row.
    older = sum(waited > rule.head_start + (rule.weight - 1) * wait for waited in standing.normal)
    by_turn = min(len(standing.normal), len(standing.priority) // rule.in_a_row)
    return len(standing.priority) + max(older, by_turn)
