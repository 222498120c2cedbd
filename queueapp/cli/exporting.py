"""The command that writes the figures of some days to a new file."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from queueapp.cli.checking import day_of
from queueapp.cli.identity import Identity
from queueapp.cli.progress import Bar
from queueapp.cli.wire import Json
from queueapp.clock import business_day
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.operations.rights import require_to
from queueapp.paper.exporting import CSV, FORMS, export, file_name, require_form
from queueapp.paper.report_facts import unclosed_words
from queueapp.queries.reports import report
from queueapp.rules.date_ranges import DateRange, one_day, written_range
from queueapp.rules.errors import BadRequestError
from queueapp.rules.reports import Report
from queueapp.session import Session
from queueapp.terminal import clock_of

DONE = 0
KINDS = ("day", "week", "month", "quarter")


def run_export(given: Namespace, database: Database) -> tuple[int, str, Json]:
    """Write the file: the exit status, what is said to a person, and the answer as JSON.

    Whoever stops it has no file, not half of one; nothing is read before it is sure that the form can be written.
    """
    form = _form(given)
    require_form(form)
    clock = clock_of(database)
    at = clock()
    dates = _dates(given, business_day(at, database.read(_timezone)))
    by = Identity(database, clock).prove_here(given.staff)
    database.write(require_to, "export", day=dates.name, staff=by, at=at)
    found: Report = database.read(report, dates, at=at, tell=Bar(_("Reading the days"), sys.stderr))
    path = _written(found, form, given.out)
    lines = [_("Written to {path}").format(path=path), unclosed_words(found)]
    answer = {
        "ok": True,
        "file": str(path),
        "format": form,
        "from": dates.first.isoformat(),
        "to": dates.last.isoformat(),
        "days": len(found.days),
        "unclosed": [day.isoformat() for day in found.unclosed],
    }
    return DONE, "\n".join(line for line in lines if line), answer


def _form(given: Namespace) -> str:
    if given.format:
        return str(given.format)
    ending = Path(given.out).suffix.lower().lstrip(".") if given.out else ""
    return ending if ending in FORMS else CSV


def _dates(given: Namespace, today: date) -> DateRange:
    kind = next((each for each in KINDS if getattr(given, each)), None)
    if given.first or given.last:
        if kind is not None or not given.first:
            raise BadRequestError(N_("Say --from with --to, or one of --day, --week, --month and --quarter."))
        first, last = day_of("from", given.first), day_of("to", given.last) if given.last else today
        if first > last:
            raise BadRequestError(N_("The period ends before it begins."))
        return DateRange("period", first, last)
    return one_day(today) if kind is None else written_range(kind, getattr(given, kind))


def _written(found: Report, form: str, out: str | None) -> Path:
    path = Path(out) if out else Path(file_name(found, form))
    try:
        return export(found, form, path.parent, path.name)
    except OSError as error:
        raise BadRequestError(
            N_("The file {path} cannot be written: {cause}."), path=path, cause=error.strerror
        ) from None


def _timezone(session: Session) -> str:
    return session.office.timezone
