"""Writes the report of some days as pages in PDF: the tables across A4, in letters that can be copied."""

import io
from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from queueapp.i18n import _
from queueapp.paper.report_facts import unclosed_words
from queueapp.paper.report_tables import tables_of
from queueapp.paper.report_words import sentence, title
from queueapp.paper.tables import TEXT, Table
from queueapp.rules.reports import Report
from queueapp.text import clean

REGULAR, BOLD = "NotoQueue", "NotoQueue-Bold"
_SIZE = landscape(A4)
_MARGIN = 15 * mm
_LEAST, _MOST = 4, 30  # letters: how wide a column is against the others
LONGEST = 500


def page(report: Report) -> bytes:
    """Return a report as PDF; every letter is in the file, so that it looks the same everywhere."""
    _register()
    written = io.BytesIO()
    name = clean(f"{title(report)} · {report.office}")
    made = SimpleDocTemplate(
        written,
        pagesize=_SIZE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=name,
        author=clean(report.office),
        lang="vi",
    )

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(REGULAR, 8)
        canvas.drawString(_MARGIN, 8 * mm, name)
        canvas.drawRightString(_SIZE[0] - _MARGIN, 8 * mm, str(document.page))

    made.build(list(_story(report)), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _register() -> None:
    folder = files("queueapp") / "paper" / "fonts"
    for name, file in ((REGULAR, "NotoSans-Regular.ttf"), (BOLD, "NotoSans-Bold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, io.BytesIO((folder / file).read_bytes())))


def _story(report: Report) -> Iterator[Any]:
    large = ParagraphStyle("large", fontName=BOLD, fontSize=15, leading=19)
    head = ParagraphStyle("head", fontName=BOLD, fontSize=11, leading=14)
    body = ParagraphStyle("body", fontName=REGULAR, fontSize=9.5, leading=13)
    small = ParagraphStyle("small", fontName=REGULAR, fontSize=8, leading=11)
    strong = ParagraphStyle("strong", parent=body, fontName=BOLD)
    yield Paragraph(_said(report.office), body)
    yield Paragraph(_said(title(report)), large)
    for words in (_("FOR TRAINING ONLY") if report.is_training else "", unclosed_words(report)):
        if words:
            yield Paragraph(_said(words), strong)
    yield Paragraph(_said(sentence(report)), body)
    for table in tables_of(report):
        yield CondPageBreak(45 * mm)
        yield Spacer(1, 5 * mm)
        yield Paragraph(_said(table.title), head)
        yield _drawn(table)
        if table.note:
            yield Paragraph(_said(table.note), small)


def _said(text: str) -> str:
    return escape(clean(text, LONGEST))


def _drawn(table: Table) -> LongTable:
    """Return a table that breaks between rows, its head again on each page."""
    left = ParagraphStyle("left", fontName=REGULAR, fontSize=7.5, leading=9.5)
    right = ParagraphStyle("right", parent=left, alignment=2)
    top = ParagraphStyle("top", parent=left, fontName=BOLD, fontSize=7, leading=8.5, alignment=1)
    rows = [[Paragraph(_said(column.head), top) for column in table.columns]]
    styles = [left if column.kind == TEXT else right for column in table.columns]
    rows += [[Paragraph(_said(cell), style) for cell, style in zip(row, styles, strict=True)] for row in table.words()]
    drawn = LongTable(rows, colWidths=_widths(table), repeatRows=1)
    lines = ("GRID", (0, 0), (-1, -1), 0.4, colors.grey)
    drawn.setStyle(
        TableStyle(
            [
                lines,
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#DDE6F0")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                *((f"{side}PADDING", (0, 0), (-1, -1), 2) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
            ]
        )
    )
    return drawn


def _widths(table: Table) -> list[float]:
    """Return the widths of the columns: together the page's, or less where there are few, by what stands in them."""
    words = table.words()
    weights = []
    for place, column in enumerate(table.columns):
        longest_word = max((len(word) for word in column.head.split()), default=1)
        longest = max((len(row[place]) for row in words), default=1)
        weights.append(min(_MOST, max(longest_word + 1, longest + 1, _LEAST)))
    room = _SIZE[0] - 2 * _MARGIN
    unit = min(room / sum(weights), 7.0)
    return [weight * unit for weight in weights]
