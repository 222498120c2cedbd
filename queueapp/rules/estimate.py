"""When a ticket will be called: the expected wait with its range, learned from the office's own issues and calls.

The wait is the time in which those before it will be called, at the pace of this hour on earlier days and at today's
speed. After how many calls tickets with as many ahead had their turn before, how much longer than promised the last
ones waited, and the usual formula have the say that earlier days have shown to be right. All is learned in open
minutes; what is said is by the clock. State changes only by what a live office sees: an issue, a call, somebody who
leaves, the end of a day.
"""

import math
from dataclasses import dataclass, field

from queueapp.rules.blend import MOMENT, View, blended, sure_log, today, variants
from queueapp.rules.estimated import Estimate
from queueapp.rules.experience import HALF
from queueapp.rules.lines import Line
from queueapp.rules.opened import share
from queueapp.rules.pace import (
    START,
    Open,
    Pace,
    as_now,
    by_the_clock,
    calls_within,
    day_shape,
    hour_of,
    open_minutes,
    open_minutes_until,
)
from queueapp.rules.promise import Promise, ratio
from queueapp.rules.tuning import SETTINGS, Tuning

LITTLE = 30.0  # calls; a line that has seen fewer says that its estimate is a first one
LONGEST = 720.0  # minutes; nobody is told to wait longer than a day's work

Minutes = dict[tuple[str, float], float]


@dataclass(frozen=True, slots=True)
class _Issued:
    service: str
    at: float
    ahead: tuple[int, ...]
    counters: int | None
    settings: Minutes
    rates: list[list[float]]  # of its lines, in which its wait is counted as calls
    promised: tuple[float, float, float]  # low, expected, high, in open minutes


