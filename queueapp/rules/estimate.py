"""When a ticket will be called: the expected wait with its range, learned from the office's own issues and calls.

The wait is the time in which the tickets before it will be called, at the pace of this hour on earlier days and at
today's speed; what tickets with as many ahead waited before, and the usual formula, have the say that earlier days have
shown to be right. All is learned in open minutes; what is said is by the clock. State changes only by what a live
office sees: an issue, a call, somebody who leaves, the end of a day.
"""

import math
from dataclasses import dataclass, field

from queueapp.rules.blend import MOMENT, View, blended, sure_log
from queueapp.rules.estimated import Estimate
from queueapp.rules.experience import HALF
from queueapp.rules.lines import Line
from queueapp.rules.pace import START, Open, Pace, by_the_clock, day_shape, hour_of, minutes_until_each, open_minutes
from queueapp.rules.promise import Promise
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
        promised, _settings, speed = self._expected(service, at, (ahead, pool_ahead), counters)
        return self._said(service, at, ahead, promised, speed)

    def rate(self, service: str, at: float) -> float:
        """Return how many calls a minute a field's line makes now, as a rule and at today's speed."""
        pace = self.line(service).pace
        rates = pace.rates(self._shape)
        return rates[hour_of(at)] * pace.speed(rates, self.tuning.chosen["today"])

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
        own = at if place is None else place
        line = self.line(service)
        ahead = before or (line.ahead(own), self.pool.ahead(own) if self.is_shared else 0)
        promised, settings, speed = self._expected(service, at, ahead, counters)
        self._issued[ticket] = _Issued(service, at, ahead, counters, settings, promised)
        line.waiting[ticket] = self.pool.waiting[ticket] = own
        return self._said(service, at, ahead[0], promised, speed)

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
        for each, ahead in zip((line, self.pool) if self.is_shared else (line,), issued.ahead, strict=False):
            each.experience.waited(ahead, waited)
            if issued.counters:
                each.per_counter.waited(ahead, issued.counters, waited)
        low, expected, high = issued.promised
        self.promise.kept(issued.service, max(issued.ahead), expected, low, high, waited)
        self.tuning.erred(issued.settings, waited)

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

    def _expected(
        self, service: str, at: float, ahead: tuple[float, ...], counters: int | None
    ) -> tuple[tuple[float, float, float], Minutes, float]:
        """Return low, expected and high in open minutes, what each setting would say, and today's speed."""
        views = [self._view(self.line(service), ahead[0], at, counters)]
        if self.is_shared:
            views.append(self._view(self.pool, ahead[1], at, counters))
        chosen = self.tuning.chosen
        minutes = blended(views, chosen, ahead[0])
        settings = {
            (knob, value): minutes if chosen[knob] == value else blended(views, {**chosen, knob: value}, ahead[0])
            for knob, values in SETTINGS.items()
            if len(views) > 1 or knob != "pool"
            for value in values
        }
        low, high = self.promise.range_of(service, max(ahead), minutes)
        return (low, minutes, high), settings, views[0].speed

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

    def _view(self, line: Line, ahead: float, at: float, counters: int | None) -> View:
        rates = line.pace.rates(self._shape)
        trusted = self.tuning.chosen["today"]
        speeds = {trust: line.pace.speed(rates, trust) for trust in (*SETTINGS["today"], trusted)}
        needs = sorted(((ahead + HALF) / speed, trust) for trust, speed in speeds.items())
        minutes = minutes_until_each([calls for calls, _trust in needs], at, rates, self.hours)
        return View(
            flow={
                trust: math.log(min(LONGEST, open_minutes(at, at + each, self.hours)) + MOMENT)
                for (_calls, trust), each in zip(needs, minutes, strict=True)
            },
            experience=sure_log(line.experience.minutes(round(ahead))),
            usual=sure_log(line.per_counter.minutes(round(ahead), counters) if counters else (0.0, 0.0)),
            speed=speeds[trusted],
        )
