"""The commands of figures over several days: a period put together, and the quiet hours."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from queueapp.cli.checking import day_of
from queueapp.cli.report_wire import report_json
from queueapp.cli.wire import Json
from queueapp.clock import business_day
from queueapp.database import Database
from queueapp.i18n import N_, _, language
from queueapp.paper.files import write_new_bytes
from queueapp.paper.notice import notice, notice_text
from queueapp.queries.periods import quiet
from queueapp.queries.reports import report
from queueapp.rules.date_ranges import DateRange
from queueapp.rules.errors import BadRequestError
from queueapp.rules.figure_words import figure, share_words
from queueapp.rules.hours import WEEKDAYS
from queueapp.rules.periods import Period, Pooled
from queueapp.rules.quiet import QuietCell, QuietHours
from queueapp.rules.reports import Report
from queueapp.session import Session
from queueapp.terminal import clock_of
from queueapp.widgets.clocks import day_digits, day_words, weekday_words
from queueapp.widgets.sure_words import censored_words

DONE = 0
USUAL_DAYS, MOST_WEEKS = 28, 520
NAME, CELL = 20, 11
Said = tuple[int, str, Json]


def run_figures(given: Namespace, database: Database) -> Said:
    """Run one of the commands: the exit status, what is said to a person, and the answer as JSON."""
    return _period(given, database) if given.command == "period" else _quiet(given, database)


def _period(given: Namespace, database: Database) -> Said:
    at = clock_of(database)()
    last = day_of("to", given.last) if given.last else business_day(at, database.read(_timezone))
    first = day_of("from", given.first) if given.first else last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        raise BadRequestError(N_("The period ends before it begins."))
    found: Report = database.read(report, DateRange("period", first, last), at=at)
    return DONE, "\n".join(_period_lines(found.period)), {"ok": True, "period": report_json(found)}


def _period_lines(found: Period) -> Iterator[str]:
    title = _("{first} to {last}: {days} days with tickets, pooled ticket by ticket")
    yield title.format(first=day_digits(found.first), last=day_digits(found.last), days=len(found.days))
    if not found.days:
        yield _("Nothing was measured.")
        return
    groups = {
        **{found.names[code]: each for code, each in found.services.items()},
        **{weekday_words(weekday): each for weekday, each in found.weekdays.items()},
        _("All"): found.all,
    }
    yield from _counts(groups)
    yield from _waits(groups)
    yield from _shares(groups)
    yield ""
    yield from _little(found)


def _counts(groups: Mapping[str, Pooled]) -> Iterator[str]:
    yield ""
    yield _row(_("Citizens"), [_("days"), _("Issued"), _("Served"), _("a day"), _("service")])
    for name, each in groups.items():
        issued, a_day = each.figures.issued or 0, None if not each.days else (each.figures.issued or 0) / each.days
        service = figure(each.figures.service.mean)
        yield _row(name, [str(each.days), str(issued), str(each.figures.served), figure(a_day), service])


def _waits(groups: Mapping[str, Pooled]) -> Iterator[str]:
    yield ""
    yield _("Until the first call") + ": " + _("office minutes; everybody who took a number")
    yield _row("", ["n", _("uncalled"), _("untimed"), _("median"), _("90 %")])
    for name, each in groups.items():
        known = each.certainty.first_call
        yield _row(name, [str(known.n), str(known.censored), str(known.unknown), *censored_words(known)])
    yield ""
    yield _("Waiting time") + ": " + _("with its interval at 95 %; served citizens")
    yield _row("", ["n", _("median"), _("from"), _("to"), _("90 %"), _("at most")])
    for name, each in groups.items():
        wait = each.certainty.waiting
        values = [figure(value) for value in (wait.median, wait.low, wait.high, wait.p90, wait.p90_at_most)]
        yield _row(name, [str(wait.n), *values])


def _shares(groups: Mapping[str, Pooled]) -> Iterator[str]:
    yield ""
    yield _("Served in time") + ": " + _("of all whose wait kept or broke it; interval at 95 %")
    heads = [_("≤ {n} min").format(n=limit) for limit in groups[_("All")].certainty.within]
    yield _row("", [each for head in heads for each in (head, _("from – to"))])
    for name, each in groups.items():
        yield _row(name, [word for share in each.certainty.within.values() for word in share_words(share)])


def _little(found: Period) -> Iterator[str]:
    broken = [day for day, each in found.little.items() if each.is_kept is False]
    if not broken:
        yield _("Little's check holds on every day.")
    for day in broken:
        words = _("parts by {n} %: times are missing or wrong")
        yield f"{day_words(day)}: " + words.format(n=figure(100 * (found.little[day].difference or 0.0)))


def _row(name: str, cells: list[str]) -> str:
    return f"{name[:NAME]:<{NAME}}" + "".join(f"{cell:>{CELL}}" for cell in cells)


def _quiet(given: Namespace, database: Database) -> Said:
    if not 0 < given.weeks <= MOST_WEEKS:
        raise BadRequestError(N_("The weeks must be a number from 1 to {most}."), most=MOST_WEEKS)
    weekday = None if given.on is None else WEEKDAYS.index(given.on)
    found: QuietHours = database.read(quiet, given.weeks, weekday, at=clock_of(database)())
    words, answer = notice(found, language()), {"ok": True, "quiet_hours": quiet_json(found)}
    if given.png is None:
        return DONE, notice_text(words).rstrip("\n"), answer
    from queueapp.paper.notice_picture import notice_png  # noqa: PLC0415 - only there is something drawn

    path = _written(Path(given.png), notice_png(words))
    return DONE, _("The notice is in {path}.").format(path=path), answer | {"file": str(path)}


def quiet_json(found: QuietHours) -> Json:
    """Return the quiet hours as JSON: minutes not rounded, null where there are too few citizens."""
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "days": found.days,
        "n": found.n,
        "unknown": found.unknown,
        "on": None if found.weekday is None else WEEKDAYS[found.weekday],
        "hours": list(found.hours),
        "services": {
            field.code: {
                "quietest": found.quietest(field.code),
                "hours": {str(hour): _cell(found.cells.get((field.code, hour))) for hour in found.hours},
                "weekdays": _weekdays(found, field.code),
            }
            for field in found.fields
        },
        "weekdays": _weekdays(found, None),
    }


def _weekdays(found: QuietHours, field: str | None) -> Json:
    cells = ((weekday, found.weekdays.get((field, weekday))) for weekday in range(7))
    return {WEEKDAYS[weekday]: _cell(cell) for weekday, cell in cells if cell is not None}


def _cell(cell: QuietCell | None) -> Json:
    known = cell or QuietCell(0)
    return {"n": known.n, "median": known.median, "p90": known.p90, "is_enough": known.is_enough}


def _written(path: Path, data: bytes) -> Path:
    try:
        return write_new_bytes(path.parent, path.name, data)
    except OSError as error:
        raise BadRequestError(
            N_("The file {path} cannot be written: {cause}."), path=path, cause=error.strerror
        ) from None


def _timezone(session: Session) -> str:
    return session.office.timezone
