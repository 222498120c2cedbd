"""Puts days together, ticket by ticket: a mean of means or of percentiles would count a quiet day like a busy one."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from queueapp.clock import zone
from queueapp.rules.censored import Wait
from queueapp.rules.certainties import Certainty, Little, Share
from queueapp.rules.certainty import Timed, certainty, timed
from queueapp.rules.figures import figures_of, grouped
from queueapp.rules.hours import Hours
from queueapp.rules.intervals import wilson
from queueapp.rules.little import check
from queueapp.rules.quiet import QuietCell, quiet_cell
from queueapp.rules.summaries import Figures, Unserved, Visit
from queueapp.rules.unserved import unserved


@dataclass(frozen=True, slots=True)
class Pooled:
    """A group of citizens of several days: how many days they came on, their figures, and how sure those are."""

    days: int
    figures: Figures
    certainty: Certainty

    @property
    def over(self) -> dict[str, Share]:
        """By minutes: the share of those whose waiting was measured who waited longer, with its interval."""
        figures = self.figures
        return {limit: wilson(n, figures.waiting.n) for limit, n in figures.wait_over.items()}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last` that had tickets, put together: all, by field, by weekday (0 is Monday).

    `little` is Little's check of each day. `names` are the fields' in the language in use. `by_day` are the figures of
    each day alone. `heat` says by weekday and local hour of issue how long people waited until their first call.
    """

    first: date
    last: date
    days: tuple[date, ...]
    all: Pooled
    services: dict[str, Pooled]
    weekdays: dict[int, Pooled]
    little: dict[date, Little]
    names: dict[str, str]
    counters: dict[str, Figures]
    clerks: dict[str, Figures]
    hours: dict[str, Figures]
    by_day: dict[date, Figures]
    heat: dict[tuple[int, int], QuietCell]
    unserved: dict[date, tuple[Unserved, ...]]


def pool(
    visits: Mapping[date, Sequence[Visit]],
    *,
    first: date,
    last: date,
    timezone: str,
    hours: Hours,
    names: Mapping[str, str],
    counters: Sequence[int] = (),
    at: datetime,
) -> Period:
    """Return the figures of days put together; `names` are the fields, listed even if nobody came for them."""
    everybody = [each for day in sorted(visits) for each in visits[day]]
    groups = grouped(everybody, timezone=timezone, services=names, counters=counters)
    waits = {day: timed(those, day=day, timezone=timezone, hours=hours, at=at) for day, those in sorted(visits.items())}

    def pooled(is_in: Callable[[date], bool], service: str | None = None, figures: Figures | None = None) -> Pooled:
        own = [day for day in waits if is_in(day)]
        people = [each for day in own for each in visits[day]]
        days = sum(any(service in {None, each.issued_for} for each in visits[day]) for day in own)
        queued: list[Timed] = [each for day in own for each in waits[day]]
        sure = certainty(people, queued, at=at, service=service)
        return Pooled(days, figures or figures_of(people, service), sure)

    weekdays = sorted({day.weekday() for day in waits})
    return Period(
        first=first,
        last=last,
        days=tuple(waits),
        all=pooled(lambda _day: True, figures=groups.all),
        services={code: pooled(lambda _day: True, code, groups.services[code]) for code in names},
        weekdays={each: pooled(lambda day, each=each: day.weekday() == each) for each in weekdays},  # type: ignore[misc]
        little={day: check(visits[day], day=day, timezone=timezone, at=at) for day in waits},
        names=dict(names),
        counters=groups.counters,
        clerks=groups.clerks,
        hours=groups.hours,
        by_day={day: figures_of(visits[day]) for day in waits},
        heat=_heat(waits, timezone),
        unserved={day: unserved(visits[day], day=day, timezone=timezone, at=at) for day in waits},
    )


def _heat(waits: Mapping[date, Sequence[Timed]], timezone: str) -> dict[tuple[int, int], QuietCell]:
    local = zone(timezone)
    found: defaultdict[tuple[int, int], list[Wait]] = defaultdict(list)
    for day, those in waits.items():
        for each in those:
            if each.wait is not None:
                found[day.weekday(), each.visit.issued_at.astimezone(local).hour].append(each.wait)
    return {place: quiet_cell(those) for place, those in sorted(found.items())}
