"""Draws the course of a day from its tickets: arrivals, waits and the length of the queue over time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from queueapp.clock import zone
from queueapp.rules.summaries import Curves, Visit
from queueapp.rules.views import SpanView

STEP = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)


def curves(visits: Sequence[Visit], *, timezone: str) -> Curves:
    """Return the curves of a day in half hours, from the first issue to the last thing that happened."""
    if not visits:
        return Curves((), (), (), ())
    starts = _half_hours(visits, timezone)
    arrivals = [0] * len(starts)
    waits: list[list[float]] = [[] for _start in starts]
    for visit in visits:
        place = int((visit.issued_at - starts[0]) // STEP)
        arrivals[place] += 1
        waited = [_minutes(span) for span in visit.spans if span.kind == "waiting"]
        if visit.state == "served" and not visit.is_unreliable and waited:
            waits[place].append(sum(waited))
    means = tuple(sum(each) / len(each) if each else None for each in waits)
    return Curves(starts, tuple(arrivals), means, queue_length(visits))


def queue_length(visits: Sequence[Visit]) -> tuple[tuple[datetime, int], ...]:
    """Return how many wait from each moment on at which that number changes."""
    changes: dict[datetime, int] = {}
    for visit in visits:
        for span in visit.spans:
            if span.kind == "waiting":
                changes[span.started_at] = changes.get(span.started_at, 0) + 1
                if span.ended_at is not None:
                    changes[span.ended_at] = changes.get(span.ended_at, 0) - 1
    steps, length = [], 0
    for moment in sorted(changes):
        if changes[moment]:
            length += changes[moment]
            steps.append((moment, length))
    return tuple(steps)


def time_average(steps: Sequence[tuple[datetime, int]]) -> float | None:
    """Return the mean length over time between the first change and the last; None where no time passed."""
    if len(steps) < 2 or steps[0][0] == steps[-1][0]:  # noqa: PLR2004 - one moment is no stretch
        return None
    weighted = sum((after - moment).total_seconds() * length for (moment, length), (after, _next) in pairwise(steps))
    return weighted / (steps[-1][0] - steps[0][0]).total_seconds()


def _half_hours(visits: Sequence[Visit], timezone: str) -> tuple[datetime, ...]:
    moments = [visit.issued_at for visit in visits]
    moments += [span.ended_at or span.started_at for visit in visits for span in visit.spans]
    first = min(moments).astimezone(zone(timezone))
    start = first.replace(minute=first.minute // 30 * 30, second=0, microsecond=0)
    return tuple(start + STEP * place for place in range(int((max(moments) - start) // STEP) + 1))


def _minutes(span: SpanView) -> float:
    return ((span.ended_at or span.started_at) - span.started_at) / _MINUTE
