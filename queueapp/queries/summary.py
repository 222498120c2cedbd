"""Answers how a day went: its visits, and the figures computed from them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from queueapp.models import counters, services, spans, staff, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.days import closing_of, picked_count
from queueapp.queries.hall import service_views
from queueapp.queries.office import office_view
from queueapp.queries.rows import code_of, today
from queueapp.queries.stuck import outage_minutes
from queueapp.rules.certainties import Certainty
from queueapp.rules.certainty import certainty, timed
from queueapp.rules.figures import summarise
from queueapp.rules.little import check
from queueapp.rules.promised import read
from queueapp.rules.summaries import DaySummary, SummaryView, Visit
from queueapp.rules.views import SpanView
from queueapp.session import Session
from queueapp.statement import Statement

_issued_for = services.alias("issued_for")

_TICKETS = Statement(
    select(
        tickets.c.id,
        _issued_for.c.letter,
        tickets.c.number,
        _issued_for.c.code,
        tickets.c.state,
        tickets.c.dossiers,
        tickets.c.issued_at,
        counters.c.number,
        staff.c.name,
        tickets.c.priority,
        tickets.c.is_unreliable,
        tickets.c.is_clock_touched,
        tickets.c.is_from_roll,
        tickets.c.reason,
        tickets.c.promise,
    )
    .select_from(tickets)
    .join(_issued_for, _issued_for.c.id == tickets.c.issued_for_id)
    .outerjoin(counters, counters.c.id == tickets.c.counter_id)
    .outerjoin(staff, staff.c.id == tickets.c.staff_id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"))
    .order_by(tickets.c.id)
)
_SPANS = Statement(
    select(
        spans.c.ticket_id,
        spans.c.kind,
        services.c.code,
        counters.c.number,
        staff.c.name,
        spans.c.started_at,
        spans.c.ended_at,
        spans.c.ended_by,
    )
    .select_from(tickets)
    .join(spans, spans.c.ticket_id == tickets.c.id)
    .join(services, services.c.id == spans.c.service_id)
    .outerjoin(counters, counters.c.id == spans.c.counter_id)
    .outerjoin(staff, staff.c.id == spans.c.staff_id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), ~spans.c.is_undone)
    .order_by(spans.c.id)
)
_DAY_BEFORE = Statement(
    select(func.max(tickets.c.day, type_=tickets.c.day.type)).where(
        tickets.c.office_id == bindparam("office"), tickets.c.day < bindparam("day")
    )
)
_DAY_AFTER = Statement(
    select(func.min(tickets.c.day, type_=tickets.c.day.type)).where(
        tickets.c.office_id == bindparam("office"), tickets.c.day > bindparam("day")
    )
)


def day_visits(session: Session, day: date) -> list[Visit]:
    """Return all tickets issued on a day, each with its spans, in the order of issue."""
    lived: dict[int, list[SpanView]] = {}
    for ticket_id, *span in session.rows(_SPANS, office=session.office.id, day=day):
        lived.setdefault(ticket_id, []).append(SpanView(*span))
    return [_visit(row, lived) for row in session.rows(_TICKETS, office=session.office.id, day=day)]


def _visit(row: tuple[Any, ...], lived: dict[int, list[SpanView]]) -> Visit:
    (
        ticket_id,
        letter,
        number,
        service,
        state,
        dossiers,
        issued_at,
        counter,
        clerk,
        priority,
        unreliable,
        touched,
        from_roll,
        reason,
        promise,
    ) = row
    return Visit(
        code=code_of(letter, number),
        issued_for=service,
        state=state,
        dossiers=dossiers,
        issued_at=issued_at,
        counter=counter,
        clerk=clerk,
        is_priority=priority is not None,
        is_unreliable=bool(unreliable),
        is_clock_touched=bool(touched),
        is_from_roll=bool(from_roll),
        reason=reason,
        promise=None if promise is None else read(promise).estimate,
        spans=tuple(lived.get(ticket_id, ())),
    )


def day_summary(session: Session, day: date | None = None, *, at: datetime) -> DaySummary:
    """Return the figures of a day, today if none is given; a closed one has the fields and counters of its sheet."""
    asked = day or today(session, at)
    closed = closing_of(session, asked)
    sheet = {} if closed is None else json.loads(closed.sheet)
    visits = day_visits(session, asked)
    figures = summarise(
        visits,
        day=asked,
        timezone=session.office.timezone,
        services=_in_order(sheet.get("services"), [service.code for service in service_views(session, asked)]),
        counters=sorted(int(number) for number in sheet.get("counters") or _counter_numbers(session)),
        at=at,
        chain_head=session.head.hash if closed is None else closed.seal,
        picked=picked_count(session, asked),
        closing=closed,
    )
    return replace(
        figures,
        outage_minutes=outage_minutes(session, asked),
        certainty=_certainties(session, figures, visits, at=at),
        little=check(visits, day=asked, timezone=session.office.timezone, at=at),
    )


def _certainties(
    session: Session, figures: DaySummary, visits: list[Visit], *, at: datetime
) -> dict[str | None, Certainty]:
    """Return how sure the figures are: of each field that the summary lists, and under None of all."""
    office, hours = session.office, session.office.settings.get("hours", {})
    waits = timed(visits, day=figures.day, timezone=office.timezone, hours=hours, at=at)
    return {code: certainty(visits, waits, at=at, service=code) for code in (*figures.services, None)}


def _in_order(sealed: Iterable[str] | None, present: list[str]) -> list[str]:
    """Return the fields of a sheet, or the present ones, in the order of the settings; those of old come last."""
    places = {code: place for place, code in enumerate(present)}
    return sorted(sealed or present, key=lambda code: (places.get(code, len(places)), code))


def _counter_numbers(session: Session) -> list[int]:
    return [counter.number for counter in counter_views(session)]


def summary(session: Session, day: date | None = None, *, at: datetime) -> SummaryView:
    """Return a day's figures with the neighbouring days that have tickets."""
    asked = day or today(session, at)
    office = session.office.id
    before = session.row(_DAY_BEFORE, office=office, day=asked)
    after = session.row(_DAY_AFTER, office=office, day=asked)
    return SummaryView(
        office=office_view(session),
        services=service_views(session, asked),
        summary=day_summary(session, asked, at=at),
        previous_day=before[0] if before else None,
        next_day=after[0] if after else None,
        revision=session.office.revision,
    )
