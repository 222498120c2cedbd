"""What a free counter of the simulated hall sees: who waits in the lines of its fields, and what it called last."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from queueapp.rules.order import Called, Waiting

_OPENING = datetime(2000, 1, 1, tzinfo=UTC)  # the moment that stands for the opening


def moment(minute: float) -> datetime:
    """Return the moment that stands for an office minute: the office's rule reckons with moments."""
    return _OPENING + timedelta(0, minute * 60)


class Line(deque[tuple[float, int]]):
    """Who waits for one field in one class, as (the minute since which, the citizen), in order."""

    __slots__ = ("_head", "field", "is_priority")

    def __init__(self, field: int = 0, *, is_priority: bool = False) -> None:
        super().__init__()
        self.field, self.is_priority = field, is_priority
        self._head: Waiting | None = None

    @property
    def head(self) -> Waiting:
        """The first in line as the office's rule knows the waiting; made once, however often it is weighed."""
        at, citizen = self[0]
        if self._head is None or self._head.ticket_id != citizen:
            self._head = Waiting(citizen, self.is_priority, moment(at), citizen, False, self.field)
        return self._head


class Queue:
    """Who waits for one field, in two lines; `minutes` is what a service takes on average."""

    __slots__ = ("minutes", "normal", "priority")

    def __init__(self, minutes: float, field: int = 0) -> None:
        self.minutes = minutes
        self.priority, self.normal = Line(field, is_priority=True), Line(field)


@dataclass(slots=True)
class OpenDesk:
    """A counter with the queues of its fields, in its order, and how many priority calls in a row were its last.

    Only one with `weights` of its fields remembers its `calls`, the latest last.
    """

    queues: tuple[Queue, ...]
    weights: Mapping[int, int] = field(default_factory=dict)
    in_a_row: int = 0
    calls: list[Called] = field(default_factory=list)

    def by_class(self) -> tuple[Line | None, Line | None]:
        """Return of those with priority and of those without the line whose first waits longest; None where none is."""
        with_it: Line | None = None
        without: Line | None = None
        for queue in self.queues:  # written out: it is asked at every call of every simulated day
            line = queue.priority
            if line and (with_it is None or line[0] < with_it[0]):
                with_it = line
            line = queue.normal
            if line and (without is None or line[0] < without[0]):
                without = line
        return with_it, without


Discipline = Callable[[OpenDesk, float], Line | None]
