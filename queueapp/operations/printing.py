"""Keeps the outbox of the printer: what is to be printed, who prints it now, and how that ended."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, select, update

from queueapp.i18n import N_
from queueapp.models import prints, tickets
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.operations.running import Other
from queueapp.paper.content import Content
from queueapp.paper.slip import copy_of
from queueapp.paper.voucher_slips import voucher_content
from queueapp.queries.days import vouchers_of
from queueapp.queries.prints import prints_of, token_of
from queueapp.queries.rows import TicketRow, staff_id_of, ticket_coded
from queueapp.queries.slips import field_names, slip_now
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import BadRequestError
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

GIVE_UP = timedelta(minutes=10)  # after which a slip that could not be printed is no longer tried by itself
KEPT = timedelta(days=30)  # for which a slip can be printed again as it was, and its QR leads somewhere; our choice
LONGEST_PAUSE = 30  # seconds between two tries
_TOKEN_BYTES = 12  # 96 bits: nobody guesses the place of somebody else

_ASK = Statement(
    insert(prints)
    .values(
        office_id=bindparam("office_id"),
        ticket_id=bindparam("ticket_id"),
        kind=bindparam("kind"),
        state=bindparam("first_state"),
        host=bindparam("host"),
        content=bindparam("content", type_=prints.c.content.type),
        token=bindparam("token"),
        is_copy=bindparam("is_copy"),
        attempts=0,
        created_at=bindparam("created_at"),
        changed_at=bindparam("created_at"),
    )
    .returning(prints.c.id)
)
_PRINTING = Statement(
    select(prints.c.id, prints.c.holder, prints.c.changed_at).where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        prints.c.state == "printing",
    )
)
_PENDING = Statement(
    select(
        prints.c.id,
        prints.c.kind,
        prints.c.content,
        prints.c.is_copy,
        prints.c.attempts,
        prints.c.created_at,
        prints.c.changed_at,
        prints.c.error,
        tickets.c.state,
    )
    .outerjoin(tickets, tickets.c.id == prints.c.ticket_id)
    .where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        prints.c.state == "pending",
        prints.c.host.is_(None) | (prints.c.host == bindparam("here")),
    )
    .order_by(prints.c.id)
)
_TAKE = Statement(
    update(prints)
    .where(prints.c.id == bindparam("print"), prints.c.state == "pending")
    .values(state="printing", holder=bindparam("by"), changed_at=bindparam("moment"), attempts=bindparam("tries"))
)
_SETTLE = Statement(
    update(prints)
    .where(prints.c.id == bindparam("print"), prints.c.state == bindparam("present"))
    .values(state=bindparam("next"), error=bindparam("why"), changed_at=bindparam("moment"))
)
_LEAVE = Statement(
    update(prints)
    .where(prints.c.office_id == bindparam("office"), literal_column("state IN ('pending', 'printing')"))
    .values(state="uncertain", changed_at=bindparam("moment"))
)
_FORGET = Statement(
    delete(prints).where(prints.c.office_id == bindparam("office"), prints.c.created_at < bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Job:
    """What a terminal has taken to print; `name` says it on the printer's own list."""

    id: int
    kind: str
    content: dict[str, Any]
    is_copy: bool
    attempts: int
    created_at: datetime

    @property
    def name(self) -> str:
        """A name for the list of a spooler."""
        return f"queueapp {self.kind} {self.id}"


def ask_print(
    session: Session,
    *,
    kind: str,
    content: Mapping[str, Any],
    ticket_id: int | None = None,
    token: str | None = None,
    is_copy: bool = False,
    at: datetime,
) -> int | None:
    """Put something into the outbox and return its key; None in an office without a printer."""
    if not has_printer(session):
        return None
    given: dict[str, Any] = {"kind": kind, "content": content, "ticket_id": ticket_id, "token": token}
    return _keep(session, state="pending", is_copy=is_copy, at=at, **given)


