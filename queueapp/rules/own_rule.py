"""The office's own rule as a discipline of the simulated hall: decided by `rules/order.py`, as a counter's key is.

The hall keeps its lines in order, so that the first of each class is known without sorting all who wait at each call.
"""

from queueapp.rules.open_desks import Line, OpenDesk, moment
from queueapp.rules.order import Called, Caller, decide
from queueapp.rules.points import CallRule, Scale

_WITH_PRIORITY = Called(is_priority=True)


class OwnRule:
    """A call rule with its settings, as a discipline."""

    def __init__(self, rule: CallRule | None = None) -> None:
        self.rule = rule or CallRule()
        self._limit = self.rule.limit
        self._callers = [Caller((_WITH_PRIORITY,) * n) for n in range(self._limit + 1)]  # by calls in a row

    def __call__(self, desk: OpenDesk, now: float) -> Line | None:
        """Return the line whose first citizen is called."""
        if desk.weights:
            return self._by_shares(desk, now)
        with_it, without = desk.by_class()
        if with_it is None or without is None:  # nobody to weigh the first against
            return with_it or without
        heads = (with_it.head, without.head)
        caller = self._callers[min(desk.in_a_row, self._limit)]
        return with_it if decide(heads, Scale(moment(now), self.rule), caller) is heads[0] else without

    def _by_shares(self, desk: OpenDesk, now: float) -> Line | None:
        lines = [line for queue in desk.queues for line in (queue.priority, queue.normal) if line]
        if not lines:
            return None
        heads = [line.head for line in lines]
        caller = Caller(tuple(reversed(desk.calls)), desk.weights)
        return lines[heads.index(decide(heads, Scale(moment(now), self.rule), caller))]
