"""Finds the rows that operations work on: a counter, a field, a person, a ticket, the waiting."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, literal_column, or_, select

from queueapp.clock import business_day
from queueapp.models import counters, days, services, shifts, skills, staff, tickets
from queueapp.rules.errors import (
    UnknownCounterError,
    UnknownServiceError,
    UnknownStaffError,
    UnknownTicketError,
)
from queueapp.rules.order import Waiting
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A field as operations need it."""

    id: int
    code: str
    letter: str
    recall_limit: int
    daily_quota: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as operations need it."""

    id: int
    day: date
    letter: str
    number: int
    service_id: int
    state: str
    priority: str | None
    issued_at: datetime
    place: datetime
    calls: int
    dossiers: int
    counter_id: int | None
    staff_id: int | None
    ended_at: datetime | None
    back_to_id: int | None
    back_service_id: int | None
    is_unreliable: bool
    procedure: str | None
    fix_by: datetime | None

    @property
    def code(self) -> str:
        """What the citizen reads."""
        return code_of(self.letter, self.number)


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter as operations need it; `clerk_id` is whose shift is open there."""

    id: int
    number: int
    state: str
    clerk_id: int | None
    reason: str | None


_SERVICE_COLUMNS = (
    services.c.id,
    services.c.code,
    services.c.letter,
    services.c.recall_limit,
    services.c.daily_quota,
    services.c.is_active,
)
_TICKET_COLUMNS = (
    tickets.c.id,
    tickets.c.day,
    services.c.letter,
    tickets.c.number,
    tickets.c.service_id,
    tickets.c.state,
    tickets.c.priority,
    tickets.c.issued_at,
    tickets.c.place,
    tickets.c.calls,
    tickets.c.dossiers,
    tickets.c.counter_id,
    tickets.c.staff_id,
    tickets.c.ended_at,
    tickets.c.back_to_id,
    tickets.c.back_service_id,
    tickets.c.is_unreliable,
    tickets.c.procedure,
    tickets.c.fix_by,
)
TICKETS = select(*_TICKET_COLUMNS).join(services, services.c.id == tickets.c.issued_for_id)

_SERVICE = Statement(
    select(*_SERVICE_COLUMNS).where(services.c.office_id == bindparam("office"), services.c.code == bindparam("code"))
)
_SERVICE_BY_ID = Statement(select(*_SERVICE_COLUMNS).where(services.c.id == bindparam("id")))
_SERVICE_CODES = Statement(
    select(services.c.code)
    .where(services.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)
_COUNTER = Statement(
    select(counters.c.id, counters.c.number, counters.c.state, shifts.c.staff_id, counters.c.reason)
    .outerjoin(shifts, and_(shifts.c.counter_id == counters.c.id, shifts.c.closed_at.is_(None)))
    .where(
        counters.c.office_id == bindparam("office"),
        counters.c.number == bindparam("number"),
        counters.c.is_active,
    )
)
_COUNTER_NUMBERS = Statement(
    select(counters.c.number)
    .where(counters.c.office_id == bindparam("office"), counters.c.is_active)
    .order_by(counters.c.number)
)
_STAFF = Statement(
    select(staff.c.id).where(
        staff.c.office_id == bindparam("office"), staff.c.name == bindparam("name"), staff.c.is_active
    )
)
# The condition stands in SQL word for word as in the partial index, so that the index serves it.
_AT_COUNTER = Statement(
    TICKETS.where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.counter_id == bindparam("counter"),
        literal_column("ticket.state IN ('called', 'serving', 'held')"),
        literal_column("ticket.state <> 'held'"),
    )
)
_AT_COUNTERS = Statement(
    TICKETS.where(
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state IN ('called', 'serving', 'held')"),
        literal_column("ticket.state <> 'held'"),
    ).order_by(tickets.c.id)
)
_BY_ID = Statement(TICKETS.where(tickets.c.id == bindparam("ticket")))
_BY_CODE = Statement(
    TICKETS.where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        services.c.letter == bindparam("letter"),
        tickets.c.number == bindparam("number"),
    ).order_by(tickets.c.id.desc())
)
_STILL_OPEN_BY_CODE = Statement(
    TICKETS.where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day < bindparam("day"),
        services.c.letter == bindparam("letter"),
        tickets.c.number == bindparam("number"),
        literal_column("ticket.ended_at IS NULL"),
    )
    .order_by(tickets.c.day.desc())
    .limit(1)
)
# A number of the paper roll is mostly keyed in the next morning, and looked for then.
_OF_THE_ROLL_BY_CODE = Statement(
    TICKETS.outerjoin(days, (days.c.office_id == tickets.c.office_id) & (days.c.date == tickets.c.day))
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day < bindparam("day"),
        services.c.letter == bindparam("letter"),
        tickets.c.number == bindparam("number"),
        tickets.c.is_from_roll,
        days.c.closed_at.is_(None),
    )
    .order_by(tickets.c.day.desc())
    .limit(1)
)
_WAITING_COLUMNS = (
    tickets.c.id,
    tickets.c.priority,
    tickets.c.place,
    tickets.c.number,
    tickets.c.is_first,
    tickets.c.service_id,
)
_elsewhere = counters.alias("elsewhere")
_its_skills = skills.alias("its_skills")


