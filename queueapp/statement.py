"""Compiles a Core statement once a dialect and gives it to the driver as it is.

A hot statement through SQLAlchemy's execution costs two to three times what the driver takes; compiled from the models
once and run on the driver's connection it costs the same as SQL written by hand, and is still written once for SQLite
and PostgreSQL.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ClauseElement, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL text with named parameters, and how values go in and come out."""

    sql: str
    defaults: dict[str, Any]
    into: dict[str, Converter]
    out: tuple[tuple[int, Converter], ...]

    def parameters(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the driver's parameters for `given`; a name that is missing is the driver's error."""
        values = {**self.defaults, **given}
        for name, convert in self.into.items():
            if name in values:
                values[name] = convert(values[name])
        return values

    def row(self, raw: Any) -> tuple[Any, ...]:
        """Return a row of the driver with its values converted."""
        if not self.out:
            return tuple(raw)
        values = list(raw)
        for index, convert in self.out:
            values[index] = convert(values[index])
        return tuple(values)


@dataclass(eq=False)
class Statement:
    """A statement of the models, to be run by name of its parameters."""

    clause: Select[Any] | UpdateBase
    _compiled: dict[str, Compiled] = field(default_factory=dict)

    def for_dialect(self, dialect: Dialect) -> Compiled:
        """Return the statement compiled for `dialect`, the first time by compiling it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self.clause, dialect)
        return found


def _compile(clause: ClauseElement, dialect: Dialect) -> Compiled:
    named: Dialect = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    compiled = clause.compile(dialect=named)
    if not isinstance(compiled, SQLCompiler):  # pragma: no cover - statements compile to SQL
        raise TypeError(compiled)
    into: dict[str, Converter] = {}
    defaults: dict[str, Any] = {}
    for bind, name in compiled.bind_names.items():
        if not bind.required:
            defaults[name] = bind.effective_value
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            into[name] = convert
    columns = _columns(clause)
    out = []
    for index, column in enumerate(columns):
        convert_back = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert_back is not None:
            out.append((index, convert_back))
    return Compiled(str(compiled), defaults, into, tuple(out))


def _columns(clause: ClauseElement) -> list[Any]:
    if isinstance(clause, Select):
        return list(clause.selected_columns)
    return list(getattr(clause, "_returning", ()) or ())
