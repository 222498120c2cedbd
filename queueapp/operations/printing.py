"""Prints what somebody asks for: a slip, a copy of it, the vouchers; and takes the answer about what is in doubt."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime

from queueapp.i18n import N_
from queueapp.operations.outbox import ask_print, has_printer, keep_print, settle
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right, require_right
from queueapp.paper.content import Content
from queueapp.paper.slip import copy_of
from queueapp.paper.voucher_slips import voucher_content
from queueapp.queries.days import vouchers_of
from queueapp.queries.prints import papers_in_doubt, prints_of, token_of
from queueapp.queries.rows import TicketRow, staff_id_of, ticket_coded
from queueapp.queries.slips import field_names, slip_now
from queueapp.queries.tickets import ticket_view
from queueapp.rules.errors import BadRequestError
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.rules.views import Answer
from queueapp.session import Session

_NO_PRINTER = N_("This office has no printer. An administrator sets it in the settings ([printer]).")
_TOKEN_BYTES = 12  # 96 bits: nobody guesses the place of somebody else


def token_for(session: Session, ticket_id: int) -> str:
    """Return the token by which whoever holds the slip may ask for its place: random, the same on every copy."""
    return token_of(session, ticket_id) or secrets.token_urlsafe(_TOKEN_BYTES)


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
        keep_print(
            session, kind="slip", content=content.as_json(), ticket_id=found.id, token=token, state="printed", at=at
        )
    else:
        content = Content.from_json(kept.content)
    return copy_of(content, session.office.settings.get("printer", {})) if is_copy else content


def print_vouchers(
    session: Session, *, day: date, codes: Collection[str] | None = None, staff: str | None = None, at: datetime
) -> int:
    """Let vouchers of a day be printed, all if no `codes` are given; return how many, none without a printer."""
    staff_id_of(session, staff)
    given = vouchers_of(session, day) if has_printer(session) else ()
    found = [each for each in given if codes is None or each.code in codes]
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
    """Print the slip of a ticket because somebody asks for it, as an event; the number stays the same.

    It is marked as a copy where there is a slip already, of the printer or of the roll, and where the ticket has ended.
    What was uncertain or failed of it is thereby answered. Errors: unknown_ticket, bad_request (no printer).
    """
    found = ticket_coded(session, ticket, at=at, day=day)
    view = ticket_view(session, found.id, at=at)
    is_copy = bool(prints_of(session, found.id)) or view.is_from_roll or found.state not in OPEN_STATES
    answer_prints(session, found, "dropped", at)
    if _ask_slip(session, found, is_copy=is_copy, at=at) is None:
        raise BadRequestError(_NO_PRINTER)
    record(session, "reprint", at=at, ticket_id=found.id, where=Where(staff_id=staff_id_of(session, staff)))
    return Answer(ticket_view(session, found.id, at=at), is_copy=is_copy)


@by_right
def confirm_print(session: Session, *, ticket: str, staff: str | None = None, at: datetime) -> Answer:
    """Say that the slip of a ticket did come out, or was not needed: nothing more is printed of it.

    Errors: unknown_ticket, unknown_staff.
    """
    staff_id_of(session, staff)
    found = ticket_coded(session, ticket, at=at)
    answer_prints(session, found, "printed", at)
    return Answer(ticket_view(session, found.id, at=at))


def answer_papers(
    session: Session, *, prints: Sequence[int], is_out: bool, staff: str | None = None, at: datetime
) -> int:
    """Say of papers that are of no ticket and in doubt that they came out, or print them again; return how many.

    One that may be out is printed again as a copy. Errors: not_allowed, unknown_staff, bad_request (no printer).
    """
    require_right(session, "confirm_print" if is_out else "reprint", staff)
    found = [each for each in papers_in_doubt(session) if each.id in prints]
    for each in found:
        is_unsure = each.state == "uncertain"
        settle(session, each.id, each.state, "printed" if is_out and is_unsure else "dropped", each.error, at)
        if is_out:
            continue
        content = Content.from_json(each.content)
        content = copy_of(content, session.office.settings.get("printer", {})) if is_unsure else content
        if ask_print(session, kind=each.kind, content=content.as_json(), is_copy=is_unsure, at=at) is None:
            raise BadRequestError(_NO_PRINTER)
    return len(found)


def answer_prints(session: Session, ticket: TicketRow, uncertain: str, at: datetime) -> None:
    """Let nothing of a ticket's slips wait for a person, nor be printed any more."""
    for each in prints_of(session, ticket.id):
        if each.state == "uncertain":
            settle(session, each.id, "uncertain", uncertain, each.error, at)
        elif each.state in {"failed", "pending"}:
            settle(session, each.id, each.state, "dropped", each.error, at)
