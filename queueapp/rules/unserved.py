"""Lists who was not served on a day, with how it ended and how long they waited."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from queueapp.clock import business_day
from queueapp.rules.summaries import Unserved, Visit

_MINUTE = timedelta(minutes=1)


def unserved(visits: Sequence[Visit], *, day: date, timezone: str, at: datetime) -> tuple[Unserved, ...]:
    """Return the citizens of a day who were not served, by code; `at` is the present, for those who still wait."""
    found = [
        Unserved(
            code=visit.code,
            service=visit.issued_for,
            end=visit.state,
            reason=visit.reason,
            waited=_waited(visit, day, timezone, at),
        )
        for visit in visits
        if visit.state != "served"
    ]
    return tuple(sorted(found, key=lambda each: each.code))


def _waited(visit: Visit, day: date, timezone: str, at: datetime) -> float | None:
    waits = [span for span in visit.spans if span.kind == "waiting"]
    is_known = all(
        business_day(span.ended_at, timezone) == day
        for span in waits
        if span.ended_at and span.ended_by == "end_of_day"
    )
    if not is_known:
        return None
    return sum(((span.ended_at or max(at, span.started_at)) - span.started_at) / _MINUTE for span in waits)
