"""Writes down which papers somebody lacked: at a counter, or at reception before a number was issued."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, update

from queueapp.i18n import N_
from queueapp.models import missing as missing_table
from queueapp.operations.outbox import ask_print
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right, require_right
from queueapp.queries.rows import staff_id_of, today
from queueapp.rules.errors import BadRequestError
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

LONGEST_PAPER = 300
LONGEST_CODE = 60
MOST_PAPERS = 50

_KEEP = Statement(
    insert(missing_table).values(
        office_id=bindparam("office_id"),
        seq=bindparam("seq"),
        day=bindparam("day"),
        ticket_id=bindparam("ticket_id"),
        procedure=bindparam("procedure"),
        paper=bindparam("paper"),
        is_undone=False,
    )
)
_TAKE_BACK = Statement(
    update(missing_table)
    .where(missing_table.c.office_id == bindparam("office"), missing_table.c.seq == bindparam("event"))
    .values(is_undone=True)
)


@by_right
def precheck(
    session: Session, *, procedure: str, missing: Sequence[str] | None = None, staff: str | None = None, at: datetime
) -> Answer:
    """Write down which papers of a procedure somebody lacks who is given no number yet (bad_request: none named)."""
    papers, code = named_papers(missing), named_procedure(procedure)
    if not papers or code is None:
        raise BadRequestError(N_("Name the procedure and at least one paper that is missing."))
    day = today(session, at)
    detail = missing_detail(papers, code, day)
    seq = record(session, "precheck", at=at, where=Where(staff_id=staff_id_of(session, staff)), **detail)
    keep_missing(session, seq, papers, day=day, procedure=code)
    return Answer(procedure=code, missing=papers)


def print_paper(
    session: Session, *, kind: str, content: Mapping[str, Any], staff: str | None = None, at: datetime
) -> None:
    """Let a slip about papers be printed, where the office has a printer; it belongs to no place in the queue."""
    require_right(session, "precheck", staff)
    ask_print(session, kind=kind, content=content, at=at)


def named_papers(said: Sequence[str] | None) -> tuple[str, ...]:
    """Return papers made clean, each once, without empty ones (bad_request when there are too many)."""
    papers = dict.fromkeys(paper for text in said or () if (paper := clean(text, LONGEST_PAPER)))
    if len(papers) > MOST_PAPERS:
        raise BadRequestError(N_("At most {most} papers can be named at once."), most=MOST_PAPERS)
    return tuple(papers)


def named_procedure(said: str | None) -> str | None:
    """Return a procedure's code made clean; None for an empty one."""
    return clean(said or "", LONGEST_CODE) or None


def missing_detail(papers: Sequence[str], procedure: str | None, day: date) -> dict[str, Any]:
    """Return what an event says of missing papers: from it alone their rows can be rebuilt."""
    return {"missing": list(papers), "procedure": procedure, "day": day.isoformat()} if papers else {}


def keep_missing(
    session: Session,
    seq: int,
    papers: Sequence[str],
    *,
    day: date,
    procedure: str | None,
    ticket_id: int | None = None,
) -> None:
    """Keep the missing papers that the event number `seq` tells of."""
    for paper in papers:
        session.run(
            _KEEP,
            office_id=session.office.id,
            seq=seq,
            day=day,
            ticket_id=ticket_id,
            procedure=procedure,
            paper=paper,
        )


def take_back_missing(session: Session, seq: int) -> None:
    """Let the missing papers of an event that was taken back count nowhere."""
    session.run(_TAKE_BACK, office=session.office.id, event=seq)