@dataclass(slots=True)
class Estimator:
    """One office's estimates. `is_shared`: its counters serve several fields; `hours`: when it is open today."""

    is_shared: bool = False
    hours: Open = ()
    lines: dict[str, Line] = field(default_factory=dict)
    pool: Line = field(default_factory=Line)
    promise: Promise = field(default_factory=Promise)
    tuning: Tuning = field(default_factory=Tuning)
    calibration: float = 1.0  # how much faster lines are called than their stated minutes say
    _issued: dict[int, _Issued] = field(default_factory=dict)
    _shape: list[float] = field(default_factory=lambda: day_shape(()))

    def state(self, service: str, rate: float) -> None:
        """Take what the office states of a field now: its open counters / the minutes that a ticket is said to take."""
        line = self.line(service)
        line.stated, line.pace.start = rate, rate * self.calibration
        self.pool.pace.start = sum(each.stated for each in self.lines.values()) * self.calibration

    def line(self, service: str) -> Line:
        """Return the line of a field."""
        if service not in self.lines:
            others = self.pool.pace
            known = others.average() / max(1, len(self.lines)) if others.known_calls else START
            self.lines[service] = Line(Pace(start=known))
        return self.lines[service]

    def seen(self, service: str) -> Line:
        """Return the line in which a ticket of a field really stands: that of all fields where counters are shared."""
        return self.pool if self.is_shared else self.line(service)

    def expect(
        self, service: str, at: float, *, ahead: float, pool_ahead: float = 0, counters: int | None = None
    ) -> Estimate:
        """Return what a ticket of a field issued at `at` with so many before it would be promised; nothing is learned.

        `ahead` may be a fraction, where those who are still to come count (see `turns`).
        """
        views = self._views(service, at, (ahead, pool_ahead), counters, (self.tuning.chosen["today"],))
        promised = self._promised(service, views, (ahead, pool_ahead))
        return self._said(service, at, ahead, promised, self._speed(views, ahead))

    def opened(self, service: str, at: float, counters: int) -> None:
        """Take how many counters of a field are open from now on; with none the usual number is reckoned with."""
        self.line(service).pace.opened.become(at, counters)
        known = [line.pace.opened.now for line in self.lines.values() if line.pace.opened.now]
        self.pool.pace.opened.become(at, sum(known) / len(known) if known else 0.0)

    def has_history(self, service: str) -> bool:
        """Say whether earlier days have shown how fast a field goes; today alone is no history."""
        return sum(self.line(service).pace.calls) >= LITTLE

    def rate(self, service: str, at: float) -> float:
        """Return how many calls a minute a field's line makes now, as a rule and at today's speed."""
        pace = self.line(service).pace
        rates = pace.rates(self._shape)
        today = pace.today(rates, at, math.inf, rates)
        return rates[hour_of(at)] * today.speed(self.tuning.chosen["today"])

    def issue(
        self,
        ticket: int,
        service: str,
        at: float,
        *,
        place: float | None = None,
        counters: int | None = None,
        before: tuple[int, int] | None = None,
    ) -> Estimate:
        """Return what a new ticket is promised; it stands in `place`, at the end if that is not said.

        `before` are those who will be called before it in its field and in all fields; where it is not said they are
        counted.
        """
        if counters is not None:
            self.opened(service, at, counters)
        own = at if place is None else place
        line = self.line(service)
        ahead = before or (line.ahead(own), self.pool.ahead(own) if self.is_shared else 0)
        chosen = self.tuning.chosen
        views = self._views(service, at, ahead, counters, (*SETTINGS["today"], chosen["today"]))
        promised = self._promised(service, views, ahead)
        settings = {(knob, value): minutes for knob, value, minutes in variants(views, chosen, ahead[0])}
        rates = [view.rates for view in views]
        self._issued[ticket] = _Issued(service, at, ahead, counters, settings, rates, promised)
        line.waiting[ticket] = self.pool.waiting[ticket] = own
        return self._said(service, at, ahead[0], promised, self._speed(views, ahead[0]))

    def call(self, ticket: int, at: float) -> None:
        """Learn that a ticket was called; one that nobody issued today teaches nothing."""
        issued = self._gone(ticket)
        if issued is None:
            return
        line, waited = self.lines[issued.service], open_minutes(issued.at, at, self.hours)
        line.pace.called(at, issued.at, self.hours)
        self.pool.pace.called(at, issued.at, self.hours)
        if at <= issued.at and not any(issued.ahead):
            return  # a counter was free: that is known at once, and tells nothing of those who wait
        lines = (line, self.pool) if self.is_shared else (line,)
        for each, ahead, rates in zip(lines, issued.ahead, issued.rates, strict=False):
            each.experience.waited(ahead, calls_within(issued.at, at, rates, self.hours))
            if issued.counters:
                each.per_counter.waited(ahead, issued.counters, waited)
        low, expected, high = issued.promised
        self.promise.kept(issued.service, max(issued.ahead), expected, low, high, waited)
        self.tuning.erred(issued.settings, waited)
        line.recent.kept(ratio(waited, expected), at)

    def leave(self, ticket: int) -> None:
        """Learn that somebody went away before the call."""
        self._gone(ticket)

    def end_day(self) -> None:
        """Learn from today; who still waits does so no more."""
        for line in (*self.lines.values(), self.pool):
            line.end_day()
        self.promise.end_day()
        self.tuning.end_day()
        self._issued.clear()
        self.calibration = self._calibrated()
        self.begin_day()

    def begin_day(self) -> None:
        """Make of the earlier days what is asked for today."""
        self._shape = day_shape([line.pace for line in self.lines.values()])

    def _calibrated(self) -> float:
        """Return how much faster lines are called than their stated minutes say."""
        stated = [line for line in self.lines.values() if line.stated]
        made = sum(sum(line.pace.calls) for line in stated)
        due = sum(sum(line.pace.busy) * line.stated for line in stated)
        return (made + LITTLE) / (due + LITTLE)

    def _gone(self, ticket: int) -> _Issued | None:
        issued = self._issued.pop(ticket, None)
        if issued is not None:
            self.lines[issued.service].waiting.pop(ticket, None)
            self.pool.waiting.pop(ticket, None)
        return issued

    def _views(
        self, service: str, at: float, ahead: tuple[float, ...], counters: int | None, trusts: tuple[float, ...]
    ) -> list[View]:
        """Return what each line in which a ticket stands says of its wait, for each of some trusts in today's speed."""
        lines = (self.line(service), self.pool) if self.is_shared else (self.line(service),)
        return [self._view(line, each, at, counters, trusts) for line, each in zip(lines, ahead, strict=False)]

    def _promised(self, service: str, views: list[View], ahead: tuple[float, ...]) -> tuple[float, float, float]:
        """Return low, expected and high in open minutes."""
        minutes = blended(views, self.tuning.chosen, ahead[0])
        low, high = self.promise.range_of(service, max(ahead), minutes)
        return low, minutes, high

    def _speed(self, views: list[View], ahead: float) -> float:
        """Return today's speed, as the calls and the last waits show it."""
        return views[0].speed / today(views, self.tuning.chosen, ahead)

    def _said(
        self, service: str, at: float, ahead: float, promised: tuple[float, float, float], speed: float
    ) -> Estimate:
        """Return the estimate by the clock, breaks in it."""
        low, minutes, high = (by_the_clock(each, at, self.hours) for each in promised)
        whole, open_part = round(ahead), promised[1]
        known = self.line(service).pace.known_calls
        return Estimate(
            low=low,
            minutes=minutes,
            high=high,
            ahead=whole,
            pace=open_part * speed / (whole + HALF),
            speed=speed,
            rest=minutes - open_part,
            basis="learned" if known >= LITTLE else "first",
        )

    def _view(self, line: Line, ahead: float, at: float, counters: int | None, trusts: tuple[float, ...]) -> View:
        pace, hours = line.pace, self.hours
        rates, usual = pace.rates(self._shape), pace.opened.usual()
        today = pace.today(rates, at, next(iter(line.waiting.values()), math.inf), usual, self.hours)
        calls = line.experience.calls(ahead)
        needs = sorted((calls / today.speed(trust), trust) for trust in set(trusts))
        minutes = open_minutes_until([each for each, _trust in needs], at, rates, hours)
        flow = {trust: _log(each) for (_calls, trust), each in zip(needs, minutes, strict=True)}
        now = counters if counters and line is not self.pool else pace.opened.now
        times = share(now, usual[hour_of(at)])
        trusted = trusts[-1]
        at_counters = flow[trusted]
        if times != 1 or today.due != today.due_at_counters:
            need = calls / today.speed_at_counters(trusted)
            at_counters = _log(open_minutes_until((need,), at, as_now(rates, times, at), hours)[0])
        return View(
            rates=rates,
            flow=flow,
            at_counters=at_counters,
            usual=sure_log(line.per_counter.minutes(round(ahead), counters) if counters else (0.0, 0.0)),
            speed=today.speed(trusted),
            drift=line.recent.drift(),
        )


def _log(minutes: float) -> float:
    return math.log(min(LONGEST, minutes) + MOMENT)
