"""Looks at everything that was kept of hostile text: the log, every table, every report."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

from benchmarks.hostile.judging import Tally, judge_csv, texts_in
from benchmarks.hostile.office import MORNING, Moving
from queueapp.cli.saying import say
from queueapp.cli.wire import Wire
from queueapp.database import Database
from queueapp.paper.summary_csv import summary_csv
from queueapp.queries.summary import summary
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify


def aftermath(tally: Tally, database: Database, path: Path, clock: Moving) -> None:
    """Look at everything that was kept: the log, every table, every report, every CSV; then prove the data."""
    events(tally, database)
    _tables(tally, path)
    _days(tally, database, clock)
    verdict = database.read(verify)
    tally.check(verdict.difference is None, "verify", verdict.difference)


def events(tally: Tally, database: Database) -> None:
    """Check every event, as it is told in JSON and as it is said to a person."""
    wire, last = Wire("Asia/Ho_Chi_Minh"), 0
    while found_now := database.read(events_after, last):
        last = found_now[-1].seq
        told = [wire.event(event) for event in found_now]
        tally.counted["events"] += len(told)
        for text in texts_in(told):
            tally.quiet(text, "the log")
        tally.quiet_lines(say({"events": told}), "the log in words")


def _tables(tally: Tally, path: Path) -> None:
    driver = sqlite3.connect(path)
    for (table,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in driver.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, str):
                    tally.counted["texts kept"] += 1
                    _kept(tally, value, f"table {table}")
    driver.close()


def _kept(tally: Tally, value: str, what: str) -> None:
    """Check a text of a table; JSON is looked into, for it may hide a character in an escape."""
    tally.quiet(value, what)
    if value[:1] in {"{", "["}:
        try:
            inside = json.loads(value)
        except ValueError:  # a text that only looks like it
            return
        for text in texts_in(inside):
            tally.quiet(text, f"{what}, inside")


def _days(tally: Tally, database: Database, clock: Moving) -> None:
    wire, day = Wire("Asia/Ho_Chi_Minh"), MORNING.date()
    while day <= clock().date():
        view = database.read(summary, day, at=clock())
        names = {service.code: service.name for service in view.services}
        judge_csv(tally, summary_csv(view.summary, names))
        tally.quiet_lines(say({"report": wire.report(view.summary)}), "a report in words")
        tally.counted["reports"] += 1
        day += timedelta(days=1)
