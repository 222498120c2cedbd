"""Whom a free counter of the simulated hall calls: the disciplines that offices use, and the recommended one.

A discipline sees a counter with its queues, and the time in office minutes; it returns the line whose first citizen is
called, None where nobody waits. Within a line citizens go in order, so only the first of each line is ever compared.
The office's own rule takes part as `office`.
"""

from collections.abc import Mapping, Sequence

from queueapp.rules.open_desks import Discipline, Line, OpenDesk
from queueapp.rules.own_rule import OwnRule

HEAD_START, SLOPE, MOST_IN_A_ROW = 10.0, 3.0, 2


def oldest(lines: Sequence[Line]) -> Line | None:
    """Return the line whose first citizen waits longest; None where all are empty."""
    best: Line | None = None
    for line in lines:
        if line and (best is None or line[0] < best[0]):
            best = line
    return best


def fixed_order(desk: OpenDesk, _now: float) -> Line | None:
    """Take the first of the counter's fields in which anybody waits; there priority first."""
    for queue in desk.queues:
        if queue.priority:
            return queue.priority
        if queue.normal:
            return queue.normal
    return None


def longest_queue(desk: OpenDesk, _now: float) -> Line | None:
    """Take the field in which most wait, of two such the one with the shorter services; there the oldest."""
    best, most = None, 0
    for queue in desk.queues:
        length = len(queue.priority) + len(queue.normal)
        if length > most or (best is not None and length == most and queue.minutes < best.minutes):
            best, most = queue, length
    return None if best is None else oldest((best.priority, best.normal))


def strict_oldest(desk: OpenDesk, _now: float) -> Line | None:
    """Priority first; of those, over all fields, who waits longest."""
    with_it, without = desk.by_class()
    return with_it or without


def first_come(desk: OpenDesk, _now: float) -> Line | None:
    """Who waits longest, over all fields and without priority."""
    return oldest([line for queue in desk.queues for line in (queue.priority, queue.normal)])


def alternate(desk: OpenDesk, _now: float) -> Line | None:
    """One with priority and one without in turn, as long as there are both; of each who waits longest."""
    with_it, without = desk.by_class()
    return with_it if with_it and not (desk.in_a_row and without) else without


def points(
    desk: OpenDesk,
    now: float,
    *,
    head_start: float = HEAD_START,
    slope: float = SLOPE,
    most: int = MOST_IN_A_ROW,
) -> Line | None:
    """Most waiting points: a minute each, with priority `head_start` and `slope` a minute, so many in a row at most."""
    with_it, without = desk.by_class()
    if with_it is None or without is None:
        return with_it or without
    if desk.in_a_row >= most:
        return without
    theirs, ours = head_start + slope * (now - with_it[0][0]), now - without[0][0]
    return with_it if (theirs, -with_it[0][0]) >= (ours, -without[0][0]) else without


DISCIPLINES: Mapping[str, Discipline] = {
    "fixed": fixed_order,
    "longest": longest_queue,
    "strict": strict_oldest,
    "first_come": first_come,
    "alternate": alternate,
    "points": points,
    "office": OwnRule(),
}
COMPARED = ("fixed", "longest", "strict", "first_come", "points")
RECOMMENDED = "points"
