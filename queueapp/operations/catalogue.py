"""Loads and changes the list of procedures; what changed is told by one event."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import select

from queueapp.i18n import N_
from queueapp.models import Procedure, Service, procedures
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.procedures import all_procedures, field_codes
from queueapp.queries.rows import staff_id_of
from queueapp.rules.catalogue import Change, differences, edited, read_catalogue
from queueapp.rules.errors import BadRequestError, UnknownProcedureError
from queueapp.rules.procedures import ProcedureView
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

_NAMES = ("service_id", "name_vi", "name_en", "time_limit", "time_unit", "fee", "papers", "legal_basis", "source")
_INSERT = Statement(
    insert(procedures).values(
        {name: bindparam(name) for name in ("office_id", "code", *_NAMES, "is_verified", "notes", "position")}
        | {"is_active": True}
    )
)


@functools.cache
def default_procedures() -> tuple[ProcedureView, ...]:
    """Return the list that comes with the program: procedures of the three fields at commune level."""
    text = (files("queueapp") / "procedures.csv").read_text(encoding="utf-8")
    return read_catalogue(text, ("land", "civil_status", "social_affairs"))


def found_catalogue(session: Session) -> None:
    """Give an office that is being founded the list that comes with the program."""
    service_ids = _service_ids(session)
    for position, each in enumerate(default_procedures()):
        columns = _columns(each, service_ids) | {"position": position}
        del columns["is_active"]
        session.run(_INSERT, office_id=session.office.id, code=each.code, **columns)


@by_right
def edit_catalogue(
    session: Session,
    *,
    wanted: Sequence[ProcedureView],
    is_whole: bool = True,
    staff: str | None = None,
    at: datetime,
) -> tuple[Change, ...]:
    """Bring the list of procedures to what is wanted, which is all of it if it `is_whole`; returns what changed.

    Who is left out of a whole list goes out of use and stays known. Where nothing differs nothing is written down.
    """
    changes = differences(all_procedures(session), wanted, is_whole=is_whole)
    by_code = {each.code: each for each in wanted}
    places = {each.code: place for place, each in enumerate(wanted)} if is_whole else {}
    service_ids, office = _service_ids(session), session.office.id
    known = {each.code: each for each in session.exec(select(Procedure).where(Procedure.office_id == office))}
    for change in changes:
        _apply(session, known, change, by_code.get(change.code), service_ids)
    for code, place in places.items():
        known[code].position = place
    session.flush()
    if changes:
        said = {change.code: {name: list(values) for name, values in change.fields.items()} for change in changes}
        record(session, "edit_catalogue", at=at, where=Where(staff_id=staff_id_of(session, staff)), procedures=said)
    return changes


def edit_procedure(
    session: Session, *, code: str, given: Mapping[str, str], staff: str | None = None, at: datetime
) -> tuple[Change, ...]:
    """Say some fields of one procedure anew, each as a cell of the list would say it (as `edit_catalogue`)."""
    present = next((each for each in all_procedures(session) if each.code == clean(code)), None)
    if present is None:
        raise UnknownProcedureError(procedure=clean(code))
    wanted = edited(present, given, field_codes(session))
    return edit_catalogue(session, wanted=(wanted,), is_whole=False, staff=staff, at=at)


def load_catalogue(session: Session, *, staff: str | None = None, at: datetime) -> tuple[Change, ...]:
    """Give an office of an earlier version the list that comes with the program.

    BadRequestError when it has a list already: its own changes are not to be lost.
    """
    if all_procedures(session):
        raise BadRequestError(N_("The office has a list of procedures already. Compare and import a file instead."))
    fields = set(field_codes(session))
    wanted = [_of_office(each, fields) for each in default_procedures()]
    return edit_catalogue(session, wanted=wanted, staff=staff, at=at)


def _of_office(procedure: ProcedureView, fields: set[str]) -> ProcedureView:
    return procedure if procedure.service in fields else replace(procedure, service=None)


def _apply(
    session: Session,
    known: dict[str, Procedure],
    change: Change,
    wanted: ProcedureView | None,
    service_ids: Mapping[str, int],
) -> None:
    row = known.get(change.code)
    if row is None:
        row = known[change.code] = Procedure(
            office_id=session.office.id, code=change.code, name_vi="", name_en="", position=len(known)
        )
    columns = {"is_active": False} if wanted is None else _columns(wanted, service_ids)
    row.sqlmodel_update(columns)
    session.add(row)


def _columns(procedure: ProcedureView, service_ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "service_id": service_ids.get(procedure.service or ""),
        "name_vi": procedure.name_vi,
        "name_en": procedure.name_en,
        "time_limit": procedure.time_limit,
        "time_unit": procedure.time_unit,
        "fee": procedure.fee,
        "papers": [{"text": paper.text, "is_shown_only": paper.is_shown_only} for paper in procedure.papers],
        "legal_basis": procedure.legal_basis,
        "source": procedure.source,
        "is_verified": procedure.is_verified,
        "notes": procedure.notes,
        "is_active": procedure.is_active,
    }


def _service_ids(session: Session) -> dict[str, int]:
    rows = session.exec(select(Service.code, Service.id).where(Service.office_id == session.office.id))
    return {code: key for code, key in rows if key is not None}
