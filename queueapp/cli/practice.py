"""Opens the application on a practice file to which a scenario's crowd comes, for who learns the work."""

import random
import sys
import tempfile
import threading
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from queueapp.cli.clerks import Clerks
from queueapp.cli.coaching import AGAIN, Citizens
from queueapp.cli.demo import RealOfficeError, has_office, is_training, local
from queueapp.cli.practice_office import office_settings, practice_settings
from queueapp.cli.practice_words import account_words
from queueapp.cli.replay import counters_of, recall_limits_of
from queueapp.clock import FastClock, business_day, now
from queueapp.database import Database
from queueapp.i18n import N_, _, name_of
from queueapp.operations.counters import open_counter
from queueapp.operations.office import found
from queueapp.practice import Practice
from queueapp.queries.summary import day_visits
from queueapp.rules.errors import BadRequestError, QueueError
from queueapp.rules.own_rule import OwnRule
from queueapp.rules.points import CallRule
from queueapp.rules.practice import Times, arrivals_of, fields_for
from queueapp.rules.practice_account import Reception, account
from queueapp.rules.recorded import Arrival
from queueapp.rules.scenarios import SCENARIOS, Scenario
from queueapp.rules.simulation import Course, Crowd, live
from queueapp.settings import Settings
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database

DOORS_OPEN, FASTEST, LOOK = time(7, 25), 3_600, 0.2
ALONE = 10  # seconds of life that a saying has the corner of the screen for itself, however fast the practice is


@dataclass(frozen=True, slots=True)
class Day:
    """A day of practice: what it is of, who comes, and how the simulated hall takes them."""

    name: str
    seed: int
    speed: float
    counter: int | None
    people: Crowd
    course: Course
    times: Times
    date: date

    @property
    def scenario(self) -> Scenario:
        """What kind of day it is."""
        return SCENARIOS[self.name]


def run_train(given: Namespace) -> int:
    """Open the application on a day of practice until it is left, and say how it went."""
    _check(given)
    office = office_settings(given.office)
    settings = practice_settings(office, SCENARIOS[given.scenario])
    if given.db:
        return _practise(given, given.db, settings)
    with tempfile.TemporaryDirectory(prefix="queueapp-practice-") as folder:
        return _practise(given, str(Path(folder) / "practice.db"), settings)


def _check(given: Namespace) -> None:
    counters = len(SCENARIOS[given.scenario].hall.desks)
    if not 0 < given.speed <= FASTEST:
        raise BadRequestError(N_("The speed must be above 0 and at most {fastest}."), fastest=FASTEST)
    if given.counter is not None and not 1 <= given.counter <= counters:
        raise BadRequestError(N_("This kind of day has counters 1 to {counters}."), counters=counters)
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise BadRequestError(N_("The practice needs a terminal."))


def _practise(given: Namespace, address: str, settings: Settings) -> int:
    database = _new(address, settings)
    try:
        timezone = settings.office.timezone
        day = _day(given, settings, business_day(now(), timezone))
        opening = local(day.date, DOORS_OPEN, timezone)
        _sit_down(database, settings, day.counter, opening)
        clock = FastClock(opening, given.speed)
        practice = Practice(lambda reading, at: told(reading, day, citizens, at))
        clerks, citizens = _crowd(database, settings, day, practice)
        status = _run(given, address, clock, practice, lambda stop: _go_on(clerks, citizens, clock, stop))
        print(told(database, day, citizens, clock()))  # noqa: T201 - the command line answers on standard output
        return status
    finally:
        database.close()


def _new(address: str, settings: Settings) -> Database:
    """Open a practice file and found its office; one that holds anything already is refused."""
    database = Database(address)
    if not database.read(has_office):
        database.write(found, settings, is_training=True, at=now())
        return database
    is_practice = database.read(is_training)
    database.close()
    if not is_practice:
        raise RealOfficeError
    raise BadRequestError(N_("{path} holds an exercise already: a practice begins in a new file."), path=address)


