"""Holds what is known while the chain of events is walked, and how its first difference from the tables is said."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from queueapp.clock import business_day
from queueapp.models import tickets
from queueapp.rules.chain import GENESIS, moment
from queueapp.rules.rebuilt import Life, Lived, Packed
from queueapp.rules.rebuilt_missing import MissingPapers
from queueapp.rules.rebuilt_settings import InForce
from queueapp.rules.rebuilt_vouchers import Vouchers
from queueapp.session import Session
from queueapp.statement import Statement

CHUNK = 5000
TICKET = tuple(column.name for column in tickets.c if column.name != "id")
_BLANK: dict[str, Any] = {name: False if name.startswith("is_") else None for name in TICKET}
_columns = itemgetter(*TICKET)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where the tables and the events part: `row` in words, what was `expected`, what was `found`.

    `day` is the business day of the ticket or of the moment that it is about.
    """

    row: str
    day: str | None
    expected: Any
    found: Any


@dataclass(slots=True)
class Verdict:
    """What was proved, or where it failed; `from_seq` is the number after which the walk began."""

    events: int = 0
    tickets: int = 0
    spans: int = 0
    days: int = 0
    from_seq: int = 0
    head: str = GENESIS
    difference: Difference | None = None


class PartedError(Exception):
    """The tables and the events differ; it carries the difference."""

    def __init__(self, row: str, day: object, expected: object, found: object) -> None:
        super().__init__(row)
        self.difference = Difference(row, None if day is None else str(day), expected, found)


@dataclass(frozen=True, slots=True)
class Closed:
    """How the chain tells that a day was closed."""

    closed_at: int
    closed_by_id: int | None
    reason: str | None
    sealed_seq: int
    seal: str


@dataclass(slots=True)
class Walk:
    """What is known while the chain is walked.

    `lives` are the tickets of days that are open, `packed` those of closed days; `born` tells of which ticket each span
    is, in the order they were begun. A counter of `desks` without a state had an event of old, which says none.
    """

    session: Session
    verdict: Verdict
    settings: InForce
    vouchers: Vouchers = field(default_factory=Vouchers)
    missing: MissingPapers = field(default_factory=MissingPapers)
    lives: dict[int, Life] = field(default_factory=dict)
    packed: dict[int, Packed] = field(default_factory=dict)
    by_day: dict[str, list[int]] = field(default_factory=dict)
    desks: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    closed: dict[str, Closed] = field(default_factory=dict)
    picked: dict[str, int] = field(default_factory=dict)
    born: "array[int]" = field(default_factory=lambda: array("q"))
    is_adopted: bool = False
    head_at: int = 0
    last_at: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the walk began at the first event."""
        return not self.verdict.from_seq

    def life(self, ticket: int, *, is_partial: bool = True) -> Life:
        """Return what is known of a ticket, to go on with; a new one begins before the walk if it `is_partial`."""
        found = self.lives.get(ticket)
        if found is None:
            kept = self.packed.pop(ticket, None)
            if kept is None:
                found = Life(ticket, is_partial=is_partial)
            else:
                found = Life(
                    ticket, dict(zip(TICKET, kept.columns, strict=True)), [Lived(*each) for each in kept.spans]
                )
            self.lives[ticket] = found
        return found

    def row(self, ticket: Any) -> dict[str, Any] | None:
        """Return the columns of a ticket as far as they are known; None for a ticket that no event tells of."""
        life, kept = self.lives.get(ticket), self.packed.get(ticket)
        if life is not None:
            return life.row if life.is_partial else _BLANK | life.row
        return None if kept is None else dict(zip(TICKET, kept.columns, strict=True))

    def columns(self, ticket: Any) -> tuple[Any, ...] | None:
        """Return all columns of a ticket, in the order of `TICKET`; None when they are not all known."""
        kept = self.packed.get(ticket)
        if kept is not None:
            return kept.columns
        life = self.lives.get(ticket)
        return None if life is None or life.is_partial else tuple(_columns(_BLANK | life.row))

    def spans(self, ticket: Any) -> list[tuple[Any, ...]] | None:
        """Return the spans of a ticket, each in the order of `SPAN`; None when they are not all known."""
        kept = self.packed.get(ticket)
        if kept is not None:
            return kept.spans
        life = self.lives.get(ticket)
        return None if life is None or life.is_partial else [span.row for span in life.spans]

    def pack(self, day: str) -> None:
        """Put the tickets of a closed day away in few bytes."""
        for ticket in self.by_day.pop(day, ()):
            life = self.lives.get(ticket)
            if life is not None and not life.is_partial:
                self.packed[ticket] = Packed.of(_columns(_BLANK | life.row), life.spans)
                del self.lives[ticket]

    def day_at(self, at: Any) -> str | None:
        """Return the business day of a moment as it is kept; None for what is no moment."""
        try:
            return business_day(moment(at), self.settings.timezone).isoformat()
        except (TypeError, ValueError, OverflowError, KeyError):
            return None

    def day_of(self, ticket: Any, at: Any) -> str | None:
        """Return the day of a ticket if it is known, else that of a moment, else that of the last event."""
        row = None if ticket is None else self.row(ticket)
        return (row or {}).get("day") or self.day_at(at) or self.day_at(self.last_at)


def raw(*columns: Any) -> Any:
    """Return a select that gives what is kept as it is kept: a changed row may hold anything."""
    return select(*(type_coerce(column, NullType()) for column in columns))


def chunks(session: Session, statement: Statement) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a long table in pieces; their first column is the key that they are ordered by."""
    after = 0
    while rows := session.rows(statement, office=session.office.id, after=after, limit=CHUNK):
        yield rows
        after = rows[-1][0]
