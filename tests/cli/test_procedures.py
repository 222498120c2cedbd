"""The commands of the list of procedures as processes: look, compare, change, and what is missing most."""

import sqlite3
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run, lines

BIRTH = "1.001193"


def test_the_list_is_searched_and_one_is_shown(run: Run) -> None:
    found = run("procedures", "list", "khai", "sinh", lang="vi").out.splitlines()
    assert found[0] == f"{BIRTH}  Đăng ký khai sinh"
    assert len(run("--json", "procedures", "list").json["procedures"]) == 59
    shown = run("procedures", "show", BIRTH, lang="vi").out
    assert "Hộ tịch - Tư pháp · đã kiểm chứng" in shown
    assert "Thời hạn: trong ngày (xem ghi chú) · Phí, lệ phí: không thu (xem ghi chú)" in shown
    submit, show = shown.index("Phải nộp:"), shown.index("Chỉ xuất trình:")
    assert submit < shown.index("Tờ khai") < show < shown.index("Giấy tờ tùy thân")
    assert "do tỉnh quy định" in run("procedures", "show", "1.004873", lang="vi").out
    assert run("procedures", "show", "9.999999").status == 1


def test_an_office_of_an_earlier_version_is_told_how_its_list_is_loaded(run: Run, tmp_path: Path) -> None:
    run("status")
    with sqlite3.connect(tmp_path / "office.db") as file:
        file.execute("DELETE FROM procedure")
    file.close()
    assert "queueapp procedures load" in run("procedures", "list").out
    assert run("procedures", "load").status == 0
    assert run("procedures", "list", "nothing of that name").out == "No procedure fits.\n"
    assert len(run("--json", "procedures", "list").json["procedures"]) == 59


def test_a_changed_file_is_compared_asked_for_and_taken_in(run: Run, tmp_path: Path) -> None:
    assert run("procedures", "export", "list.csv").status == 0
    text = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    assert "'+10 ngày" in text  # a spreadsheet must not take it for a formula
    kept = [line for line in text.splitlines() if not line.startswith("1.000894")]
    (tmp_path / "new.csv").write_text(
        "\n".join(kept).replace("2.000635;civil_status", "2.000635;land"), encoding="utf-8"
    )
    compared = run("--json", "procedures", "compare", "new.csv").json["changes"]
    assert [(each["code"], each["kind"]) for each in compared] == [("2.000635", "changed"), ("1.000894", "removed")]
    assert compared[0]["fields"]["service"]["before"] == "civil_status"
    assert compared[0]["fields"]["service"]["since"].endswith("+07:00")
    asked = run("procedures", "import", "new.csv")
    assert (asked.status, "say --yes" in asked.out) == (1, True)
    assert run("procedures", "changes").out.startswith("Nothing has changed")
    assert run("procedures", "import", "new.csv", "--yes").status == 0
    assert "civil_status → land" in run("procedures", "changes", "2.000635").out
    assert run("procedures", "compare", "new.csv").out.startswith("Nothing differs")
    assert len(run("--json", "procedures", "list").json["procedures"]) == 58
    assert len(run("--json", "procedures", "list", "--all").json["procedures"]) == 59
    assert run("verify").status == 0


def test_a_bad_file_is_refused_cell_by_cell(run: Run, tmp_path: Path) -> None:
    run("procedures", "export", "list.csv")
    text = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "bad.csv").write_text(text.replace("1.000894;civil_status", "1.000894;tax"), encoding="utf-8")
    refused = run("--json", "procedures", "import", "bad.csv", "--yes")
    assert refused.status == 2
    assert refused.json["error"]["problems"] == [
        {"line": 3, "column": "service", "expected": "expected the code of a field"}
    ]
    assert "line 3, column service" in refused.err
    assert run("--json", "procedures", "changes").json["changes"] == []


def test_one_is_edited_by_its_fields(run: Run) -> None:
    edited = run("procedures", "edit", BIRTH, "--fee", "8000", "--time-limit", "", "--time-unit", "")
    assert (edited.status, "fee: 0 → 8000" in edited.out) == (0, True)
    shown = run("--json", "procedures", "show", BIRTH).json["procedure"]
    assert (shown["fee"], shown["time_limit"]) == (8000, None)
    assert run("procedures", "edit", BIRTH).status == 2
    assert run("procedures", "edit", BIRTH, "--fee", "much").status == 2
    assert run("procedures", "load").status == 2  # it has a list already


