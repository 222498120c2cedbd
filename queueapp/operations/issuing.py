"""Issues tickets: at reception, or for somebody who already stands at the counter."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select

from queueapp.database import Session
from queueapp.i18n import N_
from queueapp.models import days, tickets
from queueapp.operations.checks import free_counter
from queueapp.operations.record import NOWHERE, Where, begin_span, record
from queueapp.queries.rows import ServiceRow, service_named, staff_id_of, today
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import BadRequestError, DayClosedError, QuotaReachedError
from queueapp.rules.views import Answer
from queueapp.statement import Statement
from queueapp.text import clean

_DAY = Statement(
    select(days.c.closed_at).where(days.c.office_id == bindparam("office"), days.c.date == bindparam("day"))
)
_OPEN_DAY = Statement(
    insert(days).values(office_id=bindparam("office"), date=bindparam("day"), opened_at=bindparam("at"))
)
_LAST_NUMBER = Statement(
    select(func.max(tickets.c.number)).where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.issued_for_id == bindparam("service"),
    )
)
_TICKET = Statement(
    insert(tickets)
    .values(
        office_id=bindparam("office_id"),
        day=bindparam("day"),
        issued_for_id=bindparam("issued_for_id"),
        number=bindparam("number"),
        service_id=bindparam("service_id"),
        state=bindparam("state"),
        priority=bindparam("priority"),
        priority_by_id=bindparam("priority_by_id"),
        dossiers=bindparam("dossiers"),
        procedure=bindparam("procedure"),
        channel=bindparam("channel"),
        note=bindparam("note"),
        issued_at=bindparam("issued_at"),
        place=bindparam("place"),
        calls=0,
        counter_id=bindparam("counter_id"),
        staff_id=bindparam("staff_id"),
        is_unreliable=False,
    )
    .returning(tickets.c.id)
)
MOST_DOSSIERS = 999


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a new ticket is to say."""

    priority: str | None = None
    dossiers: int = 1
    procedure: str | None = None
    channel: str | None = None
    note: str | None = None


def issue(
    session: Session,
    *,
    service: str,
    priority: str | None = None,
    dossiers: int = 1,
    procedure: str | None = None,
    channel: str | None = None,
    note: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Issue the next ticket of a field to somebody who waits.

    `priority` is a code of the office's list; `staff` is who grants it. Numbers run from 1 without a hole in each field
    and day. Errors: unknown_service, unknown_staff, bad_request, quota_reached, day_closed.
    """
    field = service_named(session, service)
    wish = _checked(session, _Wish(priority, dossiers, procedure, channel, note))
    by = Where(staff_id=staff_id_of(session, staff))
    ticket_id, detail = _new_ticket(session, field, wish, state="waiting", granted_by=by.staff_id, at=at)
    begin_span(session, "waiting", ticket_id=ticket_id, service_id=field.id, at=at)
    record(session, "issue", at=at, ticket_id=ticket_id, where=by, **detail)
    return Answer(ticket_view(session, ticket_id))


def serve(session: Session, *, counter: int, service: str, staff: str | None = None, at: datetime) -> Answer:
    """Issue a ticket to somebody who already stands at the counter, and start at once: no waiting, no way.

    Errors: unknown_counter, unknown_service, unknown_staff, counter_closed, counter_busy, quota_reached, day_closed.
    """
    desk = free_counter(session, counter)
    where = Where(desk.id, staff_id_of(session, staff) or desk.clerk_id)
    field = service_named(session, service)
    ticket_id, detail = _new_ticket(session, field, _Wish(), state="serving", where=where, at=at)
    begin_span(session, "serving", ticket_id=ticket_id, service_id=field.id, at=at, where=where)
    record(session, "serve", at=at, ticket_id=ticket_id, where=where, **detail)
    return Answer(ticket_view(session, ticket_id))


def _checked(session: Session, wish: _Wish) -> _Wish:
    if not 1 <= wish.dossiers <= MOST_DOSSIERS:
        raise BadRequestError(N_("The number of dossiers must be between 1 and {most}."), most=MOST_DOSSIERS)
    known = [each["code"] for each in session.office.settings.get("priorities", [])]
    if wish.priority is not None and wish.priority not in known:
        raise BadRequestError(
            N_("There is no priority “{priority}”. The office's list: {known}."),
            priority=clean(wish.priority),
            known=", ".join(known),
        )
    return _Wish(
        wish.priority,
        wish.dossiers,
        _worded(wish.procedure),
        _worded(wish.channel, 40),
        _worded(wish.note, 500),
    )


def _worded(text: str | None, longest: int = 120) -> str | None:
    return clean(text, longest) or None if text is not None else None


def _new_ticket(
    session: Session,
    field: ServiceRow,
    wish: _Wish,
    *,
    state: str,
    at: datetime,
    granted_by: int | None = None,
    where: Where = NOWHERE,
) -> tuple[int, dict[str, object]]:
    day = _opened_day(session, at)
    number = _next_number(session, field, day)
    row = session.row(
        _TICKET,
        office_id=session.office.id,
        day=day,
        issued_for_id=field.id,
        number=number,
        service_id=field.id,
        state=state,
        priority=wish.priority,
        priority_by_id=granted_by if wish.priority else None,
        dossiers=wish.dossiers,
        procedure=wish.procedure,
        channel=wish.channel,
        note=wish.note,
        issued_at=at,
        place=at,
        counter_id=where.counter_id,
        staff_id=where.staff_id,
    )
    if row is None:  # pragma: no cover - RETURNING always returns
        raise RuntimeError
    detail: dict[str, object] = {
        "service": field.code,
        "number": number,
        "day": day.isoformat(),
        "to": state,
        "priority": wish.priority,
        "dossiers": wish.dossiers,
        "procedure": wish.procedure,
        "channel": wish.channel,
        "note": wish.note,
    }
    return int(row[0]), detail


def _opened_day(session: Session, at: datetime) -> date:
    day = today(session, at)
    row = session.row(_DAY, office=session.office.id, day=day)
    if row is None:
        session.run(_OPEN_DAY, office=session.office.id, day=day, at=at)
        record(session, "open_day", at=at, day=day.isoformat())
    elif row[0] is not None:
        raise DayClosedError(day=day.isoformat())
    return day


def _next_number(session: Session, field: ServiceRow, day: date) -> int:
    # The write lock is held: between this question and the insert nobody else draws a number.
    row = session.row(_LAST_NUMBER, office=session.office.id, day=day, service=field.id)
    last = row[0] or 0 if row else 0
    if field.daily_quota and last >= field.daily_quota:
        raise QuotaReachedError(quota=field.daily_quota, service=field.code)
    return int(last) + 1
