"""Says in words what the database's driver raises."""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator

from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from queueapp.i18n import N_
from queueapp.rules.errors import DatabaseUnavailableError, QueueError

_DAMAGED = N_("the file is damaged. Keep it and restore a backup.")
_CAUSES = (
    (("locked", "busy", "lock timeout"), N_("another program keeps it locked. Try again in a moment.")),
    (
        ("readonly", "read-only"),
        N_("it may only be read. Ask for the right to write to the file and its folder."),
    ),
    (("disk is full", "no space", "file too large"), N_("the disk is full. Free some space and try again.")),
    (("malformed", "not a database", "corrupt", "invalid page"), _DAMAGED),
    (
        ("i/o error", "input/output error"),
        N_("the disk failed to read or to write. Check it with “queueapp doctor”, and try again."),
    ),
    (
        ("permission denied", "operation not permitted"),
        N_("the right to it is missing. Ask for the right to read and to write it."),
    ),
    (
        ("too many clients", "too many connections", "connection slots"),
        N_("the server has no room for another terminal. Close one that is not needed, and try again."),
    ),
    (("password", "authentication", "role ", "pg_hba"), N_("the server refused the name or the password. Check --db.")),
    (("does not exist",), N_("there is no database of that name on the server. Check --db.")),
    (
        ("connection", "server closed", "terminating", "timeout", "resolve", "starting up", "shutting down"),
        N_("the server does not answer. Check the network; this goes on by itself when it is back."),
    ),
    (
        ("unable to open", "no such file", "not a directory", "is a directory"),
        N_("the file cannot be opened. Check the path and its folder."),
    ),
)


class DamagedError(DatabaseUnavailableError):
    """What the database holds cannot be read as what was written."""

    template = N_("The database cannot be used: {detail} What the last backup holds is safe.")

    def __init__(self) -> None:
        super().__init__(_DAMAGED)


def _said(error: Exception) -> DatabaseUnavailableError:
    # The driver's own words: SQLAlchemy's hold the statement too, whose words are no sign of anything.
    words = str(getattr(error, "orig", None) or error) or type(error).__name__
    said = words.partition("\nLINE ")[0].lower()  # and not PostgreSQL's pointing at a place in the statement
    for signs, why in _CAUSES:
        if any(sign in said for sign in signs):
            return DamagedError() if why is _DAMAGED else DatabaseUnavailableError(why)
    return DatabaseUnavailableError(
        N_("it gave an error that is not known ({error}). Run “queueapp doctor”."), error=words.splitlines()[0][:200]
    )


@contextlib.contextmanager
def in_words(forget: Callable[[], None], *, is_file: bool) -> Iterator[None]:
    """Turn what the driver raises into a sentence; `forget` drops a connection that is of no use any more."""
    try:
        yield
    except QueueError:
        raise
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a fault of ours, not of the database: it must be seen
    except (UnicodeDecodeError, OverflowError, json.JSONDecodeError) as error:
        raise DamagedError from error  # no row that we wrote holds such a value
    except (NoSuchModuleError, ModuleNotFoundError):
        raise DatabaseUnavailableError(
            N_("its driver is not installed. Install queueapp[postgres] for PostgreSQL.")
        ) from None
    except (sqlite3.Error, DBAPIError, OSError) as error:
        said = _said(error)
        # A damaged file is opened anew each time, a restored one may lie there by then; so is one that may only be
        # read, which SQLite would go on believing after it may be written.
        is_stuck = "readonly" in str(error) or "read-only" in str(error)
        if not is_file or is_stuck or isinstance(error, OSError) or isinstance(said, DamagedError):
            forget()
        raise said from error
    except Exception as error:
        if type(error).__module__.startswith("psycopg") and _is_operational(error):
            forget()
            raise _said(error) from error
        raise


def _is_operational(error: Exception) -> bool:
    """Whether a PostgreSQL driver's error is the database's trouble and not a fault of ours."""
    return any(kind.__name__ in {"OperationalError", "InternalError", "InterfaceError"} for kind in type(error).__mro__)
