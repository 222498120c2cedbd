"""Closes a day: every ticket gets an end that somebody chose, the sum must agree, and the sheet is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, update

from queueapp.i18n import N_
from queueapp.models import days
from queueapp.operations.checks import needed
from queueapp.operations.issuing import MOST_DOSSIERS
from queueapp.operations.learning import learn
from queueapp.operations.moving import move, set_columns
from queueapp.operations.outbox import forget_prints
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.operations.vouchers import give_voucher, valid_on
from queueapp.queries.days import DayRow, day_row, open_days, open_tickets
from queueapp.queries.rows import TicketRow, staff_id_of, ticket_coded, today
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import (
    BadRequestError,
    DayClosedError,
    OfficeHoursError,
    OpenTicketsError,
    UnevenDayError,
    WrongStateError,
)
from queueapp.rules.hours import closes_at
from queueapp.rules.lifecycle import CLOSING_ENDS, END_STATES, SENT_HOME_REASONS
from queueapp.rules.sheets import as_sheet, sealed
from queueapp.rules.views import Answer, VoucherView
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

_OPEN = Statement(insert(days).values(office_id=bindparam("office"), date=bindparam("day"), opened_at=bindparam("at")))
_CLOSE = Statement(
    update(days)
    .where(days.c.office_id == bindparam("office"), days.c.date == bindparam("day"))
    .values(
        closed_at=bindparam("moment"),
        closed_by_id=bindparam("person"),
        reason=bindparam("why"),
        sealed_seq=bindparam("last_seq"),
        seal=bindparam("last_hash"),
        sheet=bindparam("text"),
    )
)
_CLOSED_BY_HAND = "end_of_day"


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of an open ticket: its end, and why it was sent home or on which day it is carried over to."""

    state: str
    reason: str | None = None
    day: date | None = None


