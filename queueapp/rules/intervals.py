"""Says how sure a percentile or a share is, from the values alone: no shape of their distribution is assumed.

A percentile lies between two of the values in rising order with a probability that only the binomial distribution
decides (Hahn and Meeker); a share has the interval of Wilson. All are at 95 %.
"""

import math
from collections.abc import Sequence

from queueapp.rules.certainties import Share

LEVEL = 0.95
_RISK = 1 - LEVEL
_Z = 1.959963984540054  # of the normal distribution, two-sided at 95 %
_TINY = 1e-12  # a probability that is just reached counts as reached, whatever the last digit


def median_interval(ordered: Sequence[float]) -> tuple[float, float] | None:
    """Return between which two of the values, in rising order, the median lies; None below six of them."""
    n, below = len(ordered), 0.0
    low = 0
    for place in range(n):
        below += _binomial(n, place, 0.5)
        if below > _RISK / 2 + _TINY:
            break
        low = place + 1
    return (ordered[low - 1], ordered[n - low]) if low else None


def upper_bound(ordered: Sequence[float], share: float) -> float | None:
    """Return which of the values, in rising order, the percentile does not exceed; None where even the last may be.

    For the 90th percentile 29 values are needed, for the 95th 59.
    """
    n, above = len(ordered), 0.0
    found = None
    for place in range(n, -1, -1):  # P(at least `place` values lie below the percentile)
        above += _binomial(n, place, share)
        if above > _RISK + _TINY:
            break
        found = place
    return ordered[found - 1] if found else None


def wilson(count: int, n: int) -> Share:
    """Return `count` of `n` as a share with the interval of Wilson (1927)."""
    if not n:
        return Share(0, 0, None, None, None)
    share, z2 = count / n, _Z * _Z
    middle = share + z2 / (2 * n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return Share(n, count, share, low if count else 0.0, high if count < n else 1.0)


def _binomial(n: int, k: int, share: float) -> float:
    """Return the probability of exactly `k` of `n`, by logarithms: a year has more citizens than a factorial bears."""
    chance = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(chance + k * math.log(share) + (n - k) * math.log1p(-share))
