"""Brings the tables of a database to this program's revision: all or nothing, after a copy of the file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from queueapp import sqlite_file
from queueapp.i18n import N_
from queueapp.rules.errors import DatabaseUnavailableError

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
_UPGRADE_LOCK = 7_110_715  # any number that every terminal of this program takes


def bring_up_to_date(connection: Connection, driver: Any, path: Path | None) -> None:
    """Upgrade an older database, leave a present one, refuse a newer or a foreign one (DatabaseUnavailableError)."""
    present = revision_of(connection)
    if present == REVISIONS[-1]:
        return
    _refuse_unknown(present)
    if path is not None and present is not None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        sqlite_file.copy_to(driver, path.with_name(f"{path.name}.before-{REVISIONS[-1]}-{stamp}"))
    _upgrade(connection, driver, is_sqlite=path is not None)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database's tables; None when it has none of ours."""
    inspected = connection.dialect.has_table(connection, "alembic_version")
    if not inspected:
        if connection.dialect.get_table_names(connection):
            raise DatabaseUnavailableError(N_("it holds tables of another program. Choose another file with --db."))
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_unknown(present: str | None) -> None:
    if present is not None and present not in REVISIONS:
        raise DatabaseUnavailableError(
            N_("it was made by a newer queueapp ({revision}). Install the newer version; the file is unchanged."),
            revision=present,
        )


def _refuse_orphans(driver: Any) -> None:
    if driver.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise DatabaseUnavailableError(N_("rows refer to others that are missing. Restore a backup."))


def _upgrade(connection: Connection, driver: Any, *, is_sqlite: bool) -> None:
    from queueapp.migrations.run import upgrade  # noqa: PLC0415 - alembic is slow to import and rarely needed

    if is_sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")  # tables may be rebuilt; what they refer to is checked at the end
    driver.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
    try:
        if not is_sqlite:
            driver.execute(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
        present = revision_of(connection)  # another terminal may have been quicker
        _refuse_unknown(present)
        if present != REVISIONS[-1]:
            upgrade(connection)
        if is_sqlite:
            _refuse_orphans(driver)
        driver.execute("COMMIT")
    except (Exception, KeyboardInterrupt) as error:
        driver.execute("ROLLBACK")
        if isinstance(error, DBAPIError) and error.orig is not None:
            raise error.orig from error
        raise
    finally:
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=ON")
