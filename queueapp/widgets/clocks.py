"""Writes moments, durations and days the same way everywhere."""

from datetime import date, datetime

from queueapp.clock import zone
from queueapp.i18n import N_, _

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def hh_mm(at: datetime, timezone: str) -> str:
    """Return the office's local time of `at`: `10:42`."""
    return f"{at.astimezone(zone(timezone)):%H:%M}"


def hh_mm_ss(at: datetime, timezone: str) -> str:
    """Return the office's local time of `at` to the second: `10:42:07`."""
    return f"{at.astimezone(zone(timezone)):%H:%M:%S}"


def day_digits(day: date) -> str:
    """Return a day as it is written here: `23/11/2026`."""
    return f"{day:%d/%m/%Y}"


def day_words(day: date) -> str:
    """Return a day with its weekday in the language in use: `Monday 23/11/2026`."""
    return f"{_(_WEEKDAYS[day.weekday()])} {day_digits(day)}"


def minutes(count: float | None) -> str:
    """Return a number of minutes, rounded down: `12 min`; a dash where there is none."""
    return "–" if count is None else _("{minutes} min").format(minutes=max(0, int(count)))


def minutes_since(at: datetime, now: datetime) -> str:
    """Return how many minutes passed from `at` to `now`: `12 min`."""
    return minutes((now - at).total_seconds() / 60)


def running(at: datetime, now: datetime) -> str:
    """Return the time from `at` to `now` as a running clock: `04:07`, from an hour on `1:04:07`."""
    hours, rest = divmod(max(0, int((now - at).total_seconds())), 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{clock}" if hours else clock
