"""Gives a voucher to somebody who is carried over to another day, and takes it back once."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from queueapp.i18n import N_
from queueapp.models import services, tickets, vouchers
from queueapp.queries.days import day_row
from queueapp.queries.rows import today
from queueapp.rules.errors import BadRequestError, UnknownVoucherError
from queueapp.rules.hours import day_to_come, is_open_on
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

# Without letters and digits that are read for one another.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LENGTH = 6
FURTHEST = timedelta(days=60)  # to which a ticket is carried over; our choice

_FOUND = Statement(
    select(vouchers.c.id, vouchers.c.code, vouchers.c.valid_on, vouchers.c.used_by_id).where(
        vouchers.c.office_id == bindparam("office"), vouchers.c.code == bindparam("code")
    )
)
_GIVE = Statement(
    insert(vouchers).values(
        office_id=bindparam("office_id"),
        code=bindparam("code"),
        ticket_id=bindparam("ticket_id"),
        valid_on=bindparam("valid_on"),
    )
)
_OF = Statement(select(vouchers.c.code).where(vouchers.c.ticket_id == bindparam("ticket")))
_MOVE = Statement(update(vouchers).where(vouchers.c.ticket_id == bindparam("ticket")).values(valid_on=bindparam("day")))
_RELEASE = Statement(
    update(vouchers).where(vouchers.c.used_by_id == bindparam("by")).values(used_by_id=bindparam("nobody"))
)
_USE = Statement(
    update(vouchers)
    .where(vouchers.c.id == bindparam("voucher"), vouchers.c.used_by_id.is_(None))
    .values(used_by_id=bindparam("by"))
)
_OF_TICKET = Statement(
    select(vouchers.c.id, vouchers.c.code, vouchers.c.valid_on, vouchers.c.used_by_id)
    .select_from(vouchers)
    .join(tickets, tickets.c.id == vouchers.c.ticket_id)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .where(
        vouchers.c.office_id == bindparam("office"),
        vouchers.c.valid_on == bindparam("day"),
        services.c.letter == bindparam("letter"),
        tickets.c.number == bindparam("number"),
    )
    .order_by(vouchers.c.id)
)
_TICKET_CODE = re.compile(r"([^\W\d_]{1,2})-?([0-9]{1,6})")
_SERVICE = Statement(
    select(services.c.code, services.c.is_active, tickets.c.state)
    .join(tickets, tickets.c.service_id == services.c.id)
    .join(vouchers, vouchers.c.ticket_id == tickets.c.id)
    .where(vouchers.c.id == bindparam("voucher"))
)


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher as operations need it."""

    id: int
    code: str
    valid_on: date
    used_by_id: int | None


def give_voucher(session: Session, ticket_id: int, valid_on: date) -> str:
    """Give the ticket a voucher for the day `valid_on`, and return its code.

    The code follows from the chain, so that it is hard to guess and the same when a command is repeated. A ticket whose
    carrying over was taken back keeps its one voucher.
    """
    known = session.row(_OF, ticket=ticket_id)
    if known is not None:
        session.run(_MOVE, ticket=ticket_id, day=valid_on)
        return str(known[0])
    digest = hashlib.sha256(f"voucher {session.head.hash} {ticket_id}".encode()).digest()
    number, letters = int.from_bytes(digest, "big"), ""
    while True:
        for _place in range(_LENGTH):
            number, letter = divmod(number, len(_ALPHABET))
            letters += _ALPHABET[letter]
        code = f"V-{letters[-_LENGTH:]}"
        if session.row(_FOUND, office=session.office.id, code=code) is None:
            session.run(_GIVE, office_id=session.office.id, code=code, ticket_id=ticket_id, valid_on=valid_on)
            return code


