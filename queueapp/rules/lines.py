"""One line of waiting tickets: who stands in it, and what was learned of it."""

from dataclasses import dataclass, field

from queueapp.rules.experience import Experience, PerCounter
from queueapp.rules.pace import AGEING, Pace
from queueapp.rules.recent import Recent


@dataclass(slots=True)
class Line:
    """Those who wait in one field, or in all fields that share counters, and what was learned of them.

    `waiting` holds the place of each: the moment since which it counts as waiting. `priority` are the tickets with
    priority of earlier days and `minutes` the open minutes of those days, those of long ago counting less.
    """

    pace: Pace = field(default_factory=Pace)
    experience: Experience = field(default_factory=Experience)
    per_counter: PerCounter = field(default_factory=PerCounter)
    recent: Recent = field(default_factory=Recent)
    waiting: dict[int, float] = field(default_factory=dict)
    stated: float = 0.0  # the rate that the office states; nought where it says nothing
    priority: float = 0.0
    minutes: float = 0.0

    @property
    def priority_rate(self) -> float:
        """How many tickets with priority come a minute."""
        return self.priority / self.minutes if self.minutes else 0.0

    def had_priority(self, tickets: int, minutes: float) -> None:
        """Learn how many tickets with priority came today, and how long the office was open."""
        self.priority = self.priority * AGEING + tickets
        self.minutes = self.minutes * AGEING + minutes

    def ahead(self, place: float) -> int:
        """Return how many wait before somebody in that place."""
        return sum(other <= place for other in self.waiting.values())

    def end_day(self) -> None:
        """Learn from today."""
        self.pace.end_day()
        self.experience.end_day()
        self.per_counter.end_day()
        self.recent.end_day()
        self.waiting.clear()
