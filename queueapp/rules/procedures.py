"""An administrative procedure as everybody may see it, and the words for what it asks and costs."""

import re
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from queueapp.clock import zone
from queueapp.i18n import N_, _, in_language, language, name_of, ngettext

HOUR_OF_LAW = "15:00"
# Words of the data, which is Vietnamese.
ONLY_SHOWN = "chỉ xuất trình"  # stands after a dash behind a paper that is only shown
IF_NEEDED = "nếu cần"
_LOOKED_UP = re.compile(r"\btự tra cứu\b", re.IGNORECASE)
_CONDITION = re.compile(r"\bnếu\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a procedure asks for; one that `is_shown_only` goes home again with the citizen."""

    text: str
    is_shown_only: bool = False

    @property
    def is_looked_up(self) -> bool:
        """Whether the office looks it up by itself, as its words say."""
        return _LOOKED_UP.search(self.text) is not None

    @property
    def is_conditional(self) -> bool:
        """Whether not everybody needs it: its words say “nếu …”, or the office looks it up."""
        return self.is_looked_up or _CONDITION.search(self.text) is not None


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


def limit_words(procedure: ProcedureView, tongue: str | None = None, *, on_paper: bool = False) -> str:
    """Return the time limit with its unit, in the language in use or in the one of a paper.

    Where the notes tell more of it, the screen says so; a paper, on which they do not stand, says whom to ask.
    """
    words = _limit_alone(procedure, tongue)
    if procedure.time_limit is None or "ngày" not in procedure.notes.casefold():
        return words
    more = N_("{limit} (ask at the desk)") if on_paper else N_("{limit} (see the notes)")
    return in_language(more, tongue).format(limit=words)


def _limit_alone(procedure: ProcedureView, tongue: str | None) -> str:
    limit = procedure.time_limit
    if limit is None:
        return in_language(N_("time limit not known"), tongue)
    if procedure.is_same_day:
        return in_language(N_("the same day"), tongue)
    if procedure.time_unit == "calendar_day":
        words = ngettext("{n} calendar day", "{n} calendar days", limit, tongue)
    else:
        words = ngettext("{n} working day", "{n} working days", limit, tongue)
    return words.format(n=limit)


def fee_words(procedure: ProcedureView, tongue: str | None = None, *, on_paper: bool = False) -> str:
    """Return the fee, in the language in use or in the one of a paper: one that is not known the province sets.

    A figure is per page or per copy, or holds for some only, where there are notes: then the screen names them, and a
    paper, on which they do not stand, gives no figure.
    """
    if procedure.fee is None:
        return in_language(N_("set by the province"), tongue)
    is_noted = bool(procedure.notes) if procedure.fee else "phí" in procedure.notes.casefold()
    if is_noted and on_paper:
        return in_language(N_("ask at the desk"), tongue)
    if procedure.fee == 0:
        return in_language(N_("no fee (see the notes)") if is_noted else N_("no fee"), tongue)
    digits = f"{procedure.fee:,}"
    amount = digits.replace(",", ".") if (tongue or language()) == "vi" else digits
    words = N_("from {amount} đ (see the notes)") if is_noted else N_("{amount} đ")
    return in_language(words, tongue).format(amount=amount)


def is_too_late(procedure: ProcedureView, at: datetime, timezone: str, until: str) -> bool:
    """Say whether what is due the same day may be handed out the next working day, because it comes after `until`."""
    return procedure.is_same_day and f"{at.astimezone(zone(timezone)):%H:%M}" >= until


def late_words(until: str) -> str:
    """Return what a citizen is told whose same-day procedure comes after that hour (domain.md section 1.6).

    The law is named where the hour is the law's; an hour of the office's own has none.
    """
    words = _(
        "After {hour}: what cannot be finished today is handed out the next working day, with a receipt that states "
        "hour and day."
    ).format(hour=until)
    law = _("(Law on civil status; Decree 23/2015, art. 7)")
    return f"{words} {law}" if until == HOUR_OF_LAW else words


def missing_of(procedure: ProcedureView, present: Collection[str], lacking: Collection[str] = ()) -> tuple[str, ...]:
    """Return the papers of a procedure that are not among those `present`, in the order of the catalogue.

    One that not everybody needs is missing only where it is among those said to be `lacking`.
    """
    return tuple(
        paper.text
        for paper in procedure.papers
        if paper.text not in present and (paper.text in lacking or not paper.is_conditional)
    )


def parted(papers: Sequence[Paper]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return papers under titles (messages), by what everybody does with them; empty titles are left out."""
    always = [paper for paper in papers if not paper.is_conditional]
    titles = (
        (N_("To submit:"), [paper for paper in always if not paper.is_shown_only]),
        (N_("Only to show:"), [paper for paper in always if paper.is_shown_only]),
        (N_("Only if it applies to you:"), [each for each in papers if each.is_conditional and not each.is_looked_up]),
        (N_("The office looks it up itself:"), [paper for paper in papers if paper.is_looked_up]),
    )
    return tuple((title, tuple(paper.text for paper in group)) for title, group in titles if group)


def to_bring(papers: Sequence[Paper], longest: int) -> tuple[str, ...]:
    """Return what a citizen brings along, each in `longest` characters: last what not everybody needs.

    What is only shown says so, what only some need too, however short it is cut; what the office looks up by itself
    nobody brings.
    """
    brought = [paper for paper in papers if not paper.is_looked_up]
    return tuple(_brought(paper, longest) for paper in sorted(brought, key=lambda each: each.is_conditional))


def _brought(paper: Paper, longest: int) -> str:
    notes = f" ({ONLY_SHOWN})" if paper.is_shown_only else ""
    cut = _cut(paper.text, longest - len(notes))
    if paper.is_conditional and _CONDITION.search(cut) is None:
        notes = f" ({IF_NEEDED}){notes}"
        cut = _cut(paper.text, longest - len(notes))
    return cut + notes


def _cut(text: str, longest: int) -> str:
    return textwrap.shorten(text, longest, placeholder=" …")
