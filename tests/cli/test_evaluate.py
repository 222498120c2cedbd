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
