"""How many tickets will be called before one, or are passed by one that is picked."""

from bisect import bisect_left
from collections.abc import Sequence

from queueapp.rules.order import NOBODY, ORDER, Called, Caller, Choice, Waiting, Weights, line, weighed
from queueapp.rules.points import Scale
from queueapp.rules.reasons import Figures, Why


def ahead_of(ticket: Waiting, queue: Sequence[Waiting], scale: Scale, caller: Caller = NOBODY) -> int:
    """Return how many tickets of `queue` will be called before `ticket`, as far as is known now.

    It is the place of the ticket in `order.line`: if all were called at once and nobody else came.
    """
    if caller.has_shares:
        others = [other for other in queue if other.ticket_id != ticket.ticket_id]
        order = line([*others, ticket], scale, caller)
        return next(n for n, (each, _rule) in enumerate(order) if each.ticket_id == ticket.ticket_id)
    first, same, other_class = _parted(ticket, queue)
    if ticket.is_first:
        return sum(ORDER(other) < ORDER(ticket) for other in first)
    same = sorted([*same, ticket], key=ORDER)
    place = same.index(ticket)
    if not other_class:
        return len(first) + place
    start = _calls_to_cap(first, scale, caller)
    merged = _Merged(same, sorted(other_class, key=ORDER), scale, start, is_priority=ticket.is_priority)
    return len(first) + place + merged.passing(place)


def _parted(ticket: Waiting, queue: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting], list[Waiting]]:
    """Return the others of a queue: those before all, those of the ticket's class, those of the other class."""
    first: list[Waiting] = []
    same: list[Waiting] = []
    other_class: list[Waiting] = []
    mine, is_priority = ticket.ticket_id, ticket.is_priority
    for other in queue:
        if other[0] != mine:
            (first if other[4] else same if other[1] == is_priority else other_class).append(other)
    return first, same, other_class


def picked(
    waiting: Sequence[Waiting], ticket_id: int, reason: str, scale: Scale, caller: Caller = NOBODY
) -> Choice | None:
    """Return the ticket that a person picked, with how many it went before; None when it is not among the waiting."""
    chosen = next((other for other in waiting if other.ticket_id == ticket_id), None)
    if chosen is None:
        return None
    passed = ahead_of(chosen, waiting, scale, caller)
    figures = Figures(scale.rule, weighed(chosen, scale))
    return Choice(chosen, Why("picked", (scale.at - chosen.place).total_seconds(), passed, reason, figures))


def _calls_to_cap(first: Sequence[Waiting], scale: Scale, caller: Caller) -> int:
    """Return how many priority calls may still be made before a normal ticket has its turn."""
    called = [Called(each.is_priority) for each in sorted(first, key=ORDER, reverse=True)]
    return max(0, scale.rule.limit - Caller((*called, *caller.calls)).run)


class _Merged:
    """The two classes of a field, each in its order, and how they are called in one another's midst."""

    def __init__(
        self, same: Sequence[Waiting], others: Sequence[Waiting], scale: Scale, start: int, *, is_priority: bool
    ) -> None:
        self._priority, self._normal = (same, others) if is_priority else (others, same)
        self._weigh, self._limit, self._start = Weights(scale), scale.rule.limit, start
        self._is_priority = is_priority

    def passing(self, place: int) -> int:
        """Return how many of the other class are called before the ticket at this place of its own."""
        return self._normal_before(place) if self._is_priority else self._priority_before(place)

    def _heavier(self, place: int) -> int:
        """Return how many with priority have more points than the normal ticket at a place."""
        return bisect_left(self._priority, self._weigh(self._normal[place]), key=self._weigh)

    def _priority_before(self, place: int) -> int:
        """Return how many with priority are called before a normal ticket: the heavier, but no more than the cap lets.

        Between two normal calls there are at most `limit`; so one further in front bounds those behind it too.
        """
        count = self._heavier(place)
        if not self._limit:
            return count
        count = min(count, self._start + self._limit * place)
        between = 1
        while between <= place and self._limit * between < count:
            count = min(count, self._heavier(place - between) + self._limit * between)
            between += 1
        return count

    def _normal_before(self, place: int) -> int:
        """Return how many normal tickets are called before the priority ticket at a place."""
        before = count = 0
        for normal in range(len(self._normal)):
            most = self._start if normal == 0 else before + self._limit
            before = min(self._heavier(normal), most) if self._limit else self._heavier(normal)
            if before > place:
                break
            count += 1
        return count
