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


_DAY = 24 * 60  # minutes


def hh_mm(at: datetime, timezone: str) -> str:
    """Return the office's local time of `at`: `10:42`."""
    return f"{at.astimezone(zone(timezone)):%H:%M}"


def hh_mm_of(at: datetime, day: date, timezone: str) -> str:
    """Return the office's local time of `at`, with its date where that is another day than `day`."""
    local = at.astimezone(zone(timezone))
    return f"{local:%H:%M}" if local.date() == day else f"{local:%H:%M %d/%m/%Y}"


def hh_mm_ss(at: datetime, timezone: str) -> str:
    """Return the office's local time of `at` to the second: `10:42:07`."""
    return f"{at.astimezone(zone(timezone)):%H:%M:%S}"


def day_digits(day: date) -> str:
    """Return a day as it is written here: `23/11/2026`."""
    return f"{day:%d/%m/%Y}"


def day_words(day: date) -> str:
    """Return a day with its weekday in the language in use: `Monday 23/11/2026`."""
    return f"{_(_WEEKDAYS[day.weekday()])} {day_digits(day)}"


def weekday_words(weekday: int) -> str:
    """Return a day of the week, 0 for Monday, in the language in use."""
    return _(_WEEKDAYS[weekday])


def minutes(count: float | None) -> str:
    """Return a number of minutes, rounded down: `12 min`, from a day on `1 d 16 h`; a dash where there is none."""
    if count is None:
        return "–"
    whole = max(0, int(count))
    if whole < _DAY:
        return _("{minutes} min").format(minutes=whole)
    return _("{days} d {hours} h").format(days=whole // _DAY, hours=whole % _DAY // 60)


def minutes_since(at: datetime, now: datetime) -> str:
    """Return how much time passed from `at` to `now`: `12 min`, from a day on `1 d 16 h`."""
    return minutes((now - at).total_seconds() / 60)


def running(at: datetime, now: datetime) -> str:
    """Return the time from `at` to `now` as a running clock: `04:07`, from an hour on `1:04:07`."""
    hours, rest = divmod(max(0, int((now - at).total_seconds())), 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{clock}" if hours else clock
