"""What tickets of earlier days waited that had as many before them: by their number ahead, and by the open counters.

By the number ahead it is counted in calls at the line's usual pace: of many some go before they are called.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

FEW = 15.0  # tickets at one place in the line that weigh as much as the line's own mean
ENOUGH = 60.0  # tickets of a line from which its experience has half its full say
MOST_SAY = 0.7  # of what was learned against the mere number ahead
LEAST = 0.05  # calls; their logarithm bears no nought
HALF = 0.5  # of the service under way when a ticket is issued
AGEING = 0.98


@dataclass(slots=True)
class Experience:
    """The waits of earlier days of one line, in calls or in minutes, by how many were ahead."""

    by_ahead: dict[int, tuple[float, float]] = field(default_factory=dict)  # tickets, minutes
    _today: list[tuple[int, float]] = field(default_factory=list)
    _table: list[float] = field(default_factory=list)
    _sure: float = 0.0
    _start: float = 0.0
    _step: float = 0.0

    def waited(self, ahead: int, minutes: float) -> None:
        """Learn what a ticket waited that had so many ahead; it counts from tomorrow on."""
        self._today.append((ahead, minutes))

    def end_day(self) -> None:
        """Put today's waits to those of the earlier days."""
        for ahead, (tickets, minutes) in self.by_ahead.items():
            self.by_ahead[ahead] = (tickets * AGEING, minutes * AGEING)
        for ahead, waited in self._today:
            tickets, minutes = self.by_ahead.get(ahead, (0.0, 0.0))
            self.by_ahead[ahead] = (tickets + 1, minutes + waited)
        self._today.clear()
        self.begin_day()

    def begin_day(self) -> None:
        """Make of the earlier days what is asked for today."""
        known = math.fsum(tickets for tickets, _minutes in self.by_ahead.values())
        self._sure = known / (known + ENOUGH)
        self._start, self._step = straight(self.by_ahead)
        self._table = rising([self._local(ahead) for ahead in range(max(self.by_ahead, default=-1) + 1)])

    def minutes(self, ahead: int) -> tuple[float, float]:
        """Return how sure it is, 0 to 1, and the wait to expect behind so many, which never falls with their number."""
        if not self._table:
            return 0.0, 0.0
        last = len(self._table) - 1
        if ahead <= last:
            return self._sure, self._table[ahead]
        return self._sure, self._table[last] + self._step * (ahead - last)

    def calls(self, ahead: float) -> float:
        """Return after how many calls one with so many ahead has its turn, where the waits are counted in calls.

        It is fewer than they are where some go before they are called.
        """
        sure, learned = self.minutes(round(ahead))
        say = MOST_SAY * sure
        return math.exp((1 - say) * math.log(ahead + HALF) + say * math.log(learned + LEAST))

    def _local(self, ahead: int) -> tuple[float, float]:
        """Return the mean wait behind so many and its weight.

        Neighbours count, the nearer the more, moved to this place; where few are known, so does the straight line.
        """
        weight, total = FEW, FEW * (self._start + self._step * ahead)
        reach = 1 + ahead // 6
        for near in range(max(0, ahead - reach), ahead + reach + 1):
            if near in self.by_ahead:
                tickets, minutes = self.by_ahead[near]
                share = 1 / (1 + abs(near - ahead))
                weight += share * tickets
                total += share * (minutes + tickets * self._step * (ahead - near))
        return max(0.0, total / weight), weight  # short waits further back, moved to here, would lie below nought


def straight(by_ahead: Mapping[int, tuple[float, float]]) -> tuple[float, float]:
    """Return start and step of the straight line nearest to (tickets, minutes) by number ahead; it never falls."""
    tickets = math.fsum(weight for weight, _minutes in by_ahead.values())
    if not tickets:
        return 0.0, 0.0
    place = math.fsum(weight * ahead for ahead, (weight, _minutes) in by_ahead.items()) / tickets
    mean = math.fsum(minutes for _weight, minutes in by_ahead.values()) / tickets
    spread = math.fsum(weight * (ahead - place) ** 2 for ahead, (weight, _minutes) in by_ahead.items())
    if spread <= 0:
        step = mean / (place + 1)
    else:
        step = max(0.0, math.fsum((ahead - place) * minutes for ahead, (_w, minutes) in by_ahead.items()) / spread)
    step = min(step, mean / place) if place else step
    return mean - step * place, step


def rising(values: list[tuple[float, float]]) -> list[float]:
    """Return the never falling row that is nearest to (value, weight) pairs: neighbours in wrong order become one."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in values:
        mean, total, length = value, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, other_total, other_length = blocks.pop()
            mean = (mean * total + other * other_total) / (total + other_total)
            total, length = total + other_total, length + other_length
        blocks.append((mean, total, length))
    return [mean for mean, _total, length in blocks for _place in range(length)]


@dataclass(slots=True)
class PerCounter:
    """The minutes a ticket takes at one counter, as the usual formula has them: wait × counters / tickets before it."""

    tickets: float = 0.0
    logs: float = 0.0
    _today: list[float] = field(default_factory=list)

    def waited(self, ahead: int, counters: int, minutes: float) -> None:
        """Learn what a ticket waited that had so many ahead while so many counters were open."""
        self._today.append(math.log((minutes + HALF) * max(1, counters) / (ahead + 1)))

    def end_day(self) -> None:
        """Put today's waits to those of the earlier days."""
        self.tickets = self.tickets * AGEING + len(self._today)
        self.logs = self.logs * AGEING + math.fsum(self._today)
        self._today.clear()

    def minutes(self, ahead: int, counters: int) -> tuple[float, float]:
        """Return how sure it is, 0 to 1, and the wait to expect behind so many with so many counters open."""
        if not self.tickets:
            return 0.0, 0.0
        each = math.exp(self.logs / self.tickets)
        return self.tickets / (self.tickets + FEW), max(0.0, each * (ahead + 1) / max(1, counters) - HALF)
