"""Founds the office of a database, and changes its settings."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select, update

from queueapp.database import Session
from queueapp.i18n import N_, _
from queueapp.models import Counter, Head, Office, Service, Skill, Staff
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right
from queueapp.queries.open_work import open_shifts, open_work
from queueapp.queries.rows import staff_id_of
from queueapp.rules.errors import BadRequestError
from queueapp.settings import Settings, default_settings

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def found_default(session: Session, *, at: datetime) -> None:
    """Make the default office in a database that has none."""
    found(session, default_settings(), at=at)


def found(session: Session, settings: Settings, *, at: datetime, is_training: bool = False) -> None:
    """Make the office in a database that has none; `is_training` marks the database as one for exercise.

    BadRequestError when there is an office already.
    """
    if session.has_office:
        raise BadRequestError(N_("This database already holds an office; nothing was changed."))
    office = Office(name="", timezone="", language="", is_training=is_training)
    session.add(office)
    session.flush()
    session.add(Head(office_id=_key(office.id), at=LONG_AGO if is_training else at))
    session.flush()
    session.know_office()
    _apply(session, settings)
    _record(session, "found", at, settings)


@by_right
def configure(session: Session, settings: Settings, *, staff: str | None = None, at: datetime) -> None:
    """Bring the office to these settings; what is no longer named is put out of use.

    BadRequestError when a field or a counter that would go has something open: it is named, and nothing is changed.
    """
    _refuse_what_is_open(session, settings)
    _apply(session, settings)
    _record(session, "configure", at, settings, staff)


def _record(session: Session, verb: str, at: datetime, settings: Settings, person: str | None = None) -> None:
    before = session.office.last_at
    by = Where(staff_id=staff_id_of(session, person))
    said: dict[str, Any] = {"settings": settings.model_dump(mode="json"), "training": session.office.is_training}
    record(session, verb, at=at, where=by, **said)
    if session.office.is_training:
        # An exercise may be set in the past: setting it up is no part of its time, nor of the machine's count of it.
        unmoved = {"at": before, "boot": None, "uptime": None}
        session.exec(update(Head).where(col(Head.office_id) == session.office.id).values(**unmoved))


def _apply(session: Session, settings: Settings) -> None:
    office = session.get_one(Office, session.office.id)
    office.name = settings.office.name
    office.timezone = settings.office.timezone
    office.language = settings.office.language
    office.settings = {
        "hours": dict(settings.hours),
        "priorities": [priority.model_dump() for priority in settings.priorities],
        "limits": settings.limits.model_dump(),
        "personal": settings.personal.model_dump(),
        "rights": dict(settings.rights),
    }
    service_ids = _apply_services(session, settings)
    _apply_counters(session, settings, service_ids)
    _apply_staff(session, settings)
    session.flush()


def _apply_services(session: Session, settings: Settings) -> dict[str, int]:
    office_id = session.office.id
    known = {each.code: each for each in session.exec(select(Service).where(Service.office_id == office_id))}
    for service in known.values():
        service.is_active = False  # frees its letter; the ones that stay are active again below
    session.flush()
    for position, wanted in enumerate(settings.services):
        service = known.get(wanted.code) or Service(
            office_id=office_id, code=wanted.code, letter="", name_vi="", name_en=""
        )
        known[wanted.code] = service
        service.sqlmodel_update(wanted.model_dump() | {"position": position, "is_active": True})
        session.add(service)
    session.flush()
    return {code: _key(service.id) for code, service in known.items()}


def _apply_counters(session: Session, settings: Settings, service_ids: dict[str, int]) -> None:
    office_id = session.office.id
    known = {each.number: each for each in session.exec(select(Counter).where(Counter.office_id == office_id))}
    for skill in session.exec(select(Skill).where(Skill.office_id == office_id)):
        session.delete(skill)
    wanted = {counter.number: counter.services for counter in settings.counters}
    for number in sorted(known.keys() | wanted.keys()):
        counter = known.get(number) or Counter(office_id=office_id, number=number)
        counter.is_active = number in wanted
        session.add(counter)
        session.flush()
        for code in wanted.get(number, []):
            session.add(Skill(office_id=office_id, counter_id=_key(counter.id), service_id=service_ids[code]))
    session.flush()


def _apply_staff(session: Session, settings: Settings) -> None:
    office_id = session.office.id
    known = {each.name: each for each in session.exec(select(Staff).where(Staff.office_id == office_id))}
    wanted = {person.name: person.role for person in settings.staff}
    for name in sorted(known.keys() | wanted.keys()):
        person = known.get(name) or Staff(office_id=office_id, name=name, role=wanted[name])
        person.role = wanted.get(name, person.role)
        person.is_active = name in wanted
        session.add(person)


def _refuse_what_is_open(session: Session, settings: Settings) -> None:
    services = {service.code for service in settings.services}
    counters = {counter.number for counter in settings.counters}
    people = {person.name for person in settings.staff}
    kept = []
    for ticket in open_work(session):
        if ticket.service not in services:
            kept.append(f"{ticket.code}: {ticket.service}")
        if ticket.counter is not None and ticket.counter not in counters:
            kept.append(_at_counter(ticket.code, ticket.counter))
        if ticket.clerk is not None and ticket.clerk not in people:
            kept.append(f"{ticket.code}: {ticket.clerk}")
    kept += [
        _at_counter(name, number)
        for name, number in open_shifts(session)
        if name not in people or number not in counters
    ]
    if kept:
        raise BadRequestError(
            N_("What would be removed still has something open; end it first: {listed}."), listed="; ".join(kept)
        )


def _at_counter(what: str, number: int) -> str:
    at_counter = _("counter {number}").format(number=number)
    return f"{what}: {at_counter}"


def _key(key: Any) -> int:
    if key is None:  # pragma: no cover - flushed rows have keys
        raise RuntimeError
    return int(key)
