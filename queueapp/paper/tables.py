"""Tables as every written form of a report has them: columns of one kind each, values, and what they look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from queueapp.rules.figure_words import NONE, figure, percent

Value = str | int | float | date | None

TEXT, COUNT, MINUTES, SHARE, DAY, BLANK = "text", "count", "minutes", "share", "day", "blank"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and of which kind its values are; a `blank` one is a count, or empty where nobody knows."""

    head: str
    kind: str = COUNT


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table: columns by their places, against the first one, as bars or as lines.

    The last row of a table that `has_total` is not drawn.
    """

    title: str
    columns: tuple[int, ...]
    is_line: bool = False
    has_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a short name for a sheet, a title, columns, rows, and below it what has to be known to read it.

    The minutes of one that `is_heat` may be coloured by how many they are.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    charts: tuple[Chart, ...] = ()
    is_heat: bool = False

    def words(self) -> list[list[str]]:
        """Return the rows as they are written on paper."""
        kinds = [column.kind for column in self.columns]
        return [[cell_words(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in self.rows]


def cell_words(value: Value, kind: str) -> str:
    """Return a value as it is written on paper; a dash where nothing was measured."""
    if value is None:
        return {TEXT: "", BLANK: ""}.get(kind, NONE)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if kind == SHARE and not isinstance(value, str):
        return f"{percent(value)} %"
    return figure(value) if isinstance(value, float) else str(value)


def present(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return the tables that have rows."""
    return tuple(table for table in tables if table.rows)
