"""How fast a line of waiting tickets is called: the calls of earlier days by hour, and today's speed against them.

Times are minutes after local midnight, rates are calls a minute. A gap between two calls counts only where the ticket
called was already waiting at the earlier one: a counter that waits for citizens says nothing about its speed.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from queueapp.rules.opened import Opened, share

HOURS, DAY = 24, 1440.0
TRUST = 480.0  # open minutes of an hour's history that weigh as much as the line's average
TRUST_IN_START = 8.0  # calls that weigh as much as the rate a new office begins with
ENOUGH, LAST_TRUST = 100.0, 0.01  # calls after which that rate has hardly a say; what is left of it
START = 0.1  # calls a minute where nobody says anything better: one in ten minutes
LONGEST_GAP = 90.0  # minutes; after that it was a break
GAPS = 25  # of today that tell today's speed
FADING = 0.5 ** (1 / 10)  # the weight of a gap against the next later one
SLOWEST, FASTEST = 0.3, 3.0
AGEING = 0.98  # what a day's calls weigh one working day later

Open = Sequence[tuple[float, float]]


def _zeros() -> list[float]:
    return [0.0] * HOURS


@dataclass(frozen=True, slots=True)
class Today:
    """Today's calls and how many were due, those of long ago counting less; due also by the counters that were open."""

    done: float
    due: float
    due_at_counters: float

    def speed(self, trust: float) -> float:
        """Return today's speed: 1 is as usual; `trust` calls as usual are believed beforehand."""
        return _speed(self.done, self.due, trust)

    def speed_at_counters(self, trust: float) -> float:
        """Return the same against what the counters that were open usually do."""
        return _speed(self.done, self.due_at_counters, trust)


def _speed(done: float, due: float, trust: float) -> float:
    return min(FASTEST, max(SLOWEST, (done + trust) / (due + trust)))


@dataclass(slots=True)
class Pace:
    """The calls of one line: of earlier days by hour, and of today. `start` is the rate before there is any history."""

    start: float = START
    calls: list[float] = field(default_factory=_zeros)
    busy: list[float] = field(default_factory=_zeros)
    opened: Opened = field(default_factory=Opened)
    gaps: deque[tuple[float, int, float]] = field(default_factory=lambda: deque(maxlen=GAPS))  # minutes, hour, counters
    last: float | None = None
    _calls: list[float] = field(default_factory=_zeros)
    _busy: list[float] = field(default_factory=_zeros)
    _rates: list[float] = field(default_factory=list)  # as last asked, until the next call
    _asked: tuple[object, float] = (None, 0.0)

    def called(self, at: float, issued: float, hours: Open = ()) -> None:
        """Learn that a ticket issued at `issued` was called at `at`."""
        last, self.last = self.last, at
        counters = self.opened.called(last, at)
        if last is None or issued > last or at - last > LONGEST_GAP:
            return
        parts = list(open_parts(last, at, hours))
        minutes = sum(end - begin for begin, end in parts)
        self.gaps.append((minutes, hour_of(at), counters))
        self.opened.worked(hour_of(at), minutes, counters)
        self._rates = []
        self._calls[hour_of(at)] += 1
        for begin, end in parts:
            self._busy[hour_of(begin)] += end - begin

    def end_day(self) -> None:
        """Put today's calls to those of the earlier days."""
        for hour in range(HOURS):
            self.calls[hour] = self.calls[hour] * AGEING + self._calls[hour]
            self.busy[hour] = self.busy[hour] * AGEING + self._busy[hour]
        self._calls, self._busy, self.last = _zeros(), _zeros(), None
        self.gaps.clear()
        self._rates = []
        self.opened.end_day()

    @property
    def known_calls(self) -> float:
        """How many calls it has learned from, those of long ago counting less."""
        return sum(self.calls) + sum(self._calls)

    def average(self) -> float:
        """Return the rate over all hours, beginning from `start`."""
        calls, minutes = self.known_calls, sum(self.busy) + sum(self._busy)
        trust = TRUST_IN_START * max(LAST_TRUST, 1 - calls / ENOUGH)
        return (calls + trust) / (minutes + trust / self.start)

    def rates(self, shape: Sequence[float]) -> list[float]:
        """Return the rate of each hour; what an hour lacks in history comes from the average and the day's shape."""
        if self._rates and self._asked[0] is shape and self._asked[1] == self.start:
            return self._rates
        average = self.average()
        self._asked = shape, self.start
        self._rates = [
            (calls + TRUST * average * form) / (busy + TRUST)
            for calls, busy, form in zip(self.calls, self.busy, shape, strict=True)
        ]
        return self._rates

    def today(self, rates: Sequence[float], at: float, since: float, usual: Sequence[float], hours: Open = ()) -> Today:
        """Return what today has shown so far; where somebody has waited `since` then, time without a call counts too.

        `usual` are the counters that are usually open in each hour.
        """
        done = due = due_at_counters = 0.0
        weight = 1.0
        begun = since if self.last is None else max(since, self.last)
        if 0 < at - begun <= LONGEST_GAP:
            hour = hour_of(at)
            due = open_minutes(begun, at, hours) * rates[hour]
            due_at_counters = due * share(self.opened.now, usual[hour])
        for minutes, hour, counters in reversed(self.gaps):
            expected = weight * minutes * rates[hour]
            done += weight
            due += expected
            due_at_counters += expected * share(counters, usual[hour])
            weight *= FADING
        return Today(done, due, due_at_counters)


