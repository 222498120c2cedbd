"""What other products would have said: the estimates against which ours is held, from the same earlier facts.

Each is set as well as it can be from earlier days and earlier today. The names stand in the contract of `evaluate`.
"""

from collections import deque
from dataclasses import dataclass, field

from queueapp.rules.experience import Experience
from queueapp.rules.pace import LONGEST_GAP

UNKNOWN = 10.0  # minutes a ticket before anything is known
SMOOTHING = 0.1
LAST = 10

NAMES = ("published", "usual", "usual_fitted", "last_called", "head_of_line", "last_ten", "smoothed", "same_ahead")


def _last_waits() -> deque[float]:
    return deque(maxlen=LAST)


@dataclass(slots=True)
class Baselines:
    """What the usual formulas know of one line of waiting tickets."""

    waiting: dict[int, float] = field(default_factory=dict)  # since when
    experience: Experience = field(default_factory=Experience)
    _counter_minutes: float = 0.0  # open counters x minutes between calls while somebody waited
    _calls: float = 0.0
    _fit: dict[float, float] = field(default_factory=dict)
    _fitted: float | None = None
    _smoothed: float = UNKNOWN
    _last_call: float | None = None
    _waits: deque[float] = field(default_factory=_last_waits)
    _today: list[tuple[float, float]] = field(default_factory=list)

    def said(self, at: float, ahead: int, counters: int, published: float | None) -> dict[str, float]:
        """Return what each would say of a ticket issued now, before it stands in the line."""
        share = ahead / max(1, counters)
        usual = share * (self._counter_minutes / self._calls if self._calls else published or UNKNOWN)
        sure, same = self.experience.minutes(ahead)
        said = {
            "usual": usual,
            "usual_fitted": share * self._fitted if self._fitted is not None else usual,
            "last_called": self._waits[-1] if self._waits else usual,
            "head_of_line": at - min(self.waiting.values()) if self.waiting else 0.0,
            "last_ten": sum(self._waits) / len(self._waits) if self._waits else usual,
            "smoothed": ahead * self._smoothed,
            "same_ahead": same if sure else usual,
        }
        return said if published is None else {"published": share * published, **said}

    def called(self, at: float, issued: float, ahead: int, counters: int) -> None:
        """Learn from a call."""
        self._waits.append(at - issued)
        last, self._last_call = self._last_call, at
        if last is not None and issued <= last and at - last <= LONGEST_GAP:
            self._counter_minutes += (at - last) * max(1, counters)
            self._calls += 1
            self._smoothed += SMOOTHING * (at - last - self._smoothed)
        if at > issued or ahead:
            self.experience.waited(ahead, at - issued)
        if ahead:
            share = ahead / max(1, counters)
            self._today.append(((at - issued) / share, share))

    def end_day(self) -> None:
        """Set the minutes of the fitted formula anew, and forget what was only today's."""
        for minutes, weight in self._today:
            rounded = round(minutes, 1)
            self._fit[rounded] = self._fit.get(rounded, 0.0) + weight
        self._fitted = weighted_median(self._fit)
        self.experience.end_day()
        self._today.clear()
        self._waits.clear()
        self.waiting.clear()
        self._last_call = None


def weighted_median(weights: dict[float, float]) -> float | None:
    """Return the value with half of the weight on either side: the constant with the least absolute error."""
    half = sum(weights.values()) / 2
    passed = 0.0
    for value in sorted(weights):
        passed += weights[value]
        if passed >= half:
            return value
    return None
