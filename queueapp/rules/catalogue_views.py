"""What is told of the office's procedures: the list, its changes, the papers that were missing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from queueapp.i18n import name_of
from queueapp.rules.procedures import ProcedureView
from queueapp.rules.views import OfficeView


@dataclass(frozen=True, slots=True)
class CatalogueView:
    """The procedures in use; from `same_day_until` on, what is due the same day may come the next working day."""

    office: OfficeView
    procedures: tuple[ProcedureView, ...]
    same_day_until: str


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """What changed of one procedure on the list: when, by whom, and each field's (before, after)."""

    seq: int
    at: datetime
    clerk: str | None
    code: str
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class MissingCount:
    """How often a paper was missing: found at the counter, and at reception before a number was issued."""

    paper: str
    counter: int = 0
    reception: int = 0

    @property
    def n(self) -> int:
        """How often in all."""
        return self.counter + self.reception


@dataclass(frozen=True, slots=True)
class ProcedureMissing:
    """The papers missing of one procedure, the most frequent first; `counter` and `reception` count citizens.

    `procedure` is None where nobody said which; `since` is the first day on which one was missing.
    """

    procedure: str | None
    name_vi: str
    name_en: str
    counter: int
    reception: int
    papers: tuple[MissingCount, ...]
    since: date | None = None

    @property
    def name(self) -> str:
        """The name in the language in use; the code where the list does not know it."""
        return name_of(self.name_vi, self.name_en or self.name_vi) or self.procedure or ""

    @property
    def n(self) -> int:
        """How many citizens in all."""
        return self.counter + self.reception


@dataclass(frozen=True, slots=True)
class MissingReport:
    """The papers missing in a month, by procedure."""

    month: str
    procedures: tuple[ProcedureMissing, ...]
