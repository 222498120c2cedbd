"""The recorded day of a real office through the queue: every figure equals one computed from the events alone."""

import csv
import io
import json
import math
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from queueapp.cli.replay import replay
from queueapp.database import Database
from queueapp.operations.office import found
from queueapp.paper.summary_csv import summary_csv
from queueapp.queries.summary import summary
from queueapp.queries.tickets import events_after
from queueapp.rules.views import EventView
from queueapp.settings import Settings, default_settings
from tests.conftest import HandClock

DAY = date(2020, 1, 7)
SKILLS = (
    [["land"]] * 4 + [["civil_status"]] * 3 + [["social_affairs"]] + [["land", "civil_status", "social_affairs"]] * 2
)
ENDS = ("served", "no_show", "left", "sent_home", "carried_over", "void")


def ten_counters() -> Settings:
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number, "services": codes} for number, codes in enumerate(SKILLS, 1)]
    return Settings.model_validate(settings)


@dataclass
class Life:
    """One ticket as its events tell it; nothing of the queue's own figures is used here."""

    service: str
    issued_at: datetime
    queue: str
    state: str = "waiting"
    since: datetime | None = None
    counter: int | None = None
    seconds: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    at_counter: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))


def lives_of(events: Sequence[EventView]) -> dict[str, Life]:
    lives: dict[str, Life] = {}
    for event in events:
        if event.ticket is None:
            continue
        if event.verb == "issue":
            service = event.detail["service"]
            lives[event.ticket] = Life(service, event.at, service, since=event.at)
            continue
        life = lives[event.ticket]
        state = event.detail["to"]
        if state == life.state:
            continue
        assert life.since is not None
        assert event.counter is not None
        duration = {"waiting": "waiting", "called": "way" if state == "serving" else None, "serving": "service"}[
            life.state
        ]
        if duration:
            length = (event.at - life.since).total_seconds() / 60
            life.seconds[duration, life.queue] += length
            life.at_counter[duration, event.counter] += length
        life.state, life.since, life.counter = state, event.at, event.counter
    return lives


def described(minutes: list[float]) -> dict[str, float | int | None]:
    if not minutes:
        return {"n": 0, "mean": None, "median": None, "p90": None, "max": None, "sum": None}
    p90 = statistics.quantiles(minutes, n=10, method="inclusive")[8] if len(minutes) >= 20 else None
    total = math.fsum(minutes)
    return {
        "n": len(minutes),
        "mean": total / len(minutes),
        "median": statistics.median(minutes),
        "p90": p90,
        "max": max(minutes),
        "sum": total,
    }


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == expected)


def expect(figures: dict[str, Any], lives: list[Life], minutes: dict[str, list[float]], *, issued: bool = True) -> None:
    """Compare one object of the report with what the events say."""
    assert figures["issued"] == (len(lives) if issued else None)
    for end in ENDS:
        assert figures[end] == sum(life.state == end for life in lives)
    if issued:
        assert figures["issued"] == sum(figures[end] for end in ENDS) + figures["still_open"]
    for duration in ("waiting", "way", "service", "held"):
        expected = described(minutes[duration])
        assert all(same(figures[duration][key], expected[key]) for key in expected), (
            duration,
            figures[duration],
            expected,
        )
    assert figures["wait_over"] == {str(limit): sum(wait > limit for wait in minutes["waiting"]) for limit in (15, 30)}


@pytest.fixture
def replayed(address: str, data_folder: Path, clock: HandClock) -> tuple[str, Database, dict[str, Any]]:
    """Replay the recorded day on an office with ten counters."""
    database = Database(address)
    database.write(found, ten_counters(), is_training=True, at=clock())
    text = (data_folder / "office_day.csv").read_text(encoding="utf-8")
    answer = replay(database, text, day=DAY, progress=io.StringIO())
    return address, database, answer


def test_the_recorded_day_comes_out_right(replayed: tuple[str, Database, dict[str, Any]], data_folder: Path) -> None:
    address, database, answer = replayed
    report = answer["report"]
    with (data_folder / "office_day.csv").open(encoding="utf-8") as file:
        recorded = list(csv.DictReader(file))
    assert answer["citizens"] == len(recorded) == 446
    events = [each for start in range(0, 4000, 1000) for each in database.read(events_after, start)]
    lives = list(lives_of(events).values())
    served = [life for life in lives if life.state == "served"]
    check_services(report, lives, served, recorded)
    check_counters(report, lives, served)
    check_hours(report, lives, served)
    check_everywhere(address, database, report)
    database.close()


