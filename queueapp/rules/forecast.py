"""The estimates of a day as it goes: what earlier days taught, today's calls, who waits, which counters are open."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from queueapp.clock import zone
from queueapp.rules.estimate import Estimator
from queueapp.rules.estimated import Estimate
from queueapp.rules.experience import HALF
from queueapp.rules.order import Waiting
from queueapp.rules.pace import is_open, open_minutes
from queueapp.rules.points import Scale
from queueapp.rules.promise import ratio
from queueapp.rules.promised import Promised
from queueapp.rules.turns import Standing, calls_before, points_of

FEWEST_CALLS = 5  # of a field that states no minutes, before anything is said of it
AT_ONCE = Estimate(low=0, minutes=0, high=5, ahead=0, pace=0, basis="at_once")  # as long as a glance at the board


@dataclass(frozen=True, slots=True)
class Open:
    """The counters of a field now.

    `able` are open and used; `idle` of them have nobody, and nobody to call. `share` is how many of them are the
    field's, where they serve others too; before any is used, of those that serve it at all. It `is_shut` where each
    one is closed, though the office is at work.
    """

    able: int = 0
    idle: int = 0
    share: float = 0.0
    is_shut: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A ticket of which the wait is asked: it waits, or would wait, in the field's `queue`.

    `ahead` is how many of its field would be called before it now; `elsewhere` were before it in other fields.
    """

    service: str
    ticket: Waiting
    queue: Sequence[Waiting]
    ahead: int
    elsewhere: int = 0


@dataclass(slots=True)
class Forecast:
    """A day's estimates. `usual` are the minutes that a number of each field is said to take, 0 where nobody says."""

    estimator: Estimator
    timezone: str
    usual: Mapping[str, int] = field(default_factory=dict)

    def state(self, counters: Mapping[str, Open]) -> None:
        """Take which counters are open now; what a field's numbers usually take then says how fast it should go."""
        for service, usual in self.usual.items():
            if usual and service in counters:
                self.estimator.state(service, max(counters[service].share, HALF) / usual)

    def issued(self, service: str, at: datetime, promised: Promised) -> None:
        """Take how many counters were open when a ticket was issued."""
        if promised.counters:
            self.estimator.opened(service, self.minute(at), promised.counters)

    def called(self, service: str, at: datetime, since: datetime, promised: Promised | None = None) -> None:
        """Learn that somebody was called who had waited for a field since then; `promised` was told at the issue."""
        call, began, hours = self.minute(at), self.minute(since), self.estimator.hours
        for line in (self.estimator.line(service), self.estimator.pool):
            line.pace.called(call, began, hours)
        if promised is not None and promised.estimate.basis != "at_once":
            told = promised.estimate.minutes - promised.estimate.rest
            self.estimator.line(service).recent.kept(ratio(open_minutes(began, call, hours), told), call)

    def promise(self, asked: Asked, scale: Scale, counters: Open) -> Promised | None:
        """Return what may be promised; None where too little is known to say anything."""
        estimate = self.expect(asked, scale, counters)
        return None if estimate is None else Promised(estimate, asked.elsewhere, counters.able or None)

    def expect(self, asked: Asked, scale: Scale, counters: Open, more: int = 0) -> Estimate | None:
        """Return how long a ticket will wait from now on, with `more` before it; None where too little is known.

        A figure that cannot be reckoned is not said: no number waits for its estimate.
        """
        try:
            return self._expect(asked, scale, counters, more)
        except (ArithmeticError, ValueError, LookupError):
            return None

    def _expect(self, asked: Asked, scale: Scale, counters: Open, more: int) -> Estimate | None:
        service, ahead, at = asked.service, asked.ahead + more, self.minute(scale.at)
        if counters.idle and not ahead and is_open(at, self.estimator.hours):
            return AT_ONCE  # before opening and at lunch an open counter has nobody behind it
        if not self.usual.get(service, 0) and self.estimator.line(service).pace.known_calls < FEWEST_CALLS:
            return None
        oldest = min((each.place for each in asked.queue), default=None)
        for line in (self.estimator.line(service), self.estimator.pool):
            line.waiting = {} if oldest is None else {0: self.minute(oldest)}
        before = self._before(asked, scale, at) + more
        pool = before + asked.elsewhere
        found = self.estimator.expect(service, at, ahead=before, pool_ahead=pool, counters=counters.able or None)
        return replace(found, ahead=ahead, coming=round(before) - ahead)

    def minute(self, at: datetime) -> float:
        """Return a moment as minutes after local midnight."""
        local = at.astimezone(zone(self.timezone))
        return local.hour * 60 + local.minute + local.second / 60

    def _before(self, asked: Asked, scale: Scale, at: float) -> float:
        """Return how many will be called before a ticket, with those who are still to come."""
        mine = asked.ticket
        standing = _standing(asked, scale, self.estimator.line(asked.service).priority_rate)
        if mine.is_first or not (standing.priority_rate or standing.others):
            return asked.ahead  # as they stand they will be called
        rate = self.estimator.rate(asked.service, at)
        return calls_before(
            standing,
            is_priority=mine.is_priority,
            minutes=lambda ahead: (ahead + HALF) / rate,
            rule=points_of(scale.rule),
        )


def _standing(asked: Asked, scale: Scale, priority_rate: float) -> Standing:
    """Return who waits with a ticket: of its class those before it, of the other all."""
    _mine, is_priority, since, mine, *_rest = asked.ticket
    first = before = 0
    others: list[datetime] = []
    for _ticket, has_priority, place, number, is_first, _service in asked.queue:  # some hundred at each issue
        if is_first:
            first += 1
        elif has_priority is not is_priority:
            others.append(place)
        elif place < since or (place == since and number < mine):
            before += 1
    others.sort()
    longer = partial(_longer, others, scale)
    return Standing(before, len(others), longer, priority_rate, _minutes(scale, since), first)


def _longer(places: Sequence[datetime], scale: Scale, minutes: float) -> int:
    """Return how many of some places, the oldest first, have waited longer than so many minutes."""
    if minutes < 0:
        return len(places)
    return bisect_left(places, -minutes, key=lambda place: -_minutes(scale, place))


def _minutes(scale: Scale, place: datetime) -> float:
    return scale.waited(place).total_seconds() / 60
