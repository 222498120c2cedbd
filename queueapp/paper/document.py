"""Writes the report of some days as a Word document, headed as Vietnamese administrative documents are."""

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from queueapp.i18n import _
from queueapp.paper.letter import BOTH, CENTRE, DOTS, FONT, RIGHT, foot, head, lettered, line
from queueapp.paper.report_facts import unclosed_words
from queueapp.paper.report_tables import tables_of
from queueapp.paper.report_words import sentence, title
from queueapp.paper.tables import TEXT, Table
from queueapp.rules.reports import Report
from queueapp.text import clean

_A4 = (Mm(210), Mm(297))
_TOP, _LEFT, _RIGHT = Mm(20), Mm(30), Mm(15)
_MANY = 7  # columns, from which on the letters are smaller
LONGEST = 500


def document(report: Report) -> bytes:
    """Return a report as a Word document: the letter upright, its tables as an annex across the page."""
    made = docx.Document()
    made.styles["Normal"].font.name = FONT
    made.core_properties.title = clean(title(report))
    made.core_properties.author = clean(report.office)
    _upright(made.sections[0])
    head(made, report.office, report.letterhead, report.at)
    _letter(made, report)
    foot(made, report.letterhead, report.office)
    _across(made.add_section(WD_SECTION.NEW_PAGE))
    line(made, _("ANNEX"), bold=True, align=CENTRE)
    line(made, _("Figures of {dates}").format(dates=report.dates), bold=True, align=CENTRE, after=6)
    for table in tables_of(report):
        _table(made, table)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _letter(made: Any, report: Report) -> None:
    line(made, _("REPORT"), bold=True, align=CENTRE, before=18)
    subject = _("On receiving and serving citizens, {dates}").format(dates=report.dates)
    line(made, subject, bold=True, align=CENTRE, rule=Mm(60))
    line(made, _("To: {whom}").format(whom=report.letterhead.superior or DOTS), align=CENTRE, before=12, after=12)
    for words in (_("FOR TRAINING ONLY") if report.is_training else "", unclosed_words(report)):
        if words:
            line(made, words, bold=True, align=BOTH, after=6)
    line(made, sentence(report), align=BOTH, after=6)
    line(made, _("The figures are in the annex. They come from the queue's log, which can be proved."), align=BOTH)
    line(made, "./.", align=RIGHT, after=12)


def _table(made: Any, table: Table) -> None:
    line(made, table.title, 13, bold=True, before=12, after=3, keep=True)
    frame = made.add_table(rows=1, cols=len(table.columns))
    frame.style = "Table Grid"
    size = 9 if len(table.columns) > _MANY else 11
    for cell, column in zip(frame.rows[0].cells, table.columns, strict=True):
        _fill(cell, column.head, size, bold=True, align=CENTRE)
    _again_on_each_page(frame.rows[0])
    for row in table.words():
        # Cells of a row are looked up once: asking the table for each is slow in long lists.
        for cell, text, column in zip(frame.add_row().cells, row, table.columns, strict=True):
            _fill(cell, text, size, align=None if column.kind == TEXT else RIGHT)
    if table.note:
        line(made, table.note, 11, italic=True)


def _fill(cell: Any, text: str, size: int, *, bold: bool = False, align: Any = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    run = paragraph.add_run(clean(text, LONGEST))
    run.bold, run.font.size = bold, Pt(size)
    lettered(run)


def _again_on_each_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - the library has no word for it


def _upright(section: Any) -> None:
    section.page_width, section.page_height = _A4
    section.top_margin = section.bottom_margin = _TOP
    section.left_margin, section.right_margin = _LEFT, _RIGHT


def _across(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_height, section.page_width = _A4
    section.left_margin = section.right_margin = _RIGHT