def callable_at(counter: Any) -> Any:
    """Return the condition that a waiting ticket is not on its way back to another counter that can call it."""
    others = (
        select(_elsewhere.c.id)
        .join(_its_skills, _its_skills.c.counter_id == _elsewhere.c.id)
        .where(
            _elsewhere.c.id == tickets.c.back_to_id,
            _elsewhere.c.id != counter,
            _elsewhere.c.state == "open",
            _elsewhere.c.is_active,
            _its_skills.c.service_id == tickets.c.service_id,
        )
    )
    return or_(tickets.c.back_to_id.is_(None), tickets.c.back_service_id.is_not(None), ~others.exists())


_WAITING_FOR_SERVICE = Statement(
    select(*_WAITING_COLUMNS).where(
        tickets.c.service_id == bindparam("service"),
        tickets.c.day == bindparam("day"),
        literal_column("ticket.state = 'waiting'"),
    )
)
_SERVED_BY_COUNTER = (
    select(*_WAITING_COLUMNS)
    .join(skills, skills.c.service_id == tickets.c.service_id)
    .where(
        skills.c.counter_id == bindparam("counter"),
        tickets.c.day == bindparam("day"),
        literal_column("ticket.state = 'waiting'"),
    )
)
_WAITING_ON = Statement(
    select(*_WAITING_COLUMNS).where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        literal_column("ticket.state = 'waiting'"),
    )
)
_TO_PICK_FROM = Statement(_SERVED_BY_COUNTER)
_WAITING_FOR_COUNTER = Statement(_SERVED_BY_COUNTER.where(callable_at(bindparam("counter"))))


def code_of(letter: str, number: int) -> str:
    """Return what the citizen reads: `D-007`."""
    return f"{letter}-{number:03d}"


def today(session: Session, at: datetime) -> date:
    """Return the business day of `at`."""
    return business_day(at, session.office.timezone)


def service_named(session: Session, code: str) -> ServiceRow:
    """Return the field with this code (UnknownServiceError)."""
    row = session.row(_SERVICE, office=session.office.id, code=code)
    if row is None or not row[-1]:
        known = ", ".join(each[0] for each in session.rows(_SERVICE_CODES, office=session.office.id))
        raise UnknownServiceError(service=clean(code), known=known)
    return ServiceRow(*row)


def service_of(session: Session, service_id: int) -> ServiceRow:
    """Return the field with this key."""
    row = session.row(_SERVICE_BY_ID, id=service_id)
    if row is None:  # pragma: no cover - a foreign key forbids it
        raise UnknownServiceError(service=service_id, known="")
    return ServiceRow(*row)


def counter_numbered(session: Session, number: int) -> CounterRow:
    """Return the counter with this number (UnknownCounterError)."""
    row = session.row(_COUNTER, office=session.office.id, number=number)
    if row is None:
        known = ", ".join(str(each[0]) for each in session.rows(_COUNTER_NUMBERS, office=session.office.id))
        raise UnknownCounterError(counter=number, known=known)
    return CounterRow(*row)


