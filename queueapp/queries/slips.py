"""Answers what stands on the slip of a ticket, as it is at this moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from queueapp.models import procedures, services
from queueapp.paper.content import Content
from queueapp.paper.said import TONGUES
from queueapp.paper.slip import LONGEST_PAPER, Expected, slip_content
from queueapp.queries.office import office_view
from queueapp.queries.tickets import ticket_view
from queueapp.rules.estimate_words import turn_words, why_words
from queueapp.rules.procedures import Paper, to_bring
from queueapp.rules.views import ServiceView, TicketView
from queueapp.session import Session
from queueapp.statement import Statement

_FIELD = Statement(
    select(services.c.letter, services.c.name_vi, services.c.name_en).where(
        services.c.office_id == bindparam("office"), services.c.code == bindparam("code")
    )
)
_PROCEDURE = Statement(
    select(procedures.c.name_vi, procedures.c.name_en, procedures.c.papers).where(
        procedures.c.office_id == bindparam("office"), procedures.c.code == bindparam("code")
    )
)


def slip_now(session: Session, ticket_id: int, token: str | None, *, at: datetime, is_copy: bool = False) -> Content:
    """Return the slip of a ticket; its QR leads to the page of the office's address, or says the token alone."""
    ticket = ticket_view(session, ticket_id, at=at)
    languages = session.office.settings.get("printer", {}).get("languages", "vi")
    names, papers = _procedure(session, ticket)
    return slip_content(
        ticket,
        office_view(session),
        field_names(session, ticket.issued_for),
        languages=languages,
        qr=qr_text(session, token),
        procedure=names,
        papers=papers,
        expected=_expected(session, ticket, languages),
        is_copy=is_copy,
    )


def _expected(session: Session, ticket: TicketView, languages: str) -> Expected:
    """Return what a ticket is told of its wait, by language: when its turn is expected, and why."""
    promise, at = ticket.promise, ticket.issued_at
    if promise is None:
        return ()
    return tuple(
        (turn_words(promise, at, session.office.timezone, tongue), why_words(promise, tongue))
        for tongue in TONGUES[languages]
    )


def qr_text(session: Session, token: str | None) -> str:
    """Return what the QR of a slip says: the citizen's page, or the token alone where the office serves no pages."""
    address = session.office.settings.get("web", {}).get("address", "").rstrip("/")
    return f"{address}/t/{token}" if address and token else token or ""


def field_names(session: Session, code: str) -> ServiceView:
    """Return the names of a field, also of one that is no longer in use; the slip says nothing else of it."""
    row = session.row(_FIELD, office=session.office.id, code=code)
    letter, name_vi, name_en = row or ("", code, code)
    return ServiceView(code, letter, name_vi, name_en, 0, 0, 0, 0, 0, {}, {}, None, None)


def _procedure(session: Session, ticket: TicketView) -> tuple[tuple[str, str] | None, tuple[str, ...]]:
    """Return the names of a ticket's procedure and the papers to bring, as far as the catalogue knows it."""
    row = session.row(_PROCEDURE, office=session.office.id, code=ticket.procedure) if ticket.procedure else None
    if row is None:
        return None, ()
    name_vi, name_en, papers = row
    given: list[dict[str, Any]] = papers or []
    known = [Paper(str(each["text"]), bool(each.get("is_shown_only"))) for each in given]
    return (name_vi, name_en), to_bring(known, LONGEST_PAPER)
