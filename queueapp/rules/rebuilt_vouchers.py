"""Rebuilds vouchers from events alone: who was given one, and which ticket it became."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Promise:
    """A voucher as its events tell it; without a ticket it was given before the first event that was read."""

    ticket_id: int | None = None
    valid_on: str | None = None
    used_by_id: int | None = None


@dataclass(slots=True)
class Vouchers:
    """All vouchers that the events tell of, in the order in which they were given.

    `became` tells with which one a ticket was issued; `released` are voided tickets of which that is not known.
    """

    given: dict[str, Promise] = field(default_factory=dict)
    became: dict[int, str] = field(default_factory=dict)
    released: set[int] = field(default_factory=set)

    def follow(self, ticket: int, verb: str, states: tuple[str | None, str | None], detail: dict[str, Any]) -> None:
        """Take in the next event of a ticket, which was and is now in these states."""
        code = detail.get("voucher")
        before, after = states
        if code is not None and "valid_on" in detail:
            self.given[code] = Promise(ticket, detail["valid_on"])
        elif code is not None:
            self.became[ticket] = code
            self._use(ticket, ticket)
        elif after == "void" != before and verb != "correct":
            self._use(ticket, None)
        elif verb == "undo" and before == "void" != after:
            self._use(ticket, ticket)

    def _use(self, ticket: int, by: int | None) -> None:
        code = self.became.get(ticket)
        if code is not None:
            self.given.setdefault(code, Promise()).used_by_id = by
        elif by is None:
            self.released.add(ticket)
        else:
            self.released.discard(ticket)
