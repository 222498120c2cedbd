"""Finds the quiet hours of an office: how long people wait, by field and by the hour at which they take a number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from queueapp.clock import zone
from queueapp.rules.censored import Wait, reached, survival
from queueapp.rules.certainty import Timed
from queueapp.rules.hours import WEEKDAYS, Hours

FEWEST = 30  # citizens: fewer are "not enough figures", not a fact


@dataclass(frozen=True, slots=True)
class QuietField:
    """A field of the notice, by its code and names."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class QuietCell:
    """How long `n` citizens waited until they were called, in minutes: half of them, and nine of ten, at most.

    Both are None for fewer than thirty; also where too many went before they were called to know it.
    """

    n: int
    median: float | None = None
    p90: float | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough citizens for a figure."""
        return self.n >= FEWEST


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The waits of the days from `first` to `last`, of which `days` had tickets: by field and hour.

    `weekdays` are by field and day of the week (0 is Monday), under None of all fields.

    Where there is a `weekday`, all is of those days alone. `n` citizens are in the cells; `unknown` others stood in the
    queue, and nobody knows how long.
    """

    office: str
    is_training: bool
    first: date
    last: date
    days: int
    n: int
    unknown: int
    fields: tuple[QuietField, ...]
    hours: tuple[int, ...]
    cells: dict[tuple[str, int], QuietCell]
    weekdays: dict[tuple[str | None, int], QuietCell]
    weekday: int | None = None

    def quietest(self, field: str) -> int | None:
        """Return the hour with the shortest waits of a field; None where no two hours can be compared.

        An hour in which so many went away that nine of ten are not known is not recommended.
        """
        cells = [(hour, self.cells.get((field, hour), QuietCell(0))) for hour in self.hours]
        known = [
            (cell.median, cell.p90, hour) for hour, cell in cells if cell.median is not None and cell.p90 is not None
        ]
        return min(known)[2] if len(known) > 1 else None

    def by_weekday(self) -> dict[int, QuietCell]:
        """Return the waits in all fields, by the day of the week."""
        return {weekday: cell for (field, weekday), cell in self.weekdays.items() if field is None}


def quiet_hours(
    waits: Mapping[date, Sequence[Timed]],
    *,
    office: str,
    is_training: bool,
    first: date,
    last: date,
    timezone: str,
    opening: Hours,
    fields: Sequence[QuietField],
    weekday: int | None = None,
) -> QuietHours:
    """Return the quiet hours from the waits of each day; who was not called counts as longer than they stayed."""
    local = zone(timezone)
    by_hour: defaultdict[tuple[str, int], list[Wait]] = defaultdict(list)
    by_weekday: defaultdict[tuple[str | None, int], list[Wait]] = defaultdict(list)
    n = unknown = 0
    for day, those in waits.items():
        for each in those:
            if each.wait is None:
                unknown += 1
                continue
            n += 1
            by_hour[each.visit.issued_for, each.visit.issued_at.astimezone(local).hour].append(each.wait)
            for field in (each.visit.issued_for, None):
                by_weekday[field, day.weekday()].append(each.wait)
    cells = {place: quiet_cell(those) for place, those in by_hour.items()}
    open_hours = _open(opening)
    listed = {hour for (_field, hour), cell in cells.items() if cell.is_enough or hour in open_hours or not open_hours}
    return QuietHours(
        office=office,
        is_training=is_training,
        first=first,
        last=last,
        days=len(waits),
        n=n,
        unknown=unknown,
        fields=tuple(fields),
        hours=tuple(sorted(listed | open_hours)),
        cells=cells,
        weekdays={place: quiet_cell(those) for place, those in by_weekday.items()},
        weekday=weekday,
    )


def quiet_cell(waits: Sequence[Wait]) -> QuietCell:
    """Return how long these waits took; nothing but their number where they are too few."""
    if len(waits) < FEWEST:
        return QuietCell(len(waits))
    steps = survival(waits)
    return QuietCell(len(waits), reached(steps, 0.5), reached(steps, 0.9))


def _open(opening: Hours) -> set[int]:
    """Return the hours of the day of which the office is open for a part, on any day of the week."""
    found: set[int] = set()
    for day in WEEKDAYS:
        for session in opening.get(day, ()):
            start, _dash, end = session.partition("-")
            begins, ends = time.fromisoformat(start), time.fromisoformat(end)
            found |= set(range(begins.hour, ends.hour + (1 if ends.minute else 0)))
    return found