def hour_of(at: float) -> int:
    """Return the hour in which a minute of the day lies; the last one for what lies after midnight."""
    return min(HOURS - 1, max(0, int(at // 60)))


def open_parts(begin: float, end: float, hours: Open) -> list[tuple[float, float]]:
    """Return the parts of a stretch in which the office is open, cut at full hours; all of it where no hours are known.

    What lies before the opening or in a break is left out; after the last closing they work until the hall is empty.
    """
    full_hours = (60.0 * hour for hour in range(int(begin // 60) + 1, int(end // 60) + 1))
    inner = {edge for edge in (*full_hours, *(edge for span in hours for edge in span)) if begin < edge < end}
    cuts = (begin, *sorted(inner), end)
    return [(first, second) for first, second in pairwise(cuts) if first < second and is_open(first, hours)]


def open_minutes(begin: float, end: float, hours: Open) -> float:
    """Return how many minutes of a stretch the office is open."""
    if not hours:
        return end - begin
    return sum(second - first for first, second in open_parts(begin, end, hours))


def by_the_clock(minutes: float, at: float, hours: Open) -> float:
    """Return how many minutes of the clock after `at` so many open minutes have passed."""
    left, now = minutes, at
    for begin, end in hours:
        start = max(now, begin)
        if start + left <= end:
            return start + left - at
        if start < end:
            left, now = left - (end - start), end
    return now + left - at


def calls_within(begin: float, end: float, rates: Sequence[float], hours: Open) -> float:
    """Return how many calls are made in a stretch at the `rates`."""
    return sum((last - first) * rates[hour_of(first)] for first, last in open_parts(begin, end, hours))


def is_open(at: float, hours: Open) -> bool:
    """Say whether calls are made at a minute of the day; `hours` stand in their order."""
    return not hours or at >= hours[-1][1] or any(begin <= at < end for begin, end in hours)


def minutes_until(calls: float, at: float, rates: Sequence[float], hours: Open = ()) -> float:
    """Return how many minutes after `at` so many `calls` will have been made at the `rates`, breaks passed over."""
    return _until((calls,), at, rates, hours)[0][0]


def open_minutes_until(calls: Sequence[float], at: float, rates: Sequence[float], hours: Open = ()) -> list[float]:
    """Return the open minutes after `at` in which so many calls are made, for several numbers at once; they rise."""
    return [minutes - closed for minutes, closed in _until(calls, at, rates, hours)]


def _until(calls: Sequence[float], at: float, rates: Sequence[float], hours: Open) -> list[tuple[float, float]]:
    """Return for each of some rising numbers of calls the minutes after `at`, and how many of these are closed."""
    found: list[tuple[float, float]] = []
    made, now, closed = 0.0, at, 0.0
    edges = sorted({edge for span in hours for edge in span if edge > at})
    while now < DAY and len(found) < len(calls):
        until = 60.0 * (int(now // 60) + 1)
        while edges and edges[0] <= now:
            edges.pop(0)
        if edges and edges[0] < until:
            until = edges[0]
        if is_open(now, hours):
            rate = rates[hour_of(now)]
            more = made + rate * (until - now)
            while len(found) < len(calls) and calls[len(found)] <= more and rate > 0:
                found.append((now + (calls[len(found)] - made) / rate - at, closed))
            made = more
        else:
            closed += until - now
        now = until
    rate = rates[HOURS - 1]
    return found + [(now + (each - made) / rate - at, closed) for each in calls[len(found) :]]


def as_now(rates: Sequence[float], times: float, at: float) -> list[float]:
    """Return the rates with so many times as many counters in this hour and the next; later they are as usual."""
    now = hour_of(at)
    return [rate * times if now <= hour <= now + 1 else rate for hour, rate in enumerate(rates)]


def day_shape(paces: Sequence[Pace]) -> list[float]:
    """Return how fast each hour is against a line's average, over all lines of the office: 1 is the average."""
    made, due = [5.0] * HOURS, [5.0] * HOURS
    for pace in paces:
        minutes = sum(pace.busy)
        if minutes <= 0:
            continue
        average = sum(pace.calls) / minutes
        for hour in range(HOURS):
            made[hour] += pace.calls[hour]
            due[hour] += pace.busy[hour] * average
    return [calls / expected for calls, expected in zip(made, due, strict=True)]
