"""Checks a day by Little's law: as many wait on average as come in a minute times the minutes that they wait.

Both sides come from the same day, but not from the same tickets: the queue's length counts everybody who stood in it,
the mean wait only those whose times are known and trusted. Where they part, a time is missing or wrong.
"""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from queueapp.clock import business_day
from queueapp.rules.certainties import Little
from queueapp.rules.summaries import Visit

TOLERANCE = 0.05
_MINUTE = timedelta(minutes=1)


def check(visits: Sequence[Visit], *, day: date, timezone: str, at: datetime) -> Little:
    """Return Little's law on a day, from its first ticket to the last thing that happened on it."""
    waiters = [each for each in visits if each.state != "void" and any(span.kind == "waiting" for span in each.spans)]
    window = _window(waiters, day, timezone, at)
    if window is None:
        return Little()
    start, end = window
    known = [wait for each in waiters if (wait := _whole_wait(each, day, timezone, at)) is not None]
    length = math.fsum(_waited(each, end) for each in waiters) / ((end - start) / _MINUTE)
    if not length:
        return Little(n=len(waiters))
    rate = len(waiters) / ((end - start) / _MINUTE)
    wait = math.fsum(known) / len(known) if known else None
    expected = rate * (wait or 0.0)
    difference = abs(length - expected) / max(length, expected)
    return Little(len(waiters), length, rate, wait, difference, difference <= TOLERANCE)


def _window(waiters: Sequence[Visit], day: date, timezone: str, at: datetime) -> tuple[datetime, datetime] | None:
    moments = [span.ended_at or at for each in waiters for span in each.spans]
    moments += [span.started_at for each in waiters for span in each.spans]
    today = [moment for moment in moments if business_day(moment, timezone) == day]
    return (min(today), max(today)) if today and min(today) < max(today) else None


def _waited(visit: Visit, end: datetime) -> float:
    """Return the minutes for which a citizen stood in the queue before `end`."""
    waits = [span for span in visit.spans if span.kind == "waiting" and span.started_at < end]
    return sum((min(span.ended_at or end, end) - span.started_at) / _MINUTE for span in waits)


def _whole_wait(visit: Visit, day: date, timezone: str, at: datetime) -> float | None:
    """Return how long a citizen waited by times that are known and trusted; else None."""
    waits = [span for span in visit.spans if span.kind == "waiting"]
    ends = [span.ended_at or max(at, span.started_at) for span in waits]
    if visit.is_unreliable or any(business_day(end, timezone) != day for end in ends):
        return None
    return sum((end - span.started_at) / _MINUTE for span, end in zip(waits, ends, strict=True))