def _day(given: Namespace, settings: Settings, day: date) -> Day:
    scenario = SCENARIOS[given.scenario]
    counter = None if given.reception else given.counter or len(scenario.hall.desks)
    people = scenario.crowd(random.Random(f"{given.scenario}/{given.seed}/0"))  # noqa: S311 - the days of `simulate`
    rule = CallRule(**settings.calling.model_dump())
    course = live(people, scenario.hall, OwnRule(rule))
    times = Times(scenario.hall, local(day, time(), settings.office.timezone))
    return Day(given.scenario, given.seed, given.speed, counter, people, course, times, day)


def _sit_down(database: Database, settings: Settings, mine: int | None, at: datetime) -> None:
    people = [person.name for person in settings.staff if person.role == "clerk"]
    others = [counter.number for counter in settings.counters if counter.number != mine]
    for number, name in zip(others, people, strict=False):
        database.write(open_counter, counter=number, staff=name, at=at)


def _crowd(database: Database, settings: Settings, day: Day, practice: Practice) -> tuple[Clerks, Citizens]:
    """Return the clerks of the other counters with the day's arrivals before them, and whom the learner meets."""
    counters = {number: fields for number, fields in counters_of(settings).items() if number != day.counter}
    clerks = Clerks(database, counters, recall_limits_of(settings), is_patient=True, hours=day.times)
    citizens = Citizens(
        database=database,
        clerks=clerks,
        say=practice.say,
        names={each.code: name_of(each.name_vi, each.name_en) for each in settings.services},
        priorities={each.code: name_of(each.name_vi, each.name_en) for each in settings.priorities},
        counter=day.counter,
        again=max(AGAIN, timedelta(seconds=ALONE * day.speed)),
    )
    practice.say(_("Nothing here reaches the office's data. Ctrl+O: how it goes. Ctrl+Q: the end, with the account."))
    clerks.expect(_arrivals(settings, day), day.times.moment(0), asks=None if day.counter else citizens.ask)
    citizens.attend()
    return clerks, citizens


def _arrivals(settings: Settings, day: Day) -> list[Arrival]:
    fields = fields_for([service.code for service in settings.services])
    priorities = [priority.code for priority in settings.priorities]
    chance = random.Random(f"{day.name}/{day.seed}/ways")  # noqa: S311 - an exercise needs no secrets
    return arrivals_of(day.people, day.times, fields, priorities, chance)


def _run(given: Namespace, address: str, clock: FastClock, practice: Practice, crowd: Any) -> int:
    from queueapp.app import QueueApp  # noqa: PLC0415 - Textual is only loaded where it is shown

    stop = threading.Event()
    behind = threading.Thread(target=crowd, args=(stop,), name="crowd", daemon=True)
    store = Store(lambda: open_database(address, clock=clock))
    terminal = Terminal(store=store, clock=clock, practice=practice)
    opens: Mapping[str, Any] = {"opens": "reception"} if given.reception else {"opens": "counter"}
    counter = None if given.reception else given.counter or len(SCENARIOS[given.scenario].hall.desks)
    app = QueueApp(terminal, **opens, counter=counter, language=given.lang)
    behind.start()
    try:
        app.run()
    finally:
        stop.set()
        behind.join()
        store.close()
    return app.return_code or 0


def _go_on(clerks: Clerks, citizens: Citizens, clock: FastClock, stop: threading.Event) -> None:
    """Let what is due happen, and look at what the learner does, until the practice is left."""
    is_over = False
    while not stop.wait(LOOK):
        with suppress(QueueError):  # the screens say what is wrong with the database; the crowd just tries again
            while (moment := clerks.next_at()) is not None and moment <= clock():
                clerks.step()
            citizens.look(clock())
            if clerks.next_at() is None and not is_over:
                is_over = True
                citizens.say(_("Nobody more comes today. Ctrl+O says how it went, Ctrl+Q ends the practice."))


def told(database: Database, day: Day, citizens: Citizens, at: datetime) -> str:
    """Return in words how a practice went until a moment."""
    visits, times = database.read(day_visits, day.date), day.times
    until = min(times.minute(at), max(day.course.ended, times.hall.hours.length))
    reception = Reception(
        since={code: times.minute(came) for code, came in citizens.clerks.arrived().items()},
        asking=[(times.minute(each.at), each.priority is not None) for each in citizens.asking()],
    )
    found = account(visits, day.people, day.course, times, reception, until=until, counter=day.counter)
    return "\n".join(account_words(day.name, day.seed, found, times, citizens.slips.counts()))
