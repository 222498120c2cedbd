"""Writes the list of procedures, and the papers missing in a month, as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from queueapp.i18n import N_, _
from queueapp.paper.cells import Cell, written_cell
from queueapp.rules.catalogue import COLUMNS, as_fields
from queueapp.rules.catalogue_views import MissingReport
from queueapp.rules.procedures import ProcedureView

LONGEST_CELL = 5000


def catalogue_csv(procedures: Sequence[ProcedureView]) -> str:
    """Return the procedures as text with semicolons, in the columns that an import reads."""
    rows = [{"code": each.code} | as_fields(each) for each in procedures]
    return _table([COLUMNS, *([_said(row[name]) for name in COLUMNS] for row in rows)])


def missing_csv(report: MissingReport) -> str:
    """Return the papers missing in a month, one a row, found at the counter and at reception apart."""
    heads = (N_("Month"), N_("Code"), N_("Procedure"), N_("Missing paper"), N_("Times"), N_("Counter"), N_("Reception"))
    rows: list[Sequence[Cell]] = [[_(head) for head in heads]]
    for each in report.procedures:
        name = each.name or _("procedure not named")
        rows += [
            (report.month, each.procedure, name, paper.paper, paper.n, paper.counter, paper.reception)
            for paper in each.papers
        ]
    return _table(rows)


def _said(value: Any) -> Cell:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _table(rows: Iterable[Sequence[Cell]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerows([written_cell(value, LONGEST_CELL) for value in row] for row in rows)
    return written.getvalue()
