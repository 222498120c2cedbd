"""The commands: their answers, their exit statuses, their words."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_the_first_start_makes_the_default_office(run: Run, tmp_path: Path) -> None:
    ran = run("--json", "status", db="")
    assert ran.status == 0
    assert set(ran.json["services"]) == {"land", "civil_status", "social_affairs"}
    assert list(ran.json["counters"]) == ["1", "2", "3", "4"]
    assert (tmp_path / "queueapp.db").exists()


@pytest.mark.parametrize(
    "start", [["-m", "queueapp"], ["-c", "import sys; from queueapp.__main__ import main; sys.exit(main())"]]
)
def test_a_command_begins_from_nothing(tmp_path: Path, start: list[str]) -> None:
    done = subprocess.run([sys.executable, *start, "call", "1"], capture_output=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "không có ai chờ" in done.stderr.decode().casefold()


def test_a_ticket_goes_its_way_by_commands(run: Run) -> None:
    assert run("issue", "land", "--priority", "elderly", "--dossiers", "2").out.startswith("D-001  waiting")
    called = run("--json", "call", "1").json
    assert (called["ticket"]["code"], called["rule"]) == ("D-001", "priority")
    assert run("start", "1").status == 0
    assert run("finish", "1", "--outcome", "missing_papers").status == 0
    shown = run("ticket", "d1").out
    assert "served" in shown
    assert "finish" in shown
    assert len(run("--json", "events", "--after", "2").json["events"]) == 4
    assert run("report", "--json").json["report"]["all"]["served"] == 1


def test_options_stand_before_or_after_the_command(run: Run) -> None:
    assert run("--json", "issue", "land").json["ticket"]["code"] == "D-001"
    assert run("issue", "land", "--json", "--db", "other.db").json["ticket"]["code"] == "D-001"
    assert run("--db", "other.db", "issue", "land", "--json").json["ticket"]["code"] == "D-002"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["call", "1"], 1),
        (["start", "1"], 1),
        (["issue", "tax"], 1),
        (["void", "D-001"], 1),
        (["issue"], 2),
        (["dance"], 2),
        (["call", "one"], 2),
        (["call", "1", "--loud"], 2),
        (["close-day", "--day", "2020-01-01"], 2),
        (["evaluate", "x.csv"], 2),
        (["report", "--day", "yesterday"], 2),
        (["config", "check", "missing.toml"], 2),
        (["replay", "missing.csv"], 2),
        (["--lang", "fr", "status"], 2),
        ([], 2),
        (["counter", "1"], 2),
        (["demo"], 2),
        (["--db", "nowhere/x.db", "status"], 3),
        (["--db", "postgresql://x@127.0.0.1:1/x", "status"], 3),
    ],
)
def test_exit_statuses_and_a_sentence_never_a_traceback(run: Run, words: list[str], status: int) -> None:
    ran = run(*words)
    assert ran.status == status, ran
    assert ran.err.strip()
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_refusal_in_json_is_one_object(run: Run) -> None:
    ran = run("--json", "call", "1")
    assert ran.status == 1
    assert ran.json["error"]["code"] == "nobody_waiting"


def test_the_language_is_the_offices_unless_it_is_chosen(run: Run) -> None:
    assert run("call", "1", lang="").err == "Không có ai chờ quầy 1.\n"
    assert run("--lang", "en", "call", "1", lang="vi").err == "Nobody is waiting for counter 1.\n"
    assert "Cách dùng" in run("--help", lang="").out
    assert "Usage" in run("--help", "--lang", "en").out
    assert run("--version").out.strip()


CONFIG = """
[office]
name = "Xã Tân Phú"
[[services]]
code = "tax"
letter = "T"
name_vi = "Thuế"
name_en = "Tax"
[[counters]]
number = 7
services = ["tax"]
[[staff]]
name = "an"
role = "clerk"
"""


SECOND_TAX = """
[[services]]
code = "tax"
letter = "U"
name_vi = "Thuế"
name_en = "Tax"
"""


def test_an_office_is_made_once_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(CONFIG, encoding="utf-8")
    assert run("config", "check", "office.toml").status == 0
    assert run("init", "--config", "office.toml", "--training").status == 0
    status = run("--json", "status").json
    assert (status["training"], list(status["services"]), list(status["counters"])) == (True, ["tax"], ["7"])
    again = run("init")
    assert again.status == 1
    assert "already holds an office" in again.err
    assert run("open-counter", "7", "--as", "an", "--json").json["counter"]["clerk"] == "an"


def test_settings_go_out_and_in_again(run: Run, tmp_path: Path) -> None:
    shown = run("config", "show")
    (tmp_path / "same.toml").write_text(shown.out, encoding="utf-8")
    assert run("config", "apply", "same.toml").status == 0
    assert run("config", "show").out == shown.out


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (CONFIG.replace("letter", "lettr"), "services[0].lettr"),
        (CONFIG.replace('"T"', "5"), "services[0].letter"),
        (CONFIG.replace('["tax"]', '["land"]'), "counters[0].services[0]"),
        (CONFIG.replace('"clerk"', '"king"'), "staff[0].role"),
        (CONFIG + '[hours]\nmonday = ["8-11"]', "hours.monday[0]"),
        (
            CONFIG + "[[services]]\n" + CONFIG.split("[[services]]")[1].split("[[counters]]", maxsplit=1)[0],
            "services[1].code",
        ),
        ("[office", "line 1"),
    ],
)
def test_wrong_settings_name_their_path_and_change_nothing(run: Run, tmp_path: Path, wrong: str, path: str) -> None:
    before = run("config", "show").out
    (tmp_path / "wrong.toml").write_text(wrong, encoding="utf-8")
    ran = run("config", "apply", "wrong.toml")
    assert ran.status == 2
    assert path in ran.err
    assert "expected" in ran.err or "no such setting" in ran.err
    assert run("config", "show").out == before


def test_a_report_goes_to_a_new_file_for_excel(run: Run, tmp_path: Path) -> None:
    run("issue", "land")
    ran = run("report", "--csv", "day.csv", "--json").json
    assert Path(ran["csv"]) == tmp_path / "day.csv"
    written = (tmp_path / "day.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "day.csv").stat().st_mode & 0o077 == 0
    assert run("report", "--csv", "day.csv", "--json").json["csv"].endswith("day-2.csv")
    assert (tmp_path / "day.csv").read_bytes() == written


def test_a_person_reads_words_and_numbers_of_their_language(run: Run) -> None:
    run("issue", "land")
    run("close-day", "--unserved", "D-001=left", "--reason", "storm")
    report = run("report", lang="vi").out
    assert "đã chốt, niêm phong" in report
    assert "Project-Id-Version" not in report
    assert "Đất đai" in report
    assert "Đất đai" in run("status", lang="vi").out
    events = run("events", lang="vi").out
    assert "cấp số" in events
    assert "chốt ngày, niêm phong" in events
    assert "end_of_day" not in events


def test_a_record_is_replayed_only_for_exercise(run: Run, tmp_path: Path) -> None:
    record = "arrival,service,priority,service_seconds,counter,no_show\n"
    record += "08:00:00,land,,600,,\n08:00:10,land,elderly,300,,\n08:01:00,civil_status,,60,4,\n08:02:00,land,,,,1\n"
    (tmp_path / "day.csv").write_text(record, encoding="utf-8")
    refused = run("replay", "day.csv", "--day", "2026-11-20")
    assert refused.status == 1
    assert "training database" in refused.err
    run("init", "--training", db="exercise.db")
    report = run("--json", "replay", "day.csv", "--day", "2026-11-20", db="exercise.db").json["report"]
    counts = {name: report["all"][name] for name in ("issued", "served", "no_show", "still_open")}
    assert counts == {"issued": 4, "served": 3, "no_show": 1, "still_open": 0}
    assert report["counters"]["4"]["service"]["sum"] >= 1
    again = run("replay", "day.csv", "--day", "2026-11-20", db="exercise.db")
    assert again.status == 1
    assert "before the last event" in again.err


def test_a_record_with_a_wrong_row_runs_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("arrival,service\n08:00:00,land\n08:00:00,tax\n", encoding="utf-8")
    run("init", "--training")
    ran = run("replay", "day.csv")
    assert ran.status == 2
    assert "Line 3" in ran.err
    assert run("--json", "status").json["services"]["land"]["issued"] == 0
