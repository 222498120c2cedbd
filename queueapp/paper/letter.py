"""Sets the head and the foot of an administrative document, as Decree 30/2020/NĐ-CP lays them out, in Word."""

from datetime import datetime
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from queueapp.i18n import N_, _
from queueapp.rules.letterhead import Letterhead
from queueapp.text import clean

FONT = "Times New Roman"
DOTS = "……………"
LONGEST = 500
CENTRE, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_NATION, _MOTTO = N_("SOCIALIST REPUBLIC OF VIET NAM"), N_("Independence - Freedom - Happiness")
_LEFT, _RIGHT = Mm(62), Mm(103)


def line(place: Any, text: str, size: float = 14, **look: Any) -> Any:
    """Write a line into a part of the document: bold, italic, aligned, room before, after.

    With a `rule` a line is drawn below it, so far from both sides.
    """
    paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.alignment = look.get("align")
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.keep_with_next = look.get("keep", False)
    run = paragraph.add_run(clean(text, LONGEST))
    run.bold, run.italic = look.get("bold", False), look.get("italic", False)
    run.font.size = Pt(size)
    lettered(run)
    if look.get("rule"):
        _rule(place, look["rule"])
    return paragraph


def lettered(run: Any) -> None:
    """Set a run in the letters of administrative documents, for every script."""
    run.font.name = FONT
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)  # noqa: SLF001 - Word's own name


def head(document: Any, office: str, letter: Letterhead, at: datetime) -> None:
    """Write the head: the offices with the number to the left, the nation with place and day to the right."""
    left, right = _frame(document)
    line(left, (letter.superior or DOTS).upper(), 12, align=CENTRE)
    line(left, office.upper(), 12, bold=True, align=CENTRE, rule=Mm(20))
    line(left, _("No.: {number}").format(number=f"…… /{letter.symbol or '……'}"), 13, align=CENTRE, before=6)
    line(right, _(_NATION), 12, bold=True, align=CENTRE)
    line(right, _(_MOTTO), 13, bold=True, align=CENTRE, rule=Mm(19))
    line(right, _place_and_day(letter, at), 13, italic=True, align=CENTRE, before=6)


def foot(document: Any, letter: Letterhead, office: str) -> None:
    """Write the foot: who receives it to the left, who signs to the right."""
    left, right = _frame(document)
    line(left, _("Recipients:"), 12, bold=True, italic=True)
    for words in (letter.superior or DOTS, DOTS, _("Filed: {office}.").format(office=office)):
        line(left, f"- {words}", 11)
    line(right, (letter.signer or _("DIRECTOR")).upper(), 14, bold=True, align=CENTRE)
    line(right, _("(signature, full name, seal)"), 12, italic=True, align=CENTRE, after=60)
    line(right, DOTS, 14, bold=True, align=CENTRE)


def _place_and_day(letter: Letterhead, at: datetime) -> str:
    # A day below ten and the months one and two are written with a nought, that no digit be put before them.
    month = f"{at.month:02d}" if at.month < 3 else str(at.month)  # noqa: PLR2004
    sentence = _("{place}, day {day} month {month} year {year}")
    return sentence.format(place=letter.place or DOTS, day=f"{at.day:02d}", month=month, year=at.year)


def _frame(document: Any) -> tuple[Any, Any]:
    """Return two empty cells beside each other, without lines."""
    frame = document.add_table(rows=1, cols=2)
    frame.autofit = False
    for column, cell, width in zip(frame.columns, frame.rows[0].cells, (_LEFT, _RIGHT), strict=True):
        column.width = cell.width = width
        cell.paragraphs[0]._element.getparent().remove(cell.paragraphs[0]._element)  # noqa: SLF001 - Word begins with one
    left, right = frame.rows[0].cells
    return left, right


def _rule(place: Any, indent: Any) -> None:
    """Draw a line across a part of the document, so far from both of its sides."""
    paragraph = place.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = indent
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = Pt(3)
    borders, above = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        above.set(qn(f"w:{name}"), value)
    borders.append(above)
    paragraph._element.get_or_add_pPr().append(borders)  # noqa: SLF001 - the library has no rules
