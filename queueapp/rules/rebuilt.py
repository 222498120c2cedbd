"""Rebuilds tickets and their spans from events alone: the same rules by which the tables were written, once more."""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from queueapp.rules.lifecycle import OPEN_STATES

# What an event says of a ticket besides its `set` of columns.
SPAN = ("kind", "service_id", "counter_id", "staff_id", "started_at", "ended_at", "ended_by", "is_undone")


@dataclass(slots=True)
class Lived:
    """A span as it is kept; moments are microseconds, the others are keys."""

    kind: str
    service_id: int
    counter_id: int | None
    staff_id: int | None
    started_at: int
    ended_at: int | None = None
    ended_by: str | None = None
    is_undone: bool = False

    @property
    def row(self) -> tuple[Any, ...]:
        """The span as the table keeps it, in the order of `SPAN`."""
        return (
            self.kind,
            self.service_id,
            self.counter_id,
            self.staff_id,
            self.started_at,
            self.ended_at,
            self.ended_by,
            self.is_undone,
        )


@dataclass(slots=True)
class Life:
    """A ticket and its spans as its events tell them.

    One that `is_partial` began before the first event that was read: only the columns set since are known.
    """

    ticket_id: int
    row: dict[str, Any] = field(default_factory=dict)
    spans: list[Lived] = field(default_factory=list)
    is_partial: bool = False

    @property
    def day(self) -> str | None:
        """The business day of issue, as far as it is known."""
        return self.row.get("day")

    def follow(self, verb: str, at: int, detail: dict[str, Any]) -> None:
        """Take in the next event of this ticket."""
        before = self.row.get("state")
        self.row.update(detail.get("set", ()))
        after = self.row.get("state")
        if verb == "adopt":
            self.spans, self.is_partial = [Lived(*span) for span in detail["spans"]], False
        elif self.is_partial:
            return
        elif verb == "enter":
            self._enter([Lived(*span) for span in detail["spans"]])
        elif verb == "undo":
            if detail.get("spans"):
                self._take_back(at)
        elif verb == "outage":
            self._leave_out(detail["from"], detail.get("until", at))
        elif after != before:
            self._end(verb, at)
            self._begin(after, at)

    def _begin(self, state: str | None, at: int) -> None:
        if state in OPEN_STATES:
            is_waiting = state == "waiting"
            counter, staff = (None, None) if is_waiting else (self.row.get("counter_id"), self.row.get("staff_id"))
            self.spans.append(Lived(state, self.row["service_id"], counter, staff, at))

    def _end(self, verb: str, at: int) -> None:
        for span in self.spans:
            if span.ended_at is None:
                span.ended_at, span.ended_by = at, verb

    def _enter(self, spans: list[Lived]) -> None:
        """Take what was keyed in, in place of what was keyed in wrongly before."""
        for span in self.spans:
            span.is_undone = True
        self.spans += spans

    def _take_back(self, at: int) -> None:
        """Mark the span that was begun by mistake, and go on with the one before it."""
        begun = self.spans[-1] if self.spans and self.spans[-1].ended_at is None else None
        if begun is not None:
            begun.ended_at, begun.ended_by, begun.is_undone = at, "undo", True
        before = [span for span in self.spans if not span.is_undone]
        if before and self.row.get("state") in OPEN_STATES:
            before[-1].ended_at = before[-1].ended_by = None

    def _leave_out(self, since: int, until: int) -> None:
        """Leave the minutes of an outage out of the present span."""
        present = next(span for span in self.spans if span.ended_at is None)
        present.ended_at, present.ended_by = max(since, present.started_at), "outage"
        self.spans.append(Lived(present.kind, present.service_id, present.counter_id, present.staff_id, until))


@dataclass(frozen=True, slots=True)
class Packed:
    """A ticket of which nothing more is expected, in few bytes: years have hundreds of thousands."""

    _columns: bytes
    _spans: bytes

    @classmethod
    def of(cls, columns: tuple[Any, ...], spans: Sequence[Lived]) -> "Packed":
        """Return a ticket packed."""
        return cls(marshal.dumps(columns), marshal.dumps([span.row for span in spans]))

    @property
    def columns(self) -> tuple[Any, ...]:
        """The ticket's columns, in the order in which they were packed."""
        found: tuple[Any, ...] = marshal.loads(self._columns)  # noqa: S302 - bytes of our own, of this very process
        return found

    @property
    def spans(self) -> list[tuple[Any, ...]]:
        """The ticket's spans, each in the order of `SPAN`."""
        found: list[tuple[Any, ...]] = marshal.loads(self._spans)  # noqa: S302 - as above
        return found


def row_before(events: Sequence[tuple[int, dict[str, Any]]], undone: int) -> dict[str, Any]:
    """Return a ticket's columns as they were before its event number `undone`; `events` are (number, detail)."""
    row: dict[str, Any] = {}
    for seq, detail in events:
        if seq >= undone:
            break
        row.update(detail.get("set", ()))
    return row