def valid_on(session: Session, said: Any, day: date, at: datetime) -> date:
    """Return the day to which a ticket of `day` is carried over: the next on which the office is open, or the one said.

    Errors: bad_request (it is closed on that day, or too far).
    """
    hours, present = session.office.settings.get("hours", {}), today(session, at)
    usual = day_to_come(hours, day, at, session.office.timezone)
    if said is None:
        return usual
    try:
        chosen = said if isinstance(said, date) else date.fromisoformat(said)
    except (TypeError, ValueError):
        chosen = day
    row = day_row(session, chosen)
    is_open = is_open_on(hours, chosen) and (row is None or row.closed_at is None)
    if not day < chosen <= present + FURTHEST or chosen < present or not is_open:
        sentence = N_("A ticket is carried over to a day on which the office is open, such as {day}.")
        raise BadRequestError(sentence, day=usual.isoformat())
    return chosen


def voucher_to_use(session: Session, code: str, *, at: datetime, service: str | None = None) -> VoucherRow:
    """Return a voucher that is good now, for the field `service` if one is given.

    The number of the ticket that was carried over to today does as well, where only one voucher comes from it. Errors:
    unknown_ticket (there is none), bad_request (used, of another day, for another field that is open, or its ticket was
    given another end since).
    """
    wanted = clean(code, 20).upper().replace(" ", "")
    row = session.row(_FOUND, office=session.office.id, code=wanted)
    found = VoucherRow(*row) if row else _of_ticket(session, wanted, today(session, at))
    if found is None:
        raise UnknownVoucherError(ticket=clean(code, 20))
    if found.used_by_id is not None:
        raise BadRequestError(N_("The voucher {code} was used already; it is good once."), code=found.code)
    if found.valid_on != today(session, at):
        raise BadRequestError(
            N_("The voucher {code} is for {day}, not for today."), code=found.code, day=found.valid_on
        )
    field = session.row(_SERVICE, voucher=found.id)
    if field is not None and field[2] != "carried_over":
        raise BadRequestError(
            N_("The voucher {code} is good no more: its ticket was given another end."), code=found.code
        )
    if service is not None and field is not None and field[0] != service and field[1]:
        raise BadRequestError(N_("The voucher {code} is for the field “{service}”."), code=found.code, service=field[0])
    return found


def _of_ticket(session: Session, wanted: str, day: date) -> VoucherRow | None:
    """Return the voucher good on `day` of the ticket that reads `wanted`, also typed after the V- of a voucher."""
    for text in dict.fromkeys((wanted, wanted.removeprefix("V-"))):
        parts = _TICKET_CODE.fullmatch(text)
        if parts is None:
            continue
        values = {"office": session.office.id, "day": day, "letter": parts[1], "number": int(parts[2])}
        promised = [VoucherRow(*row) for row in session.rows(_OF_TICKET, **values)]
        unused = [voucher for voucher in promised if voucher.used_by_id is None]
        if len(unused) > 1:
            raise BadRequestError(N_("Several vouchers come from {ticket}: give the voucher's own code."), ticket=text)
        if promised:
            return (unused or promised)[0]
    return None


def release_voucher(session: Session, ticket_id: int) -> None:
    """Let the voucher that became this ticket be good again: the ticket was a mistake."""
    session.run(_RELEASE, by=ticket_id, nobody=None)


def take_again(session: Session, code: str, ticket_id: int) -> bool:
    """Let the voucher be this ticket once more; False when it has become another meanwhile."""
    row = session.row(_FOUND, office=session.office.id, code=code)
    return row is not None and session.run(_USE, voucher=row[0], by=ticket_id) == 1


def use_voucher(session: Session, voucher: VoucherRow, ticket_id: int) -> None:
    """Note which ticket the voucher became."""
    session.run(_USE, voucher=voucher.id, by=ticket_id)


def voucher_service(session: Session, code: str, *, at: datetime) -> str:
    """Return the field for which the citizen with this voucher waits (as `voucher_to_use`)."""
    found = voucher_to_use(session, code, at=at)
    row = session.row(_SERVICE, voucher=found.id)
    return str(row[0]) if row else ""
