"""Where a ticket stands that comes back into the queue: a place is the moment since which it counts as waiting."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from queueapp.rules.order import Waiting, line
from queueapp.rules.points import Scale

BEHIND = 2
TURNS = timedelta(minutes=10)  # about what two calls take: for so long who has priority does not pass those two
_STEP = timedelta(microseconds=1)


def place_in(queue: Sequence[Waiting], position: str, issued_at: datetime, at: datetime) -> datetime:
    """Return the place of a ticket put back: `own` (by its time of issue), `front`, `end`, of all in `queue`.

    At the front it has as many points as who has waited longest, at the end as many as who comes now.
    """
    if position == "own":
        return issued_at
    places = [other.place for other in queue]
    return min([*places, at]) - _STEP if position == "front" else _behind(places, at)


def place_at_end(queue: Sequence[Waiting], *, is_priority: bool, at: datetime) -> datetime:
    """Return the place of a ticket that comes back too late: behind its class, as if it had come now."""
    return _behind([each.place for each in queue if each.is_priority == is_priority and not each.is_first], at)


def _behind(places: Iterable[datetime], at: datetime) -> datetime:
    """Return a place behind all `places`, not before `at`: of two in one place the lower number would go first."""
    return max([at, *(place + _STEP for place in places)])


def place_behind_two(
    queue: Sequence[Waiting], scale: Scale, *, is_priority: bool, issued_at: datetime | None = None
) -> datetime:
    """Return the place of somebody absent, or brought back in time: behind the next two calls of the field.

    So the counter is not stuck with somebody who is not there, and who comes a minute late loses two turns and not the
    morning (the national practice says nothing of it; two turns is our default). It has the points of the second one
    at most, and never more than it waited for since `issued_at`. With fewer than two who wait it goes to the end.
    """
    ahead = [each for each, _rule in islice(line(queue, scale), BEHIND)]
    places = [_place_behind(other, scale, is_priority=is_priority) for other in ahead if not other.is_first]
    if len(ahead) < BEHIND:
        places.append(place_at_end(queue, is_priority=is_priority, at=scale.at))
    if issued_at is not None:
        places.append(issued_at)
    return max(places, default=scale.at)


def _place_behind(other: Waiting, scale: Scale, *, is_priority: bool) -> datetime:
    """Return the earliest place behind `other`; of another class, one with no more points, now and soon."""
    rule = scale.rule
    if other.is_priority == is_priority or rule.rule == "first_come":
        return other.place + _STEP
    if rule.is_strict:
        return scale.at if is_priority else datetime.min.replace(tzinfo=scale.at.tzinfo)
    points = rule.points(scale.waited(other.place), is_priority=other.is_priority)
    if is_priority:
        points -= (rule.factor - 1) * TURNS
    return scale.place_with(points, is_priority=is_priority) + _STEP
