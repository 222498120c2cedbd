"""Lays out the slip that the citizen holds in the hand."""

import textwrap
import unicodedata
from dataclasses import dataclass

from queueapp.clock import zone
from queueapp.i18n import _, ngettext
from queueapp.rules.views import OfficeView, ServiceView, TicketView
from queueapp.text import clean

WIDTH = 40  # characters on a line of 80 mm paper; 58 mm has 30
LONGEST_LINE = 200  # before it is set to the paper's width
NOON = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a slip; `style` is plain, strong, huge (the number), or rule."""

    text: str
    style: str = "plain"


def slip(ticket: TicketView, office: OfficeView, service: ServiceView, *, is_copy: bool = False) -> tuple[Line, ...]:
    """Return the lines of a ticket's slip, in the language in use (domain.md section 2.1).

    It says nothing of a person, and never looks like a receipt of dossiers. `is_copy` marks a reprint. A printer obeys
    control characters: whatever came past the doors loses them here.
    """
    moment = ticket.issued_at.astimezone(zone(office.timezone))
    session = _("Morning session") if moment.hour < NOON else _("Afternoon session")
    lines = [
        Line(office.name, "strong"),
        Line("", "rule"),
        Line(_("QUEUE TICKET"), "strong"),
        *([Line(_("(copy)"))] if is_copy else []),
        *([Line(_("FOR EXERCISE ONLY"), "strong")] if office.is_training else []),
        Line(ticket.code, "huge"),
        Line(service.name, "strong"),
        *([Line(ticket.procedure_name)] if ticket.procedure_name else []),
        *_facts(ticket, office),
        Line(moment.strftime("%H:%M:%S %d/%m/%Y") + " · " + session),
        Line("", "rule"),
        Line(_("Please keep this ticket and wait for your number.")),
        Line(_("Thank you!")),
    ]
    return tuple(Line(clean(line.text, LONGEST_LINE), line.style) for line in lines)


def _facts(ticket: TicketView, office: OfficeView) -> list[Line]:
    lines = []
    if ticket.priority is not None:
        named = {priority.code: priority.name for priority in office.priorities}
        lines.append(Line(_("Priority: {reason}").format(reason=named.get(ticket.priority, ticket.priority)), "strong"))
    if ticket.dossiers > 1:
        lines.append(Line(ngettext("{n} dossier", "{n} dossiers", ticket.dossiers).format(n=ticket.dossiers)))
    if ticket.ahead is not None:
        lines.append(Line(_("People waiting before you: {n}").format(n=ticket.ahead)))
    return lines


def as_text(lines: tuple[Line, ...], width: int = WIDTH) -> str:
    """Return the slip as plain text of `width` columns, every line centred."""
    return "\n".join(text for line in lines for text in _set(line, width)) + "\n"


def _set(line: Line, width: int) -> list[str]:
    if line.style == "rule":
        return ["-" * width]
    if line.style == "huge":
        return ["", _centred(" ".join(line.text), width), ""]
    return [_centred(part, width) for part in textwrap.wrap(line.text, width)] or [""]


def _centred(text: str, width: int) -> str:
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return (" " * max(0, (width - columns) // 2)) + text
