"""Exports a made month in every form: compares every figure, and what each form costs beside reading the month.

`python -m benchmarks.exporting [--days 21] [--citizens 300]`. The month is made through `batch` by the product's own
operations in a file of its own. Cells of CSV, Word and PDF are compared with the workbook's; the days of the report with
`report --json` of each day. Ratios are times against the reading of the same report in the same run. `--seeded` changes
the figures of one form on purpose: it must be seen.
"""

import argparse
import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.cli.batch import Batch
from queueapp.cli.report_wire import report_json
from queueapp.cli.wire import Wire
from queueapp.database import Database
from queueapp.operations.office import found
from queueapp.paper import tables
from queueapp.paper.exporting import FORMS, export
from queueapp.queries.reports import report
from queueapp.queries.summary import day_summary
from queueapp.rules.date_ranges import month_of
from queueapp.settings import Settings, default_settings
from queueapp.terminal import clock_of
from tests.cli.forms import compare
from tests.cli.months import FIRST, STAFF, month


def made(path: Path, days: int, citizens: int) -> Database:
    database = Database(str(path))
    settings = Settings.from_toml(f"{default_settings().to_toml()}\n{STAFF}")
    lines = list(month(days, citizens))
    database.write(found, settings, is_training=True, at=clock_of(database)())
    answers = io.BytesIO()
    text = "".join(json.dumps(line) + "\n" for line in lines)
    Batch(database, clock_of(database), staff=None, is_given_clock=True).run(io.BytesIO(text.encode()), answers)
    refused = [line for line in answers.getvalue().splitlines() if not json.loads(line)["ok"]]
    assert not refused, refused[:3]
    return database


def days_that_differ(database: Database, answer: Any, timezone: str) -> list[str]:
    at = clock_of(database)()
    differing = []
    for day in answer.days:
        told = Wire(timezone).report(database.read(day_summary, day, at=at))["all"]
        known = report_json(answer)["by_day"][day.isoformat()]
        if any(known[name] != value for name, value in told.items()):
            differing.append(day.isoformat())
    return differing


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("--days", type=int, default=21)
    words.add_argument("--citizens", type=int, default=300)
    words.add_argument("--seeded", action="store_true")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = made(Path(folder) / "month.db", given.days, given.citizens)
        at = clock_of(database)()
        begun = time.process_time()
        answer = database.read(report, month_of(FIRST), at=at)
        reading = time.process_time() - begun
        tickets = answer.period.all.figures.issued
        print(f"{len(answer.days)} days, {tickets} tickets, read in {reading:.2f} s of processor time")
        wrong = [f"day {each}" for each in days_that_differ(database, answer, "Asia/Ho_Chi_Minh")]
        files = {}
        for form in FORMS:
            begun = time.process_time()
            files[form] = export(answer, form, Path(folder))
            spent = time.process_time() - begun
            print(f"{form:5} {files[form].stat().st_size / 1000:7.0f} kB  {spent / reading:5.2f} of the reading")
        if given.seeded:
            with replaced(tables, "figure", lambda minutes: f"{(minutes or 0) + 0.1:.1f}"):
                files["docx"] = export(answer, "docx", Path(folder))
        compared, differing = compare(files)
        database.close()
    wrong += differing
    print(f"{compared} cells compared, {len(wrong)} differ", *wrong[:3], sep="\n")
    assert compared, "nothing was compared"
    return int(bool(wrong) != given.seeded)


if __name__ == "__main__":
    sys.exit(main())
