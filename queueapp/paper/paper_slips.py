"""Lays out the slips about papers: what is still missing, and by when somebody is back with a form put right."""

from collections.abc import Sequence
from datetime import datetime

from queueapp.clock import zone
from queueapp.i18n import _, language
from queueapp.paper.content import Content, Line, content_of
from queueapp.paper.slip import exercise_mark
from queueapp.rules.procedures import ProcedureView, fee_words, limit_words
from queueapp.rules.views import OfficeView, TicketView


def missing_slip(
    procedure: ProcedureView | None,
    missing: Sequence[str],
    office: OfficeView,
    at: datetime,
    *,
    ticket: TicketView | None = None,
) -> Content:
    """Return a slip of missing papers, those to submit apart from those only to show, in the language in use.

    It is no queue ticket, and says so: nobody waits with it. `ticket` is whose it is, where a number was issued.
    """
    shown = () if procedure is None else procedure.to_show
    lines = _head(office, _("PAPERS STILL MISSING"))
    if ticket is not None:
        lines.append(Line(_("Number: {code}").format(code=ticket.code)))
    if procedure is not None:
        lines += [Line(procedure.name, "strong"), Line(procedure.code, "small")]
    lines += _listed(_("To submit:"), [paper for paper in missing if paper not in shown])
    lines += _listed(_("Only to show:"), [paper for paper in missing if paper in shown])
    lines.append(Line("", "rule"))
    if procedure is not None:
        said = _("Result: {limit} · Fee: {fee}")
        lines.append(Line(said.format(limit=limit_words(procedure), fee=fee_words(procedure))))
    lines.append(Line(_("With all papers, please take a number at reception. This slip is no number.")))
    return content_of([*lines, Line(_moment(office, at), "small")])


def fix_slip(ticket: TicketView, office: OfficeView, at: datetime) -> Content:
    """Return a slip for somebody who puts a form right: back by when, the place is kept; in the language in use."""
    by = "–" if ticket.fix_by is None else f"{ticket.fix_by.astimezone(zone(office.timezone)):%H:%M}"
    lines = [
        *_head(office, _("TO PUT RIGHT")),
        Line(ticket.code, "huge"),
        *([Line(ticket.procedure_name)] if ticket.procedure_name else []),
        *([Line(ticket.reason, "item")] if ticket.reason else []),
        Line(_("Come back before {time}: your place is kept.").format(time=by), "strong"),
        Line(_("Tell reception when you are back: you are called before new numbers.")),
        Line("", "rule"),
        Line(_moment(office, at), "small"),
    ]
    return content_of(lines)


def _head(office: OfficeView, title: str) -> list[Line]:
    exercise = exercise_mark((language(),), is_training=office.is_training)
    return [Line(office.name, "strong"), Line("", "rule"), Line(title, "strong"), *exercise]


def _listed(title: str, papers: Sequence[str]) -> list[Line]:
    return [Line(title, "strong"), *(Line(paper, "item") for paper in papers)] if papers else []


def _moment(office: OfficeView, at: datetime) -> str:
    return f"{at.astimezone(zone(office.timezone)):%H:%M %d/%m/%Y}"