def test_missing_papers_come_from_the_counter_and_from_reception(run: Run, tmp_path: Path) -> None:
    requests: list[dict[str, Any]] = [
        {"do": "issue", "service": "civil_status", "procedure": BIRTH},
        {"do": "call", "counter": 2},
        {"do": "start", "counter": 2},
        {"do": "send_to_fix", "counter": 2, "minutes": 10, "reason": "sign it"},
        {"do": "return_from_fix", "ticket": "H-001"},
        {"do": "call", "counter": 2},
        {"do": "start", "counter": 2},
        {"do": "finish", "counter": 2, "missing": ["Tờ khai", "Ảnh"]},
        {"do": "precheck", "procedure": BIRTH, "missing": ["Ảnh"]},
        {"do": "precheck", "procedure": BIRTH, "missing": "Ảnh"},
        {"do": "report", "day": run("--json", "status").json["day"]},
    ]
    answers = run("batch", given=lines(*requests)).lines
    assert [each["ok"] for each in answers] == [True] * 9 + [False, True]
    assert answers[3]["ticket"]["fix_by"].endswith("+07:00")
    assert answers[4]["ticket"]["is_first"]
    assert answers[7]["ticket"]["outcome"] == "missing_papers"
    assert answers[8]["missing"] == ["Ảnh"]
    assert answers[10]["report"]["all"]["reworked"] == 1
    (found,) = run("--json", "procedures", "missing").json["missing"]["procedures"]
    assert (found["counter"], found["reception"]) == (1, 1)
    assert [(each["paper"], each["n"]) for each in found["papers"]] == [("Ảnh", 2), ("Tờ khai", 1)]
    said = run("procedures", "missing", "--csv", "month.csv", lang="vi")
    assert "(quầy 1, tiếp đón 1)  Ảnh" in said.out
    assert (tmp_path / "month.csv").read_text(encoding="utf-8-sig").count("1.001193") == 2
    assert run("procedures", "missing", "--month", "2026").status == 2
    assert "Sent to put a form right: 1" in run("report").out


def test_the_words_of_the_command_line_name_papers_one_by_one(run: Run) -> None:
    run("issue", "land")
    run("call", "1")
    run("start", "1")
    done = run("--json", "finish", "1", "--missing", "Đơn", "--missing", "Ảnh", "--procedure", "1.012817").json
    assert (done["ticket"]["outcome"], done["ticket"]["procedure"]) == ("missing_papers", "1.012817")
    assert run("precheck", BIRTH, "--missing", "Ảnh").out.splitlines() == [f"Missing for {BIRTH}:", "  - Ảnh"]
    assert run("precheck", BIRTH).status == 2


def test_changes_are_told_in_the_words_of_the_list(run: Run) -> None:
    assert run("procedures", "edit", BIRTH, "--fee", "9000", "--service", "land").status == 0
    said = run("procedures", "changes", lang="vi").out
    for words in ("phí, lệ phí: 0 → 9000", "lĩnh vực: civil_status → land", "đã kiểm chứng: có → không"):
        assert words in said


def test_a_cell_that_cannot_be_used_is_named_as_line_and_column(run: Run, tmp_path: Path) -> None:
    assert run("procedures", "export", "list.csv").status == 0
    text = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "bad.csv").write_text(
        text.replace(";working_day;0;", ";working_day;x;", 1) + "1.000002;land\n", "utf-8"
    )
    said = run("procedures", "compare", "bad.csv", lang="vi").err
    assert "dòng 2, cột fee: " in said
    assert "dòng 61: cần đủ số ô" in said


def test_a_ticket_for_a_procedure_that_is_not_on_the_list_says_so(run: Run) -> None:
    assert (
        "9.999 không có trong danh mục thủ tục" in run("issue", "civil_status", "--procedure", "9.999", lang="vi").out
    )
    assert "danh mục" not in run("issue", "civil_status", "--procedure", BIRTH, lang="vi").out
