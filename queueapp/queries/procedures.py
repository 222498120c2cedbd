"""Answers which procedures the office knows, and since when each of them is as it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, literal_column, select

from queueapp.models import events, procedures, services, staff
from queueapp.queries.office import office_view
from queueapp.rules.catalogue_views import CatalogueChange, CatalogueView
from queueapp.rules.limits import limits_of
from queueapp.rules.procedures import Paper, ProcedureView
from queueapp.session import Session
from queueapp.statement import Statement

_ALL = Statement(
    select(
        procedures.c.code,
        case((services.c.is_active, services.c.code), else_=None),
        procedures.c.name_vi,
        procedures.c.name_en,
        procedures.c.time_limit,
        procedures.c.time_unit,
        procedures.c.fee,
        procedures.c.papers,
        procedures.c.legal_basis,
        procedures.c.source,
        procedures.c.is_verified,
        procedures.c.notes,
        procedures.c.is_active,
    )
    .outerjoin(services, services.c.id == procedures.c.service_id)
    .where(procedures.c.office_id == bindparam("office"))
    .order_by(procedures.c.position, procedures.c.id)
)
_FIELDS = Statement(
    select(services.c.code)
    .where(services.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)
# Changes of the list are events of no ticket: of these there are few, and the index knows them.
_CHANGES = Statement(
    select(events.c.seq, events.c.at, events.c.verb, staff.c.name, events.c.detail)
    .outerjoin(staff, staff.c.id == events.c.staff_id)
    .where(
        events.c.ticket_id.is_(None),
        events.c.office_id == bindparam("office"),
        literal_column("event.verb IN ('found', 'edit_catalogue')"),
    )
    .order_by(events.c.seq)
)


@dataclass(frozen=True, slots=True)
class Since:
    """Since when each field of each procedure has the value that it has; `founded_at` for what was never changed."""

    founded_at: datetime
    changed: dict[tuple[str, str], datetime]
    added: dict[str, datetime]

    def at(self, code: str, field: str) -> datetime:
        """Return since when a field of a procedure has its value."""
        return self.changed.get((code, field)) or self.added.get(code) or self.founded_at


def all_procedures(session: Session) -> tuple[ProcedureView, ...]:
    """Return every procedure, also those out of use, in the order of the list."""
    return tuple(_view(row) for row in session.rows(_ALL, office=session.office.id))


def field_codes(session: Session) -> list[str]:
    """Return the codes of the fields in use."""
    return [row[0] for row in session.rows(_FIELDS, office=session.office.id)]


def catalogue(session: Session) -> CatalogueView:
    """Return the procedures in use, with what their screens need to know of the office."""
    return CatalogueView(
        office_view(session),
        tuple(each for each in all_procedures(session) if each.is_active),
        limits_of(session.office.settings).same_day_until,
    )


def catalogue_changes(session: Session, code: str | None = None) -> tuple[CatalogueChange, ...]:
    """Return what changed in the list since the office was founded, of one procedure or of all, oldest first."""
    found = []
    for seq, at, verb, clerk, detail in session.rows(_CHANGES, office=session.office.id):
        changes = detail.get("procedures", {}) if verb == "edit_catalogue" else {}
        for changed, fields in changes.items():
            if code is None or changed == code:
                said = {name: (before, after) for name, (before, after) in fields.items()}
                found.append(CatalogueChange(seq, at, clerk, changed, said))
    return tuple(found)


def since(session: Session) -> Since:
    """Return since when the present values of the list hold, as the log tells it."""
    rows = session.rows(_CHANGES, office=session.office.id)
    changed: dict[tuple[str, str], datetime] = {}
    added: dict[str, datetime] = {}
    for each in catalogue_changes(session):
        if each.fields.get("active", (True, True))[0] is None:
            added[each.code] = each.at
        changed |= {(each.code, name): each.at for name in each.fields}
    return Since(rows[0][1] if rows else session.office.last_at, changed, added)


def _view(row: tuple[Any, ...]) -> ProcedureView:
    code, service, name_vi, name_en, limit, unit, fee, papers, basis, source, is_verified, notes, is_active = row
    return ProcedureView(
        code=code,
        service=service,
        name_vi=name_vi,
        name_en=name_en,
        time_limit=limit,
        time_unit=unit,
        fee=fee,
        papers=tuple(Paper(each["text"], each["is_shown_only"]) for each in papers),
        legal_basis=basis,
        source=source,
        is_verified=bool(is_verified),
        notes=notes,
        is_active=bool(is_active),
    )
