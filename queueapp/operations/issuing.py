"""Issues tickets: at reception, or for somebody who already stands at the counter."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from queueapp.i18n import N_
from queueapp.models import days, tickets
from queueapp.operations.checks import free_counter, known_priority
from queueapp.operations.personal import keep_personal
from queueapp.operations.postponing import carry_over
from queueapp.operations.record import NOWHERE, Where, begin_span, record
from queueapp.operations.rights import by_right, require_right
from queueapp.operations.vouchers import VoucherRow, use_voucher, voucher_to_use
from queueapp.queries.estimates import Turn, new_turn
from queueapp.queries.rows import ServiceRow, service_named, staff_id_of, ticket_numbered, today
from queueapp.queries.slips import field_names
from queueapp.queries.stops import stop_at_issue
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import BadRequestError, DayClosedError, NoMoreNumbersError, QuotaReachedError
from queueapp.rules.promised import written
from queueapp.rules.stopped import Stop
from queueapp.rules.stopping_words import why_stop
from queueapp.rules.views import Answer
from queueapp.session import Session
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
        ~tickets.c.is_from_roll,
    )
)
_ISSUED = Statement(
    select(func.count()).where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.issued_for_id == bindparam("service"),
    )
)
_TAKEN = Statement(
    select(tickets.c.id).where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day == bindparam("day"),
        tickets.c.issued_for_id == bindparam("service"),
        tickets.c.number == bindparam("number"),
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
        issued_at=bindparam("issued_at"),
        place=bindparam("place"),
        is_first=bindparam("is_first"),
        calls=bindparam("calls"),
        counter_id=bindparam("counter_id"),
        staff_id=bindparam("staff_id"),
        is_unreliable=bindparam("is_unreliable"),
        is_clock_touched=bindparam("is_clock_touched"),
        is_from_roll=bindparam("is_from_roll"),
        promise=bindparam("promise"),
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
    name: str | None = None
    voucher: VoucherRow | None = None
    promise: str | None = None


@by_right
def issue(
    session: Session,
    *,
    service: str,
    priority: str | None = None,
    dossiers: int = 1,
    procedure: str | None = None,
    channel: str | None = None,
    note: str | None = None,
    name: str | None = None,
    voucher: str | None = None,
    override: str | None = None,
    postpone: bool = False,
    day: date | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Issue the next ticket of a field to somebody who waits.

    `priority` is a code of the office's list; `staff` is who grants it. Numbers run from 1 without a hole in each field
    and day. A `voucher` of somebody who was carried over is called before new tickets, once, on the day it names.
    What the day cannot carry any more is refused (see rules/stopping.py): an `override` is the reason why it is issued
    all the same, and needs a right of its own; with `postpone` the ticket is at once carried over to `day`, the next
    open one if none is given. Errors: unknown_service, unknown_staff, unknown_ticket (no such voucher), bad_request,
    quota_reached, day_closed, service_closed, not_allowed.
    """
    field = service_named(session, service)
    kept = voucher_to_use(session, voucher, at=at, service=field.code) if voucher else None
    wish = _checked(session, _Wish(priority, dossiers, procedure, channel, note, name, kept))
    by = Where(staff_id=staff_id_of(session, staff))
    its_turn = new_turn(session, field.id, is_priority=priority is not None, is_first=kept is not None, at=at)
    stop = stop_at_issue(session, field.code, its_turn, at=at)
    why = None if postpone else _let_through(session, field, stop, override, staff)
    wish = replace(wish, promise=_promise(its_turn, stop))
    ticket_id, detail = _new_ticket(session, field, wish, state="waiting", granted_by=by.staff_id, at=at)
    if why is not None:
        detail["override"] = why
    begin_span(session, "waiting", ticket_id=ticket_id, service_id=field.id, at=at)
    record(session, "issue", at=at, ticket_id=ticket_id, where=by, **detail)
    if kept is not None:
        use_voucher(session, kept, ticket_id)
    if postpone:
        found = ticket_numbered(session, ticket_id)
        return carry_over(session, found, day, person=by.staff_id, is_at_once=True, at=at)
    return Answer(ticket_view(session, ticket_id, at=at, known=its_turn))


