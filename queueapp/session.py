"""What operations and queries are given: one transaction and the office that it found."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlmodel
from sqlalchemy import Connection, exists, select

from queueapp.i18n import N_
from queueapp.models import heads, offices, staff
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.statement import Statement


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """The office as every operation needs it, with the head of its events as the transaction found it."""

    id: int
    name: str
    timezone: str
    language: str
    is_training: bool
    settings: dict[str, Any]
    revision: int
    last_at: datetime
    chain_head: str | None
    boot: str | None
    uptime: int | None
    clock_offset: int
    is_guarded: bool


@dataclass(slots=True)
class Head:
    """The end of the chain of events as this transaction goes on writing it."""

    seq: int
    hash: str | None
    boot: str | None = None
    uptime: int | None = None


OFFICE = Statement(
    select(
        offices.c.id,
        offices.c.name,
        offices.c.timezone,
        offices.c.language,
        offices.c.is_training,
        offices.c.settings,
        heads.c.seq,
        heads.c.at,
        heads.c.hash,
        heads.c.boot,
        heads.c.uptime,
        heads.c.clock_offset,
        exists().where(staff.c.office_id == offices.c.id, staff.c.is_active, staff.c.pin_hash.is_not(None)),
    )
    .join(heads, heads.c.office_id == offices.c.id)
    .order_by(offices.c.id)
    .limit(1)
)
OFFICE_TO_WRITE = Statement(OFFICE.clause.with_for_update(of=heads))  # type: ignore[union-attr]


class Session(sqlmodel.Session):
    """What operations and queries are given: one transaction, the office, and its statements run by the driver."""

    def __init__(
        self, connection: Connection, driver: Any, office: tuple[Any, ...] | None, memory: dict[str, Any] | None = None
    ) -> None:
        super().__init__(bind=connection)
        self.memory = {} if memory is None else memory  # what queries keep from one transaction to the next
        self._driver = driver
        self._dialect = connection.dialect
        self.clock_jump: tuple[float, int] | None = None
        self.wall: datetime | None = None
        self.moment: datetime | None = None
        self.machine: tuple[str | None, int | None] = (None, None)
        self._know(OfficeRow(*office) if office else None)

    def _know(self, office: OfficeRow | None) -> None:
        self._office = office
        self.head = Head(office.revision, office.chain_head, office.boot, office.uptime) if office else Head(0, None)

    @property
    def office(self) -> OfficeRow:
        """The office of this database."""
        if self._office is None:
            raise DatabaseUnavailableError(N_("it holds no office yet. Start queueapp once, or run “queueapp init”."))
        return self._office

    @property
    def is_file(self) -> bool:
        """Whether this is a SQLite file."""
        return self._dialect.name == "sqlite"

    @property
    def has_office(self) -> bool:
        """Whether the database has an office at all."""
        return self._office is not None

    def see_offset(self, offset: int) -> None:
        """Take notice of what the clock is wrong by at this moment, in microseconds."""
        self._office = replace(self.office, clock_offset=offset)

    def snapshot(self) -> str:
        """Return the name under which PostgreSQL lets its own tools see the picture of this transaction."""
        return str(self._driver.execute("SELECT pg_export_snapshot()").fetchone()[0])

    def know_office(self) -> None:
        """Take notice of the office that this transaction has just founded."""
        row, boot, uptime = self.row(OFFICE), self.head.boot, self.head.uptime
        self._know(OfficeRow(*row) if row else None)
        self.head.boot, self.head.uptime = boot, uptime

    def rows(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """Run `statement` and return its rows."""
        compiled = statement.for_dialect(self._dialect)
        found = self._driver.execute(compiled.sql, compiled.parameters(values)).fetchall()
        return [compiled.row(row) for row in found] if compiled.out else found

    def row(self, statement: Statement, **values: Any) -> tuple[Any, ...] | None:
        """Run `statement` and return its first row, if any."""
        found = self.rows(statement, **values)
        return found[0] if found else None

    def run(self, statement: Statement, **values: Any) -> int:
        """Run `statement` and return how many rows it changed."""
        compiled = statement.for_dialect(self._dialect)
        return int(self._driver.execute(compiled.sql, compiled.parameters(values)).rowcount)
