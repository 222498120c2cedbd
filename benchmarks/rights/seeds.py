"""Rights and a lock-out broken on purpose, each fault to be found."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from benchmarks.clock import Clockwork
from benchmarks.rights import guessing
from benchmarks.rights.cells import matrix
from benchmarks.seeding import replaced
from queueapp.database import Database
from queueapp.operations import leaving, rights, signing
from queueapp.operations.keeping import keep_up
from queueapp.rules.rights import may
from queueapp.session import Session


def _unguarded(operation: Any) -> Any:
    return operation.__wrapped__


def _silent(_right: str, _person: int | None) -> Callable[[Any, datetime], None]:
    return lambda _session, _at: None


def _trusting(session: Session, right: str, person: str | None) -> None:
    if person is not None:
        _require_right(session, right, person)


_require_right = rights.require_right


def _forgetful(path: str, work: Clockwork) -> Database:
    """Return the database of a program that kept wrong PINs in its memory only."""
    database = Database(path, first=keep_up, machine=work.machine())
    database.write(_forget, at=work.wall())
    return database


def _forget(session: Session, *, at: datetime) -> None:
    person = signing.person_named(session, "supervisor")
    session.run(signing._TRY, person=person.id, count=0, until=None, boot=None, running=None)


def _by_wall(session: Session, person: signing.Person, at: datetime) -> timedelta:
    return timedelta(0) if person.locked_until is None else person.locked_until - (session.wall or at)


def _in_matrix() -> list[str]:
    return matrix(with_commands=False).wrong


def _in_guesses() -> list[str]:
    return guessing.guesses(400, 1, pace=10)[1]


FAULTS: dict[str, tuple[Callable[[], Any], Callable[[], list[str]]]] = {
    "an operation without its right": (lambda: replaced(leaving, "void", _unguarded(leaving.void)), _in_matrix),
    "a refusal that is not written down": (lambda: replaced(rights, "_written", _silent), _in_matrix),
    "who gives no name may do everything": (lambda: replaced(rights, "require_right", _trusting), _in_matrix),
    "a role that may do too much": (
        lambda: replaced(rights, "may", lambda role, right, changed: role == "clerk" or may(role, right, changed)),
        _in_matrix,
    ),
    "a lock-out that forgets on restart": (lambda: replaced(guessing, "restarted", _forgetful), _in_guesses),
    "a lock-out by the clock on the wall": (lambda: replaced(signing, "_left", _by_wall), _in_guesses),
    "no lock-out": (lambda: replaced(signing, "wait_after", lambda _failures: None), _in_guesses),
    "waits that do not grow": (
        lambda: replaced(signing, "wait_after", lambda failures: timedelta(minutes=15) if failures >= 5 else None),
        _in_guesses,
    ),
}


def is_found(name: str) -> bool:
    """Say whether a fault that is put in is found."""
    fault, look = FAULTS[name]
    with fault():
        try:
            return bool(look())
        except Exception:
            return True


def seeded() -> list[str]:
    """Return the faults that were put in and not found."""
    return [name for name in FAULTS if not is_found(name)]
