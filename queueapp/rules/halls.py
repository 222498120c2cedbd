"""The hall that is simulated: its counters, its hours, and how long a service takes in them.

Time is counted in office minutes since the opening: lunch takes none of it, and what is waited over lunch is no wait.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter: the fields it serves, in its order, and when somebody sits there (None: from opening to the end).

    With `weights`, one for each field, such as 2 and 1, it calls two of the one field for one of the other.
    """

    fields: tuple[int, ...]
    shifts: tuple[Stretch, ...] | None = None
    weights: tuple[int, ...] = ()

    @property
    def shares(self) -> Mapping[int, int]:
        """The weights by field; none where all are the same."""
        return dict(zip(self.fields, self.weights, strict=True)) if len(set(self.weights)) > 1 else {}

    def next_open(self, at: float) -> float:
        """Return the first minute from `at` on in which somebody sits there; infinite if nobody comes any more."""
        if self.shifts is None:
            return at
        return next((max(begins, at) for begins, ends in self.shifts if at < ends), math.inf)


@dataclass(frozen=True, slots=True)
class Hours:
    """A day's hours: `length` minutes open; `breaks` are (office minute at which one begins, its length)."""

    length: float
    breaks: tuple[tuple[float, float], ...] = ()
    opens: float = 450.0  # minutes after midnight

    def of_clock(self, minute: float) -> float:
        """Return the office minute of a minute after midnight; before the opening it is negative."""
        passed = minute - self.opens
        for at, length in self.breaks:
            if passed > at:
                passed = max(at, passed - length)
        return passed

    def to_clock(self, office_minute: float) -> float:
        """Return the minute after midnight of an office minute."""
        return self.opens + office_minute + sum(length for at, length in self.breaks if office_minute >= at)


COMMUNE = Hours(450.0, ((240.0, 120.0),))  # 07:30-11:30, 13:30-17:00


@dataclass(frozen=True, slots=True)
class Hall:
    """What a day is served with; `slow` are stretches with the speed of work in them; `minutes` each field's mean."""

    desks: tuple[Desk, ...]
    minutes: tuple[float, ...]
    hours: Hours = COMMUNE
    slow: tuple[tuple[float, float, float], ...] = ()

    def ends(self, at: float, minutes: float) -> float:
        """Return when work of `minutes` ends that begins at `at`: slower in an outage, finished within a break."""
        for begins, until, speed in self.slow:
            if at < until and at + minutes > begins:
                return self._finished(at, self._slowed(at, minutes, begins, until, speed))
        return self._finished(at, at + minutes)

    def _finished(self, at: float, end: float) -> float:
        """Let what a break finds unfinished go on in it: the citizen at the counter is not sent out at noon."""
        for begins, length in self.hours.breaks:
            if at < begins < end:
                end = max(begins, end - length)
        return end

    @staticmethod
    def _slowed(at: float, minutes: float, begins: float, until: float, speed: float) -> float:
        before = max(0.0, begins - at)
        within = (until - max(at, begins)) * speed
        left = minutes - before
        return max(at, begins) + left / speed if left <= within else until + left - within


def desks(fields: Sequence[Sequence[int]]) -> tuple[Desk, ...]:
    """Return counters that are open all day."""
    return tuple(Desk(tuple(each)) for each in fields)
