"""Proves who gives a command: a name alone where nobody has a PIN, a name and its PIN where there are some."""

import contextlib
import getpass
import os
import sys

from queueapp.clock import Clock
from queueapp.database import Database
from queueapp.i18n import _
from queueapp.operations.signing import Person, note_refusal, person_named, person_typed, sign_in
from queueapp.rules.errors import NoPinGivenError, QueueError
from queueapp.session import Session


class Identity:
    """Who may be taken at their word on this database; a proof holds until the process ends or the PIN is changed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._proved: dict[str, tuple[str, str | None]] = {}  # the PIN, and the hash that it was proved by

    def prove(self, name: str | None, pin: str | None = None) -> str | None:
        """Return the name of who acts (unknown_staff, not_allowed)."""
        if name is None:
            return None
        person: Person = self._database.read(person_typed, name)
        if not self._database.read(_is_guarded):
            return person.name
        known, by_hash = self._proved.get(person.name, (None, None))
        is_proved = known is not None and by_hash == person.pin_hash
        if pin is None and not is_proved:
            self._note_refusal(person)
            raise NoPinGivenError(person=person.name)
        if person.pin_hash is None:
            self._note_refusal(person)
        if pin is not None and not (is_proved and known == pin):
            proved = sign_in(self._database, person.name, pin, at=self._clock(), place="command line")
            self._proved[person.name] = (pin, proved.pin_hash)
        return person.name

    def proof_of(self, name: str | None) -> str | None:
        """Return what somebody was proved by, to be compared later: the hash of the present PIN, None without one."""
        return None if name is None else self._person(name).pin_hash

    def still(self, name: str | None, proof: str | None) -> str | None:
        """Return the name of who was proved by `proof`, as long as that is still the PIN (unknown_staff, not_allowed).

        Who was taken at their word, where nobody had a PIN, is no longer when there are some.
        """
        if name is None:
            return None
        person = self._person(name)
        if self._database.read(_is_guarded) and (proof is None or person.pin_hash != proof):
            self._note_refusal(person)
            raise NoPinGivenError(person=person.name)
        return person.name

    def _person(self, name: str) -> Person:
        person: Person = self._database.read(person_named, name)
        return person

    def _note_refusal(self, person: Person) -> None:
        with contextlib.suppress(QueueError):  # that a PIN is missing is to be said also where nothing can be written
            self._database.write(note_refusal, person=person, why="no_pin", at=self._clock())

    def prove_here(self, name: str | None) -> str | None:
        """Return the name of who acts, asking for the PIN at the terminal where the environment does not give it."""
        if name is None or not self._database.read(_is_guarded):
            return self.prove(name)
        pin = os.environ.get("QUEUEAPP_PIN")
        if pin is None and sys.stdin.isatty():
            pin = getpass.getpass(_("PIN of {person}:").format(person=name) + " ")
        return self.prove(name, pin)


def _is_guarded(session: Session) -> bool:
    return session.office.is_guarded
