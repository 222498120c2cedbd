"""Writes the report of several days as a CSV that a Vietnamese Excel opens with the right columns and numbers."""

import csv
import io
from datetime import date

from queueapp.paper.cells import Cell, written_cell
from queueapp.paper.report_tables import tables_of
from queueapp.paper.tables import Value
from queueapp.rules.reports import Report


def report_csv(report: Report) -> bytes:
    """Return the tables of a report one below the other, with every digit, in UTF-8 with a mark that Excel knows."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for table in tables_of(report):
        rows.writerow([written_cell(table.title)])
        rows.writerow([written_cell(column.head) for column in table.columns])
        rows.writerows([written_cell(_cell(value)) for value in row] for row in table.rows)
        if table.note:
            rows.writerow([written_cell(table.note)])
        rows.writerow([])
    return written.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> Cell:
    return value.isoformat() if isinstance(value, date) else value
