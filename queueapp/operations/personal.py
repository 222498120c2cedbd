"""Keeps what may be personal of a ticket apart from everything else, and removes it."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from queueapp.i18n import N_
from queueapp.models import personals, requests, tickets
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.rows import staff_id_of
from queueapp.rules.errors import BadRequestError
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

_FOUND = Statement(select(personals.c.note).where(personals.c.ticket_id == bindparam("ticket")))
_KEEP = Statement(
    insert(personals).values(
        ticket_id=bindparam("ticket_id"),
        office_id=bindparam("office_id"),
        name=bindparam("name"),
        note=bindparam("note"),
    )
)
_CHANGE = Statement(
    update(personals)
    .where(personals.c.ticket_id == bindparam("ticket"))
    .values(
        name=func.coalesce(bindparam("new_name", type_=personals.c.name.type), personals.c.name),
        note=func.coalesce(bindparam("new_note", type_=personals.c.note.type), personals.c.note),
    )
)
_EARLIER = select(tickets.c.id).where(tickets.c.office_id == bindparam("office"), tickets.c.day < bindparam("before"))
_REMOVE = Statement(delete(personals).where(personals.c.ticket_id.in_(_EARLIER)))
_FORGET = Statement(
    delete(requests).where(requests.c.office_id == bindparam("office"), requests.c.at < bindparam("until"))
)

LONGEST_NOTES = 2000  # of all the clerks who had a ticket


def keep_personal(session: Session, ticket_id: int, *, name: str | None = None, note: str | None = None) -> None:
    """Keep a name or a note of a ticket, a note after those before (bad_request: the office keeps none)."""
    kept = session.office.settings.get("personal", {})
    if name is not None and not kept.get("name", False):
        raise BadRequestError(N_("This office keeps no names. An administrator can turn it on in the settings."))
    if note is not None and not kept.get("note", True):
        raise BadRequestError(N_("This office keeps no notes. An administrator can turn it on in the settings."))
    if name is None and note is None:
        return
    present = session.row(_FOUND, ticket=ticket_id)
    if present is not None and present[0] and note:
        note = clean(f"{present[0]} · {note}", LONGEST_NOTES)
    if present is None:
        session.run(_KEEP, ticket_id=ticket_id, office_id=session.office.id, name=name, note=note)
    else:
        session.run(_CHANGE, ticket=ticket_id, new_name=name, new_note=note)


@by_right
def purge(session: Session, *, before: date, until: datetime, staff: str | None = None, at: datetime) -> int:
    """Remove every name and note of tickets of days before `before`, and answers kept by key before `until`.

    Return how many tickets lost theirs. Chain and figures hold none of it, and stay as they are.
    """
    removed, _answers = forget(session, before=before, until=until)
    where = Where(staff_id=staff_id_of(session, staff))
    record(session, "purge", at=at, where=where, before=before.isoformat(), tickets=removed)
    return removed


def forget(session: Session, *, before: date, until: datetime) -> tuple[int, int]:
    """Remove names, notes and kept answers without a word of it; return how many tickets and answers had some."""
    removed = session.run(_REMOVE, office=session.office.id, before=before)
    return removed, session.run(_FORGET, office=session.office.id, until=until)
