"""Lays out the slip that the citizen holds in the hand."""

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from queueapp.clock import zone
from queueapp.i18n import N_, in_language, language
from queueapp.paper.content import Content, Line, content_of
from queueapp.paper.said import TONGUES, Tongues, named, said, said_each
from queueapp.rules.estimate_words import turn_words, why_words
from queueapp.rules.stopping_words import NOT_SURE
from queueapp.rules.views import OfficeView, ServiceView, TicketView

WIDTH = 40  # characters on a line of 80 mm paper; 58 mm has 30
NOON = 12
MOST_PAPERS, LONGEST_PAPER = 6, 90  # a slip is no leaflet

Names = tuple[str, str]  # in Vietnamese and in English; the second may be empty
Expected = tuple[tuple[str, str], ...]  # in each language of the paper: when the turn is expected, and why


def slip(ticket: TicketView, office: OfficeView, service: ServiceView, *, is_copy: bool = False) -> tuple[Line, ...]:
    """Return the lines of a ticket's slip as the screen shows them, in the language in use."""
    procedure = (ticket.procedure_vi or ticket.procedure, ticket.procedure_en or "") if ticket.procedure else None
    told, tongue = ticket.promise, language()
    expected = ((turn_words(told, ticket.issued_at, office.timezone), why_words(told)),) if told else ()
    lines = _lines(ticket, office, service, (tongue,), procedure=procedure, expected=expected)
    return content_of(as_copy(lines, (tongue,)) if is_copy else lines).lines


def slip_content(
    ticket: TicketView,
    office: OfficeView,
    service: ServiceView,
    *,
    languages: str,
    qr: str = "",
    procedure: Names | None = None,
    papers: Sequence[str] = (),
    expected: Expected = (),
    is_copy: bool = False,
) -> Content:
    """Return what is printed for a ticket (domain.md section 2.1).

    `languages` is the setting: vi or both. `procedure` are its names, `papers` what to bring (few, cut short),
    `expected` when the turn is expected, and why, `qr` what the QR says. The slip says nothing
    of a person, and that it is no receipt of dossiers. `is_copy` marks a reprint.
    """
    tongues = TONGUES[languages]
    lines = [
        *_lines(ticket, office, service, tongues, procedure=procedure, expected=expected, papers=papers),
        *said(N_("This is not a receipt for your dossier."), tongues, "small"),
        *(said(N_("Scan to see your place in the queue:"), tongues) if leads_to_a_page(qr) else []),
    ]
    return content_of(as_copy(lines, tongues) if is_copy else lines, qr)


def copy_of(content: Content, settings: Mapping[str, Any]) -> Content:
    """Return what was printed before, marked as a copy; `settings` are those of the printer."""
    tongues = TONGUES[settings.get("languages", "vi")]
    return replace(content, lines=tuple(as_copy(list(content.lines), tongues)))


def as_copy(lines: list[Line], tongues: Tongues) -> list[Line]:
    """Return the lines with the mark of a copy, once, above the number."""
    mark = said(N_("(copy)"), tongues, "strong")
    if mark[0] in lines:
        return lines
    place = next((place for place, line in enumerate(lines) if line.style in {"banner", "huge"}), 0)
    return [*lines[:place], *mark, *lines[place:]]


def leads_to_a_page(qr: str) -> bool:
    """Say whether the text of a QR is an address, and not a bare token."""
    return qr.startswith(("http://", "https://"))


def _lines(
    ticket: TicketView,
    office: OfficeView,
    service: ServiceView,
    tongues: Tongues,
    *,
    procedure: Names | None = None,
    papers: Sequence[str] = (),
    expected: Expected = (),
) -> list[Line]:
    moment = ticket.issued_at.astimezone(zone(office.timezone))
    session = N_("Morning session") if moment.hour < NOON else N_("Afternoon session")
    return [
        Line(office.name, "strong"),
        Line("", "rule"),
        *said(N_("QUEUE TICKET"), tongues, "strong"),
        *exercise_mark(tongues, is_training=office.is_training),
        Line(ticket.code, "huge"),
        *named(service.name_vi, service.name_en, tongues, "large"),
        *(named(*procedure, tongues) if procedure else []),
        *_facts(ticket, office, tongues, expected),
        *said(session, tongues, before=f"{moment:%H:%M:%S %d/%m/%Y} · "),
        *_papers(papers, tongues),
        Line("", "rule"),
        *said(N_("Please keep this ticket and wait for your number."), tongues, "strong"),
        *said(N_("Thank you!"), tongues),
    ]


def exercise_mark(tongues: Tongues, *, is_training: bool) -> list[Line]:
    """Return what stands on everything that is printed from a database for exercise."""
    return said(N_("FOR EXERCISE ONLY"), tongues, "banner") if is_training else []


def _facts(ticket: TicketView, office: OfficeView, tongues: Tongues, expected: Expected) -> list[Line]:
    lines = []
    if ticket.priority is not None:
        names = {each.code: (each.name_vi, each.name_en) for each in office.priorities}
        name_vi, name_en = names.get(ticket.priority, (ticket.priority, ""))
        lines += named(name_vi, name_en, tongues, "strong", within=N_("Priority: {name}"))
    if ticket.dossiers > 1:
        lines += said(N_("Dossiers: {n}"), tongues, n=ticket.dossiers)
    if ticket.ahead is not None:
        lines += said(N_("People waiting before you: {n}"), tongues, "strong", n=ticket.ahead)
    if expected:
        sentences = [in_language(N_("Your turn is expected: {time}"), tongue) for tongue in tongues]
        turns = [each.format(time=when) for each, (when, _why) in zip(sentences, expected, strict=True)]
        lines += said_each(turns, "strong")
        lines += said_each([why for _when, why in expected], "small")
    if ticket.light in {"amber", "red"}:
        lines += said(NOT_SURE, tongues, "strong")
    return lines


def _papers(papers: Sequence[str], tongues: Tongues) -> list[Line]:
    if not papers:
        return []
    short = [Line(textwrap.shorten(paper, LONGEST_PAPER, placeholder=" …"), "item") for paper in papers[:MOST_PAPERS]]
    left = len(papers) - MOST_PAPERS
    more = said(N_("… and {n} more: please ask at the desk."), tongues, n=left) if left > 0 else []
    return [Line("", "rule"), *said(N_("Papers to bring:"), tongues, "strong"), *short, *more]


def as_text(lines: tuple[Line, ...], width: int = WIDTH) -> str:
    """Return the slip as plain text of `width` columns, every line centred but those of a list."""
    return "\n".join(text for line in lines for text in _set(line, width)) + "\n"


def _set(line: Line, width: int) -> list[str]:
    if line.style == "rule":
        return ["-" * width]
    if line.style == "huge":
        return ["", _centred(" ".join(line.text), width), ""]
    if line.style == "item":
        return textwrap.wrap(line.text, width, initial_indent="• ", subsequent_indent="  ")
    return [_centred(part, width) for part in textwrap.wrap(line.text, width)] or [""]


def _centred(text: str, width: int) -> str:
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return (" " * max(0, (width - columns) // 2)) + text
