"""Writes the report of some days as an Excel workbook: a sheet a table, numbers as numbers, charts of Excel's own."""

import io
import textwrap
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from queueapp.i18n import _
from queueapp.paper.report_tables import tables_of
from queueapp.paper.report_words import title
from queueapp.paper.tables import DAY, MINUTES, SHARE, TEXT, Chart, Column, Table, Value
from queueapp.rules.reports import Report
from queueapp.text import clean

# What begins with = stays the text that it is, an address is no link, and nothing is guessed to be a number.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = {TEXT: 22, DAY: 12}
_WIDTH, _WIDEST = 11, 48
_HEAD_ROW = 2  # above it the title and an empty row
_CHART_ROOM, _CHART_HEIGHT = 1040, 300  # pixels; charts stand beside each other, so that no page cuts one
_FEW = 4  # columns that fit on an upright page
_LINE = 17  # points; no program that reads the file makes a row as high as its lines
LONGEST = 500


def workbook(report: Report) -> bytes:
    """Return a report as a workbook."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, _OPTIONS)
    book.set_properties({"title": clean(title(report)), "author": clean(report.office)})
    sheets = _Sheets(book, _("FOR TRAINING ONLY") if report.is_training else "")
    for table in tables_of(report):
        sheets.add(table)
    book.close()
    return written.getvalue()


class _Sheets:
    """The sheets of one workbook, in the same letters."""

    def __init__(self, book: Any, mark: str) -> None:
        self._book, self._mark = book, mark
        font = {"font_name": "Times New Roman", "font_size": 12}
        self._title = book.add_format(font | {"bold": True, "font_size": 14})
        self._note = book.add_format(font | {"italic": True, "text_wrap": True, "valign": "top"})
        lined = font | {"border": 1, "valign": "top"}
        wrapped = {"text_wrap": True}
        self._head = book.add_format(lined | wrapped | {"bold": True, "align": "center", "bg_color": "#DDE6F0"})
        self._text = book.add_format(lined | wrapped)
        self._count = book.add_format(lined | {"num_format": "0"})
        self._minutes = book.add_format(lined | {"num_format": "0.0"})
        self._share = book.add_format(lined | {"num_format": '0" "%'})
        self._day = book.add_format(lined | {"num_format": "dd/mm/yyyy"})

    def add(self, table: Table) -> None:
        """Write a table on a sheet of its own, ready to be printed across A4."""
        sheet = self._book.add_worksheet(_sheet_name(table.name, [each.name for each in self._book.worksheets()]))
        sheet.write_string(
            0, 0, clean(" · ".join(part for part in (self._mark, table.title) if part), LONGEST), self._title
        )
        widths = [_width(table, place, column) for place, column in enumerate(table.columns)]
        for place, column in enumerate(table.columns):
            sheet.write_string(_HEAD_ROW, place, column.head, self._head)
            sheet.set_column(place, place, widths[place])
        heads = zip(table.columns, widths, strict=True)
        sheet.set_row(_HEAD_ROW, _LINE * max(_lines(column.head, width) for column, width in heads))
        for number, row in enumerate(table.rows, _HEAD_ROW + 1):
            for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                self._write(sheet, number, place, value, column)
        below = _HEAD_ROW + 1 + len(table.rows)
        if table.note:
            sheet.merge_range(below, 0, below, len(widths) - 1, "", self._note)
            sheet.write_string(below, 0, clean(table.note, LONGEST), self._note)
            sheet.set_row(below, _LINE * _lines(table.note, sum(widths)))
        if table.is_heat:
            _colour(sheet, table)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        sheet.set_default_row(_LINE)
        if len(widths) > _FEW:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        for place, chart in enumerate(table.charts):
            drawn = self._chart(sheet.name, table, chart)
            drawn.set_size({"width": _CHART_ROOM // len(table.charts), "height": _CHART_HEIGHT})
            sheet.insert_chart(below + 2, 0, drawn, {"x_offset": place * (_CHART_ROOM // len(table.charts))})

    def _write(self, sheet: Any, row: int, place: int, value: Value, column: Column) -> None:
        if value is None:
            sheet.write_blank(row, place, None, self._text)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._day)
        elif isinstance(value, str):
            sheet.write_string(row, place, clean(value, LONGEST), self._text)
        else:
            is_whole = isinstance(value, int)
            form = self._share if column.kind == SHARE else self._count if is_whole else self._minutes
            sheet.write_number(row, place, value, form)

    def _chart(self, sheet: str, table: Table, chart: Chart) -> Any:
        drawn = self._book.add_chart({"type": "line" if chart.is_line else "column"})
        first, last = _HEAD_ROW + 1, _HEAD_ROW + len(table.rows) - chart.has_total
        for place in chart.columns:
            drawn.add_series(
                {
                    "name": [sheet, _HEAD_ROW, place],
                    "categories": [sheet, first, 0, last, 0],
                    "values": [sheet, first, place, last, place],
                    "marker": {"type": "circle"} if chart.is_line else {"type": "none"},
                }
            )
        drawn.set_title({"name": clean(chart.title), "overlay": False})
        if table.columns[0].kind == DAY:
            drawn.set_x_axis({"num_format": "dd/mm", "text_axis": True})
        drawn.set_legend({"position": "bottom"})
        return drawn


def _width(table: Table, place: int, column: Column) -> float:
    """Return how wide a column is: dates and words do not say so themselves."""
    longest = max((len(str(row[place])) for row in table.rows if isinstance(row[place], str)), default=0)
    return min(_WIDEST, max(_WIDTHS.get(column.kind, _WIDTH), longest + 2))


def _lines(text: str, width: float) -> int:
    """Return how many lines a text needs at most in a width of so many letters."""
    return len(textwrap.wrap(text, max(1, int(width) - 1))) or 1


def _colour(sheet: Any, table: Table) -> None:
    """Colour the minutes of a table from green over yellow to red."""
    first, last = _HEAD_ROW + 1, _HEAD_ROW + len(table.rows)
    places = [place for place, column in enumerate(table.columns) if column.kind == MINUTES]
    names = [xl_range(first, place, last, place) for place in places]
    scale = {"type": "3_color_scale", "min_color": "#63BE7B", "mid_color": "#FFEB84", "max_color": "#F8696B"}
    sheet.conditional_format(first, places[0], last, places[0], scale | {"multi_range": " ".join(names)})


def _sheet_name(name: str, taken: list[str]) -> str:
    """Return a name that Excel takes for a sheet: 31 letters, none of those it forbids, no other sheet's."""
    allowed = clean("".join(letter for letter in name if letter not in "[]:*?/\\'"))[:31]
    is_free = allowed.casefold() not in {each.casefold() for each in taken}
    return allowed if is_free else f"{allowed[:26]} ({len(taken)})"