@by_right
def close_day(
    session: Session,
    *,
    day: date | None = None,
    unserved: Mapping[str, Any] | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Close a day, the oldest that is open if none is given; `unserved` says what becomes of each open ticket.

    An end is `left`, `sent_home`, `carried_over`, `served` or `void`, as a word, as `"sent_home:portal_down"` or
    `"carried_over:2026-11-27"`, or as an object with `end`, `reason`, `day`. Served by a close counts, without its
    times: nobody pressed a key when it ended. A `reason` is needed within the office's hours. All or nothing. Errors:
    day_closed, open_tickets (some have no end), unknown_ticket, wrong_state (one is not open), needs_reason,
    bad_request.
    """
    row = _day_to_close(session, day, at)
    why = clean(reason or "", 500) or None
    _refuse_in_hours(session, row.date, why, at)
    person = staff_id_of(session, staff)
    left_open = {ticket.code: ticket for ticket in open_tickets(session, row.date)}
    ends = _ends(session, row.date, left_open, unserved or {}, at)
    vouchers = tuple(
        voucher for code, end in ends.items() if (voucher := _end(session, left_open[code], end, person, at))
    )
    _seal(session, row.date, person, why, at)
    learn(session, row.date)
    forget_prints(session, at=at)
    return Answer(day=row.date, vouchers=vouchers)


def _day_to_close(session: Session, day: date | None, at: datetime) -> DayRow:
    present, waiting = today(session, at), open_days(session)
    if day is None:
        day = waiting[0] if waiting else present
    elif waiting and waiting[0] < day:
        raise BadRequestError(N_("Close {day} first: nobody has closed it."), day=waiting[0])
    row = day_row(session, day)
    if row is None and day == present:
        session.run(_OPEN, office=session.office.id, day=day, at=at)
        record(session, "open_day", at=at, day=day.isoformat())
        row = day_row(session, day)
    if row is None:
        raise BadRequestError(N_("Nothing happened on {day}: there is nothing to close."), day=day)
    if row.closed_at is not None:
        raise DayClosedError(day=day)
    return row


def _refuse_in_hours(session: Session, day: date, reason: str | None, at: datetime) -> None:
    office = session.office
    until = closes_at(office.settings.get("hours", {}), at, office.timezone)
    if reason is None and until is not None and day == today(session, at):
        raise OfficeHoursError(until=f"{until:%H:%M}")


def _ends(
    session: Session, day: date, left_open: Mapping[str, TicketRow], unserved: Mapping[str, Any], at: datetime
) -> dict[str, End]:
    ends = {}
    for said, wish in unserved.items():
        found = ticket_coded(session, said, at=at, day=day)
        if found.code not in left_open:
            raise WrongStateError(ticket=found.code, state=found.state)
        if found.code in ends:
            raise BadRequestError(N_("The ticket {ticket} is given two ends."), ticket=found.code)
        ends[found.code] = _read_end(session, wish, day, at)
    missing = sorted(left_open.keys() - ends.keys())
    if missing:
        raise OpenTicketsError(missing)
    return {code: ends[code] for code in left_open}


def _read_end(session: Session, wish: Any, day: date, at: datetime) -> End:
    if isinstance(wish, str):
        word, _colon, said = wish.partition(":")
        wish = {"end": word, "day" if word == "carried_over" else "reason": said or None}
    if not isinstance(wish, Mapping) or wish.get("end") not in CLOSING_ENDS or wish.keys() - {"end", "reason", "day"}:
        raise BadRequestError(N_("An end must be one of: {known}."), known=", ".join(CLOSING_ENDS))
    state, why = wish["end"], wish.get("reason")
    if why is not None and not isinstance(why, str):
        raise BadRequestError(N_("“{field}” must be a text."), field="reason")
    if state == "sent_home":
        why = why or SENT_HOME_REASONS[0]
        if why not in SENT_HOME_REASONS and not clean(why):
            raise BadRequestError(N_("An end must be one of: {known}."), known=", ".join(SENT_HOME_REASONS))
        return End(state, clean(why, 500))
    if state == "carried_over":
        return End(state, None, valid_on(session, wish.get("day"), day, at))
    return End(state, clean(why or "", 500) or ("closing_time" if state == "void" else None))


def _end(session: Session, ticket: TicketRow, end: End, person: int | None, at: datetime) -> VoucherView | None:
    where, by = Where(ticket.counter_id, ticket.staff_id), Where(ticket.counter_id, person or ticket.staff_id)
    columns: dict[str, Any] = {"reason": end.reason, "back_to_id": None, "back_service_id": None}
    if end.state == "served":
        # Nobody pressed a key when it happened: the citizen was served, but the times are not known.
        columns |= {"outcome": "done", "is_unreliable": True}
    detail: dict[str, Any] = {"reason": end.reason}
    voucher = None
    if end.state == "carried_over" and end.day is not None:
        voucher = VoucherView(
            give_voucher(session, ticket.id, end.day), ticket.code, end.day, _field(session, ticket, at)
        )
        detail |= {"voucher": voucher.code, "valid_on": end.day.isoformat()}
    move(session, _CLOSED_BY_HAND, ticket, end.state, at=at, where=where, by=by, detail=detail, **columns)
    return voucher


def _field(session: Session, ticket: TicketRow, at: datetime) -> str:
    return ticket_view(session, ticket.id, at=at).issued_for


def _seal(session: Session, day: date, person: int | None, reason: str | None, at: datetime) -> None:
    summary = day_summary(session, day, at=at)
    ended = sum(getattr(summary.all, state) for state in END_STATES)
    if summary.all.issued != ended:
        raise UnevenDayError(summary.all.issued or 0, ended)
    text, print_of_it = sealed(as_sheet(summary))
    said: dict[str, Any] = {"day": day.isoformat(), "reason": reason, "sheet": print_of_it}
    seq = record(session, "close_day", at=at, where=Where(staff_id=person), **said)
    seal = session.head.hash
    office = session.office.id
    session.run(
        _CLOSE, office=office, day=day, moment=at, person=person, why=reason, last_seq=seq, last_hash=seal, text=text
    )


@by_right
def correct(
    session: Session,
    *,
    ticket: str,
    day: date,
    end: str | None = None,
    dossiers: int | None = None,
    time_unreliable: bool | None = None,
    reason: str | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Put something right on a closed day, as a new event with a reason; the sealed sheet stays and shows it.

    Errors: unknown_ticket, bad_request (nothing to correct, or the day is still open), needs_reason.
    """
    row = day_row(session, day)
    if row is None or row.closed_at is None:
        raise BadRequestError(N_("The day {day} is not closed: use the ordinary operations."), day=day)
    found = ticket_coded(session, ticket, at=at, day=day)
    why = needed(reason)
    changes = _corrected(found, end, dossiers, time_unreliable)
    set_columns(session, found, changes)
    before = {"state": found.state, "dossiers": found.dossiers, "is_unreliable": found.is_unreliable}
    record(
        session,
        "correct",
        at=at,
        ticket_id=found.id,
        where=Where(found.counter_id, staff_id_of(session, staff)),
        changes=changes,
        reason=why,
        before={name: before[name] for name in changes},
    )
    return Answer(ticket_view(session, found.id, at=at))


def _corrected(
    ticket: TicketRow, end: str | None, dossiers: int | None, time_unreliable: bool | None
) -> dict[str, Any]:
    known = [state for state in END_STATES if state != "carried_over"]  # that one needs a voucher, at the close
    if end is not None and end not in known:
        raise BadRequestError(N_("An end must be one of: {known}."), known=", ".join(known))
    if dossiers is not None and not 1 <= dossiers <= MOST_DOSSIERS:
        raise BadRequestError(N_("The number of dossiers must be between 1 and {most}."), most=MOST_DOSSIERS)
    if end == "served" and ticket.state != "served" and time_unreliable is None:
        time_unreliable = True  # what really happened has no times
    wanted = {
        "state": (end, ticket.state),
        "dossiers": (dossiers, ticket.dossiers),
        "is_unreliable": (time_unreliable, ticket.is_unreliable),
    }
    changes = {name: value for name, (value, present) in wanted.items() if value is not None and value != present}
    if not changes:
        raise BadRequestError(N_("There is nothing to correct: say another end, number of dossiers, or the times."))
    return changes
