"""Knows beforehand which of a screen's keys whoever works here has no right to."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queueapp.i18n import _
from queueapp.operations.rights import require_right
from queueapp.rules.errors import NoRightError, QueueError, UnknownStaffError
from queueapp.rules.verbs import right_words
from queueapp.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Lacking:
    """To which rights a person has none; what nobody asked about is not lacking, as far as it is known."""

    person: str | None = None
    rights: frozenset[str] = frozenset()

    def entitled(self, right: str, person: str | None) -> bool | str:
        """Say what the person who works here has no right to: True, or a sentence."""
        if person != self.person or right not in self.rights:
            return True
        if person is None:
            return NoRightError(right, None).message
        sentence = _("{person} has no right to do that ({right}). Ask a supervisor.")
        return sentence.format(person=person, right=right_words(right))


async def lacking(terminal: Terminal, rights: tuple[str, ...]) -> Lacking:
    """Ask which of these rights whoever works here lacks (QueueError)."""
    person = terminal.staff
    return Lacking(person, await terminal.store.read(_lacked_by, person, rights))


async def write_down(terminal: Terminal, right: str, *, at: datetime) -> None:
    """Let it be written down that whoever works here tried what they have no right to."""
    with contextlib.suppress(QueueError):  # it was told already
        await terminal.write(_tried, right=right, at=at)


def _tried(session: Any, *, right: str, staff: str | None = None, at: datetime) -> None:  # noqa: ARG001 - as operations
    require_right(session, right, staff)


def _lacked_by(session: Any, person: str | None, rights: tuple[str, ...]) -> frozenset[str]:
    lacked = set()
    for right in rights:
        try:
            require_right(session, right, person)
        except (NoRightError, UnknownStaffError):
            lacked.add(right)
    return frozenset(lacked)
