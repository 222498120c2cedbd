"""What a change of the settings makes sure of first: nothing open is lost or told wrongly, nobody is locked out."""

from sqlmodel import col, select

from queueapp.i18n import N_, _
from queueapp.models import Staff
from queueapp.queries.open_work import open_shifts, open_work, used_letters
from queueapp.rules.errors import BadRequestError
from queueapp.rules.rights import ADMIN, SUPERVISOR, may
from queueapp.session import Session
from queueapp.settings import Settings, StaffSettings

_IN_CHARGE = (SUPERVISOR, ADMIN)  # whose PIN must be longer


def pins_to_clear(session: Session, settings: Settings) -> list[str]:
    """Return whose PIN no longer holds: of who comes to be in charge, for whom it may be too short, or comes back."""
    wanted = {person.name: person.role for person in settings.staff}
    return sorted(
        person.name
        for person in with_pins(session)
        if person.name in wanted
        and (not person.is_active or (wanted[person.name] in _IN_CHARGE and person.role not in _IN_CHARGE))
    )


def refuse_lock_out(session: Session, settings: Settings, cleared: list[str]) -> None:
    """Refuse to leave an office with PINs without anybody who can prove to be allowed to change its settings."""
    if not session.office.is_guarded:
        return
    proved = {person.name for person in with_pins(session) if person.is_active and person.name not in cleared}
    if not any(person.name in proved and _can_let_in(person, settings) for person in settings.staff):
        raise BadRequestError(
            N_(
                "After that nobody with a PIN could change the settings and set PINs: the office would be locked out. "
                "Nothing was changed. Give somebody else a PIN and both rights first."
            )
        )


def _can_let_in(person: StaffSettings, settings: Settings) -> bool:
    return all(may(person.role, right, settings.rights) for right in ("configure", "set_pin"))


def with_pins(session: Session) -> list[Staff]:
    """Return who has a PIN, also those who no longer work here."""
    has_pin = col(Staff.pin_hash).is_not(None)
    return list(session.exec(select(Staff).where(Staff.office_id == session.office.id, has_pin)))


def refuse_what_is_told_by(session: Session, settings: Settings) -> None:
    """Refuse another letter for codes, and another time for tickets, that are in use: they would be read wrongly."""
    letters = {service.code: service.letter for service in settings.services}
    fields = {service.letter: service.code for service in settings.services}
    used = [
        f"{each.first} – {each.last} ({each.day.isoformat()})"
        for each in used_letters(session)
        if letters.get(each.service, each.letter) != each.letter
        or fields.get(each.letter, each.service) != each.service
    ]
    if used:
        raise BadRequestError(
            N_("These tickets are of a day that is not closed, and keep their letter; close it first: {listed}."),
            listed="; ".join(used),
        )
    left_open = [ticket.code for ticket in open_work(session)]
    if left_open and settings.office.timezone != session.office.timezone:
        raise BadRequestError(
            N_("The time zone cannot change while these tickets are open; end them first: {listed}."),
            listed="; ".join(left_open),
        )


def refuse_what_is_open(session: Session, settings: Settings) -> None:
    """Refuse to remove a field, a counter or a person with something open (BadRequestError names it)."""
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
        if ticket.back_service is not None and ticket.back_service not in services:
            kept.append(f"{ticket.code}: {ticket.back_service}")
        if ticket.back_to is not None and ticket.back_to not in counters:
            kept.append(_at_counter(ticket.code, ticket.back_to))
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
