"""Puts days together, ticket by ticket: a mean of means or of percentiles would count a quiet day like a busy one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from queueapp.rules.certainties import Certainty, Little
from queueapp.rules.certainty import Timed, certainty, timed
from queueapp.rules.figures import figures_of
from queueapp.rules.hours import Hours
from queueapp.rules.little import check
from queueapp.rules.summaries import Figures, Visit


@dataclass(frozen=True, slots=True)
class Pooled:
    """A group of citizens of several days: how many days they came on, their figures, and how sure those are."""

    days: int
    figures: Figures
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last` that had tickets, put together: all, by field, by weekday (0 is Monday).

    `little` is Little's check of each day. `names` are the fields' in the language in use.
    """

    first: date
    last: date
    days: tuple[date, ...]
    all: Pooled
    services: dict[str, Pooled]
    weekdays: dict[int, Pooled]
    little: dict[date, Little]
    names: dict[str, str]


def pool(
    visits: Mapping[date, Sequence[Visit]],
    *,
    first: date,
    last: date,
    timezone: str,
    hours: Hours,
    names: Mapping[str, str],
    at: datetime,
) -> Period:
    """Return the figures of days put together; `names` are the fields, listed even if nobody came for them."""
    waits = {day: timed(those, day=day, timezone=timezone, hours=hours, at=at) for day, those in sorted(visits.items())}

    def pooled(is_in: Callable[[date], bool], service: str | None = None) -> Pooled:
        own = [day for day in waits if is_in(day)]
        people = [each for day in own for each in visits[day]]
        days = sum(any(service in {None, each.issued_for} for each in visits[day]) for day in own)
        queued: list[Timed] = [each for day in own for each in waits[day]]
        sure = certainty(people, queued, at=at, service=service)
        return Pooled(days, figures_of(people, service), sure)

    weekdays = sorted({day.weekday() for day in waits})
    return Period(
        first=first,
        last=last,
        days=tuple(waits),
        all=pooled(lambda _day: True),
        services={code: pooled(lambda _day: True, code) for code in names},
        weekdays={each: pooled(lambda day, each=each: day.weekday() == each) for each in weekdays},  # type: ignore[misc]
        little={day: check(visits[day], day=day, timezone=timezone, at=at) for day in waits},
        names=dict(names),
    )
