"""The office's opening hours as a calendar of the week: whether it is open, until when, and when it opens next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from queueapp.clock import zone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hours = Mapping[str, Sequence[str]]


def sessions(hours: Hours, day: date) -> list[tuple[time, time]]:
    """Return the stretches in which the office is open on a day, in local time; none where it is closed."""
    found = [session.partition("-") for session in hours.get(WEEKDAYS[day.weekday()], ())]
    return sorted((time.fromisoformat(start), time.fromisoformat(end)) for start, _dash, end in found)


def closes_at(hours: Hours, at: datetime, timezone: str) -> time | None:
    """Return when the office closes today if `at` lies between its first opening and that; else None."""
    local = at.astimezone(zone(timezone))
    open_today = sessions(hours, local.date())
    if not open_today:
        return None
    start, end = open_today[0][0], max(session[1] for session in open_today)
    return end if start <= local.time().replace(tzinfo=None) < end else None


def next_open_day(hours: Hours, day: date) -> date:
    """Return the first day after `day` on which the office opens; the next day where it has no hours at all."""
    for ahead in range(1, 8):
        later = day + timedelta(days=ahead)
        if sessions(hours, later):
            return later
    return day + timedelta(days=1)
