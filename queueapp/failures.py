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
    (
        ("disk is full", "no space", "database or disk is full"),
        N_("the disk is full. Free some space and try again."),
    ),
    (("malformed", "not a database", "corrupt"), _DAMAGED),
    (("password", "authentication", "role "), N_("the server refused the name or the password. Check --db.")),
    (("does not exist",), N_("there is no database of that name on the server. Check --db.")),
    (
        ("connection", "server closed", "terminating", "timeout", "resolve"),
        N_("the server does not answer. Check the network; this goes on by itself when it is back."),
    ),
    (("unable to open", "no such file"), N_("the file cannot be opened. Check the path and its folder.")),
)


def _said(error: Exception) -> DatabaseUnavailableError:
    said = str(error).lower()
    for signs, why in _CAUSES:
        if any(sign in said for sign in signs):
            return DatabaseUnavailableError(why)
    return DatabaseUnavailableError(
        N_("it gave an error that is not known ({error})."), error=said.splitlines()[0][:200]
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
        raise DatabaseUnavailableError(_DAMAGED) from error  # no row that we wrote holds such a value
    except (NoSuchModuleError, ModuleNotFoundError):
        raise DatabaseUnavailableError(
            N_("its driver is not installed. Install queueapp[postgres] for PostgreSQL.")
        ) from None
    except (sqlite3.Error, DBAPIError, OSError) as error:
        if not is_file or isinstance(error, OSError):
            forget()
        raise _said(error) from error
    except Exception as error:
        if type(error).__module__.startswith("psycopg") and _is_operational(error):
            forget()
            raise _said(error) from error
        raise


def _is_operational(error: Exception) -> bool:
    """Whether a PostgreSQL driver's error is the database's trouble and not a fault of ours."""
    return any(kind.__name__ in {"OperationalError", "InternalError", "InterfaceError"} for kind in type(error).__mro__)
