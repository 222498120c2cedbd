"""Tells how long a citizen waited until the call that counts, in the minutes in which the office works."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from queueapp.clock import business_day, zone
from queueapp.rules.censored import Wait
from queueapp.rules.hours import Hours, sessions
from queueapp.rules.summaries import Visit
from queueapp.rules.views import SpanView

_MINUTE = timedelta(minutes=1)
Elapsed = Callable[[datetime, datetime], float]


def office_minutes(hours: Hours, day: date, timezone: str) -> Elapsed:
    """Return how minutes are counted on a day: not before the office opens, nor over lunch.

    After closing they count: who is still called then has waited. On a day without hours all count.
    """
    shut = _shut(hours, day, timezone)

    def elapsed(start: datetime, end: datetime) -> float:
        left_out = sum((max(timedelta(), min(end, until) - max(start, since)) for since, until in shut), timedelta())
        return (end - start - left_out) / _MINUTE

    return elapsed


def first_wait(visit: Visit, *, elapsed: Elapsed, day: date, timezone: str, at: datetime) -> Wait | None:
    """Return how long a citizen waited from issue to the first call that was answered; None if nobody knows.

    Where no call was answered it is the first one, at which the counter was free. Who was never called has waited
    until they went, or until `at`. Nobody knows where times are unreliable, or an end was only chosen on a later day.
    """
    called = _call_that_counts(visit.spans)
    waits = [span for span in visit.spans[:called] if span.kind == "waiting"]
    ends = [span.ended_at or at for span in waits]
    if visit.is_unreliable or any(business_day(end, timezone) != day for end in ends):
        return None
    minutes = sum(elapsed(span.started_at, max(end, span.started_at)) for span, end in zip(waits, ends, strict=True))
    return Wait(minutes, called is not None)


def is_waiter(visit: Visit) -> bool:
    """Say whether a citizen stood in the queue; a void ticket was nobody's."""
    return visit.state != "void" and any(span.kind == "waiting" for span in visit.spans)


def _call_that_counts(spans: Sequence[SpanView]) -> int | None:
    """Return the place of the first call that was answered, else of the first call, None without a call."""
    calls = [place for place, span in enumerate(spans) if span.kind == "called"]
    answered = (place for place in calls if spans[place].ended_by == "start")
    found = next(answered, None)
    return found if found is not None else next(iter(calls), None)


def _shut(hours: Hours, day: date, timezone: str) -> list[tuple[datetime, datetime]]:
    """Return when the office is shut before its last session of a day ends."""
    open_today = sessions(hours, day)
    starts = [time.min, *(end for _start, end in open_today)]
    return [
        (_moment(day, since, timezone), _moment(day, until, timezone))
        for since, (until, _end) in zip(starts, open_today, strict=False)
        if since < until
    ]


def _moment(day: date, local: time, timezone: str) -> datetime:
    return datetime.combine(day, local, tzinfo=zone(timezone)).astimezone(UTC)