def _keep(
    session: Session,
    *,
    kind: str,
    content: Mapping[str, Any],
    ticket_id: int | None,
    token: str | None,
    state: str,
    is_copy: bool = False,
    at: datetime,
) -> int:
    row = session.row(
        _ASK,
        office_id=session.office.id,
        ticket_id=ticket_id,
        kind=kind,
        first_state=state,
        host=session.office.settings.get("printer", {}).get("host") or None,
        content=dict(content),
        token=token,
        is_copy=is_copy,
        created_at=at,
    )
    return int(row[0]) if row else 0


def has_printer(session: Session) -> bool:
    """Whether the office's settings name a printer."""
    return bool(session.office.settings.get("printer", {}).get("connection", "none") != "none")


def token_for(session: Session, ticket_id: int) -> str:
    """Return the token by which whoever holds the slip may ask for its place: random, the same on every copy."""
    return token_of(session, ticket_id) or secrets.token_urlsafe(_TOKEN_BYTES)


def take_print(
    session: Session, *, host: str, holder: str, is_alive: Callable[[Other, datetime], bool], at: datetime
) -> Job | None:
    """Take the oldest print that is due at this machine, so that nobody else prints it; None when there is none.

    What somebody was printing who is gone may have come out: it becomes uncertain, and waits for a person. A slip
    whose citizen has gone is not printed any more, but for a copy that somebody asked for; nor is one that could not be
    for ten minutes.
    """
    doubt_prints(session, holder=holder, is_alive=is_alive, at=at)
    for row in session.rows(_PENDING, office=session.office.id, here=host):
        key, kind, content, is_copy, attempts, created_at, changed_at, error, state = row
        if state is not None and kind == "slip" and not is_copy and state not in OPEN_STATES:
            _settle(session, key, "pending", "dropped", error, at)
        elif at - created_at > GIVE_UP:
            _settle(session, key, "pending", "failed", error, at)
        elif attempts == 0 or at - changed_at >= timedelta(seconds=min(LONGEST_PAUSE, 2**attempts)):
            session.run(_TAKE, print=key, by=holder, moment=at, tries=attempts + 1)
            return Job(key, kind, content, bool(is_copy), attempts + 1, created_at)
    return None


def settle_print(session: Session, *, job: int, state: str, error: str | None = None, at: datetime) -> None:
    """Note how a print ended: printed, or uncertain, or not begun at all and so pending again (with its `error`)."""
    _settle(session, job, "printing", state, error and clean(error, 300), at)


def doubt_prints(
    session: Session, *, holder: str = "", is_alive: Callable[[Other, datetime], bool], at: datetime
) -> None:
    """Let what somebody was printing who is gone be uncertain; `holder` is who asks, and alive."""
    for key, by, since in session.rows(_PRINTING, office=session.office.id):
        if by != holder and not is_alive(_other(by or "", since), at):
            _settle(session, key, "printing", "uncertain", None, at)


def leave_in_doubt(session: Session, *, at: datetime) -> None:
    """Let all that waits be uncertain: the file is an older one, and it may have been printed since that was made."""
    session.run(_LEAVE, office=session.office.id, moment=at)


def forget_prints(session: Session, *, at: datetime) -> None:
    """Remove what was printed long ago: a slip is far larger than its ticket, and is no part of the log."""
    session.run(_FORGET, office=session.office.id, until=at - KEPT)


def holder_of(host: str, pid: int, mark: str) -> str:
    """Return how a process is written down that prints: its machine, its number, its mark (see alive.py)."""
    return f"{clean(host, 100).replace(' ', '-')} {pid} {mark}"


def _other(holder: str, since: datetime) -> Other:
    host, _space, rest = holder.partition(" ")
    pid, _space, mark = rest.partition(" ")
    return Other(0, host, int(pid) if pid.isdecimal() else 0, mark, since)


def print_slip(session: Session, *, ticket: str, staff: str | None = None, at: datetime) -> int | None:
    """Put the slip of a new ticket into the outbox, once, as it is at this moment; None in an office without a printer.

    Errors: unknown_ticket, unknown_staff.
    """
    staff_id_of(session, staff)
    found = ticket_coded(session, ticket, at=at)
    return None if prints_of(session, found.id) else _ask_slip(session, found, at=at)


