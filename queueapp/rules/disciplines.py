"""Whom a free counter of the simulated hall calls: the disciplines that offices use, and the recommended one.

A discipline sees the queues that a counter can serve, the time in office minutes and how many priority calls in a row
the counter has made; it returns the line whose first citizen is called, None where nobody waits. Within a line citizens
go in order, so only the first of each line is ever compared. The office's own rule takes part as
`office`.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from queueapp.rules.order import Called, Caller, Waiting, choose
from queueapp.rules.points import Scale

Line = deque[tuple[float, int]]  # (the minute since which somebody waits, the citizen)
HEAD_START, SLOPE, MOST_IN_A_ROW = 10.0, 3.0, 2
_WITH_PRIORITY = Called(is_priority=True)
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Queue:
    """Who waits for one field, in two lines; `minutes` is what a service takes on average."""

    minutes: float
    priority: Line = field(default_factory=deque)
    normal: Line = field(default_factory=deque)


Discipline = Callable[[Sequence[Queue], float, int], Line | None]


def oldest(lines: Sequence[Line]) -> Line | None:
    """Return the line whose first citizen waits longest; None where all are empty."""
    best: Line | None = None
    for line in lines:
        if line and (best is None or line[0] < best[0]):
            best = line
    return best


def fixed_order(queues: Sequence[Queue], _now: float, _in_a_row: int) -> Line | None:
    """Take the first of the counter's fields in which anybody waits; there priority first."""
    for queue in queues:
        if queue.priority:
            return queue.priority
        if queue.normal:
            return queue.normal
    return None


def longest_queue(queues: Sequence[Queue], _now: float, _in_a_row: int) -> Line | None:
    """Take the field in which most wait, of two such the one with the shorter services; there the oldest."""
    best, most = None, 0
    for queue in queues:
        length = len(queue.priority) + len(queue.normal)
        if length > most or (best is not None and length == most and queue.minutes < best.minutes):
            best, most = queue, length
    return None if best is None else oldest((best.priority, best.normal))


def strict_oldest(queues: Sequence[Queue], _now: float, _in_a_row: int) -> Line | None:
    """Priority first; of those, over all fields, who waits longest."""
    return oldest([queue.priority for queue in queues]) or oldest([queue.normal for queue in queues])


def first_come(queues: Sequence[Queue], _now: float, _in_a_row: int) -> Line | None:
    """Who waits longest, over all fields and without priority."""
    return oldest([line for queue in queues for line in (queue.priority, queue.normal)])


def alternate(queues: Sequence[Queue], _now: float, in_a_row: int) -> Line | None:
    """One with priority and one without in turn, as long as there are both; of each who waits longest."""
    with_it, without = oldest([queue.priority for queue in queues]), oldest([queue.normal for queue in queues])
    return with_it if with_it and not (in_a_row and without) else without


def points(
    queues: Sequence[Queue],
    now: float,
    in_a_row: int,
    *,
    head_start: float = HEAD_START,
    slope: float = SLOPE,
    most: int = MOST_IN_A_ROW,
) -> Line | None:
    """Most waiting points: a minute each, with priority `head_start` and `slope` a minute, so many in a row at most."""
    with_it: Line | None = None
    without: Line | None = None
    for queue in queues:
        line = queue.priority
        if line and (with_it is None or line[0] < with_it[0]):
            with_it = line
        line = queue.normal
        if line and (without is None or line[0] < without[0]):
            without = line
    if with_it is None or without is None:
        return with_it or without
    if in_a_row >= most:
        return without
    theirs, ours = head_start + slope * (now - with_it[0][0]), now - without[0][0]
    return with_it if (theirs, -with_it[0][0]) >= (ours, -without[0][0]) else without


def office(queues: Sequence[Queue], now: float, in_a_row: int) -> Line | None:
    """Let the office's own rule choose among the first of each line, as it is asked at a counter (`rules/order.py`)."""
    lines = {line[0][1]: line for queue in queues for line in (queue.priority, queue.normal) if line}
    first = {id(queue.priority) for queue in queues}
    waiting = [
        Waiting(citizen, id(line) in first, _MIDNIGHT + timedelta(minutes=line[0][0]), citizen)
        for citizen, line in lines.items()
    ]
    caller = Caller((_WITH_PRIORITY,) * in_a_row)
    chosen = choose(waiting, Scale(_MIDNIGHT + timedelta(minutes=now)), caller)
    return None if chosen is None else lines[chosen.ticket.ticket_id]


DISCIPLINES: Mapping[str, Discipline] = {
    "fixed": fixed_order,
    "longest": longest_queue,
    "strict": strict_oldest,
    "first_come": first_come,
    "alternate": alternate,
    "points": points,
    "office": office,
}
COMPARED = ("fixed", "longest", "strict", "first_come", "points")
RECOMMENDED = "points"
