"""One connection to the office's database: its transactions and its failures in words."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlmodel
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from queueapp import sqlite_file
from queueapp.failures import in_words
from queueapp.gate import Gate
from queueapp.i18n import N_
from queueapp.models import heads, offices
from queueapp.rules.errors import ClockRefusedError, DatabaseUnavailableError
from queueapp.schema import bring_up_to_date
from queueapp.statement import Statement

P = ParamSpec("P")
T = TypeVar("T")


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


_OFFICE = Statement(
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
    )
    .join(heads, heads.c.office_id == offices.c.id)
    .order_by(offices.c.id)
    .limit(1)
)
_OFFICE_TO_WRITE = Statement(_OFFICE.clause.with_for_update(of=heads))  # type: ignore[union-attr]
_REVISION = Statement(select(heads.c.seq).order_by(heads.c.office_id).limit(1))


class Session(sqlmodel.Session):
    """What operations and queries are given: one transaction, the office, and its statements run by the driver."""

    def __init__(self, connection: Connection, driver: Any, office: OfficeRow | None) -> None:
        super().__init__(bind=connection)
        self._driver = driver
        self._dialect = connection.dialect
        self._office = office

    @property
    def office(self) -> OfficeRow:
        """The office of this database."""
        if self._office is None:
            raise DatabaseUnavailableError(N_("it holds no office yet. Start queueapp once, or run “queueapp init”."))
        return self._office

    @property
    def has_office(self) -> bool:
        """Whether the database has an office at all."""
        return self._office is not None

    def know_office(self) -> None:
        """Take notice of the office that this transaction has just founded."""
        row = self.row(_OFFICE)
        self._office = OfficeRow(*row) if row else None

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


Operation = Callable[Concatenate[Session, P], T]


class Database:
    """The database of one terminal: one connection, used by one thread, opened at the first question.

    `founding` makes the office of a database that has none. With `is_given_clock` the moments come from outside: they
    are refused when they run backwards, and unless the database is one for exercise.
    """

    def __init__(
        self,
        address: str,
        *,
        founding: Operation[..., object] | None = None,
        is_given_clock: bool = False,
    ) -> None:
        self.url = parse_address(address)
        self.is_given_clock = is_given_clock
        self._founding = founding
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._driver: Any = None
        self._gate = Gate(None)

    @property
    def path(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    def open(self, *, at: datetime) -> None:
        """Connect, bring the tables up to date, and found the office if there is none. Done by itself when needed."""
        with in_words(self.close, is_file=self.path is not None):
            if self._connection is None:
                self._connect(at)

    def close(self) -> None:
        """Give the connection back."""
        self._forget()

    def read(self, query: Operation[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer `query` from one consistent picture; nothing is changed."""
        with in_words(self.close, is_file=self.path is not None):
            connection = self._connected()
            # PostgreSQL would otherwise see the next commit between two questions of one picture.
            self._driver.execute("BEGIN" if self.path else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with self._transaction("COMMIT"), self._session(connection, _OFFICE) as session:
                return query(session, *args, **kwargs)

    def write(self, operation: Callable[..., T], *args: Any, at: datetime, **kwargs: Any) -> T:
        """Do `operation` as one transaction: when this returns, what it did survives a power cut; else nothing is done.

        `at` never runs backwards: a clock that was set back writes the last moment again until it has caught up.
        """
        with in_words(self.close, is_file=self.path is not None), self._gate.turn():
            connection = self._connected()
            self._driver.execute("BEGIN IMMEDIATE" if self.path else "BEGIN")
            with self._transaction("COMMIT"), self._session(connection, _OFFICE_TO_WRITE) as session:
                moment = self._moment(session.office, at) if session.has_office else at
                result = operation(session, *args, at=moment, **kwargs)
                session.flush()
                return result

    def revision(self) -> int:
        """Return the number of the last event: it moves with every change by any terminal."""
        with in_words(self.close, is_file=self.path is not None):
            self._connected()
            compiled = _REVISION.for_dialect(self._connected().dialect)
            row = self._driver.execute(compiled.sql, compiled.parameters({})).fetchone()
            return int(row[0]) if row else 0

    def _moment(self, office: OfficeRow, at: datetime) -> datetime:
        if self.is_given_clock and (at < office.last_at or not office.is_training):
            raise ClockRefusedError
        return max(at, office.last_at)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connect(None)
        if self._connection is None:  # pragma: no cover - _connect raises instead
            raise RuntimeError
        return self._connection

    def _connect(self, at: datetime | None) -> None:
        path = self.path
        if path is not None:
            sqlite_file.refuse_network_share(path)
            sqlite_file.create_private(path)
            self._gate = Gate(path.with_name(path.name + "-gate"))
        self._engine = _engine(self.url)
        connection = self._engine.connect()
        self._driver = connection.connection.dbapi_connection
        self._connection = connection
        try:
            with self._gate.turn():
                bring_up_to_date(connection, self._driver, path)
                self._found(connection, at)
        except BaseException:
            self._forget()  # what could not be brought up to date must not be used by the next question
            raise

    def _found(self, connection: Connection, at: datetime | None) -> None:
        compiled = _REVISION.for_dialect(connection.dialect)
        if (
            self._founding is None
            or at is None
            or self._driver.execute(compiled.sql, compiled.parameters({})).fetchone() is not None
        ):
            return
        self._driver.execute("BEGIN IMMEDIATE" if self.path else "BEGIN")
        with self._transaction("COMMIT"), self._session(connection, _OFFICE) as session:
            if not session.has_office:
                self._founding(session, at=at)
                session.flush()

    @contextlib.contextmanager
    def _transaction(self, end: str) -> Iterator[None]:
        try:
            yield
            self._driver.execute(end)
        except BaseException:
            with contextlib.suppress(Exception):  # the connection may be gone, and with it the transaction
                self._driver.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _session(self, connection: Connection, statement: Statement) -> Iterator[Session]:
        compiled = statement.for_dialect(connection.dialect)
        row = self._driver.execute(compiled.sql, compiled.parameters({})).fetchone()
        session = Session(connection, self._driver, OfficeRow(*compiled.row(row)) if row else None)
        try:
            yield session
        finally:
            # Only what the unit of work remembers is dropped; the transaction's end is the database's business.
            session.expunge_all()

    def _forget(self) -> None:
        connection, engine = self._connection, self._engine
        self._connection = self._engine = self._driver = None
        with contextlib.suppress(Exception):  # a broken connection may refuse even to be closed
            if connection is not None:
                connection.close()
            if engine is not None:
                engine.dispose()
        self._gate.close()


def parse_address(address: str) -> URL:
    """Return the URL of a database given as a file path or as a URL (DatabaseUnavailableError for a wrong URL)."""
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).absolute()))
    try:
        url = make_url(address)
    except ArgumentError:
        raise DatabaseUnavailableError(N_("its address is not a path and not a URL. Check --db.")) from None
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise DatabaseUnavailableError(N_("it must be a file: what is kept in memory is lost."))
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    # The driver is left alone (autocommit): BEGIN and COMMIT are ours, see Database.write.
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "poolclass": StaticPool}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
        event.listen(engine, "connect", lambda driver, _record: sqlite_file.prepare(driver))
        return engine
    arguments = {
        "connect_timeout": 5,
        "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000"
        " -c synchronous_commit=on -c timezone=UTC",
    }
    return create_engine(url, connect_args=arguments, **options)
