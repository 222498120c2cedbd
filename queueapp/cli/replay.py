"""Runs a recorded day through the queue of a training database, in simulated time."""

import time
from datetime import date, datetime
from typing import TextIO

from queueapp.cli.clerks import Clerks
from queueapp.cli.wire import Json, Wire
from queueapp.cli.workday import DEFAULT_SERVICE_SECONDS
from queueapp.clock import business_day, now
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.queries.settings import current_settings
from queueapp.queries.summary import day_summary
from queueapp.rules.errors import BadRequestError, ClockRefusedError
from queueapp.rules.recorded import Arrival, Known, read_arrivals
from queueapp.session import Session
from queueapp.settings import Settings

BETWEEN_REPORTS = 0.1  # seconds


class RecordIsEarlierError(ClockRefusedError):
    """The record begins before what the database already holds."""

    template = N_("The record begins at {start}, before the last event of this database. Use a new training database.")


class NotForExerciseError(ClockRefusedError):
    """The database is a real office's."""

    template = N_(
        "A record is replayed only on a training database. Make one with “queueapp --db FILE init --training”."
    )


def replay(database: Database, text: str, *, day: date | None, progress: TextIO) -> Json:
    """Run the record and return how many citizens came and the report of each day (QueueError when it is refused)."""
    settings = database.read(current_settings)
    if not database.read(_is_training):
        raise NotForExerciseError
    arrivals = read_arrivals(text, known_of(settings, day))
    if not arrivals:
        raise BadRequestError(N_("The record holds no arrivals."))
    if arrivals[0].at < database.read(_last_at):
        raise RecordIsEarlierError(start=arrivals[0].at.isoformat())
    if any(arrival.service_seconds is None for arrival in arrivals):
        minutes = int(DEFAULT_SERVICE_SECONDS // 60)
        progress.write(_("Where the record gives no service time, {n} minutes are taken.").format(n=minutes) + "\n")
    database.is_given_clock = True
    clerks = Clerks(database, counters_of(settings), recall_limits_of(settings))
    clerks.expect(arrivals, arrivals[0].at)
    _run(clerks, len(arrivals), progress)
    return _answer(database, arrivals, settings.office.timezone)


def known_of(settings: Settings, day: date | None) -> Known:
    """Return what the rows of a record may refer to in an office."""
    timezone = settings.office.timezone
    return Known(
        timezone=timezone,
        day=day or business_day(now(), timezone),
        services=frozenset(service.code for service in settings.services),
        priorities=frozenset(priority.code for priority in settings.priorities),
        counters=counters_of(settings),
    )


def counters_of(settings: Settings) -> dict[int, frozenset[str]]:
    """Return the counters of an office with the fields they serve."""
    return {counter.number: frozenset(counter.services) for counter in settings.counters}


def recall_limits_of(settings: Settings) -> dict[str, int]:
    """Return the recall limit of every field."""
    return {service.code: service.recall_limit for service in settings.services}


def _run(clerks: Clerks, citizens: int, progress: TextIO) -> None:
    reported = 0.0
    while (moment := clerks.next_at()) is not None:
        clerks.step()
        if progress.isatty() and time.monotonic() - reported > BETWEEN_REPORTS:
            reported = time.monotonic()
            progress.write(f"\r{clerks.issued}/{citizens}  {moment:%Y-%m-%d %H:%M}  ")
            progress.flush()
    if progress.isatty():
        progress.write("\r" + " " * 40 + "\r")


def _answer(database: Database, arrivals: list[Arrival], timezone: str) -> Json:
    wire = Wire(timezone)
    days = sorted({business_day(arrival.at, timezone) for arrival in arrivals})
    reports = [wire.report(database.read(day_summary, day, at=arrivals[-1].at)) for day in days]
    return {
        "citizens": len(arrivals),
        "days": [day.isoformat() for day in days],
        "report": reports[-1],
        "reports": reports,
    }


def _is_training(session: Session) -> bool:
    return session.office.is_training


def _last_at(session: Session) -> datetime:
    return session.office.last_at
