"""The commands of several days: the period, the quiet hours, and the notice at the close."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.conftest import Run, lines

DAY = "2026-11-23"


def local(minutes: int, day: str = DAY) -> str:
    return f"{day}T{8 + minutes // 60:02d}:{minutes % 60:02d}:00+07:00"


@pytest.fixture
def filled(run: Run) -> Run:
    """Fill a training office with two days: 31 people from 8 o'clock on, called after 10 minutes, one who leaves."""
    assert run("init", "--training").status == 0
    requests: list[dict[str, Any]] = []
    for number in range(31):
        requests.append({"do": "issue", "service": "land", "at": local(number)})
        if number >= 10:
            requests += served(number)
    for number in range(31, 41):
        requests += served(number)
    requests.append({"do": "issue", "service": "civil_status", "at": local(45)})
    requests.append({"do": "leave", "ticket": "H-001", "at": local(50)})
    requests.append({"do": "issue", "service": "land", "at": local(0, "2026-11-24")})
    for do in ("call", "start", "finish"):
        requests.append({"do": do, "counter": 1, "at": local(4, "2026-11-24")})
    answers = run("batch", "--given-clock", given=lines(*requests)).lines
    assert all(each["ok"] for each in answers), [each for each in answers if not each["ok"]]
    return run


def served(number: int) -> list[dict[str, Any]]:
    return [{"do": do, "counter": 1, "at": local(number)} for do in ("call", "start", "finish")]


def test_the_report_says_how_sure_it_is_and_keeps_every_field_it_had(filled: Run) -> None:
    report = filled("report", "--day", DAY, "--json").json["report"]
    land, everybody = report["certainty"]["services"]["land"], report["certainty"]["all"]
    assert land["waiting"] == {
        "n": 31,
        "median": 10.0,
        "low": 10.0,
        "high": 10.0,
        "p90": 10.0,
        "p90_at_most": 10.0,
        "p95": None,
        "p95_at_most": None,
    }
    assert everybody["first_call"] == {"n": 32, "called": 31, "censored": 1, "unknown": 0, "median": 10.0, "p90": 10.0}
    assert everybody["within"]["15"]["n"] == 31
    assert everybody["within"]["15"]["share"] == 1.0
    assert everybody["running"]["done"] == 31
    assert report["little"]["is_kept"] is True
    assert set(report) >= {"day", "services", "all", "counters", "clerks", "hours", "unserved", "chain_head"}
    assert "certainty" not in report["all"]
    said = filled("report", "--day", DAY).out
    assert "Until the first call" in said
    assert "Little's check" in said


def test_a_period_is_pooled_by_ticket(filled: Run) -> None:
    found = filled("period", "--from", "2026-11-01", "--to", "2026-11-30", "--json").json["period"]
    assert found["days"] == [DAY, "2026-11-24"]
    assert (found["all"]["issued"], found["all"]["waiting"]["n"]) == (33, 32)
    assert found["all"]["waiting"]["mean"] == pytest.approx((31 * 10 + 4) / 32)
    assert (found["weekdays"]["monday"]["waiting"]["n"], found["weekdays"]["tuesday"]["waiting"]["n"]) == (31, 1)
    assert found["services"]["civil_status"]["certainty"]["first_call"]["censored"] == 1
    assert all(each["is_kept"] for each in found["little"].values())
    said = filled("period", "--from", "2026-11-01", "--to", "2026-11-30", lang="vi").out
    assert "Thứ Hai" in said
    assert "Kiểm tra Little khớp ở mọi ngày." in said
    empty = filled("period", "--from", "2025-01-01", "--to", "2025-01-05")
    assert (empty.status, "Nothing was measured" in empty.out) == (0, True)
    wrong = filled("period", "--from", "2026-11-30", "--to", "2026-11-01")
    assert (wrong.status, "ends before it begins" in wrong.err) == (2, True)


