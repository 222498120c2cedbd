"""Lets people prove who they are by a PIN, and makes guessing hopeless."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.models import events, staff
from queueapp.operations.record import Where, record
from queueapp.operations.rights import require_right
from queueapp.rules.errors import BadRequestError, LockedOutError, UnknownStaffError, WrongPinError
from queueapp.rules.pins import FIRST_WAIT, LONGEST, SHORTEST, SHORTEST_IN_CHARGE, TRIES, wait_after, weakness
from queueapp.rules.rights import may
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean, fold

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_PERSON = Statement(
    select(
        staff.c.id,
        staff.c.name,
        staff.c.role,
        staff.c.pin_hash,
        staff.c.failures,
        staff.c.locked_until,
        staff.c.locked_boot,
        staff.c.locked_uptime,
    ).where(staff.c.office_id == bindparam("office"), staff.c.name == bindparam("name"), staff.c.is_active)
)
_NAMES = Statement(
    select(staff.c.name).where(staff.c.office_id == bindparam("office"), staff.c.is_active).order_by(staff.c.name)
)
_TRY = Statement(
    update(staff)
    .where(staff.c.id == bindparam("person"))
    .values(
        failures=bindparam("count"),
        locked_until=bindparam("until"),
        locked_boot=bindparam("boot"),
        locked_uptime=bindparam("running"),
    )
)
_SET = Statement(
    update(staff)
    .where(staff.c.id == bindparam("person"))
    .values(pin_hash=bindparam("new_hash"), failures=0, locked_until=None, locked_boot=None, locked_uptime=None)
)
# Only the latest events are looked at: whoever guesses must not make the office wait.
_REFUSED = Statement(
    select(events.c.at, events.c.detail)
    .where(
        events.c.office_id == bindparam("office"),
        events.c.seq > bindparam("after"),
        events.c.staff_id == bindparam("person"),
        events.c.verb == "refuse",
    )
    .order_by(events.c.seq.desc())
)
_LATEST = 5000
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, as signing in needs it."""

    id: int
    name: str
    role: str
    pin_hash: str | None
    failures: int
    locked_until: datetime | None
    locked_boot: str | None
    locked_uptime: int | None


def person_named(session: Session, name: str) -> Person:
    """Return the person called `name` (UnknownStaffError)."""
    row = session.row(_PERSON, office=session.office.id, name=clean(name))
    if row is None:
        raise UnknownStaffError(staff=clean(name))
    return Person(*row)


def person_typed(session: Session, name: str) -> Person:
    """Return the person whose name somebody wrote, by its letters alone where these say who (UnknownStaffError)."""
    typed = clean(name)
    names = [kept for (kept,) in session.rows(_NAMES, office=session.office.id)]
    alike = [kept for kept in names if fold(kept) == fold(typed)]
    return person_named(session, alike[0] if len(alike) == 1 else typed)


def sign_in(database: Database, name: str, pin: str, *, at: datetime, place: str = "") -> Person:
    """Return the person when the PIN is right (unknown_staff, not_allowed).

    A try is counted before the PIN is looked at, so that many at once are no more than one after the other. A PIN that
    is too short for the role somebody has come to since is no longer taken (bad_request).
    """
    person: Person = database.write(begin_try, name=name, at=at)
    is_known = person.pin_hash is not None and _matches(person.pin_hash, pin)
    is_right = is_known and weakness(pin, person.role) != "length"
    database.write(end_try, person=person, is_right=is_right, place=place, at=at)
    if is_known and not is_right:
        raise _too_short(person.role)
    if not is_right:
        raise _wrong(person)
    return person


