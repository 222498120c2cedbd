"""Puts one checked request to the database and writes its answer as JSON."""

from datetime import datetime
from typing import Any

from queueapp.backups.keeping import make_at_close
from queueapp.cli.requests import REQUESTS, Request
from queueapp.cli.wire import Json, Wire
from queueapp.database import Database
from queueapp.notices import renew_at_close
from queueapp.operations.once import once
from queueapp.operations.printing import print_slip
from queueapp.operations.returning import next_due, release_due
from queueapp.rules.errors import QueueError
from queueapp.session import Session


def ask(
    database: Database,
    request: Request,
    given: dict[str, Any],
    *,
    at: datetime,
    staff: str | None = None,
    key: str | None = None,
) -> Json:
    """Do an operation or answer a query (QueueError when it is refused)."""
    wire = Wire(database.read(_timezone))
    if not request.is_query:
        function, is_printed = request.function(), given.pop("print", False)
        done = database.write(once, function, key, at=at, staff=staff, **given)
        if is_printed and done.ticket is not None:
            database.write(print_slip, ticket=done.ticket.code, staff=staff, at=at)
        if done.day is None:
            return wire.answer(done)
        report = database.read(REQUESTS["report"].function(), done.day, at=at)
        return wire.answer(done) | {"report": wire.report(report)} | _backed_up(database, at)
    _keep_up(database, at)
    if request.do == "events":
        return {"events": [wire.event(event) for event in database.read(request.function(), **given)]}
    found = database.read(request.function(), at=at, **given)
    if request.do in {"status", "stuck", "closing"}:
        answer: Json = getattr(wire, request.do)(found)
        return answer
    return {request.do: wire.ticket(found) if request.do == "ticket" else wire.report(found)}


def _backed_up(database: Database, at: datetime) -> Json:
    """Make the backup of the day's close and the notice; the day is closed, whatever becomes of them."""
    notices, failed = renew_at_close(database, at=at)
    said: Json = {"notice": [str(path) for path in notices]} | ({"notice_failed": failed} if failed else {})
    try:
        return said | {"backup": str(make_at_close(database, at=at))}
    except QueueError as error:
        return said | {"backup": None, "backup_failed": error.message}


def _timezone(session: Session) -> str:
    return session.office.timezone


def _keep_up(database: Database, at: datetime) -> None:
    """Let a held ticket whose minute has come wait again before a question is answered."""
    due = database.read(next_due)
    if due is not None and due <= at:
        database.write(release_due, at=at)
