"""One connection to the office's database: its transactions and its failures in words."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, select

from queueapp import server, sqlite_file
from queueapp.address import engine_for, parse_address
from queueapp.clock import Machine, Reading, now, read_clock
from queueapp.failures import in_words
from queueapp.gate import Gate
from queueapp.models import heads
from queueapp.rules.errors import ClockRefusedError, DatabaseUnavailableError, QueueError
from queueapp.schema import bring_up_to_date
from queueapp.session import OFFICE, OFFICE_TO_WRITE, OfficeRow, Session
from queueapp.statement import Statement

P = ParamSpec("P")
T = TypeVar("T")


_REVISION = Statement(select(heads.c.seq).order_by(heads.c.office_id).limit(1))


Operation = Callable[Concatenate[Session, P], T]


class Database:
    """The database of one terminal: one connection, used by one thread, opened at the first question.

    `founding` makes the office of a database that has none; `first` is done before every operation, in its transaction:
    what should have happened by itself meanwhile. A `machine` tells the time, whatever `at` is given, so that a jump of
    its clock is seen; `clock_offset` is by how much its clock is known to be wrong. With `is_given_clock` the moments
    come from outside: they are refused when they run backwards, and unless the database is one for exercise.
    """

    def __init__(
        self,
        address: str,
        *,
        founding: Operation[..., object] | None = None,
        first: Operation[..., object] | None = None,
        machine: Machine | None = None,
        is_given_clock: bool = False,
    ) -> None:
        self.url = parse_address(address)
        self.is_given_clock = is_given_clock
        self._founding = founding
        self._first = first
        self._machine = machine
        self.clock_offset = timedelta(0)
        self._skew = timedelta(0)  # by how much our clock is ahead of the one that all machines go by
        self._mark: tuple[datetime, int] | None = None  # the office's time at our last look, and our own count then
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._driver: Any = None
        self._gate = Gate(None)
        self._memory: dict[str, Any] = {}
        self._is_ending = False  # whether a COMMIT has been sent and nothing was heard of it

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
            with self._transaction("COMMIT"), self._session(connection, OFFICE) as session:
                self._see_clock(session)
                return query(session, *args, **kwargs)

    def write(self, operation: Callable[..., T], *args: Any, at: datetime, **kwargs: Any) -> T:
        """Do `operation` as one transaction: when this returns, what it did survives a power cut; else nothing is done.

        `at` never runs backwards: a clock that was set back writes the last moment again until it has caught up.
        """
        self._is_ending = False
        try:
            with in_words(self.close, is_file=self.path is not None), self._gate.turn():
                try:
                    return self._write(operation, *args, at=at, **kwargs)
                except QueueError as error:
                    trace = error.trace
                    if trace is not None:
                        self._write(lambda session, *, at: trace(session, at), at=at)
                    raise
        except DatabaseUnavailableError as error:
            error.is_in_doubt = self._is_ending and self.path is None  # a file's own commit is done or is not
            raise

    def _write(self, operation: Callable[..., T], *args: Any, at: datetime, **kwargs: Any) -> T:
        connection = self._connected()
        self._driver.execute("BEGIN IMMEDIATE" if self.path else "BEGIN")
        with self._transaction("COMMIT"), self._session(connection, OFFICE_TO_WRITE) as session:
            moment = at
            if session.has_office:
                moment = session.moment = self._moment(session, at)
                if self._first is not None:
                    self._first(session, at=moment)
            else:
                self._note_machine(session)
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

    def copy_to(self, target: Path) -> None:
        """Write a copy of one instant of the SQLite file to `target`, whole or not at all, while others go on."""
        with in_words(self.close, is_file=True):
            self._connected()
            sqlite_file.copy_to(self._driver, target)

    def overwrite_from(self, source: Path) -> None:
        """Put what the SQLite file `source` holds in place of all that this one holds, as one transaction."""
        with in_words(self.close, is_file=True), self._gate.turn():
            if self.path is None:  # pragma: no cover - PostgreSQL has its own tool
                raise RuntimeError
            sqlite_file.overwrite(self.path, source)
            self._forget()

    def scrub(self) -> None:
        """Leave no byte of what was deleted in the files beside the database."""
        with in_words(self.close, is_file=self.path is not None), self._gate.turn():
            self._connected()
            if self.path is not None:
                sqlite_file.scrub(self._driver)
            else:  # its log of writes keeps them until the server reuses it; only the tables are in our hands
                self._driver.execute("VACUUM (FULL) personal, request")

    def damage(self) -> str | None:
        """Return what the database's own check of its pages and references finds first; None when it is sound."""
        with in_words(self.close, is_file=self.path is not None):
            self._connected()
            return sqlite_file.damage(self._driver) if self.path else server.damage(self._driver)

    def facts(self) -> dict[str, str]:
        """Return how the database is set on this connection: the library's version, durability, journal, sizes."""
        with in_words(self.close, is_file=self.path is not None):
            self._connected()
            return sqlite_file.facts(self._driver) if self.path else server.facts(self._driver)

    def _moment(self, session: Session, at: datetime) -> datetime:
        office = session.office
        if self.is_given_clock and (at < office.last_at or not office.is_training):
            raise ClockRefusedError
        if self._machine is None or self.is_given_clock:
            session.head.boot = session.head.uptime = None  # who writes next must not count on from another moment
            return max(at, office.last_at)
        reading, elapsed = self._read_clock(session, self._machine)
        boot, running = session.machine
        # A wall that was behind at a start of the machine leaves only a guess, and no count begins with a guess.
        is_guess = elapsed is None and reading.offset < timedelta(0)
        session.head.boot, session.head.uptime = (None, None) if is_guess else (boot, running)
        if reading.jump is not None:
            session.clock_jump = (reading.jump.total_seconds(), reading.offset // timedelta(microseconds=1))
        self._mark = None if is_guess or running is None else (reading.at, running)
        return reading.at

    def _see_clock(self, session: Session) -> None:
        """Know of a jump of the clock that no write has noted yet."""
        if self._machine is not None and not self.is_given_clock and session.has_office:
            reading, _elapsed = self._read_clock(session, self._machine)
            session.see_offset(reading.offset // timedelta(microseconds=1))

    def _read_clock(self, session: Session, machine: Machine) -> tuple[Reading, timedelta | None]:
        """Return the office's time by this machine, and how long it is since the last moment written down."""
        office, boot_and_uptime = session.office, machine.uptime()
        session.wall, session.machine = self._wall(), boot_and_uptime
        elapsed = self._elapsed(office, *boot_and_uptime)
        reading = read_clock(session.wall, office.last_at, timedelta(microseconds=office.clock_offset), elapsed)
        if reading.jump is not None:
            self.clock_offset = reading.offset + self._skew
        return reading, elapsed

    def _wall(self) -> datetime:
        """Return what the clock on the wall says: the server's where several machines share one, else our own."""
        machine = self._machine or Machine()
        own = machine.wall()
        if self.path is not None or machine.wall is not now:
            return own
        shared: datetime = self._driver.execute("SELECT clock_timestamp()").fetchone()[0]
        self._skew = own - shared
        return shared.astimezone(UTC)

    def _elapsed(self, office: OfficeRow, boot: str, running: int) -> timedelta | None:
        """Return how long it is since the last moment written down, by a count that nobody can set; None: unknown.

        The count is the machine's that wrote last; where another one did, this process goes by its own last look.
        """
        if boot == office.boot and office.uptime is not None:
            return timedelta(microseconds=running - office.uptime)
        if self._mark is None or self.path is not None:
            return None
        at, then = self._mark
        return at + timedelta(microseconds=running - then) - office.last_at

    def _note_machine(self, session: Session) -> None:
        """Let an office that is being founded know the machine's own count: a jump right after is seen already."""
        if self._machine is not None and not self.is_given_clock:
            session.head.boot, session.head.uptime = self._machine.uptime()

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
        self._engine = engine_for(self.url)
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
        with self._transaction("COMMIT"), self._session(connection, OFFICE) as session:
            if not session.has_office:
                self._note_machine(session)
                self._founding(session, at=at)
                session.flush()

    @contextlib.contextmanager
    def _transaction(self, end: str) -> Iterator[None]:
        try:
            yield
            self._is_ending = True
            self._driver.execute(end)
            self._is_ending = False
        except BaseException:
            self._memory.clear()  # something in it may have been seen by this transaction only
            with contextlib.suppress(Exception):  # the connection may be gone, and with it the transaction
                self._driver.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _session(self, connection: Connection, statement: Statement) -> Iterator[Session]:
        compiled = statement.for_dialect(connection.dialect)
        row = self._driver.execute(compiled.sql, compiled.parameters({})).fetchone()
        session = Session(connection, self._driver, compiled.row(row) if row else None, self._memory)
        if session.has_office:
            self.clock_offset = timedelta(microseconds=session.office.clock_offset) + self._skew
        try:
            yield session
        finally:
            # Only what the unit of work remembers is dropped; the transaction's end is the database's business.
            session.expunge_all()

    def _forget(self) -> None:
        connection, driver, engine = self._connection, self._driver, self._engine
        self._connection = self._engine = self._driver = None
        self._memory.clear()
        if connection is not None and engine is not None:
            for give_back in (connection.close, engine.dispose, driver.close):
                with contextlib.suppress(Exception):  # a broken connection may refuse even to be closed
                    give_back()
        self._gate.close()
