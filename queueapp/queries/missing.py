"""Answers which papers are missing most often: of one procedure lately, and of all in a month."""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_, select

from queueapp.i18n import N_
from queueapp.models import missing, procedures, tickets
from queueapp.queries.rows import today
from queueapp.rules.catalogue_views import MissingReport, ProcedureMissing
from queueapp.rules.errors import BadRequestError
from queueapp.rules.missing import Lacked, counted
from queueapp.session import Session
from queueapp.statement import Statement

LATELY = timedelta(days=90)  # our choice: what was asked for before may have changed since

_LACKED = Statement(
    select(missing.c.seq, missing.c.day, missing.c.procedure, missing.c.paper, missing.c.ticket_id)
    .outerjoin(tickets, tickets.c.id == missing.c.ticket_id)
    .where(
        missing.c.office_id == bindparam("office"),
        missing.c.day >= bindparam("first"),
        missing.c.day <= bindparam("last"),
        ~missing.c.is_undone,
        or_(missing.c.ticket_id.is_(None), tickets.c.state != "void"),
    )
    .order_by(missing.c.id)
)
_NAMES = Statement(
    select(procedures.c.code, procedures.c.name_vi, procedures.c.name_en).where(
        procedures.c.office_id == bindparam("office")
    )
)


def missing_lately(session: Session, *, at: datetime) -> dict[str, ProcedureMissing]:
    """Return the papers missing of each procedure in the last 90 days, by its code."""
    last = today(session, at)
    found = counted(_lacked(session, last - LATELY, last), {})
    return {each.procedure: each for each in found if each.procedure is not None}


def missing_report(session: Session, *, month: str | None = None, at: datetime) -> MissingReport:
    """Return the papers missing in a month such as 2026-11, the present one if none is given (bad_request).

    What was taken back counts nowhere, nor what belongs to a void ticket.
    """
    first = _first_day(month) if month is not None else today(session, at).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return MissingReport(f"{first:%Y-%m}", missing_between(session, first, last))


def missing_between(session: Session, first: date, last: date) -> tuple[ProcedureMissing, ...]:
    """Return the papers missing on the days from `first` to `last`, by procedure, with the procedures' names."""
    names = {code: (name_vi, name_en) for code, name_vi, name_en in session.rows(_NAMES, office=session.office.id)}
    return counted(_lacked(session, first, last), names)


def _lacked(session: Session, first: date, last: date) -> list[Lacked]:
    rows = session.rows(_LACKED, office=session.office.id, first=first, last=last)
    return [Lacked(seq, day, procedure, paper, ticket is not None) for seq, day, procedure, paper, ticket in rows]


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise BadRequestError(N_("“{field}” must be a month such as 2026-11."), field="month") from None
