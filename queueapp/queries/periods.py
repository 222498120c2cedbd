"""Answers how several days went together: their tickets pooled, and the quiet hours among them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from queueapp.i18n import name_of
from queueapp.models import services, tickets
from queueapp.queries.rows import today
from queueapp.queries.summary import day_visits
from queueapp.rules.certainty import timed
from queueapp.rules.periods import Period, pool
from queueapp.rules.quiet import QuietField, QuietHours, quiet_hours
from queueapp.rules.summaries import Visit
from queueapp.session import Session
from queueapp.statement import Statement

USUAL_WEEKS = 8

_DAYS = Statement(
    select(tickets.c.day)
    .distinct()
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day >= bindparam("first"),
        tickets.c.day <= bindparam("last"),
    )
    .order_by(tickets.c.day)
)
_FIELDS = Statement(
    select(services.c.code, services.c.name_vi, services.c.name_en)
    .where(services.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)


def visits_between(
    session: Session, first: date, last: date, tell: Callable[[int, int], None] | None = None
) -> dict[date, list[Visit]]:
    """Return the tickets of each day from `first` to `last` that had some; `tell` hears how far the reading is."""
    days = session.rows(_DAYS, office=session.office.id, first=first, last=last)
    found = {}
    for place, (day,) in enumerate(days, 1):
        found[day] = day_visits(session, day)
        if tell is not None:
            tell(place, len(days))
    return found


def period(
    session: Session,
    first: date,
    last: date,
    *,
    counters: Sequence[int] = (),
    at: datetime,
    tell: Callable[[int, int], None] | None = None,
) -> Period:
    """Return the figures of the days from `first` to `last`, pooled by ticket; `counters` are listed in any case."""
    visits = visits_between(session, first, last, tell)
    names = {code: name_of(vi, en) for code, vi, en in session.rows(_FIELDS, office=session.office.id)}
    return pool(
        visits,
        first=first,
        last=last,
        timezone=session.office.timezone,
        hours=session.office.settings.get("hours", {}),
        names=_with_those_of_old(names, visits),
        counters=counters,
        at=at,
    )


def _with_those_of_old(names: Mapping[str, str], visits: Mapping[date, list[Visit]]) -> dict[str, str]:
    """Return the fields in use, and after them those that only tickets know."""
    issued = {each.issued_for: each.issued_for for those in visits.values() for each in those}
    return {**names, **{code: code for code in sorted(issued) if code not in names}}


def quiet(session: Session, weeks: int = USUAL_WEEKS, weekday: int | None = None, *, at: datetime) -> QuietHours:
    """Return the quiet hours of the fields in use, from the days of the last `weeks` weeks up to and with today.

    Where a `weekday` is given (0 is Monday), of those days alone.
    """
    last = today(session, at)
    first = last - timedelta(days=7 * weeks - 1)
    office, hours = session.office, session.office.settings.get("hours", {})
    fields = [QuietField(*row) for row in session.rows(_FIELDS, office=office.id)]
    in_use = {each.code for each in fields}
    visits = visits_between(session, first, last)
    waits = {
        day: timed(
            [each for each in those if each.issued_for in in_use],
            day=day,
            timezone=office.timezone,
            hours=hours,
            at=at,
        )
        for day, those in visits.items()
        if weekday in {None, day.weekday()}
    }
    return quiet_hours(
        waits,
        office=office.name,
        is_training=office.is_training,
        first=first,
        last=last,
        timezone=office.timezone,
        opening=hours,
        fields=fields,
        weekday=weekday,
    )
