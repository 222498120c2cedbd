"""The office's calendar: whether it is open, until when, and when it opens next.

Its hours are said by weekday; a day that is named itself, such as 2027-02-17, has the hours that are said for it: none
on a holiday, some on a Saturday that is worked in exchange.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from queueapp.clock import zone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hours = Mapping[str, Sequence[str]]
FURTHEST = 60  # days ahead; no holiday is longer


def hours_said(hours: Hours, day: date) -> Sequence[str]:
    """Return the hours of a day as they are said: its own, else those of its weekday."""
    own = hours.get(day.isoformat())
    return hours.get(WEEKDAYS[day.weekday()], ()) if own is None else own


def sessions(hours: Hours, day: date) -> list[tuple[time, time]]:
    """Return the stretches in which the office is open on a day, in local time; none where it is closed."""
    found = [session.partition("-") for session in hours_said(hours, day)]
    return sorted((time.fromisoformat(start), time.fromisoformat(end)) for start, _dash, end in found)


def closes_at(hours: Hours, at: datetime, timezone: str) -> time | None:
    """Return when the office closes today if `at` lies before that, also before it opens; else None."""
    local = at.astimezone(zone(timezone))
    open_today = sessions(hours, local.date())
    if not open_today:
        return None
    end = max(session[1] for session in open_today)
    return end if local.time().replace(tzinfo=None) < end else None


def next_open_day(hours: Hours, day: date) -> date:
    """Return the first day after `day` on which the office opens; the next day where it has no hours at all."""
    for ahead in range(1, FURTHEST + 1):
        later = day + timedelta(days=ahead)
        if sessions(hours, later):
            return later
    return day + timedelta(days=1)


def is_open_on(hours: Hours, day: date) -> bool:
    """Say whether the office opens on a day; one that has no hours at all may open on any."""
    return bool(sessions(hours, day)) or not (day.isoformat() in hours or any(hours.values()))


def day_to_come(hours: Hours, day: date, at: datetime, timezone: str) -> date:
    """Return when somebody who is carried over from `day` may come: today if that is later and still opens, else next.

    `at` is when it is decided, often in the morning after a day that nobody closed.
    """
    present = at.astimezone(zone(timezone)).date()
    if day < present and closes_at(hours, at, timezone) is not None:
        return present
    return next_open_day(hours, max(day, present))