def _wrong(person: Person) -> WrongPinError:
    failures = person.failures + 1
    wait = wait_after(max(failures, TRIES)) or FIRST_WAIT
    return WrongPinError(person.name, left=max(0, TRIES - failures), minutes=int(wait.total_seconds()) // 60)


def _too_short(role: str) -> BadRequestError:
    shortest = SHORTEST_IN_CHARGE if role in {"supervisor", "admin"} else SHORTEST
    return BadRequestError(N_("The PIN must be {least} to {most} digits."), least=shortest, most=LONGEST)


def begin_try(session: Session, *, name: str, at: datetime) -> Person:
    """Count a try, before the PIN is looked at (unknown_staff, not_allowed while nobody may try)."""
    person = person_named(session, name)
    if person.pin_hash is None:
        raise BadRequestError(N_("{person} has no PIN yet. An administrator sets one."), person=person.name)
    left = _left(session, person, at)
    if left > timedelta(0):
        refusal = LockedOutError(minutes=-(-int(left.total_seconds()) // 60), person=person.name)
        refusal.trace = lambda session, at: note_refusal(session, person=person, why="locked", at=at)
        raise refusal
    failures = person.failures + 1
    wait = wait_after(failures)
    boot, running = session.machine
    until = None if wait is None else at + wait
    until_running = None if wait is None or running is None else running + wait // _MICROSECOND
    session.run(_TRY, person=person.id, count=failures, until=until, boot=boot, running=until_running)
    return person


def note_refusal(session: Session, *, person: Person, why: str, at: datetime) -> None:
    """Write down that somebody was not let in without a look at a PIN; once in a quarter of an hour, not each time."""
    given = {"office": session.office.id, "after": session.head.seq - _LATEST, "person": person.id}
    noted = [moment for moment, detail in session.rows(_REFUSED, **given) if detail.get("right") == "sign_in"]
    if not noted or at - noted[0] >= FIRST_WAIT:
        record(session, "refuse", at=at, where=Where(staff_id=person.id), right="sign_in", why=why)


def _left(session: Session, person: Person, at: datetime) -> timedelta:
    """Return how long nobody may try; by the time that the machine has been running where that is known."""
    if person.locked_uptime is not None and person.locked_boot == session.machine[0]:
        return (person.locked_uptime - (session.machine[1] or 0)) * _MICROSECOND
    return timedelta(0) if person.locked_until is None else person.locked_until - at


def end_try(session: Session, *, person: Person, is_right: bool, place: str, at: datetime) -> None:
    """Write down how a try ended; a right PIN begins the count anew."""
    if is_right:
        session.run(_TRY, person=person.id, count=0, until=None, boot=None, running=None)
    verb = "sign_in" if is_right else "sign_in_failed"
    record(session, verb, at=at, where=Where(staff_id=person.id), place=clean(place) or None)


def hashed(pin: str) -> str:
    """Return the hash of a PIN (argon2id); it takes a while on purpose, and is done outside any transaction."""
    return _hasher().hash(pin)


def set_pin(
    session: Session, *, name: str, pin: str, make_hash: Callable[[str], str], staff: str | None = None, at: datetime
) -> None:
    """Set somebody's PIN; the first of all must be an administrator's (unknown_staff, not_allowed, bad_request)."""
    person = person_typed(session, name)
    if session.office.is_guarded:
        require_right(session, "set_pin", staff)
    elif person.role != "admin":
        raise BadRequestError(N_("The first PIN must be an administrator's: who has it sets the others."))
    _set_pin(session, person, pin, make_hash)
    record(session, "set_pin", at=at, where=Where(staff_id=person.id), by=staff)


def recover_pin(
    session: Session, *, name: str, pin: str, make_hash: Callable[[str], str], owner: str, at: datetime
) -> None:
    """Set the PIN of somebody who may set PINs, by right of the file's `owner`: when none of them can sign in.

    Errors: unknown_staff, bad_request (no file, somebody who may not set PINs, a weak PIN).
    """
    person = person_typed(session, name)
    if not session.is_file or not may(person.role, "set_pin", session.office.settings.get("rights", {})):
        raise BadRequestError(N_("Only in a file, and only for somebody who may set PINs, is a PIN recovered."))
    _set_pin(session, person, pin, make_hash)
    record(session, "recover_pin", at=at, where=Where(staff_id=person.id), by=owner)


def _set_pin(session: Session, person: Person, pin: str, make_hash: Callable[[str], str]) -> None:
    fault = weakness(pin, person.role)
    if fault == "length":
        raise _too_short(person.role)
    if fault is not None:
        raise BadRequestError(N_("That PIN is too easy to guess. Choose digits that do not repeat or count."))
    session.run(_SET, person=person.id, new_hash=make_hash(pin))


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - only an office with PINs needs it

    return PasswordHasher()


def _matches(kept: str, pin: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

    try:
        return _hasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False
