"""`evaluate` as a subprocess: its table, its chart, its JSON, and what it leaves out."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.logs import minutes_log, seconds_log


def test_a_log_by_minutes_gets_a_table_a_chart_and_json(run: Run, tmp_path: Path) -> None:
    rows = minutes_log(days=6, people=40).splitlines()
    rows[5] = "Here,A,2026-11-02,5,nonsense,500,2,10"
    (tmp_path / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    ran = run("evaluate", "log.csv", "--chart")
    assert ran.status == 0
    assert ran.err.splitlines() == ["Line 6: “nonsense” is no number that fits", "1 line was left out."]
    for words in ("our estimate", "people × well-set minutes ÷ counters", "Waits within the range", "Here", "█"):
        assert words in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100
    answer = run("--json", "evaluate", "log.csv").json
    assert {"n", "mae", "bias", "coverage", "late"} <= set(answer["estimate"])
    assert answer["baselines"]["usual"]["mae"] > 0
    assert [office["office"] for office in answer["by_office"]] == ["Here"]
    assert sum(each["n"] for each in answer["by_position"]) == answer["estimate"]["n"]
    assert answer["left_out"] == [{"line": 6, "problem": "“nonsense” is no number that fits"}]


def test_a_log_by_seconds_without_an_office_runs_too_and_needs_no_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(seconds_log(days=5), encoding="utf-8")
    answer = run("--json", "--db", "nowhere/x.db", "evaluate", "log.csv", "--warm-up", "2").json
    assert answer["warm_up_days"] == 2
    assert answer["estimate"]["n"] > 0
    assert not (tmp_path / "nowhere").exists()
    assert "Sai số tuyệt đối trung bình" in run("evaluate", "log.csv", lang="vi").out


def test_what_is_no_log_or_never_scores_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert run("evaluate", "bad.csv").status == 2
    (tmp_path / "one.csv").write_text("day,arrival_min,call_min\n2026-11-02,480,480\n", encoding="utf-8")
    ran = run("evaluate", "one.csv")
    assert (ran.status, "No ticket could be scored" in ran.out) == (0, True)
    assert run("--json", "evaluate", "one.csv").json["estimate"] == {"n": 0}
    assert run("evaluate", "one.csv", "--warm-up", "-1").status == 2


def test_when_to_stop_is_judged_where_the_closing_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(minutes_log(days=8, people=100), encoding="utf-8")
    (tmp_path / "stops.csv").write_text(
        "office,queue,day,stop_min,waiting_at_stop,counters_at_stop,queue_empty_min,counters_open_until_min\n"
        "Here,A,2026-11-08,560,10,2,620,680\n",
        encoding="utf-8",
    )
    words = ("evaluate", "log.csv", "--closing", "11:30", "--closing", "monday=12:00", "--stops", "stops.csv")
    ran = run(*words)
    assert ran.status == 0
    for said in (
        "closing at 11:30, Monday 12:00",
        "wrongly red or amber",
        "1 recorded stop",
    ):
        assert said in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100
    stops = run("--json", *words).json["stops"]
    assert (stops["closing"], stops["closing_by_weekday"], stops["last_call"]) == ("11:30", {"monday": "12:00"}, 10)
    scored, everybody = stops["scored"], stops["all"]
    assert 0 < scored["not_in_time"] <= scored["tickets"] <= everybody["tickets"]
    assert scored["caught"]["n"] == scored["not_in_time"]
    assert scored["caught_by_red"]["count"] <= scored["caught"]["count"]
    assert scored["wrongly_refused"]["n"] == scored["tickets"] - scored["not_in_time"]
    assert stops["events"]["judged"] == 1
    assert stops["events"]["idle_minutes"] == {"mean": 60, "median": 60, "max": 60}
    assert stops["events"]["green"] + stops["events"]["amber"] + stops["events"]["red"] == 1
    assert "Khi nào ngừng cấp số" in run(*words, lang="vi").out


def test_without_a_closing_nothing_is_said_of_stopping_and_a_wrong_one_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(minutes_log(days=3, people=10), encoding="utf-8")
    (tmp_path / "none.csv").write_text("office,queue\n", encoding="utf-8")
    assert "stops" not in run("--json", "evaluate", "log.csv").json
    assert "When to stop" not in run("evaluate", "log.csv").out
    for wrong in (
        ("--closing", "25:00"),
        ("--closing", "someday=16:00"),
        ("--closing", "16:00", "--last-call", "-1"),
        ("--closing", "16:00", "--last-call", "nan"),
        ("--stops", "none.csv"),
        ("--closing", "16:00", "--stops", "none.csv"),
        ("--closing", "16:00", "--stops", "missing.csv"),
    ):
        assert run("evaluate", "log.csv", *wrong).status == 2, wrong
