"""Answers what is open in the office: the tickets without an end, who sits where, which letters are in use."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from queueapp.models import counters, days, services, shifts, staff, tickets
from queueapp.queries.rows import code_of
from queueapp.session import Session
from queueapp.statement import Statement

_ISSUED_FOR = services.alias()
_BACK_FIELD, _BACK_TO = services.alias(), counters.alias()
_TICKETS = Statement(
    select(
        _ISSUED_FOR.c.letter,
        tickets.c.number,
        services.c.code,
        counters.c.number,
        staff.c.name,
        _BACK_TO.c.number,
        _BACK_FIELD.c.code,
    )
    .select_from(tickets)
    .join(_ISSUED_FOR, _ISSUED_FOR.c.id == tickets.c.issued_for_id)
    .join(services, services.c.id == tickets.c.service_id)
    .join(counters, counters.c.id == tickets.c.counter_id, isouter=True)
    .join(staff, staff.c.id == tickets.c.staff_id, isouter=True)
    .join(_BACK_TO, _BACK_TO.c.id == tickets.c.back_to_id, isouter=True)
    .join(_BACK_FIELD, _BACK_FIELD.c.id == tickets.c.back_service_id, isouter=True)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.ended_at.is_(None))
    .order_by(tickets.c.id)
)
_LETTERS = Statement(
    select(services.c.code, services.c.letter, tickets.c.day, func.min(tickets.c.number), func.max(tickets.c.number))
    .select_from(tickets)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .join(days, and_(days.c.office_id == tickets.c.office_id, days.c.date == tickets.c.day))
    .where(days.c.office_id == bindparam("office"), days.c.closed_at.is_(None))
    .group_by(services.c.code, services.c.letter, tickets.c.day)
    .order_by(tickets.c.day, services.c.code)
)
_SHIFTS = Statement(
    select(staff.c.name, counters.c.number)
    .select_from(shifts)
    .join(staff, staff.c.id == shifts.c.staff_id)
    .join(counters, counters.c.id == shifts.c.counter_id)
    .where(shifts.c.office_id == bindparam("office"), shifts.c.closed_at.is_(None))
    .order_by(counters.c.number)
)


class OpenTicket(NamedTuple):
    """A ticket without an end: its code, whose queue it stands in, at which counter, with whom, where it comes back."""

    code: str
    service: str
    counter: int | None
    clerk: str | None
    back_to: int | None
    back_service: str | None


class UsedLetter(NamedTuple):
    """A field's letter on a day that is not closed, with the first and the last code that bear it."""

    service: str
    letter: str
    day: date
    first: str
    last: str


def open_work(session: Session) -> list[OpenTicket]:
    """Return every ticket without an end, of whatever day."""
    return [
        OpenTicket(code_of(letter, number), *rest)
        for letter, number, *rest in session.rows(_TICKETS, office=session.office.id)
    ]


def used_letters(session: Session) -> list[UsedLetter]:
    """Return the letters under which tickets were issued on the days that are not closed."""
    return [
        UsedLetter(service, letter, day, code_of(letter, first), code_of(letter, last))
        for service, letter, day, first, last in session.rows(_LETTERS, office=session.office.id)
    ]


def open_shifts(session: Session) -> list[tuple[str, int]]:
    """Return who sits at which counter."""
    return [(name, number) for name, number in session.rows(_SHIFTS, office=session.office.id)]
