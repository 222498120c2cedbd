"""How much longer or shorter than promised those waited who were called last: what today's pace has not yet shown."""

import math
from dataclasses import dataclass

FADING = 0.93  # the weight of a ticket against the next one called
TRUST = 2.0  # tickets as promised that are believed beforehand
MOST = 2.0  # as a logarithm; one ticket that was forgotten says nothing of the others


@dataclass(slots=True)
class Recent:
    """The misses of today's tickets of one line, as logarithms, those called long ago counting less."""

    tickets: float = 0.0
    misses: float = 0.0
    _at: float = -math.inf
    _then: int = 0  # tickets of that moment: they have no order

    def kept(self, miss: float, at: float) -> None:
        """Learn by how much the wait of one that was called at `at` differed from what was promised."""
        if at > self._at:
            faded = FADING**self._then
            self.tickets, self.misses = self.tickets * faded, self.misses * faded
            self._at, self._then = at, 0
        self.tickets += 1
        self.misses += min(MOST, max(-MOST, miss))
        self._then += 1

    def drift(self) -> float:
        """Return by how much waits differ now from what is expected of them, as a logarithm."""
        return self.misses / (self.tickets + TRUST)

    def end_day(self) -> None:
        """Forget: tomorrow is another day."""
        self.tickets = self.misses = 0.0
        self._at, self._then = -math.inf, 0