def staff_id_of(session: Session, name: str | None) -> int | None:
    """Return the key of the person called `name`; None for nobody (UnknownStaffError)."""
    if name is None:
        return None
    row = session.row(_STAFF, office=session.office.id, name=clean(name))
    if row is None:
        raise UnknownStaffError(staff=clean(name))
    return int(row[0])


def ticket_at(session: Session, counter_id: int) -> TicketRow | None:
    """Return the ticket that is called or served at a counter."""
    row = session.row(_AT_COUNTER, office=session.office.id, counter=counter_id)
    return TicketRow(*row) if row else None


def open_at_counters(session: Session) -> list[TicketRow]:
    """Return the tickets that are called or served anywhere, in the order of issue."""
    return [TicketRow(*row) for row in session.rows(_AT_COUNTERS, office=session.office.id)]


def ticket_numbered(session: Session, ticket_id: int) -> TicketRow:
    """Return the ticket with this key."""
    row = session.row(_BY_ID, ticket=ticket_id)
    if row is None:  # pragma: no cover - tickets are never deleted
        raise UnknownTicketError(ticket=ticket_id)
    return TicketRow(*row)


def ticket_coded(session: Session, code: str, *, at: datetime, day: date | None = None) -> TicketRow:
    """Return the ticket that reads `code`: the one of `day`, else today's, else an earlier one still open.

    Of the paper roll also one that has ended on a day that nobody has closed.
    Small letters, a missing hyphen and missing noughts are forgiven. UnknownTicketError when there is none.
    """
    parts = _parse_code(code)
    row: Any = None
    if parts is not None:
        values = {"office": session.office.id, "letter": parts[0], "number": parts[1]}
        row = session.row(_BY_CODE, day=day or today(session, at), **values)
        if row is None and day is None:
            row = session.row(_STILL_OPEN_BY_CODE, day=today(session, at), **values)
            row = row or session.row(_OF_THE_ROLL_BY_CODE, day=today(session, at), **values)
    if row is None:
        raise UnknownTicketError(ticket=clean(code, 20))
    return TicketRow(*row)


def held_coded(session: Session, code: str, *, at: datetime) -> TicketRow:
    """Return the ticket that reads `code`, and of two the one that is on hold (UnknownTicketError)."""
    found = ticket_coded(session, code, at=at)
    parts = _parse_code(code)
    if found.state != "held" and parts is not None:
        values = {"office": session.office.id, "letter": parts[0], "number": parts[1]}
        row = session.row(_STILL_OPEN_BY_CODE, day=found.day, **values)
        earlier = TicketRow(*row) if row else found
        return earlier if earlier.state == "held" else found
    return found


def _parse_code(code: str) -> tuple[str, int] | None:
    text = clean(code, 20).upper().replace(" ", "").replace("-", "")
    parts = re.fullmatch(r"([^\W\d_]{1,2})([0-9]{1,6})", text)
    return (parts[1], int(parts[2])) if parts else None


def waiting_for_service(session: Session, service_id: int, day: date) -> list[Waiting]:
    """Return the tickets of a day that wait for a field, in no order."""
    return [_waiting(row) for row in session.rows(_WAITING_FOR_SERVICE, service=service_id, day=day)]


def waiting_on(session: Session, day: date) -> list[Waiting]:
    """Return the tickets of a day that wait for any field, in no order."""
    return [_waiting(row) for row in session.rows(_WAITING_ON, office=session.office.id, day=day)]


def waiting_for_counter(session: Session, counter_id: int, day: date) -> list[Waiting]:
    """Return the tickets of a day that a counter may call, in no order."""
    return [_waiting(row) for row in session.rows(_WAITING_FOR_COUNTER, counter=counter_id, day=day)]


def to_pick_from(session: Session, counter_id: int, day: date) -> list[Waiting]:
    """Return the tickets of a day that a counter may pick out of order: also those on their way to another."""
    return [_waiting(row) for row in session.rows(_TO_PICK_FROM, counter=counter_id, day=day)]


def _waiting(row: tuple[Any, ...]) -> Waiting:
    ticket_id, priority, place, number, is_first, service_id = row
    return Waiting(ticket_id, priority is not None, place, number, bool(is_first), service_id)
