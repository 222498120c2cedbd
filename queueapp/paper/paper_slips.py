"""Lays out the slips about papers: what is needed, what is missing, and until when a form can be put right."""

from collections.abc import Sequence
from datetime import datetime

from queueapp.clock import zone
from queueapp.i18n import N_, in_language
from queueapp.paper.content import Content, Line, content_of
from queueapp.paper.said import Tongues, named, said, said_each
from queueapp.paper.slip import exercise_mark
from queueapp.rules.procedures import ProcedureView, fee_words, limit_words, parted
from queueapp.rules.views import OfficeView, TicketView


def missing_slip(
    procedure: ProcedureView | None,
    missing: Sequence[str],
    office: OfficeView,
    at: datetime,
    *,
    tongues: Tongues,
    ticket: TicketView | None = None,
) -> Content:
    """Return a slip of missing papers, those to submit apart from those only to show.

    It is no queue ticket and none of the forms of the law, and says so: nobody waits with it. `ticket` is whose it is,
    where a number was issued.
    """
    shown = () if procedure is None else procedure.to_show
    lines = _head(office, N_("PAPERS STILL MISSING"), tongues)
    if ticket is not None:
        lines += said(N_("Number: {code}"), tongues, code=ticket.code)
    lines += _about(procedure, tongues)
    lines += _listed(N_("To submit:"), [paper for paper in missing if paper not in shown], tongues)
    lines += _listed(N_("Only to show:"), [paper for paper in missing if paper in shown], tongues)
    ends = said(N_("This is not the written request to complete a dossier (form 02)."), tongues, "small")
    return _paper(lines, procedure, office, at, tongues, ends)


def needed_slip(procedure: ProcedureView, office: OfficeView, at: datetime, *, tongues: Tongues) -> Content:
    """Return a slip of all papers of a procedure; those that not everybody needs, or nobody brings, stand apart."""
    lines = [*_head(office, N_("PAPERS TO PREPARE"), tongues), *_about(procedure, tongues)]
    for title, papers in parted(procedure.papers):
        lines += _listed(title, papers, tongues)
    return _paper(lines, procedure, office, at, tongues)


def fix_slip(ticket: TicketView, office: OfficeView, at: datetime, *, tongues: Tongues) -> Content:
    """Return a slip for somebody who puts a form right: back by when, and until then the place is kept."""
    by = "–" if ticket.fix_by is None else f"{ticket.fix_by.astimezone(zone(office.timezone)):%H:%M}"
    procedure = (ticket.procedure_vi or ticket.procedure or "", ticket.procedure_en or "")
    lines = [
        *_head(office, N_("TO PUT RIGHT"), tongues),
        Line(ticket.code, "huge"),
        *(named(*procedure, tongues) if ticket.procedure else []),
        *([Line(ticket.reason, "item")] if ticket.reason else []),
        *said(N_("Come back before {time}: your place is kept."), tongues, "strong", time=by),
        *said(N_("Tell reception when you are back: you are called before new numbers."), tongues),
        *said(N_("Who comes back later waits at the end."), tongues),
        Line("", "rule"),
        Line(_moment(office, at), "small"),
    ]
    return content_of(lines)


def _head(office: OfficeView, title: str, tongues: Tongues) -> list[Line]:
    exercise = exercise_mark(tongues, is_training=office.is_training)
    return [Line(office.name, "strong"), Line("", "rule"), *said(title, tongues, "strong"), *exercise]


def _about(procedure: ProcedureView | None, tongues: Tongues) -> list[Line]:
    if procedure is None:
        return []
    return [*named(procedure.name_vi, procedure.name_en, tongues, "strong"), Line(procedure.code, "small")]


def _listed(title: str, papers: Sequence[str], tongues: Tongues) -> list[Line]:
    return [*said(title, tongues, "strong"), *(Line(paper, "item") for paper in papers)] if papers else []


def _paper(
    lines: list[Line],
    procedure: ProcedureView | None,
    office: OfficeView,
    at: datetime,
    tongues: Tongues,
    ends: Sequence[Line] = (),
) -> Content:
    """Return the lines with what every list of papers ends with."""
    lines = [*lines, Line("", "rule")]
    if procedure is not None:
        lines += said_each([_terms(procedure, tongue) for tongue in tongues])
    lines += said(N_("With all papers, please take a number at reception. This slip is no number."), tongues)
    return content_of([*lines, *ends, Line(_moment(office, at), "small")])


def _terms(procedure: ProcedureView, tongue: str) -> str:
    limit, fee = limit_words(procedure, tongue, on_paper=True), fee_words(procedure, tongue, on_paper=True)
    return in_language(N_("Result: {limit} · Fee: {fee}"), tongue).format(limit=limit, fee=fee)


def _moment(office: OfficeView, at: datetime) -> str:
    return f"{at.astimezone(zone(office.timezone)):%H:%M %d/%m/%Y}"
