"""Reads the forms of an export back, and compares their figures with the workbook's, cell by cell."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf

from queueapp.paper.tables import COUNT, DAY, MINUTES, SHARE, TEXT, cell_words


def sixteen(value: Any) -> Any:
    """Return a number as a workbook keeps it: with sixteen digits, one more than Excel itself reckons with."""
    return float(f"{value:.16G}") if isinstance(value, float) else value


class Sheet:
    """A sheet read back: title, heads, rows of values, and the number formats of its cells."""

    def __init__(self, sheet: Any) -> None:
        table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        self.heads: list[str] = table[0]
        width = len(self.heads)
        merged = {each.min_row for each in sheet.merged_cells.ranges}
        rows = [row for number, row in enumerate(table[1:], 4) if number not in merged and row[0] is not None]
        self.rows = [row[:width] for row in rows]
        self.title = sheet["A1"].value.partition(" · ")[2] or sheet["A1"].value
        self.sheet = sheet
        kinds = {"0": COUNT, "0.0": MINUTES, '0" "%': SHARE, "dd/mm/yyyy": DAY}
        self.kinds = [
            [kinds.get(sheet.cell(row=4 + row, column=1 + place).number_format, TEXT) for place in range(width)]
            for row in range(len(self.rows))
        ]

    def named(self) -> dict[Any, dict[str, Any]]:
        return {row[0]: dict(zip(self.heads[1:], row[1:], strict=True)) for row in self.rows}


def sheets(path: Path) -> dict[str, Sheet]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: Sheet(sheet) for sheet in book.worksheets}


def compare(files: Mapping[str, Path]) -> tuple[int, list[str]]:
    """Return how many cells of CSV, document and page were compared with the workbook's, and those that differ."""
    found = list(sheets(files["xlsx"]).values())
    blocks = csv_blocks(files["csv"])
    document = docx.Document(str(files["docx"]))
    in_word = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables[2:]]
    page = told(each.extract_text() for each in pypdf.PdfReader(files["pdf"]).pages)
    titles = {paragraph.text for paragraph in document.paragraphs}
    compared, wrong = 0, [] if len(found) == len(blocks) == len(in_word) else ["not as many tables"]
    for sheet, block, table in zip(found, blocks, in_word, strict=True):
        heads = [sheet.heads, [unquoted(each) for each in block[1]], table[0]]
        if sheet.title not in titles or block[0] != [sheet.title] or heads.count(sheet.heads) != len(heads):
            wrong.append(f"the heads of {sheet.title}")
        for place, row in enumerate(sheet.rows):
            words = [on_paper(value, kind) for value, kind in zip(row, sheet.kinds[place], strict=True)]
            compared += 3 * len(words)
            if [same(each) for each in table[place + 1]] != words:
                wrong.append(f"document: {sheet.title}: {words}")
            if [sixteen(read(each)) for each in block[place + 2]] != [plain(value) for value in row]:
                wrong.append(f"CSV: {sheet.title}: {words}")
            if told(words) not in page:
                wrong.append(f"page: {sheet.title}: {words}")
    return compared, wrong


def on_paper(value: Any, kind: str) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if kind == MINUTES and value is not None:
        value = float(value)
    return same(cell_words(value, kind))


def same(text: str) -> str:
    """Return a dash for nothing, as both stand for it: an empty cell of a sheet does not say of which kind it is."""
    return "" if text == "–" else text


def told(texts: Iterable[str]) -> str:
    """Return texts as one line, without the dashes that stand for nothing."""
    return " ".join(word for word in " ".join(texts).split() if word != "–")


def plain(value: Any) -> Any:
    if isinstance(value, str):  # a text of digits, such as a correction's, reads as a number
        return read(value)
    return value.date().isoformat() if isinstance(value, datetime) else "" if value is None else value


def read(text: str) -> Any:
    """Return a cell of a CSV as a spreadsheet in Vietnamese reads it."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text.replace(",", ".")) if "," in text else unquoted(text)
    except ValueError:
        return unquoted(text)


def unquoted(text: str) -> str:
    return text.removeprefix("'")


def csv_blocks(path: Path) -> list[list[list[str]]]:
    blocks: list[list[list[str]]] = [[]]
    for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"):
        if row:
            blocks[-1].append(row)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]
