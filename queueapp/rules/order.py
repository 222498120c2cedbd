"""Whom a counter calls next, why, and where a ticket stands that comes back into the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from queueapp.i18n import N_, _

BEHIND_AFTER_ABSENCE = 2
_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the rule may know of a waiting ticket. `place` is the moment since which it counts as waiting.

    One that `is_first` goes before all others: somebody who comes back from another field, or was carried over.
    """

    ticket_id: int
    is_priority: bool
    place: datetime
    number: int
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why a ticket was called: by `rule` first, priority, longest_wait or picked; `passed` counts the others."""

    rule: str
    waited_seconds: float
    passed: int = 0
    reason: str | None = None


_SENTENCES = {
    "first": N_("Comes back or was carried over: before new tickets; waited {minutes} min."),
    "priority": N_("Priority; waited {minutes} min."),
    "longest_wait": N_("Waited longest: {minutes} min."),
    "picked": N_("Picked out of order before {passed} others: {reason}"),
}


def explain(why: Why) -> str:
    """Return the reason of a call as one sentence in the language in use."""
    minutes = int(max(why.waited_seconds, 0) // 60)
    return _(_SENTENCES[why.rule]).format(minutes=minutes, passed=why.passed, reason=why.reason or "")


def turn(waiting: Waiting) -> tuple[bool, bool, datetime, int, int]:
    """Return the key by which tickets are called: who comes back, priority, the longest wait, the lower number."""
    return (not waiting.is_first, not waiting.is_priority, waiting.place, waiting.number, waiting.ticket_id)


def choose(waiting: Sequence[Waiting], at: datetime) -> tuple[Waiting, Why] | None:
    """Return the ticket to call at `at` and why; None when nobody waits."""
    if not waiting:
        return None
    chosen = min(waiting, key=turn)
    rule = "first" if chosen.is_first else "priority" if chosen.is_priority else "longest_wait"
    passed = sum(other.place < chosen.place for other in waiting)
    return chosen, Why(rule, (at - chosen.place).total_seconds(), passed)


def picked(waiting: Sequence[Waiting], ticket_id: int, reason: str, at: datetime) -> tuple[Waiting, Why] | None:
    """Return the ticket that a person picked, with how many it went before; None when it is not among the waiting."""
    chosen = next((other for other in waiting if other.ticket_id == ticket_id), None)
    if chosen is None:
        return None
    passed = sum(turn(other) < turn(chosen) for other in waiting)
    return chosen, Why("picked", (at - chosen.place).total_seconds(), passed, reason)


def ahead_of(ticket: Waiting, queue: Sequence[Waiting]) -> int:
    """Return how many tickets of `queue` will be called before `ticket`."""
    return sum(turn(other) < turn(ticket) for other in queue if other.ticket_id != ticket.ticket_id)


def place_in(queue: Sequence[Waiting], position: str, issued_at: datetime, at: datetime) -> datetime:
    """Return the place of a ticket put back: `own` (by its time of issue), `front`, `end`, of all in `queue`."""
    if position == "own":
        return issued_at
    places = [other.place for other in queue]
    return min([*places, at]) - _STEP if position == "front" else _behind(places, at)


def _behind(places: Sequence[datetime], at: datetime) -> datetime:
    """Return a place behind all `places`, not before `at`: of two in one place the lower number would go first."""
    return max([at, *(place + _STEP for place in places)])


def place_after_absence(queue: Sequence[Waiting], *, is_priority: bool, at: datetime) -> datetime:
    """Return the place of an absent citizen's ticket: behind the next two of its class, at the end if fewer wait.

    So the counter is not stuck with somebody who is not there, and somebody who comes a minute late loses two turns
    and not the morning (the tolerance of the national practice is silent; two turns is our default).
    """
    same = sorted(other.place for other in queue if other.is_priority == is_priority and not other.is_first)
    return same[BEHIND_AFTER_ABSENCE - 1] + _STEP if len(same) >= BEHIND_AFTER_ABSENCE else _behind(same, at)


def place_brought_back(queue: Sequence[Waiting], *, is_priority: bool, is_in_time: bool, at: datetime) -> datetime:
    """Return the place of a ticket that is brought back: behind the next two calls of its field, else at the end.

    Priority is kept: an ordinary ticket behind two with priority is the first of the ordinary ones.
    """
    same = [other.place for other in queue if other.is_priority == is_priority and not other.is_first]
    if not is_in_time or len(queue) <= BEHIND_AFTER_ABSENCE:
        return _behind(same, at)
    ahead = sorted(queue, key=turn)[:BEHIND_AFTER_ABSENCE]
    passed = [other.place for other in ahead if other.is_priority == is_priority and not other.is_first]
    if passed:
        return max(passed) + _STEP
    return min(same) - _STEP if same else at
