"""Answers what is printed, what is not, and whose slip a token is of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select

from queueapp.models import prints, services, tickets
from queueapp.queries.rows import code_of
from queueapp.rules.views import PrintView
from queueapp.session import Session
from queueapp.statement import Statement

SLIPS_TOLD = timedelta(hours=12)  # after which nobody asks any more whether a slip came out
PAPERS_TOLD = timedelta(days=4)  # the vouchers of a Friday are looked for on Monday

_OF_TICKET = Statement(
    select(prints.c.id, prints.c.kind, prints.c.state, prints.c.content, prints.c.token, prints.c.error)
    .where(prints.c.ticket_id == bindparam("ticket"))
    .order_by(prints.c.id)
)
_PAPERS_IN_DOUBT = Statement(
    select(prints.c.id, prints.c.kind, prints.c.state, prints.c.content, prints.c.token, prints.c.error)
    .where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        literal_column("print.state IN ('uncertain', 'failed')"),
        prints.c.ticket_id.is_(None),
    )
    .order_by(prints.c.id)
)
_TOKEN = Statement(
    select(func.max(prints.c.token)).where(prints.c.ticket_id == bindparam("ticket"), prints.c.token.is_not(None))
)
_TROUBLED = Statement(
    select(
        prints.c.id,
        services.c.letter,
        tickets.c.number,
        prints.c.kind,
        prints.c.state,
        prints.c.is_copy,
        prints.c.attempts,
        prints.c.created_at,
        prints.c.error,
    )
    .select_from(prints)
    .outerjoin(tickets, tickets.c.id == prints.c.ticket_id)
    .outerjoin(services, services.c.id == tickets.c.issued_for_id)
    .where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        prints.c.state != "dropped",
        (prints.c.created_at > bindparam("since"))
        | prints.c.ticket_id.is_(None) & (prints.c.created_at > bindparam("papers_since")),
        tickets.c.ended_at.is_(None),
    )
    .order_by(prints.c.id)
)
_TO_DO = Statement(
    select(prints.c.id)
    .where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        literal_column("print.state IN ('pending', 'printing')"),
        prints.c.host.is_(None) | (prints.c.host == bindparam("here")),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A print as operations need it."""

    id: int
    kind: str
    state: str
    content: dict[str, Any]
    token: str | None
    error: str | None


def prints_of(session: Session, ticket_id: int) -> list[PrintRow]:
    """Return what was asked to be printed of a ticket, oldest first."""
    return [PrintRow(*row) for row in session.rows(_OF_TICKET, ticket=ticket_id)]


def papers_in_doubt(session: Session) -> list[PrintRow]:
    """Return what is of no ticket and waits for a person, oldest first."""
    return [PrintRow(*row) for row in session.rows(_PAPERS_IN_DOUBT, office=session.office.id)]


def token_of(session: Session, ticket_id: int) -> str | None:
    """Return the token of a ticket's slip; None while it has none."""
    row = session.row(_TOKEN, ticket=ticket_id)
    return row[0] if row else None


def troubled_prints(session: Session, *, at: datetime) -> tuple[PrintView, ...]:
    """Return what was asked for lately and has not surely come out: of tickets that are still open, and of none."""
    rows = session.rows(_TROUBLED, office=session.office.id, since=at - SLIPS_TOLD, papers_since=at - PAPERS_TOLD)
    return tuple(
        PrintView(key, code_of(letter, number) if letter else None, kind, state, bool(is_copy), attempts, since, error)
        for key, letter, number, kind, state, is_copy, attempts, since, error in rows
    )


def has_prints_to_do(session: Session, *, host: str) -> bool:
    """Whether this machine has something to print, or somebody is printing."""
    return session.row(_TO_DO, office=session.office.id, here=host) is not None
