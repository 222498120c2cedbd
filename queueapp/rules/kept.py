"""Says how the promises of a day were kept: what tickets were told at issue against the wait until their first call.

Both are in minutes of the clock, lunch and all: that is what a citizen waits. Not counted: who was not called, was
called by another field than the one that promised, or whose times are not sure.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from queueapp.rules.estimate_words import outwards
from queueapp.rules.estimated import Estimate
from queueapp.rules.summaries import Broken, Visit

_MINUTE = timedelta(minutes=1)
FEWEST_FOR_SHARE = 10  # promises, below which no share of them is shown

Figure = float | int | None
NOTHING: dict[str, Figure] = {"n": 0, "mae": None, "bias": None, "coverage": None, "late": None}


class _Kept(NamedTuple):
    visit: Visit
    promise: Estimate
    waited: float


def kept(visits: Sequence[Visit]) -> dict[str, Figure]:
    """Return the promises that came to their end: how many, mean absolute error and bias in minutes, shares.

    `bias` is above nought where more was promised than it was; `coverage` is the share called within their range,
    `late` the share called after it.
    """
    found = _all(visits)
    n = len(found)
    if not n:
        return dict(NOTHING)
    errors = [each.promise.minutes - each.waited for each in found]
    return {
        "n": n,
        "mae": sum(map(abs, errors)) / n,
        "bias": sum(errors) / n,
        "coverage": sum(each.promise.low <= each.waited <= each.promise.high for each in found) / n,
        "late": sum(each.waited > each.promise.high for each in found) / n,
    }


def broken(visits: Sequence[Visit]) -> tuple[Broken, ...]:
    """Return who waited longer than was said to them, which is rounded outwards; the longest over it first."""
    late = [
        Broken(each.visit.code, each.visit.issued_for, each.promise.low, each.promise.high, each.waited)
        for each in _all(visits)
        if each.waited > outwards(each.promise.low, each.promise.high)[1]
    ]
    return tuple(sorted(late, key=lambda each: (each.high - each.waited, each.code)))


def _all(visits: Sequence[Visit]) -> list[_Kept]:
    found = []
    for visit in visits:
        waited = _until_first_call(visit)
        if visit.promise is not None and waited is not None:
            found.append(_Kept(visit, visit.promise, waited))
    return found


def _until_first_call(visit: Visit) -> float | None:
    if visit.is_unreliable or visit.state == "void" or not visit.spans:
        return None
    first = visit.spans[0]
    if first.kind != "waiting" or first.ended_at is None or first.ended_by != "call":
        return None
    return (first.ended_at - visit.issued_at) / _MINUTE if first.service == visit.issued_for else None
