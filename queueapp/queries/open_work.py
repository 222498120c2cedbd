"""Answers what is open in the office: the tickets without an end, and who sits where."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from queueapp.database import Session
from queueapp.models import counters, services, shifts, staff, tickets
from queueapp.queries.rows import code_of
from queueapp.statement import Statement

_ISSUED_FOR = services.alias()
_TICKETS = Statement(
    select(_ISSUED_FOR.c.letter, tickets.c.number, services.c.code, counters.c.number, staff.c.name)
    .select_from(tickets)
    .join(_ISSUED_FOR, _ISSUED_FOR.c.id == tickets.c.issued_for_id)
    .join(services, services.c.id == tickets.c.service_id)
    .join(counters, counters.c.id == tickets.c.counter_id, isouter=True)
    .join(staff, staff.c.id == tickets.c.staff_id, isouter=True)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.ended_at.is_(None))
    .order_by(tickets.c.id)
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
    """A ticket without an end: its code, whose queue it stands in, at which counter, with whom."""

    code: str
    service: str
    counter: int | None
    clerk: str | None


def open_work(session: Session) -> list[OpenTicket]:
    """Return every ticket without an end, of whatever day."""
    return [
        OpenTicket(code_of(letter, number), service, counter, clerk)
        for letter, number, service, counter, clerk in session.rows(_TICKETS, office=session.office.id)
    ]


def open_shifts(session: Session) -> list[tuple[str, int]]:
    """Return who sits at which counter."""
    return [(name, number) for name, number in session.rows(_SHIFTS, office=session.office.id)]
