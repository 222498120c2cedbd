"""Describes a set of durations: how many, their mean, median, 90th percentile, longest, sum."""

import math
from collections.abc import Sequence

from queueapp.rules.summaries import Measure

FEWEST_FOR_P90 = 20


def measure(minutes: Sequence[float]) -> Measure:
    """Return the description of `minutes`; nothing but n = 0 where nothing was measured, no 90th percentile below 20.

    The sum is exact to the last digit (`math.fsum`), so that it does not depend on the order of the citizens.
    """
    if not minutes:
        return Measure()
    ordered = sorted(minutes)
    total = math.fsum(ordered)
    return Measure(
        n=len(ordered),
        mean=total / len(ordered),
        median=percentile(ordered, 0.5),
        p90=percentile(ordered, 0.9) if len(ordered) >= FEWEST_FOR_P90 else None,
        max=ordered[-1],
        sum=total,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the percentile of type 7 (linear interpolation; Hyndman and Fan 1996) of values in rising order."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
