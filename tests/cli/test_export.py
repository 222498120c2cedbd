"""The figures of days written to files: every figure of every form is the one that the command line answers in JSON."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from queueapp.i18n import use_language
from queueapp.rules.hours import WEEKDAYS
from tests.cli.conftest import Ran, Run, lines, runner
from tests.cli.forms import compare, sheets, sixteen
from tests.cli.months import FIELDS, STAFF, WILD, month
from tests.cli.starter import Starter

MONTH = "2026-11"
SUPERIOR = "Ủy ban nhân dân xã Tân Phú"
NAMES = {"land": "Land", "civil_status": "Civil status", "social_affairs": "Social affairs"}
STATISTICS = {"mean": "mean", "median": "median", "90th percentile": "p90", "longest": "max"}
COUNTS = {
    "Issued": "issued",
    "Served": "served",
    "Absent": "no_show",
    "Left": "left",
    "Sent home": "sent_home",
    "Carried over": "carried_over",
    "Void": "void",
    "Still open": "still_open",
    "Dossiers": "dossiers",
    "Sent to put a form right": "reworked",
    "Times unreliable, left out": "excluded_unreliable",
}


def paths() -> Iterator[tuple[str, str]]:
    """Where each head of a table of groups stands in the JSON."""
    yield from COUNTS.items()
    for head, name in (("Wait", "waiting"), ("Service", "service"), ("Way", "way"), ("On hold", "held")):
        yield f"{head}: n", f"{name}.n"
        yield from ((f"{head}: {word}", f"{name}.{key}") for word, key in STATISTICS.items())
    shares = {"n": "n", "share": "share", "share from": "low", "share to": "high"}
    for limit in ("15", "30"):
        for word, key in (shares | {"waited longer": "count"}).items():
            yield f"> {limit} min: {word}", f"over.{limit}.{key}"
        for word, key in (shares | {"served in time": "count"}).items():
            yield f"within {limit} min: {word}", f"certainty.within.{limit}.{key}"
        yield f"Waited over {limit} min", f"wait_over.{limit}"
    first = {
        "n": "n",
        "called": "called",
        "uncalled": "censored",
        "untimed": "unknown",
        "median": "median",
        "90 %": "p90",
    }
    yield from ((f"First call: {word}", f"certainty.first_call.{key}") for word, key in first.items())
    sure = {"median from": "low", "median to": "high", "90 %": "p90", "90 % at most": "p90_at_most"}
    yield from ((f"Wait: {word}", f"certainty.waiting.{key}") for word, key in sure.items())
    told = {"n": "n", "off by, minutes": "mae", "too long by, minutes": "bias"}
    told |= {"within the range, share": "coverage", "waited longer, share": "late"}
    yield from ((word, f"estimate.{key}") for word, key in told.items())


PATHS = dict(paths())
IN_DAYS = {"Waiting: median": "waiting.median", "Waiting: 90th percentile": "waiting.p90"}
IN_DAYS |= {"Service: median": "service.median", "Outage, minutes": "outage_minutes"}


def at(figures: Mapping[str, Any], path: str) -> Any:
    value: Any = figures
    for step in path.split("."):
        value = value[step]
    return value


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, file_with_tables: Path, starter: Starter) -> tuple[Run, Path]:
    """Give an office with a month of made days, the last one not closed."""
    folder = tmp_path_factory.mktemp("month")
    run = runner(folder, file_with_tables, starter)
    assert run("init", "--training").status == 0
    settings = run("config", "show").out.replace('superior = ""', f'superior = "{SUPERIOR}"')
    (folder / "s.toml").write_text(f"{settings}\n{STAFF}", encoding="utf-8")
    assert run("config", "apply", "s.toml").status == 0
    answers = run("batch", "--given-clock", given=lines(*month())).lines
    assert all(each["ok"] for each in answers), [each for each in answers if not each["ok"]][:3]
    return run, folder


def exported(made: tuple[Run, Path], form: str, lang: str, *words: str) -> Path:
    run, _folder = made
    answer = run("export", *(words or ("--month", MONTH)), "--format", form, "--json", lang=lang)
    assert answer.status == 0, answer.err
    return Path(answer.json["file"])


@pytest.fixture(scope="module")
def period(made: tuple[Run, Path]) -> Any:
    return made[0]("period", "--from", "2026-11-01", "--to", "2026-11-30", "--json").json["period"]


def test_every_figure_of_the_workbook_is_the_one_that_period_answers(made: tuple[Run, Path], period: Any) -> None:
    found = sheets(exported(made, "xlsx", "en"))
    services = {NAMES[code]: each for code, each in period["services"].items()} | {"All": period["all"]}
    counters = {f"Counter {number}": each for number, each in period["counters"].items()}
    hours = {f"{hour}:00 – {hour}:59": each for hour, each in period["hours"].items()}
    groups = {"Fields": services, "Counters": counters, "Clerks": period["clerks"], "Hours": hours}
    groups |= {f"{name}, times": each for name, each in groups.items()}
    groups |= dict.fromkeys(("Long waits", "Served in time", "How sure"), services)
    if "Told at issue" in found:
        groups["Told at issue"] = services
    compared = 0
    for name, expected in groups.items():
        rows = found[name].named()
        assert list(rows) == list(expected), name
        for group, values in rows.items():
            for head, value in values.items():
                truth = at(expected[group], PATHS[head])
                if name == "Told at issue" and PATHS[head].split(".")[1] in {"coverage", "late"}:
                    truth = truth if expected[group]["estimate"]["n"] >= 10 else None
                assert value == sixteen(truth), (name, group, head)
                compared += 1
    assert compared > 400
    days = {date.fromisoformat(day): each for day, each in period["by_day"].items()}
    for moment, values in found["Days"].named().items():
        day = moment.date()
        assert values.pop("Closed") == ("yes" if days[day]["closed"] else "NOT CLOSED")
        assert WEEKDAYS[day.weekday()] == values.pop("Weekday").lower()
        assert values.pop("Not served") == sum(each["day"] == day.isoformat() for each in period["unserved_tickets"])
        for head, value in values.items():
            assert value == sixteen(at(days[day], IN_DAYS.get(head) or PATHS[head])), (day, head)
    assert len(found["Days"].rows) == len(period["days"]) == 21


def test_the_other_sheets_too(made: tuple[Run, Path], period: Any) -> None:
    found = sheets(exported(made, "xlsx", "en"))
    whole = found["Overview"].named()
    facts = {name: each["Value"] for name, each in whole.items()}
    everybody = period["all"]
    for head in COUNTS:
        assert facts[head] == everybody[COUNTS[head]]
    for head, path in (("mean", "mean"), ("median", "median"), ("90th percentile", "p90")):
        assert facts[f"Waiting, minutes: {head}"] == sixteen(everybody["waiting"][path])
    assert facts["Service, minutes: sum"] == sixteen(everybody["service"]["sum"])
    assert (facts["Days with tickets"], facts["Days not closed"]) == (21, 1) == (21, len(period["unclosed"]))
    assert facts["Waited over 15 min"] == everybody["wait_over"]["15"]
    assert facts["Citizens asked for more papers"] == sum(
        each["counter"] + each["reception"] for each in period["missing"]
    )
    assert facts["Corrected after the closing"] == len(period["corrections"]) == 1
    assert [row[3] for row in found["Not served"].rows] == [each["n"] for each in period["unserved"]]
    for row, each in zip(found["Not served, each"].rows, period["unserved_tickets"], strict=True):
        assert (row[0].date().isoformat(), row[1], row[5]) == (each["day"], each["ticket"], sixteen(each["waited"]))
    papers = [(paper["paper"], paper["counter"]) for each in period["missing"] for paper in each["papers"]]
    assert [(row[2], row[4]) for row in found["Papers asked for"].rows] == papers
    assert found["Corrections"].rows[0][1:5] == ["D-001", "dossiers", period["corrections"][0]["before"], "3"]
    form = found["Form II.06a"].rows
    assert [row[4] for row in form] == [
        *(period["received"].get(code, 0) for code, _l in FIELDS),
        sum(period["received"].values()),
    ]
    assert {value for row in form for value in (*row[2:4], *row[5:])} == {None}
    heat = found["Hour and weekday"]
    for hour, values in heat.named().items():
        for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
            cell = period["heat"][weekday.lower()].get(hour[:2], {"median": None, "n": 0})
            assert (values[f"{weekday}: median"], values[f"{weekday}: n"]) == (sixteen(cell["median"]), cell["n"])
    assert any(value is not None for row in heat.rows for value in row[1::2])


def test_a_day_of_the_period_says_what_its_own_report_says(made: tuple[Run, Path], period: Any) -> None:
    for day in (period["days"][0], period["days"][10], period["unclosed"][0]):
        report = made[0]("report", "--day", day, "--json").json["report"]
        assert report["all"].items() <= period["by_day"][day].items()
        assert report["closed"] is period["by_day"][day]["closed"]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_other_forms_say_what_the_workbook_says_to_the_digit(made: tuple[Run, Path], lang: str) -> None:
    use_language(lang)
    files = {form: exported(made, form, lang) for form in ("xlsx", "csv", "docx", "pdf")}
    compared, differences = compare(files)
    assert differences == []
    assert compared > 1000


def test_no_text_becomes_a_formula_or_a_link(made: tuple[Run, Path]) -> None:
    path = exported(made, "xlsx", "vi")
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == WILD for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for cell in cells)
    assert f"'{WILD}" in exported(made, "csv", "vi").read_text(encoding="utf-8-sig")
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "B4"
    assert sum(len(sheet._charts) for sheet in book.worksheets) == 10


def test_the_document_is_headed_as_an_administrative_one_and_says_what_is_not_final(
    made: tuple[Run, Path],
) -> None:
    document = docx.Document(str(exported(made, "docx", "vi")))
    left, right = (cell.text for cell in document.tables[0].rows[0].cells)
    assert left.splitlines()[0] == SUPERIOR.upper()
    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" in left
    assert "Số:" in left
    assert right.splitlines()[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Kết quả tiếp đón và phục vụ công dân tháng 11 năm 2026" in text
    assert "ngày 30/11/2026 chưa chốt" in text
    assert "phục vụ xong" in text
    receivers, signer = (cell.text for cell in document.tables[1].rows[0].cells)
    assert receivers.startswith("Nơi nhận:")
    assert signer.startswith("GIÁM ĐỐC")


def test_the_letters_of_the_page_are_all_in_the_file_and_can_be_copied(made: tuple[Run, Path]) -> None:
    reader = pypdf.PdfReader(exported(made, "pdf", "vi"))
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in _fonts(page)}
    assert fonts
    assert all("+NotoSans" in name for name in fonts)
    text = " ".join(page.extract_text() for page in reader.pages)
    for words in ("Báo cáo tháng 11 năm 2026", "Trung tâm Phục vụ hành chính công", "Đất đai", "Giấy khai sinh"):
        assert words in " ".join(text.split())


def _fonts(page: Any) -> Iterator[Any]:
    for font in page["/Resources"]["/Font"].values():
        found = font.get_object()
        if "Noto" in str(found["/BaseFont"]):
            yield found


def test_a_week_a_quarter_and_a_stretch_have_names_of_their_own_and_write_over_nothing(made: tuple[Run, Path]) -> None:
    names = {
        ("--day", "2026-11-03"): "queueapp-2026-11-03",
        ("--week", "2026-W46"): "queueapp-2026-W46",
        ("--quarter", "2026-Q4"): "queueapp-2026-Q4",
        ("--from", "2026-11-03", "--to", "2026-11-12"): "queueapp-2026-11-03--2026-11-12",
    }
    for words, name in names.items():
        first, second = (exported(made, "csv", "vi", *words).name for _again in range(2))
        assert (first, second) == (f"{name}.csv", f"{name}-2.csv")
    run, folder = made
    there = run("export", "--day", "2026-11-03", "--out", "mine.xlsx", "--json").json
    assert (there["format"], Path(there["file"]).name, there["days"], there["unclosed"]) == ("xlsx", "mine.xlsx", 1, [])
    assert not list(folder.glob(".*.part"))


def test_what_makes_no_stretch_of_days_or_no_file_is_refused_in_plain_words(made: tuple[Run, Path]) -> None:
    run, _folder = made

    def refused(*words: str) -> Ran:
        answer = run("export", *words)
        assert answer.status == 2
        assert "Traceback" not in answer.err
        return answer

    assert "2026-11" in refused("--month", "13").err
    assert "--from" in refused("--from", "2026-11-03", "--day", "2026-11-03").err
    assert "ends before" in refused("--from", "2026-11-03", "--to", "2026-11-01").err
    assert "cannot be written" in refused("--day", "2026-11-03", "--out", "nowhere/there.csv").err
    after = run("status", "--json").json["revision"] - 5
    last = run("events", "--after", str(after), "--json").json["events"][-1]
    assert (last["verb"], last["detail"]) == ("export", {"about": "2026-11-03"})
