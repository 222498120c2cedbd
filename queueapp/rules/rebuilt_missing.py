"""Rebuilds the missing papers from events alone: what was missing, and what of it was taken back."""

from dataclasses import dataclass, field
from typing import Any

# The columns of a missing paper that its event tells.
MISSING = ("seq", "day", "ticket_id", "procedure", "paper", "is_undone")
MISSING_VERBS = ("finish", "precheck", "undo")


@dataclass(slots=True)
class MissingPapers:
    """All missing papers that the events tell of, in the order in which they were written down."""

    rows: list[list[Any]] = field(default_factory=list)
    by_event: dict[int, list[int]] = field(default_factory=dict)

    def follow(self, seq: int, ticket: int | None, detail: dict[str, Any]) -> None:
        """Take in the next event of one of `MISSING_VERBS`."""
        for paper in detail.get("missing", ()):
            self.by_event.setdefault(seq, []).append(len(self.rows))
            self.rows.append([seq, detail["day"], ticket, detail.get("procedure"), paper, False])
        for place in self.by_event.get(detail.get("undoes", 0), ()):
            self.rows[place][-1] = True