def check_services(
    report: dict[str, Any], lives: list[Life], served: list[Life], recorded: list[dict[str, str]]
) -> None:
    for service, figures in report["services"].items():
        theirs = [life for life in lives if life.service == service]
        assert len(theirs) == sum(row["service"] == service for row in recorded)
        minutes = {
            duration: [life.seconds[duration, service] for life in served if (duration, service) in life.seconds]
            for duration in ("waiting", "way", "service", "held")
        }
        expect(figures, theirs, minutes)
    whole = defaultdict(list)
    for life in served:
        for duration in ("waiting", "way", "service"):
            whole[duration].append(sum(spent for (kind, _queue), spent in life.seconds.items() if kind == duration))
    expect(report["all"], lives, whole)
    assert report["all"]["served"] + len(report["unserved"]) == 446
    assert report["all"]["service"]["sum"] == pytest.approx(sum(float(row["service_seconds"]) for row in recorded) / 60)


def check_counters(report: dict[str, Any], lives: list[Life], served: list[Life]) -> None:
    assert list(report["counters"]) == [str(number) for number in range(1, 11)]
    for name, figures in report["counters"].items():
        number = int(name)
        minutes = {
            duration: [life.at_counter[duration, number] for life in served if (duration, number) in life.at_counter]
            for duration in ("waiting", "way", "service", "held")
        }
        expect(figures, [life for life in lives if life.counter == number], minutes, issued=False)


def check_hours(report: dict[str, Any], lives: list[Life], served: list[Life]) -> None:
    def hour(life: Life) -> str:
        return f"{(life.issued_at.hour + 7) % 24:02d}"

    assert set(report["hours"]) == {hour(life) for life in lives}
    for name, figures in report["hours"].items():
        theirs = [life for life in served if hour(life) == name]
        minutes = {
            duration: [
                sum(spent for (kind, _queue), spent in life.seconds.items() if kind == duration)
                for life in theirs
                if any(kind == duration for kind, _queue in life.seconds)
            ]
            for duration in ("waiting", "way", "service", "held")
        }
        expect(figures, [life for life in lives if hour(life) == name], minutes)


def check_everywhere(address: str, database: Database, report: dict[str, Any]) -> None:
    """The summary screen's view, `report --json` and the CSV agree to the digit."""
    words = [sys.executable, "-m", "queueapp", "--db", address, "--json", "report", "--day", DAY.isoformat()]
    told = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)["report"]
    assert told == report
    view = database.read(summary, DAY, at=database.read(lambda session: session.office.last_at))
    rows = [row for row in csv.reader(io.StringIO(summary_csv(view.summary, {})), delimiter=";") if row]
    head = rows[1]
    for row in rows[2:6]:
        figures = report["services"].get(row[1], report["all"])
        screen = view.summary.services.get(row[1], view.summary.all)
        for duration, words_of in (("waiting", "Waiting"), ("service", "Service")):
            for key, heading in (
                ("mean", "mean"),
                ("median", "median"),
                ("p90", "90th percentile"),
                ("max", "longest"),
            ):
                cell = row[head.index(f"{words_of}, minutes: {heading}")]
                assert (
                    float(cell.replace(",", ".")) == figures[duration][key] == getattr(getattr(screen, duration), key)
                )


def test_several_days_go_through_one_after_the_other(data_folder: Path, tmp_path: Path, clock: HandClock) -> None:
    database = Database(str(tmp_path / "office.db"))
    database.write(found, ten_counters(), is_training=True, at=clock())
    text = (data_folder / "office_14_days.csv").read_text(encoding="utf-8")
    rows = text.splitlines()
    days = sorted({row[:10] for row in rows[1:]})[:3]
    some = "\n".join([rows[0], *(row for row in rows[1:] if row[:10] in days)])
    answer = replay(database, some, day=None, progress=io.StringIO())
    assert answer["days"] == days
    assert sum(report["all"]["issued"] for report in answer["reports"]) == answer["citizens"]
    assert [report["all"]["still_open"] for report in answer["reports"]] == [0, 0, 0]
    database.close()
