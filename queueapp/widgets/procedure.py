"""Words of a procedure in its box: what it asks, what it costs, what is missing most often, where it is written."""

from collections.abc import Collection

from textual.content import Content

from queueapp.i18n import _, ngettext
from queueapp.rules.catalogue_views import ProcedureMissing
from queueapp.rules.procedures import ProcedureView, fee_words, late_words, limit_words
from queueapp.text import clean, fold
from queueapp.widgets.clocks import day_digits

MOST_ASKED = 3  # papers that are named first
LONGEST = 2000
NOT_NEEDED = "–"  # in the box of a paper that this citizen does not need


def found_line(procedure: ProcedureView) -> Content:
    """Return a procedure in the list of what was found: its name, then its code."""
    return Content.assemble(clean(procedure.name, 300), "  ", Content.styled(procedure.code, "dim"))


def fact_lines(
    procedure: ProcedureView, field: str, missing: ProcedureMissing | None, late_after: str | None
) -> list[Content]:
    """Return the time limit, the fee, whether it was verified, the papers to ask for first; above all, if it is late.

    `late_after` is the hour after which what is due the same day comes the next working day, where it is past.
    """
    limit = _("Result: {limit} · Fee: {fee}").format(limit=limit_words(procedure), fee=fee_words(procedure))
    verified = _("checked against its source") if procedure.is_verified else _("NOT checked against its source")
    lines = [] if late_after is None else [Content.styled(late_words(late_after), "bold reverse")]
    lines.append(Content.styled(limit, "bold"))
    about = Content(f"{field} · " if field else "")
    lines.append(Content.assemble(about, Content.styled(verified, "" if procedure.is_verified else "bold")))
    if missing is not None:
        lines.append(Content.assemble(Content.styled(_("Ask first for:") + " ", "bold"), _most_missing(missing)))
    return lines


def _most_missing(missing: ProcedureMissing) -> str:
    papers = "; ".join(f"{clean(each.paper, 300)} ({each.n})" for each in missing.papers[:MOST_ASKED])
    said = ngettext(
        "of {n} citizen without all papers since {day}", "of {n} citizens without all papers since {day}", missing.n
    )
    day = day_digits(missing.since) if missing.since is not None else "–"
    return f"{papers} · {said.format(n=missing.n, day=day)}"


def basis_lines(procedure: ProcedureView) -> list[Content]:
    """Return the notes, the legal basis and the source."""
    parts = (
        (_("Notes"), procedure.notes),
        (_("Legal basis"), procedure.legal_basis),
        (_("Source"), procedure.source),
    )
    return [Content(f"{title}: {clean(words, LONGEST)}") for title, words in parts if words]


def boxed(paper: str, sign: str, *, often: int = 0) -> Content:
    """Return a paper with its box, whether it is needed at all, and how often it was missing."""
    box = Content.styled(f"[{sign}] ", "bold")
    unneeded = "  " + _("(not needed)") if sign == NOT_NEEDED else ""
    said = "  " + _("(missing: {n})").format(n=often) if often else ""
    return Content.assemble(box, clean(paper, 300), Content.styled(unneeded + said, "italic"))


def often_missing(missing: ProcedureMissing | None) -> dict[str, int]:
    """Return how often each paper was missing, by its folded words."""
    return {} if missing is None else {fold(each.paper): each.n for each in missing.papers}


def missing_words(code: str, papers: Collection[str]) -> str:
    """Return what is told after a ticket ended because papers were missing."""
    words = ngettext(
        "{code}: {n} missing paper is written down.", "{code}: {n} missing papers are written down.", len(papers)
    )
    return words.format(code=code, n=len(papers))