def _ask_slip(session: Session, ticket: TicketRow, *, is_copy: bool = False, at: datetime) -> int | None:
    if not has_printer(session):
        return None
    token = token_for(session, ticket.id)
    content = slip_now(session, ticket.id, token, at=at)
    first = next((each.content for each in prints_of(session, ticket.id) if each.kind == "slip"), None)
    if is_copy:  # what the citizen was told then, and not what would be said now
        content = copy_of(Content.from_json(first) if first else content, session.office.settings["printer"])
    return ask_print(
        session, kind="slip", content=content.as_json(), ticket_id=ticket.id, token=token, is_copy=is_copy, at=at
    )


def file_slip(
    session: Session, *, ticket: str, day: date | None = None, is_copy: bool = False, at: datetime
) -> Content:
    """Return the slip of a ticket for a file or the screen: as it was printed before, else as it is now.

    Its token is kept, so that the page behind its QR is found (unknown_ticket).
    """
    found = ticket_coded(session, ticket, at=at, day=day)
    kept = next((each for each in prints_of(session, found.id) if each.kind == "slip"), None)
    if kept is None:
        token = token_for(session, found.id)
        content = slip_now(session, found.id, token, at=at)
        _keep(session, kind="slip", content=content.as_json(), ticket_id=found.id, token=token, state="printed", at=at)
    else:
        content = Content.from_json(kept.content)
    return copy_of(content, session.office.settings.get("printer", {})) if is_copy else content


def print_vouchers(session: Session, *, day: date, staff: str | None = None, at: datetime) -> int:
    """Let the vouchers of a closed day be printed, and return how many; none in an office without a printer."""
    staff_id_of(session, staff)
    found = vouchers_of(session, day) if has_printer(session) else ()
    languages = session.office.settings.get("printer", {}).get("languages", "vi")
    for voucher in found:
        field = field_names(session, voucher.service)
        content = voucher_content(
            session.office.name,
            voucher,
            languages=languages,
            field=(field.name_vi, field.name_en),
            qr=voucher.code,
            is_training=session.office.is_training,
        )
        ask_print(session, kind="voucher", content=content.as_json(), at=at)
    return len(found)


@by_right
def reprint(
    session: Session, *, ticket: str, day: date | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Print the slip of a ticket once more, marked as a copy, as an event; the number stays the same.

    What was uncertain or failed of it is thereby answered. Errors: unknown_ticket, bad_request (no printer).
    """
    found = ticket_coded(session, ticket, at=at, day=day)
    before = prints_of(session, found.id)
    answer_prints(session, found, "dropped", at)
    if _ask_slip(session, found, is_copy=bool(before), at=at) is None:
        raise BadRequestError(N_("This office has no printer. An administrator sets it in the settings ([printer])."))
    record(session, "reprint", at=at, ticket_id=found.id, where=Where(staff_id=staff_id_of(session, staff)))
    return Answer(ticket_view(session, found.id, at=at))


@by_right
def confirm_print(session: Session, *, ticket: str, staff: str | None = None, at: datetime) -> Answer:
    """Say that the slip of a ticket did come out, or was not needed: nothing more is printed of it.

    Errors: unknown_ticket, unknown_staff.
    """
    staff_id_of(session, staff)
    found = ticket_coded(session, ticket, at=at)
    answer_prints(session, found, "printed", at)
    return Answer(ticket_view(session, found.id, at=at))


def answer_prints(session: Session, ticket: TicketRow, uncertain: str, at: datetime) -> None:
    """Let nothing of a ticket's slips wait for a person, nor be printed any more."""
    for each in prints_of(session, ticket.id):
        if each.state == "uncertain":
            _settle(session, each.id, "uncertain", uncertain, each.error, at)
        elif each.state in {"failed", "pending"}:
            _settle(session, each.id, each.state, "dropped", each.error, at)


def _settle(session: Session, key: int, present: str, state: str, error: str | None, at: datetime) -> None:
    session.run(_SETTLE, print=key, present=present, next=state, why=error, moment=at)
