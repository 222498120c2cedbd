"""Names the stretches of days that offices report on: a day, a week, a month, a quarter, or from one day to another."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from queueapp.i18n import N_, _
from queueapp.rules.errors import BadRequestError

_WORDS = {
    "day": N_("day {day}/{month}/{year}"),
    "week": N_("week {week} of {week_year} ({first} to {last})"),
    "month": N_("month {month} of {year}"),
    "quarter": N_("quarter {quarter} of {year}"),
    "period": N_("from {first} to {last}"),
}


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from `first` to `last`; `kind` is `day`, `week`, `month`, `quarter` or `period`."""

    kind: str
    first: date
    last: date

    @property
    def name(self) -> str:
        """The short name, as files have it: 2026-11-23, 2026-W48, 2026-11, 2026-Q4 or 2026-11-02--2026-11-20."""
        first = self.first
        week = first.isocalendar()
        return {
            "day": first.isoformat(),
            "week": f"{week.year}-W{week.week:02d}",
            "month": f"{first:%Y-%m}",
            "quarter": f"{first.year}-Q{_quarter(first)}",
        }.get(self.kind, f"{first.isoformat()}--{self.last.isoformat()}")

    def __str__(self) -> str:
        """Return the name in words, in the language in use."""
        first, week = self.first, self.first.isocalendar()
        return _(_WORDS[self.kind]).format(
            day=f"{first.day:02d}",
            month=f"{first.month:02d}",
            year=first.year,
            quarter=("I", "II", "III", "IV")[_quarter(first) - 1],
            week=week.week,
            week_year=week.year,
            first=f"{first:%d/%m/%Y}",
            last=f"{self.last:%d/%m/%Y}",
        )


def one_day(day: date) -> DateRange:
    """Return a day alone."""
    return DateRange("day", day, day)


def week_of(day: date) -> DateRange:
    """Return the week of a day, from Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return DateRange("week", first, first + timedelta(days=6))


def month_of(day: date) -> DateRange:
    """Return the calendar month of a day."""
    first = day.replace(day=1)
    return DateRange("month", first, _month_after(first) - timedelta(days=1))


def quarter_of(day: date) -> DateRange:
    """Return the quarter of the year of a day."""
    first = date(day.year, 3 * _quarter(day) - 2, 1)
    return DateRange("quarter", first, _month_after(first + timedelta(days=62)) - timedelta(days=1))


def written_range(kind: str, text: str) -> DateRange:
    """Return the stretch of a kind that `text` names: 2026-11-23, 2026-W48, 2026-11, 2026-Q4; a day of it also does."""
    try:
        return _RANGES[kind](_day_in(text.strip().upper()))
    except ValueError:
        raise BadRequestError(_EXPECTED[kind], text=text) from None


def _day_in(text: str) -> date:
    if found := re.fullmatch(r"(\d{4})-W(\d{1,2})", text):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return date(int(found[1]), 3 * int(found[2]) - 2, 1)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return date.fromisoformat(f"{text}-01")
    return date.fromisoformat(text)


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _month_after(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1)


_RANGES: dict[str, Callable[[date], DateRange]] = {
    "day": one_day,
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
}
_EXPECTED = {
    "day": N_("“{text}” is no day such as 2026-11-23."),
    "week": N_("“{text}” is no week such as 2026-W48."),
    "month": N_("“{text}” is no month such as 2026-11."),
    "quarter": N_("“{text}” is no quarter such as 2026-Q4."),
}
