"""Reads the address of a database, and makes the engine that connects to it."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from queueapp import sqlite_file
from queueapp.i18n import N_
from queueapp.rules.errors import DatabaseUnavailableError


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


def engine_for(url: URL) -> Engine:
    """Return an engine of one connection, with the durability that nothing acknowledged is lost."""
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
