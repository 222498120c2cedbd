"""How many counters of a line are open now, against how many usually are at this hour while somebody waits."""

from dataclasses import dataclass, field

HOURS = 24
TRUST = 240.0  # minutes of an hour whose counters weigh as much as those of the whole day
AGEING = 0.98
FEWEST, MOST = 0.5, 2.0  # of the usual number: how far a count is believed


def _zeros() -> list[float]:
    return [0.0] * HOURS


@dataclass(slots=True)
class Opened:
    """The open counters of one line: of earlier days in minutes and counter-minutes by hour, and now.

    `now` is nought where nobody says it or none is open: then they are taken to be as many as usual.
    """

    minutes: list[float] = field(default_factory=_zeros)
    counters: list[float] = field(default_factory=_zeros)
    now: float = 0.0
    _since: float = 0.0
    _passed: float = 0.0  # counter-minutes since the last call
    _usual: list[float] = field(default_factory=list)
    _today: list[tuple[int, float, float]] = field(default_factory=list)

    def become(self, at: float, counters: float) -> None:
        """Note that so many are open from now on."""
        self._passed += self.now * max(0.0, at - self._since)
        self._since, self.now = at, counters

    def called(self, last: float | None, at: float) -> float:
        """Return how many were open on average since the last call; nought where that is not known."""
        self.become(at, self.now)
        passed, self._passed = self._passed, 0.0
        return passed / (at - last) if last is not None and at > last else self.now

    def worked(self, hour: int, minutes: float, counters: float) -> None:
        """Learn how many were open while somebody waited; it counts from tomorrow on."""
        if counters:
            self._today.append((hour, minutes, counters * minutes))

    def end_day(self) -> None:
        """Put today to the earlier days."""
        for hour in range(HOURS):
            self.minutes[hour] *= AGEING
            self.counters[hour] *= AGEING
        for hour, minutes, counters in self._today:
            self.minutes[hour] += minutes
            self.counters[hour] += counters
        self._today.clear()
        self._usual = []
        self.now = self._since = self._passed = 0.0

    def usual(self) -> list[float]:
        """Return how many are usually open in each hour; nought where that is not known."""
        if not self._usual:
            minutes = sum(self.minutes)
            trust = TRUST * sum(self.counters) / minutes if minutes else 0.0
            known = zip(self.counters, self.minutes, strict=True)
            self._usual = [(counters + trust) / (each + TRUST) for counters, each in known]
        return self._usual


def share(counters: float, usual: float) -> float:
    """Return how many times as many as usual are open; 1 where either is not known."""
    return min(MOST, max(FEWEST, counters / usual)) if counters and usual else 1.0
