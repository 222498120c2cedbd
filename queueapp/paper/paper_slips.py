"""Lays out the slips about papers: what is still missing, and by when somebody is back with a form put right."""

from collections.abc import Sequence
from datetime import datetime

from queueapp.clock import zone
from queueapp.i18n import _
from queueapp.paper.slip import Line
from queueapp.rules.procedures import ProcedureView, fee_words, limit_words
from queueapp.rules.views import OfficeView, TicketView
from queueapp.text import clean

LONGEST_LINE = 300


def missing_slip(
    procedure: ProcedureView | None,
    missing: Sequence[str],
    office: OfficeView,
    at: datetime,
    *,
    ticket: TicketView | None = None,
) -> tuple[Line, ...]:
    """Return the lines of a slip of missing papers, those to submit apart from those only to show.

    It is no queue ticket, and says so: nobody waits with it. `ticket` is whose it is, where a number was issued.
    """
    shown = () if procedure is None else procedure.to_show
    parts = (
        (_("To submit:"), [paper for paper in missing if paper not in shown]),
        (_("Only to show:"), [paper for paper in missing if paper in shown]),
    )
    lines = [*_head(office, _("PAPERS STILL MISSING"))]
    if ticket is not None:
        lines.append(Line(_("Number: {code}").format(code=ticket.code)))
    if procedure is not None:
        lines += [Line(procedure.name, "strong"), Line(procedure.code)]
    for title, papers in parts:
        lines += [Line(title, "strong"), *(Line(f"[ ] {paper}") for paper in papers)] if papers else []
    lines.append(Line("", "rule"))
    if procedure is not None:
        lines.append(
            Line(_("Result: {limit} · Fee: {fee}").format(limit=limit_words(procedure), fee=fee_words(procedure)))
        )
    lines += [
        Line(_("With all papers, please take a number at reception. This slip is no number.")),
        Line(_moment(office, at)),
    ]
    return _safe(lines)


def fix_slip(ticket: TicketView, office: OfficeView, at: datetime) -> tuple[Line, ...]:
    """Return the lines of a slip for somebody who puts a form right: back by when, the place is kept."""
    by = "–" if ticket.fix_by is None else f"{ticket.fix_by.astimezone(zone(office.timezone)):%H:%M}"
    lines = [
        *_head(office, _("TO PUT RIGHT")),
        Line(ticket.code, "huge"),
        *([Line(ticket.procedure_name, "strong")] if ticket.procedure_name else []),
        *([Line(ticket.reason)] if ticket.reason else []),
        Line(_("Come back before {time}: your place is kept.").format(time=by), "strong"),
        Line(_("Tell reception when you are back: you are called before new numbers.")),
        Line("", "rule"),
        Line(_moment(office, at)),
    ]
    return _safe(lines)


def _head(office: OfficeView, title: str) -> list[Line]:
    exercise = [Line(_("FOR EXERCISE ONLY"), "strong")] if office.is_training else []
    return [Line(office.name, "strong"), Line("", "rule"), Line(title, "strong"), *exercise]


def _moment(office: OfficeView, at: datetime) -> str:
    return f"{at.astimezone(zone(office.timezone)):%H:%M %d/%m/%Y}"


def _safe(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(Line(clean(line.text, LONGEST_LINE), line.style) for line in lines)