def _promise(its_turn: Turn, stop: Stop | None) -> str | None:
    if its_turn.promised is None:
        return None
    return written(replace(its_turn.promised, light=None if stop is None else stop.light))


def _let_through(
    session: Session, field: ServiceRow, stop: Stop | None, override: str | None, staff: str | None
) -> str | None:
    """Refuse a ticket that the day cannot carry; return the reason for which it is issued all the same, if any."""
    if stop is None or stop.light != "red":
        return None
    why = clean(override or "", 500)
    if not why:
        raise NoMoreNumbersError(service=field_names(session, field.code).name, why=why_stop(stop))
    require_right(session, "override_stop", staff)
    return why


@by_right
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
    return Answer(ticket_view(session, ticket_id, at=at))


def _checked(session: Session, wish: _Wish) -> _Wish:
    if not 1 <= wish.dossiers <= MOST_DOSSIERS:
        raise BadRequestError(N_("The number of dossiers must be between 1 and {most}."), most=MOST_DOSSIERS)
    known_priority(session, wish.priority)
    return replace(
        wish,
        procedure=_worded(wish.procedure),
        channel=_worded(wish.channel, 40),
        note=_worded(wish.note, 500),
        name=_worded(wish.name),
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
) -> tuple[int, dict[str, Any]]:
    day = today(session, at)
    opened_day(session, day, at)
    columns: dict[str, Any] = {
        "office_id": session.office.id,
        "day": day,
        "issued_for_id": field.id,
        "number": _next_number(session, field, day),
        "service_id": field.id,
        "state": state,
        "priority": wish.priority,
        "priority_by_id": granted_by if wish.priority else None,
        "dossiers": wish.dossiers,
        "procedure": wish.procedure,
        "channel": wish.channel,
        "issued_at": at,
        "place": at,
        "is_first": wish.voucher is not None,
        "calls": 0,
        "counter_id": where.counter_id,
        "staff_id": where.staff_id,
        "is_unreliable": False,
        "is_clock_touched": False,
        "is_from_roll": False,
        "promise": wish.promise,
    }
    row = session.row(_TICKET, **columns)
    if row is None:  # pragma: no cover - RETURNING always returns
        raise RuntimeError
    keep_personal(session, int(row[0]), name=wish.name, note=wish.note)
    detail = {
        "service": field.code,
        "number": columns["number"],
        "day": day.isoformat(),
        "to": state,
        "priority": wish.priority,
        "dossiers": wish.dossiers,
        "procedure": wish.procedure,
        "channel": wish.channel,
        "voucher": wish.voucher and wish.voucher.code,
        "changes": columns,
    }
    return int(row[0]), detail


def opened_day(session: Session, day: date, at: datetime) -> None:
    """Make sure that a day is there and open: its first number opens it (DayClosedError)."""
    row = session.row(_DAY, office=session.office.id, day=day)
    if row is None:
        session.run(_OPEN_DAY, office=session.office.id, day=day, at=at)
        record(session, "open_day", at=at, day=day.isoformat())
    elif row[0] is not None:
        raise DayClosedError(day=day)


def _next_number(session: Session, field: ServiceRow, day: date) -> int:
    # The write lock is held: between this question and the insert nobody else draws a number.
    given = {"office": session.office.id, "day": day, "service": field.id}
    if field.daily_quota:
        issued = session.row(_ISSUED, **given)  # also on the paper roll
        if issued is not None and issued[0] >= field.daily_quota:
            raise QuotaReachedError(quota=field.daily_quota, service=field.code)
    row = session.row(_LAST_NUMBER, **given)
    number = int(row[0] or 0) + 1 if row else 1
    roll_from = session.office.settings.get("roll", {}).get("first", number + 1)
    while number >= roll_from and session.row(_TAKEN, number=number, **given) is not None:
        number += 1  # a day so long that its numbers reach those of the paper roll
    return number
