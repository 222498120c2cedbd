"""Answers how the business days stand: which are open, how one was closed, what keeps one from being closed."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, bindparam, cast, func, literal_column, select

from queueapp.clock import zone
from queueapp.models import days, events, services, staff, tickets, vouchers
from queueapp.queries.office import office_view
from queueapp.queries.prints import troubled_prints
from queueapp.queries.rows import TICKETS, TicketRow, code_of, today
from queueapp.queries.tickets import as_view, select_tickets
from queueapp.rules.closing_views import ClosingView
from queueapp.rules.hours import closes_at, day_to_come
from queueapp.rules.summaries import Closing, Correction
from queueapp.rules.views import VoucherView
from queueapp.session import Session
from queueapp.statement import Statement


@dataclass(frozen=True, slots=True)
class DayRow:
    """A business day as operations need it."""

    date: date
    opened_at: datetime
    closed_at: datetime | None


_DAY = Statement(
    select(days.c.date, days.c.opened_at, days.c.closed_at).where(
        days.c.office_id == bindparam("office"), days.c.date == bindparam("day")
    )
)
_OPEN_DAYS = Statement(
    select(days.c.date).where(days.c.office_id == bindparam("office"), days.c.closed_at.is_(None)).order_by(days.c.date)
)
_IS_OPEN: ColumnElement[bool] = literal_column("ticket.ended_at IS NULL")
_OPEN_TICKETS = Statement(
    TICKETS.where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), _IS_OPEN).order_by(
        tickets.c.id
    )
)
_OPEN_VIEWS = Statement(
    select_tickets()
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), _IS_OPEN)
    .order_by(tickets.c.id)
)
_CLOSING = Statement(
    select(days.c.closed_at, staff.c.name, days.c.reason, days.c.sealed_seq, days.c.seal, days.c.sheet)
    .outerjoin(staff, staff.c.id == days.c.closed_by_id)
    .where(days.c.office_id == bindparam("office"), days.c.date == bindparam("day"), days.c.closed_at.is_not(None))
)
_detail = cast(events.c.detail, String)
_CORRECTIONS = Statement(
    select(events.c.at, services.c.letter, tickets.c.number, staff.c.name, _detail)
    .select_from(tickets)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .join(events, events.c.ticket_id == tickets.c.id)
    .outerjoin(staff, staff.c.id == events.c.staff_id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"), events.c.verb == "correct")
    .order_by(events.c.seq)
)
_VOUCHERS = Statement(
    select(vouchers.c.code, services.c.letter, tickets.c.number, vouchers.c.valid_on, services.c.code)
    .select_from(vouchers)
    .join(tickets, tickets.c.id == vouchers.c.ticket_id)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"))
    .order_by(vouchers.c.id)
)
_PICKED = Statement(
    select(func.count())
    .select_from(tickets)
    .join(events, events.c.ticket_id == tickets.c.id)
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        events.c.verb == "call",
        _detail.like('%"rule":"picked"%'),
    )
)


def day_row(session: Session, day: date) -> DayRow | None:
    """Return a business day, if anything happened on it."""
    row = session.row(_DAY, office=session.office.id, day=day)
    return DayRow(*row) if row else None


def open_days(session: Session) -> list[date]:
    """Return the days that nobody has closed yet, oldest first."""
    return [row[0] for row in session.rows(_OPEN_DAYS, office=session.office.id)]


def unclosed_day(session: Session, before: date) -> date | None:
    """Return the oldest day before `before` that nobody has closed."""
    found = open_days(session)
    return found[0] if found and found[0] < before else None


def open_tickets(session: Session, day: date) -> list[TicketRow]:
    """Return the tickets of a day that have no end, in the order of issue."""
    return [TicketRow(*row) for row in session.rows(_OPEN_TICKETS, office=session.office.id, day=day)]


def picked_count(session: Session, day: date) -> int:
    """Return how many tickets of a day were called out of order."""
    row = session.row(_PICKED, office=session.office.id, day=day)
    return int(row[0]) if row else 0


def closing_of(session: Session, day: date) -> Closing | None:
    """Return how a day was closed, with what was corrected since; None while it is open."""
    row = session.row(_CLOSING, office=session.office.id, day=day)
    if row is None:
        return None
    at, clerk, reason, sealed_seq, seal, sheet = row
    local = at.astimezone(zone(session.office.timezone))
    return Closing(local, clerk, reason, sealed_seq, seal, sheet, _corrections(session, day))


def _corrections(session: Session, day: date) -> tuple[Correction, ...]:
    found = []
    for moment, letter, number, clerk, text in session.rows(_CORRECTIONS, office=session.office.id, day=day):
        detail, at = json.loads(text), moment.astimezone(zone(session.office.timezone))
        code, why = code_of(letter, number), detail["reason"]
        for what, before in detail["before"].items():
            found.append(Correction(at, code, what, str(before), str(detail["set"][what]), why, clerk))
    return tuple(found)


def vouchers_of(session: Session, day: date) -> tuple[VoucherView, ...]:
    """Return the vouchers of those who were carried over from a day."""
    rows = session.rows(_VOUCHERS, office=session.office.id, day=day)
    return tuple(VoucherView(code, code_of(letter, number), day_, field) for code, letter, number, day_, field in rows)


def closing(session: Session, day: date | None = None, *, at: datetime) -> ClosingView:
    """Return what has to be decided before a day can be closed, the oldest open one if none is given."""
    office = session.office
    present = today(session, at)
    waiting = open_days(session)
    asked = day or (waiting[0] if waiting else present)
    hours = office.settings.get("hours", {})
    until = closes_at(hours, at, office.timezone) if asked == present else None
    return ClosingView(
        office=office_view(session),
        day=asked,
        open_days=tuple(waiting),
        tickets=tuple(as_view(row) for row in session.rows(_OPEN_VIEWS, office=office.id, day=asked)),
        closing=closing_of(session, asked),
        open_until=None if until is None else f"{until:%H:%M}",
        next_day=day_to_come(hours, asked, at, office.timezone),
        revision=office.revision,
        vouchers=vouchers_of(session, asked),
        prints=tuple(each for each in troubled_prints(session, at=at) if each.ticket is None),
    )
