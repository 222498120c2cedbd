"""An administrative procedure as everybody may see it, and the words for what it asks and costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from queueapp.clock import zone
from queueapp.i18n import _, language, name_of, ngettext


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a procedure asks for; one that `is_shown_only` goes home again with the citizen."""

    text: str
    is_shown_only: bool = False


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure of a field (`service` is its code; None: the office has no such field).

    `time_limit` is in days of `time_unit`; 0 means the same day, None that it is not known. `fee` is in đồng, None
    where the province sets it or it is not known.
    """

    code: str
    service: str | None
    name_vi: str
    name_en: str
    time_limit: int | None = None
    time_unit: str | None = None
    fee: int | None = None
    papers: tuple[Paper, ...] = ()
    legal_basis: str = ""
    source: str = ""
    is_verified: bool = False
    notes: str = ""
    is_active: bool = True

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return name_of(self.name_vi, self.name_en or self.name_vi)

    @property
    def to_submit(self) -> tuple[str, ...]:
        """The papers that stay at the office."""
        return tuple(paper.text for paper in self.papers if not paper.is_shown_only)

    @property
    def to_show(self) -> tuple[str, ...]:
        """The papers that are only shown."""
        return tuple(paper.text for paper in self.papers if paper.is_shown_only)

    @property
    def is_same_day(self) -> bool:
        """Whether the result is due on the day on which the dossier comes."""
        return self.time_limit == 0


def limit_words(procedure: ProcedureView) -> str:
    """Return the time limit with its unit in the language in use."""
    if procedure.time_limit is None:
        return _("time limit not known")
    if procedure.is_same_day:
        return _("the same day")
    if procedure.time_unit == "calendar_day":
        words = ngettext("{n} calendar day", "{n} calendar days", procedure.time_limit)
    else:
        words = ngettext("{n} working day", "{n} working days", procedure.time_limit)
    return words.format(n=procedure.time_limit)


def fee_words(procedure: ProcedureView) -> str:
    """Return the fee in the language in use: one that is not known is set by the province."""
    if procedure.fee is None:
        return _("set by the province")
    if procedure.fee == 0:
        return _("no fee")
    digits = f"{procedure.fee:,}"
    return _("{amount} đ").format(amount=digits.replace(",", ".") if language() == "vi" else digits)


def is_too_late(procedure: ProcedureView, at: datetime, timezone: str, until: str) -> bool:
    """Say whether what is due the same day may be handed out the next working day, because it comes after `until`."""
    return procedure.is_same_day and f"{at.astimezone(zone(timezone)):%H:%M}" >= until


def late_words(until: str) -> str:
    """Return what a citizen is told whose same-day procedure comes after that hour (domain.md section 1.6)."""
    return _(
        "After {hour}: what cannot be finished today is handed out the next working day, with an appointment slip that "
        "states hour and day (Decree 23/2015, art. 7)."
    ).format(hour=until)


def missing_of(procedure: ProcedureView, present: Sequence[str]) -> tuple[str, ...]:
    """Return the papers of a procedure that are not among those `present`, in the order of the catalogue."""
    return tuple(paper.text for paper in procedure.papers if paper.text not in present)
