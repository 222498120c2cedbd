"""Founds the office of a database, and changes its settings."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select, update

from queueapp.i18n import N_
from queueapp.models import Counter, Head, Office, Service, Skill, Staff
from queueapp.operations.catalogue import found_catalogue
from queueapp.operations.record import NOWHERE, Where, record
from queueapp.operations.rights import by_right
from queueapp.operations.settings_checks import (
    pins_to_clear,
    refuse_lock_out,
    refuse_what_is_open,
    refuse_what_is_told_by,
    with_pins,
)
from queueapp.queries.rows import staff_id_of
from queueapp.rules.errors import BadRequestError
from queueapp.session import Session
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
    found_catalogue(session)
    _record(session, "found", at, settings)


@by_right
def configure(session: Session, settings: Settings, *, staff: str | None = None, at: datetime) -> list[str]:
    """Bring the office to these settings; what is no longer named is put out of use. Returns whose PIN holds no more.

    Who comes to be in charge, or comes back, needs a new PIN. BadRequestError when something is open that would go or
    be told by another letter or time, and when nobody with a PIN would be left to change the settings: all of it is
    named, and nothing is changed.
    """
    return bring_to(session, settings, staff=staff, at=at)


def bring_to(session: Session, settings: Settings, *, staff: str | None, at: datetime, **detail: Any) -> list[str]:
    """Do what `configure` does, by another right; `detail` says in the event what the change was about."""
    by = Where(staff_id=staff_id_of(session, staff))  # who removes oneself is still known here
    refuse_what_is_open(session, settings)
    refuse_what_is_told_by(session, settings)
    cleared = pins_to_clear(session, settings)
    refuse_lock_out(session, settings, cleared)
    _apply(session, settings)
    _clear_pins(session, cleared)
    _record(session, "configure", at, settings, by, pins_cleared=cleared or None, **detail)
    return cleared


def _record(session: Session, verb: str, at: datetime, settings: Settings, by: Where = NOWHERE, **detail: Any) -> None:
    office = session.office
    head = select(Head.at).where(col(Head.office_id) == office.id)
    before = session.exec(head).one()
    said: dict[str, Any] = {"settings": settings.model_dump(mode="json"), "training": office.is_training}
    record(session, verb, at=at, where=by, ids=_ids(session), **said, **detail)
    if office.is_training:
        # An exercise may be set in the past: setting it up is no part of its time, nor of the machine's count of it.
        unmoved = {"at": before, "boot": None, "uptime": None}
        session.exec(update(Head).where(col(Head.office_id) == office.id).values(**unmoved))


def _ids(session: Session) -> dict[str, dict[str, int]]:
    """Return which key stands for which field, counter and person: the other events say no more than keys."""
    office = session.office.id
    tables: dict[str, Any] = {
        "services": select(Service.code, Service.id).where(Service.office_id == office),
        "counters": select(Counter.number, Counter.id).where(Counter.office_id == office),
        "staff": select(Staff.name, Staff.id).where(Staff.office_id == office),
    }
    return {table: {str(name): key for name, key in session.exec(known)} for table, known in tables.items()}


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
        "printer": settings.printer.model_dump(),
        "voice": settings.voice.model_dump(),
        "web": settings.web.model_dump(),
        "hooks": settings.hooks.model_dump(),
        "roll": settings.roll.model_dump(),
        "calling": settings.calling.model_dump(),
        "letterhead": settings.letterhead.model_dump(),
        "stopping": settings.stopping.model_dump(),
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
    wanted = {
        counter.number: {code: counter.weights.get(code, 1) for code in counter.services}
        for counter in settings.counters
    }
    for number in sorted(known.keys() | wanted.keys()):
        counter = known.get(number) or Counter(office_id=office_id, number=number)
        counter.is_active = number in wanted
        session.add(counter)
        session.flush()
        for code, weight in wanted.get(number, {}).items():
            keys = {"office_id": office_id, "counter_id": _key(counter.id), "service_id": service_ids[code]}
            session.add(Skill(**keys, weight=weight))
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


def _clear_pins(session: Session, names: list[str]) -> None:
    for person in with_pins(session):
        if person.name in names:
            person.pin_hash = None
            session.add(person)
    session.flush()


def _key(key: Any) -> int:
    if key is None:  # pragma: no cover - flushed rows have keys
        raise RuntimeError
    return int(key)
