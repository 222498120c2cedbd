"""The range around an expected wait: so wide that eight of ten are called within it, learned from earlier misses.

Conformal by bins of the number ahead (adaptive conformal inference): the range spans the middle of how much longer or
shorter than expected tickets of earlier days waited; each end moves a little every day, so that it stays true.
"""

import math
from collections import deque
from dataclasses import dataclass, field

from queueapp.rules.measures import percentile

BINS = (0, 1, 3, 6, 10, 20, 40)  # the last number ahead of each bin; one more bin lies beyond
KEPT = 600  # of each bin of a field
FEWEST = 40  # below it the office's bin speaks for the field's, and all its bins for one of them
EVERY = -1  # the bin of all bins
EARLY, LATE = 0.11, 0.08  # the shares called before the range and after it; being late is the worse
STEP = 0.2  # how far an end moves for a day's misses
NARROWEST, WIDEST = 0.25, 0.02
SMALLEST_DAY = 20  # tickets; of fewer a share says nothing


def bin_of(ahead: float) -> int:
    """Return the bin in which a number ahead lies."""
    return next((place for place, last in enumerate(BINS) if ahead <= last), len(BINS))


def ratio(waited: float, expected: float) -> float:
    """Return by how much a wait differs from what was expected, as a logarithm that bears nought minutes."""
    return math.log((waited + 1) / (expected + 1))


def _ratios() -> deque[float]:
    return deque(maxlen=KEPT)


@dataclass(slots=True)
class End:
    """One end of the range: the share beyond it that is aimed at now, and today's misses."""

    aim: float
    share: float = field(init=False)
    tickets: int = 0
    beyond: int = 0

    def __post_init__(self) -> None:
        self.share = self.aim

    def end_day(self) -> None:
        """Move against today's misses."""
        if self.tickets:
            pull = STEP * min(1.0, self.tickets / SMALLEST_DAY)
            self.share = min(NARROWEST, max(WIDEST, self.share + pull * (self.aim - self.beyond / self.tickets)))
        self.tickets = self.beyond = 0


def make_ends() -> tuple[End, End]:
    """Return the two ends before anything is learned."""
    return End(EARLY), End(LATE)


@dataclass(slots=True)
class Promise:
    """What the misses of earlier days say about the range of an office's estimates."""

    by_field: dict[tuple[str, int], deque[float]] = field(default_factory=dict)
    by_bin: dict[int, deque[float]] = field(default_factory=dict)
    ends: dict[int, tuple[End, End]] = field(default_factory=dict)
    _today: list[tuple[str, int, float]] = field(default_factory=list)
    _factors: dict[tuple[str, int], tuple[float, float] | None] = field(default_factory=dict)

    def range_of(self, service: str, ahead: float, minutes: float) -> tuple[float, float]:
        """Return the ends of the range in minutes; the expected wait itself lies within it."""
        key = (service, bin_of(ahead))
        if key not in self._factors:
            self._factors[key] = self._learned(*key)
        factors = self._factors[key]
        if factors is None:
            return 0.4 * minutes, 1.9 * minutes + 3
        low, high = ((minutes + 1) * factor - 1 for factor in factors)
        return max(0.0, min(low, minutes)), max(high, minutes)

    def kept(self, service: str, ahead: int, expected: float, low: float, high: float, waited: float) -> None:
        """Learn what a ticket waited for which this was promised; it counts from tomorrow on."""
        self._today.append((service, bin_of(ahead), ratio(waited, expected)))
        lower, upper = self.ends.setdefault(bin_of(ahead), make_ends())
        lower.tickets, upper.tickets = lower.tickets + 1, upper.tickets + 1
        lower.beyond += waited < low
        upper.beyond += waited > high

    def end_day(self) -> None:
        """Put today's misses to those of the earlier days, and move the ends."""
        for service, place, value in self._today:
            self.by_field.setdefault((service, place), _ratios()).append(value)
            self.by_bin.setdefault(place, _ratios()).append(value)
            self.by_bin.setdefault(EVERY, _ratios()).append(value)
        self._today.clear()
        self._factors.clear()
        for lower, upper in self.ends.values():
            lower.end_day()
            upper.end_day()

    def _learned(self, service: str, place: int) -> tuple[float, float] | None:
        sources = (self.by_field.get((service, place), ()), self.by_bin.get(place, ()), self.by_bin.get(EVERY, ()))
        values = next((values for values in sources if len(values) >= FEWEST), None)
        if values is None:
            return None
        ordered = sorted(values)
        lower, upper = self.ends.get(place, make_ends())
        return math.exp(percentile(ordered, lower.share)), math.exp(percentile(ordered, 1 - upper.share))
