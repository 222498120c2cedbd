"""Whom a counter calls next by the office's rule, and in which order the others follow."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from queueapp.rules.points import Scale
from queueapp.rules.reasons import Figures, Share, Weighed, Why


class Waiting(NamedTuple):
    """What the rule may know of a waiting ticket. `place` is the moment since which it counts as waiting.

    One that `is_first` goes before all others: somebody who comes back from another field, or was carried over.
    `service` is the key of the field it waits for. (A tuple, because some hundred are made at every call.)
    """

    ticket_id: int
    is_priority: bool
    place: datetime
    number: int
    is_first: bool = False
    service: int = 0


class Called(NamedTuple):
    """A call that was made: of a ticket with priority or without, of which field."""

    is_priority: bool
    service: int = 0


@dataclass(frozen=True, slots=True)
class Caller:
    """A counter as the rule sees it: its last calls, the latest first, and the weights of its fields by key.

    Weights count where they differ: with 2 and 1 it calls two of the one field for one of the other while both wait.
    """

    calls: tuple[Called, ...] = ()
    weights: Mapping[int, int] = field(default_factory=dict)

    @property
    def has_shares(self) -> bool:
        """Whether its fields have different weights."""
        return bool(self.weights) and len(set(self.weights.values())) > 1

    @property
    def window(self) -> int:
        """Over how many of its last calls the shares are kept, besides the next one."""
        return sum(self.weights.values()) - 1 if self.has_shares else 0

    @property
    def run(self) -> int:
        """How many priority calls in a row were its last."""
        run = 0
        for each in self.calls:
            if not each.is_priority:
                break
            run += 1
        return run

    def share(self, service: int) -> Share:
        """Return how many of its last calls a field had, and how many it should have."""
        had = sum(each.service == service for each in self.calls[: self.window])
        return Share(had, self.window, self.weights.get(service, 1))

    def after(self, ticket: Waiting, most: int) -> "Caller":
        """Return the counter as it is after calling `ticket`, with at most so many calls remembered."""
        return Caller((Called(ticket.is_priority, ticket.service), *self.calls)[:most], self.weights)


NOBODY = Caller()
ORDER: Callable[[Waiting], tuple[datetime, int, int]] = itemgetter(2, 3, 0)  # of a class: the longest wait, the number
_CLASS, _CLASS_AND_FIELD, _FIELD, _IS_FIRST = itemgetter(4, 1), itemgetter(4, 1, 5), itemgetter(5), itemgetter(4)


class Choice(NamedTuple):
    """The ticket to call, why, and the one that would have come else, or comes next."""

    ticket: Waiting
    why: Why
    rival: Waiting | None = None


_Decision = tuple[Waiting, str, Waiting | None]  # which of the heads is called, by what, and the head passed over


def calls_to_know(waiting: Sequence[Waiting], scale: Scale, weights: Mapping[int, int]) -> int:
    """Return how many of the counter's last calls decide whom it calls now; 0 means none."""
    run = scale.rule.limit if len(set(map(_CLASS, waiting))) > 1 else 0
    return max(run, Caller(weights=weights).window)


def fields_of(waiting: Iterable[Waiting]) -> set[int]:
    """Return the keys of the fields that tickets wait for."""
    return set(map(_FIELD, waiting))


def choose(waiting: Sequence[Waiting], scale: Scale, caller: Caller = NOBODY) -> Choice | None:
    """Return the ticket to call now and why; None when nobody waits."""
    order = sorted(waiting, key=ORDER)
    heads, seconds = _heads(order, by_field=caller.has_shares)
    if not heads:
        return None
    weigh = Weights(scale)
    chosen, by, rival = _decide(heads, weigh, caller)
    if rival is None and by != "first":
        second = seconds[heads.index(chosen)]
        rest = [*(head for head in heads if head is not chosen), *([] if second is None else [second])]
        rival = min(rest, key=weigh) if rest else None
    figures = Figures(
        scale.rule,
        weighed(chosen, scale),
        None if rival is None else weighed(rival, scale),
        caller.share(chosen.service) if by == "share" else None,
    )
    passed = next(n for n, other in enumerate(order) if other.place >= chosen.place)
    return Choice(chosen, Why(by, (scale.at - chosen.place).total_seconds(), passed, None, figures), rival)


