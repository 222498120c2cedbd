"""What tickets of earlier days waited that had as many before them: by their number ahead, and by the open counters."""

import math
from dataclasses import dataclass, field

FEW = 15.0  # tickets from which experience has half its full say
HALF = 0.5  # of the service under way when a ticket is issued
AGEING = 0.98


@dataclass(slots=True)
class Experience:
    """The waits of earlier days of one line, in minutes, by how many were ahead."""

    by_ahead: dict[int, tuple[float, float]] = field(default_factory=dict)  # tickets, minutes
    _today: list[tuple[int, float]] = field(default_factory=list)

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

    def minutes(self, ahead: int) -> tuple[float, float]:
        """Return how sure it is, 0 to 1, and the wait to expect behind so many; neighbours count, the nearer the more.

        What a neighbour waited is scaled to this place in the line.
        """
        reach = 1 + ahead // 6
        weight = total = 0.0
        for near in range(max(0, ahead - reach), ahead + reach + 1):
            if near in self.by_ahead:
                tickets, minutes = self.by_ahead[near]
                share = 1 / (1 + abs(near - ahead))
                weight += share * tickets
                total += share * minutes * (ahead + HALF) / (near + HALF)
        return (weight / (weight + FEW), total / weight) if weight > 0 else (0.0, 0.0)


@dataclass(slots=True)
class PerCounter:
    """The minutes a ticket takes at one counter, as the usual formula has them: wait x counters / tickets before it."""

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
