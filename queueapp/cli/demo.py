"""Fills a training database with a plausible simulated day and opens the application on it, running live."""

import sys
import threading
from argparse import Namespace
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from importlib.resources import files

from queueapp.cli.clerks import Clerks
from queueapp.cli.replay import counters_of, recall_limits_of
from queueapp.clock import FastClock, business_day, now, zone
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.operations.counters import open_counter
from queueapp.operations.leaving import leave
from queueapp.operations.office import found
from queueapp.operations.serving import finish
from queueapp.queries.hall import status
from queueapp.queries.settings import current_settings
from queueapp.rules.crowd import crowd
from queueapp.rules.errors import BadRequestError, ClockRefusedError, QueueError
from queueapp.session import Session
from queueapp.settings import Settings
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database

DOORS_OPEN, LIVE_FROM = time(7, 25), time(9, 30)
MOST_CITIZENS, FASTEST = 5_000, 3_600


class RealOfficeError(ClockRefusedError):
    """The database given is a real office's."""

    template = N_("That database belongs to a real office. An exercise runs only in a file of its own.")


def run_demo(given: Namespace) -> int:
    """Prepare the morning, open the application, let the day go on behind it; the exit status of the application."""
    if not 1 <= given.citizens <= MOST_CITIZENS or not 0 < given.speed <= FASTEST:
        raise BadRequestError(
            N_("Citizens must be 1 to {most}, the speed above 0 and at most {fastest}."),
            most=MOST_CITIZENS,
            fastest=FASTEST,
        )
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise BadRequestError(N_("The demo needs a terminal."))
    print(_("Making up the morning …"), file=sys.stderr)  # noqa: T201
    database = prepared(given.db)
    settings = database.read(current_settings)
    day = _free_day(database, settings.office.timezone)
    clerks = _morning(database, settings, day, citizens=given.citizens, seed=given.seed)
    clock = FastClock(local(day, LIVE_FROM, settings.office.timezone), given.speed)
    return _live(given, database, clerks, clock)


def demo_settings() -> Settings:
    """Return the office that the demo makes up."""
    return Settings.from_toml((files("queueapp") / "demo_office.toml").read_text(encoding="utf-8"))


def prepared(address: str) -> Database:
    """Open the demo's database, founding its office if it is new (RealOfficeError for a real office's)."""
    database = Database(address)
    if not database.read(has_office):
        database.write(found, demo_settings(), is_training=True, at=now())
    if not database.read(is_training):
        database.close()
        raise RealOfficeError
    return database


def _free_day(database: Database, timezone: str) -> date:
    """Return today, or the day after the last one that this database has seen."""
    today = business_day(now(), timezone)
    last = database.read(_last_at)
    return today if last < local(today, DOORS_OPEN, timezone) else business_day(last, timezone) + timedelta(days=1)


def _morning(database: Database, settings: Settings, day: date, *, citizens: int, seed: int) -> Clerks:
    timezone = settings.office.timezone
    opening = local(day, DOORS_OPEN, timezone)
    _clear_counters(database, opening)
    people = [person.name for person in settings.staff if person.role == "clerk"]
    counters = counters_of(settings)
    for number, name in zip(counters, people, strict=False):
        database.write(open_counter, counter=number, staff=name, at=opening)
    theirs = dict(list(counters.items())[:-1]) or counters  # the last counter is left to whoever tries the demo
    clerks = Clerks(database, theirs, recall_limits_of(settings), is_patient=True)
    arrivals = crowd(
        citizens=citizens,
        seed=seed,
        day=day,
        timezone=timezone,
        services=[service.code for service in settings.services],
        priorities=[priority.code for priority in settings.priorities],
    )
    clerks.expect(arrivals, opening)
    until = local(day, LIVE_FROM, timezone)
    while (moment := clerks.next_at()) is not None and moment < until:
        clerks.step()
    return clerks


def _clear_counters(database: Database, at: datetime) -> None:
    """End what the last demo left at the counters, so that its clerks can work again."""
    for counter in database.read(status, at=at).counters:
        if counter.ticket is not None and counter.ticket.state == "serving":
            database.write(finish, counter=counter.number, time_unreliable=True, at=at)
        elif counter.ticket is not None:
            database.write(leave, ticket=counter.ticket.code, at=at)


def _live(given: Namespace, database: Database, clerks: Clerks, clock: FastClock) -> int:
    from queueapp.app import QueueApp  # noqa: PLC0415 - Textual is only loaded where it is shown

    stop = threading.Event()
    behind = threading.Thread(target=_go_on, args=(clerks, clock, stop), name="crowd", daemon=True)
    store = Store(lambda: open_database(given.db, clock=clock))
    app = QueueApp(Terminal(store=store, clock=clock), language=given.lang)
    behind.start()
    try:
        app.run()
    finally:
        stop.set()
        behind.join()
        database.close()
        store.close()
    return app.return_code or 0


def _go_on(clerks: Clerks, clock: FastClock, stop: threading.Event) -> None:
    while (moment := clerks.next_at()) is not None:
        if stop.wait(clock.seconds_until(moment)):
            return
        with suppress(QueueError):  # the screens say what is wrong with the database; the crowd just tries again
            clerks.step()


def local(day: date, at: time, timezone: str) -> datetime:
    """Return a moment of the office's time."""
    return datetime.combine(day, at, tzinfo=zone(timezone))


def has_office(session: Session) -> bool:
    """Whether a database holds an office."""
    return session.has_office


def is_training(session: Session) -> bool:
    """Whether the office is one for exercise."""
    return session.office.is_training


def _last_at(session: Session) -> datetime:
    return session.office.last_at