def decide(heads: Sequence[Waiting], scale: Scale, caller: Caller = NOBODY) -> Waiting:
    """Return whom `choose` would, of the first of each class (and field, for a counter with shares) that waits."""
    return _decide(heads, Weights(scale), caller)[0]


def line(waiting: Iterable[Waiting], scale: Scale, caller: Caller = NOBODY) -> Iterator[tuple[Waiting, str]]:
    """Return the waiting in the order in which `caller` would call them now, one after the other, each with its rule.

    As far as is known now: who comes later, or gains points while others are served, may still change it.
    """
    by_field, most = caller.has_shares, max(scale.rule.limit, caller.window)
    weigh = Weights(scale)
    group_of: Callable[[Waiting], _Group] = _CLASS_AND_FIELD if by_field else _CLASS
    queues: dict[_Group, list[Waiting]] = {}
    for each in sorted(waiting, key=ORDER, reverse=True):
        queues.setdefault(group_of(each), []).append(each)
    while len(queues) > 1 or (queues and by_field):
        ticket, by, _over = _decide([queue[-1] for queue in queues.values()], weigh, caller)
        group = group_of(ticket)
        queues[group].pop()
        if not queues[group]:
            del queues[group]
        if most:
            caller = caller.after(ticket, most)
        yield ticket, by
    for (is_first, is_priority, *_field), queue in queues.items():  # one class alone is left
        rule = "first" if is_first else _rule_of(scale, is_priority=is_priority)
        yield from ((each, rule) for each in reversed(queue))


_Group = tuple[Any, ...]


def _heads(order: Sequence[Waiting], *, by_field: bool) -> tuple[list[Waiting], list[Waiting | None]]:
    """Return the first of each class, and who is behind each; nobody else of a class can be next."""
    if not by_field and len(set(map(_CLASS, order))) == 1:
        return list(order[:1]), [order[1] if len(order) > 1 else None]
    group_of: Callable[[Waiting], _Group] = _CLASS_AND_FIELD if by_field else _CLASS
    heads: dict[_Group, Waiting] = {}
    seconds: dict[_Group, Waiting] = {}
    for each in order:
        group = group_of(each)
        if group not in heads:
            heads[group] = each
        elif group not in seconds:
            seconds[group] = each
    return list(heads.values()), [seconds.get(group) for group in heads]


class Weights:
    """What each ticket weighs under the rule, as a key by which the least is called first; each is weighed once."""

    __slots__ = ("_known", "scale")

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self._known: dict[int, tuple[bool, timedelta, tuple[Any, ...]]] = {}

    def __call__(self, head: Waiting) -> tuple[bool, timedelta, tuple[Any, ...]]:
        """Return the key of a ticket; of two that weigh the same the earlier goes first, then the lower number."""
        known = self._known.get(head.ticket_id)
        if known is None:
            rule, is_priority = self.scale.rule, head.is_priority
            points = rule.points(self.scale.waited(head.place), is_priority=is_priority)
            known = self._known[head.ticket_id] = (not is_priority and rule.is_strict, -points, ORDER(head))
        return known


def _decide(heads: Sequence[Waiting], weigh: Weights, caller: Caller) -> _Decision:
    """Choose among the heads: who is first, the cap on priority, the counter's shares, the points, in this order."""
    if any(map(_IS_FIRST, heads)):
        return min((head for head in heads if head.is_first), key=ORDER), "first", None
    rule = weigh.scale.rule
    best = heads[0] if len(heads) == 1 else min(heads, key=weigh)
    chosen, capped = best, heads
    if best.is_priority and rule.limit and caller.run >= rule.limit:
        capped = [head for head in heads if not head.is_priority] or heads
        chosen = min(capped, key=weigh)
    if caller.has_shares:
        owed = {head.service: caller.share(head.service).owed for head in capped}
        due = min((head for head in capped if owed[head.service] == max(owed.values())), key=weigh)
        if due is not chosen:
            return due, "share", chosen
    if chosen is not best:
        return chosen, "cap", best
    return chosen, _rule_of(weigh.scale, is_priority=chosen.is_priority), None


def _rule_of(scale: Scale, *, is_priority: bool) -> str:
    return "priority" if is_priority and scale.rule.rule != "first_come" else "longest_wait"


def weighed(ticket: Waiting, scale: Scale) -> Weighed:
    """Return a ticket with the figures by which it was weighed."""
    return Weighed(scale.waited(ticket.place).total_seconds(), ticket.is_priority, ticket_id=ticket.ticket_id)
