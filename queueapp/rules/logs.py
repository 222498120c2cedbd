"""Reads a recorded log of tickets: who came when, in which queue, and when they were called.

Two sets of columns are known, by minutes after midnight and by seconds; of either only the day, the arrival and the
call are needed. A row that cannot be used is left out and named with its line number.
"""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from queueapp.i18n import N_
from queueapp.rules.errors import BadRequestError
from queueapp.rules.recorded import RecordRefusedError

LATEST = 36 * 60.0  # minutes after midnight: a night shift's log may run into the next day
MOST_COUNTERS, MOST_MINUTES = 1000.0, 1440.0
EARLIEST_YEAR = 1900
FIRST_NUMBERED, LONGEST_DAY_NUMBER = 693_596, 5  # the first day of 1900
NO_PRIORITY = frozenset({"no", "none", "normal", "false", "n"})

# What each set calls an arrival and a call, and what part of a minute its numbers are.
SETS = (
    ("arrival_min", ("call_min", "start_min"), 1.0),
    ("arrival_s", ("start_s", "call_s"), 60.0),
)
QUEUES, PRIORITIES = ("queue", "cls", "service"), ("prio", "priority")
GONE = frozenset({"abandoned", "left", "no_show", "void", "cancelled"})


@dataclass(frozen=True, slots=True)
class Logged:
    """One ticket of a log, in minutes after midnight; None where the log does not say."""

    line: int
    day: date
    issued: float
    called: float | None
    left: float | None = None
    ended: float | None = None
    office: str = ""
    queue: str = ""
    server: str = ""
    priority: int = 0
    counters: int | None = None
    published: float | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """The tickets of a log in the order of the file, and the rows left out: line number, what is wrong, its facts."""

    tickets: list[Logged]
    problems: list[tuple[int, str, str]]


class _RowError(ValueError):
    def __init__(self, problem: str, value: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.value = value


@dataclass(frozen=True, slots=True)
class _Columns:
    arrival: str
    call: str
    unit: float
    queue: str
    priority: str
    suffix: str


def read_log(text: str) -> Log:
    """Return the tickets of a CSV; BadRequestError when it is no log or has no row that can be used."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    tickets: list[Logged] = []
    problems: list[tuple[int, str, str]] = []
    try:
        columns = _columns(rows.fieldnames or ())
        for row in rows:
            try:
                tickets.append(_ticket(row, rows.line_num, columns))
            except _RowError as error:
                problems.append((rows.line_num, error.problem, error.value))
    except csv.Error as error:
        problems.append((rows.line_num + 1, N_("not a line of CSV ({value})"), str(error)))
    if problems and not tickets:
        raise RecordRefusedError(problems)
    if not tickets:
        raise BadRequestError(N_("The log holds no ticket that can be used."))
    return Log(tickets, problems)


def _columns(names: object) -> _Columns:
    known = [str(name).strip() for name in names] if isinstance(names, list | tuple) else []
    for arrival, calls, unit in SETS:
        call = next((name for name in calls if name in known), None)
        if arrival in known and call is not None and "day" in known:
            return _Columns(
                arrival=arrival,
                call=call,
                unit=unit,
                queue=next((name for name in QUEUES if name in known), ""),
                priority=next((name for name in PRIORITIES if name in known), ""),
                suffix=arrival.removeprefix("arrival"),
            )
    raise BadRequestError(
        N_("The file is no log of tickets: it needs the columns day, arrival_min, call_min or day, arrival_s, start_s.")
    )


def _ticket(row: Mapping[str, str], line: int, columns: _Columns) -> Logged:
    issued = _time(row, columns.arrival, columns)
    if issued is None:
        raise _RowError(N_("there is no time of arrival"), "")
    called = _time(row, columns.call, columns)
    left = _time(row, "left" + columns.suffix, columns)
    is_gone = row.get("status", "").strip() in GONE
    for moment in (called, left):
        if moment is not None and moment < issued:
            raise _RowError(N_("{value} lies before the arrival"), f"{moment * columns.unit:g}")
    return Logged(
        line=line,
        day=_day(row["day"]),
        issued=issued,
        called=None if is_gone and left is not None else called,
        left=left,
        ended=_time(row, "end" + columns.suffix, columns),
        office=row.get("office", "").strip(),
        queue=row.get(columns.queue, "").strip() if columns.queue else "",
        server=row.get("server", "").strip(),
        priority=_priority(row, columns.priority),
        counters=_whole(_number(row.get("open_counters", ""), MOST_COUNTERS)),
        published=_number(row.get("published_service_min", ""), MOST_MINUTES),
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _day(value: str) -> date:
    """Return a day; one that is only a number, as in logs without real dates, counts from an arbitrary first day."""
    written = value.strip()
    if written.isascii() and written.isdecimal() and len(written) <= LONGEST_DAY_NUMBER:
        return date.fromordinal(FIRST_NUMBERED + int(written))
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise _RowError(N_("“{value}” is no day such as 2026-11-23"), value) from None
    if day.year < EARLIEST_YEAR:
        raise _RowError(N_("“{value}” is no day such as 2026-11-23"), value)
    return day


def _priority(row: Mapping[str, str], name: str) -> int:
    """Return the priority, the higher the sooner; a word other than no is one."""
    written = (row.get(name, "") if name else "").strip()
    try:
        return int(_number(written, 1000.0) or 0)
    except _RowError:
        return int(written.casefold() not in NO_PRIORITY)


def _time(row: Mapping[str, str], name: str, columns: _Columns) -> float | None:
    found = _number(row.get(name, ""), LATEST * columns.unit)
    return None if found is None else found / columns.unit


def _number(value: str | None, most: float) -> float | None:
    """Return a number of at least nought; None where nothing is written."""
    written = (value or "").strip()
    if not written:
        return None
    try:
        number = float(written)
    except ValueError:
        raise _RowError(N_("“{value}” is no number that fits"), written) from None
    if not (math.isfinite(number) and 0 <= number <= most):
        raise _RowError(N_("“{value}” is no number that fits"), written)
    return number