def test_a_period_of_one_day_says_what_the_days_report_says(filled: Run) -> None:
    report = filled("report", "--day", DAY, "--json").json["report"]
    found = filled("period", "--from", DAY, "--to", DAY, "--json").json["period"]
    for group in ("counters", "clerks", "hours"):
        assert found[group] == report[group]
    for code, figures in report["services"].items():
        assert figures.items() <= found["services"][code].items()
        assert found["services"][code]["certainty"] == report["certainty"]["services"][code]
    assert report["all"].items() <= found["all"].items()
    assert report["all"].items() <= found["by_day"][DAY].items()
    assert [each | {"day": DAY} for each in report["unserved"]] == found["unserved_tickets"]
    assert (found["outage_minutes"], found["picked"]) == (report["outage_minutes"], report["picked"])


def test_a_period_says_which_of_its_days_nobody_closed_and_how_many_were_not_served(filled: Run) -> None:
    found = filled("period", "--from", "2026-11-01", "--to", "2026-11-30", "--json").json["period"]
    assert found["unclosed"] == [DAY, "2026-11-24"]
    assert found["unserved"] == [{"service": "civil_status", "end": "left", "reason": None, "n": 1}]
    assert found["all"]["over"]["15"] == {
        "n": 32,
        "count": 0,
        "share": 0.0,
        "low": 0.0,
        "high": pytest.approx(0.1072, abs=1e-4),
    }
    assert found["heat"] == {
        "monday": {"08": {"n": 32, "median": 10.0, "p90": 10.0}},
        "tuesday": {"08": {"n": 1, "median": None, "p90": None}},
    }
    assert found["received"] == {"land": 32}


def test_the_quiet_hours_are_text_json_and_a_picture(filled: Run, tmp_path: Path) -> None:
    weeks = str((date.today() - date(2026, 11, 23)).days // 7 + 2)  # noqa: DTZ011 - the machine's, as the command takes it
    if not 0 < int(weeks) <= 520:
        pytest.skip("the machine's clock stands before the day of this test, or far after it")
    found = filled("quiet-hours", "--weeks", weeks, "--json").json["quiet_hours"]
    cells = found["services"]["land"]["hours"]
    assert cells["8"] == {"n": 32, "median": 10.0, "p90": 10.0, "is_enough": True}
    assert cells["9"] == {"n": 0, "median": None, "p90": None, "is_enough": False}
    assert found["services"]["civil_status"]["hours"]["8"]["median"] is None
    assert "10 phút" in filled("quiet-hours", "--weeks", weeks, "--text", lang="vi").out
    assert filled("quiet-hours", "--weeks", weeks, "--on", "tuesday", "--json").json["quiet_hours"]["n"] == 1
    drawn = filled("quiet-hours", "--weeks", weeks, "--png", "quiet.png")
    assert drawn.status == 0
    with Image.open(tmp_path / "quiet.png") as picture:
        assert picture.size == (2480, 1754)
    assert filled("quiet-hours", "--weeks", "0").status == 2
    assert filled("quiet-hours", "--weeks", weeks, "--png", "nowhere/quiet.png").status == 2


def test_the_close_writes_the_notice_beside_the_database_in_the_offices_language(run: Run, tmp_path: Path) -> None:
    run("init")
    run("issue", "land")
    closed = run("close-day", "--unserved", "D-001=left", "--reason", "test", "--json").json
    assert [Path(path).name for path in closed["notice"]] == ["queueapp-quiet-hours.txt", "queueapp-quiet-hours.png"]
    text = (tmp_path / "queueapp-quiet-hours.txt").read_text(encoding="utf-8-sig")
    assert "Giờ nào ít phải chờ?" in text
    assert "chưa đủ số liệu" in text
    assert json.dumps(closed["report"]["sealed"]).count("certainty") == 0


def test_a_close_succeeds_although_the_notice_cannot_be_written(run: Run, tmp_path: Path) -> None:
    run("init")
    (tmp_path / "queueapp-quiet-hours.txt").mkdir()
    run("issue", "land")
    closed = run("close-day", "--unserved", "D-001=left", "--reason", "test", "--json")
    assert (closed.status, closed.json["notice"], closed.json["report"]["closed"]) == (0, [], True)
    assert "could not be written" in closed.json["notice_failed"]
