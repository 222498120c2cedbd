"""Brings together what is known of one wait: by pace, by experience, by the counters, by the line of all fields."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EXPERIENCE = 0.5  # the most that the waits of tickets with as many ahead may say
FEW_CALLS = 2.0  # until mine, up to which a line's lean counts in full; the sum of many calls has none
MOMENT = 0.2  # minutes: waits are averaged by their logarithms, which bear no nought


@dataclass(frozen=True, slots=True)
class View:
    """What one line says of a wait, as logarithms: by its pace; by its experience and its counters with how sure it is.

    `speed` is today's, as far as it is trusted now.
    """

    flow: Mapping[float, float]
    experience: tuple[float, float]
    usual: tuple[float, float]
    speed: float

    def minutes(self, chosen: Mapping[str, float]) -> float:
        """Return the wait in minutes where the knobs stand as `chosen`."""
        log = self.flow[chosen["today"]]
        for most, (sure, said) in ((EXPERIENCE, self.experience), (chosen["counters"], self.usual)):
            say = most * sure
            log += say * (said - log)
        return max(0.0, math.exp(log) - MOMENT)


def sure_log(said: tuple[float, float]) -> tuple[float, float]:
    """Return how sure something is, and the logarithm of the minutes it says."""
    return said[0], math.log(said[1] + MOMENT)


def blended(views: Sequence[View], chosen: Mapping[str, float], ahead: float) -> float:
    """Return the wait that the lines say together: the field's own, and that of all fields if there is a second."""
    minutes = views[0].minutes(chosen)
    share = chosen["pool"] if len(views) > 1 else 0.0
    if share:
        minutes = (1 - share) * minutes + share * views[1].minutes(chosen)
    return minutes * math.pow(chosen["lean"], min(1.0, FEW_CALLS / (ahead + 1)))
