"""Describes waits of which some are only known to be longer than so many minutes (Kaplan and Meier 1958)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from queueapp.rules.certainties import Censored
from queueapp.rules.measures import FEWEST_FOR_P90

_TINY = 1e-9  # a share that is just reached counts as reached, whatever the last digit


class Wait(NamedTuple):
    """So many minutes until a call; not `is_called`: the citizen was not called in that time, and waits no more."""

    minutes: float
    is_called: bool


def survival(waits: Iterable[Wait]) -> list[tuple[float, float]]:
    """Return the steps of the curve: after how many minutes which share is still not called.

    Of those who were called and those who went in the same minute the former count as first, as is usual.
    """
    waits = list(waits)
    calls = Counter(each.minutes for each in waits if each.is_called)
    ends = Counter(each.minutes for each in waits)
    steps, there, share = [], len(waits), 1.0
    for minutes in sorted(ends):
        if calls[minutes]:
            share *= 1 - calls[minutes] / there
            steps.append((minutes, share))
        there -= ends[minutes]
    return steps


def reached(steps: Sequence[tuple[float, float]], share: float) -> float | None:
    """Return after how many minutes at least `share` of all were called; None if the curve never says so."""
    return next((minutes for minutes, still in steps if still <= 1 - share + _TINY), None)


def describe(waits: Sequence[Wait], *, unknown: int = 0) -> Censored:
    """Return what is known of waits, those who were not called neither dropped nor taken as called."""
    steps = survival(waits)
    called = sum(each.is_called for each in waits)
    return Censored(
        n=len(waits),
        called=called,
        censored=len(waits) - called,
        unknown=unknown,
        median=reached(steps, 0.5),
        p90=reached(steps, 0.9) if len(waits) >= FEWEST_FOR_P90 else None,
    )
