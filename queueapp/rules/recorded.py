"""Reads a recorded day: who arrived when for what, and how long their service took."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

from queueapp.clock import is_plausible, zone
from queueapp.i18n import N_, _
from queueapp.rules.errors import BadRequestError
from queueapp.text import clean

LARGEST_SERVICE = 24 * 3600
LONGEST_NUMBER = 12
MOST_NAMED = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One citizen of a recorded or simulated day; None where the record does not say.

    `then` are the (field, seconds) that somebody goes on to afterwards; who waits until `leaves_at` leaves.
    """

    at: datetime
    service: str
    priority: str | None = None
    dossiers: int = 1
    service_seconds: float | None = None
    counter: int | None = None
    is_no_show: bool = False
    then: tuple[tuple[str, float], ...] = ()
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows may refer to, and how their times are to be read."""

    timezone: str
    day: date
    services: frozenset[str]
    priorities: frozenset[str]
    counters: Mapping[int, frozenset[str]]


class RecordRefusedError(BadRequestError):
    """A record with rows that cannot be used; `problems` are (line number, what is wrong, its facts)."""

    def __init__(self, problems: list[tuple[int, str, str]]) -> None:
        super().__init__(N_("The record cannot be used; nothing was run."))
        self.problems = problems

    @property
    def message(self) -> str:
        """The refusal, and the first wrong lines with what is wrong in each."""
        lines = [
            _("Line {line}: {problem}").format(line=line, problem=_(problem).format(value=clean(value, 60)))
            for line, problem, value in self.problems[:MOST_NAMED]
        ]
        more = len(self.problems) - MOST_NAMED
        if more > 0:
            lines.append(_("… and {n} more lines.").format(n=more))
        return "\n".join([super().message, *lines])


class _RowError(ValueError):
    def __init__(self, problem: str, value: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.value = value


def read_arrivals(text: str, known: Known) -> list[Arrival]:
    """Return the arrivals of a CSV by time; RecordRefusedError names every row that cannot be used."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    problems: list[tuple[int, str, str]] = []
    arrivals: list[Arrival] = []
    try:
        missing = [name for name in ("arrival", "service") if name not in (rows.fieldnames or ())]
        if missing:
            raise RecordRefusedError([(1, N_("the column {value} is missing"), ", ".join(missing))])
        for row in rows:
            try:
                arrivals.append(_arrival(row, known))
            except _RowError as error:
                problems.append((rows.line_num, error.problem, error.value))
    except csv.Error as error:
        problems.append((rows.line_num + 1, N_("not a line of CSV ({value})"), str(error)))
    if problems:
        raise RecordRefusedError(problems)
    return sorted(arrivals, key=lambda arrival: arrival.at)


def _arrival(row: Mapping[str, str], known: Known) -> Arrival:
    service = _one_of(row["service"], known.services, N_("there is no field “{value}”"))
    counter = _counter(row.get("counter") or "", service, known)
    return Arrival(
        at=_moment(row["arrival"], known),
        service=service,
        priority=_one_of(row["priority"], known.priorities, N_("there is no priority “{value}”"))
        if row.get("priority")
        else None,
        dossiers=_number(row.get("dossiers") or "1", 1, 999, N_("“{value}” is no number of dossiers")),
        service_seconds=_seconds(row.get("service_seconds") or ""),
        counter=counter,
        is_no_show=_one_of(row.get("no_show") or "0", {"0", "1"}, N_("no_show is 0 or 1, not “{value}”")) == "1",
    )


def _one_of(value: str, possible: frozenset[str] | set[str], problem: str) -> str:
    if value not in possible:
        raise _RowError(problem, value)
    return value


def _number(value: str, least: int, most: int, problem: str) -> int:
    digits = value.lstrip("0") or "0"
    if not (value.isascii() and value.isdecimal()) or len(digits) > LONGEST_NUMBER or not least <= int(digits) <= most:
        raise _RowError(problem, value)
    return int(digits)


def _counter(value: str, service: str, known: Known) -> int | None:
    if not value:
        return None
    problem = N_("there is no counter “{value}” for that field")
    number = _number(value, 1, 999, problem)
    if service not in known.counters.get(number, frozenset()):
        raise _RowError(problem, value)
    return number


def _seconds(value: str) -> float | None:
    if not value:
        return None
    problem = N_("“{value}” is no number of seconds")
    try:
        seconds = float(value)
    except ValueError:
        raise _RowError(problem, value) from None
    if not 0 <= seconds <= LARGEST_SERVICE:
        raise _RowError(problem, value)
    return seconds


_NO_TIME = N_("“{value}” is no time of arrival")


def _moment(value: str, known: Known) -> datetime:
    try:
        if "T" in value or "-" in value[:5]:
            moment = datetime.fromisoformat(value)
        else:
            moment = datetime.combine(known.day, time.fromisoformat(value))
    except ValueError:
        raise _RowError(_NO_TIME, value) from None
    if not is_plausible(moment):
        raise _RowError(_NO_TIME, value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone(known.timezone))
