"""A list of procedures: read from a table, refused cell by cell, compared, written and read back the same."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.operations.catalogue import default_procedures
from queueapp.paper.catalogue_csv import catalogue_csv, missing_csv
from queueapp.paper.cells import read_cell, written_cell
from queueapp.rules.catalogue import COLUMNS, CatalogueError, differences, edited, read_catalogue
from queueapp.rules.catalogue_views import MissingCount, MissingReport, ProcedureMissing
from queueapp.rules.lifecycle import TIME_UNITS
from queueapp.rules.procedures import Paper, ProcedureView
from queueapp.text import clean

FIELDS = ("land", "civil_status", "social_affairs")
ROW = {
    "code": "1.001193",
    "service": "land",
    "name_vi": "Đăng ký",
    "name_en": "",
    "time_limit": "3",
    "time_unit": "working_day",
    "fee": "",
    "papers": "Tờ khai; Căn cước - chỉ xuất trình",
    "legal_basis": "",
    "source": "",
    "verified": "no",
    "notes": "",
}


def table(*rows: dict[str, str], delimiter: str = ",") -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, list((rows[0] if rows else ROW).keys()), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(text, FIELDS)
    assert "nothing was changed" in caught.value.message
    return [(each.line, each.column) for each in caught.value.problems]


def test_a_row_says_what_the_procedure_asks() -> None:
    (found,) = read_catalogue(table(ROW), FIELDS)
    assert found.papers == (Paper("Tờ khai"), Paper("Căn cước", is_shown_only=True))
    assert (found.to_submit, found.to_show) == (("Tờ khai",), ("Căn cước",))
    assert (found.time_limit, found.time_unit, found.fee, found.is_verified) == (3, "working_day", None, False)


def test_semicolons_and_the_published_names_of_columns_are_read_too(data_folder: Path) -> None:
    assert read_catalogue(table(ROW, delimiter=";"), FIELDS) == read_catalogue(table(ROW), FIELDS)
    published = (data_folder / "procedures.csv").read_text(encoding="utf-8-sig")
    assert read_catalogue(published, FIELDS) == default_procedures()


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", "1.00119"),  # a spreadsheet took it for a number
        ("code", ""),
        ("service", "tax"),
        ("name_vi", " "),
        ("time_limit", "-1"),
        ("time_limit", "soon"),
        ("time_unit", "week"),
        ("time_unit", ""),
        ("fee", "8,5"),
        ("fee", "9" * 12),
        ("verified", "perhaps"),
        ("notes", "x" * 2001),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_line_and_column(column: str, cell: str) -> None:
    good = ROW | {"code": "1.000001", "notes": "two\nlines"}
    assert problems(table(good, ROW | {column: cell})) == [(4, column)]


def test_every_wrong_cell_is_named_at_once() -> None:
    assert problems(table(ROW | {"fee": "x"}, ROW | {"verified": ""})) == [(2, "fee"), (3, "verified"), (3, "code")]


def test_a_table_of_other_columns_is_refused() -> None:
    less = {name: cell for name, cell in ROW.items() if name != "fee"}
    assert problems(table(less)) == [(1, "fee")]
    assert problems(table(ROW | {"colour": "red"})) == [(1, "colour")]
    assert problems("") == [(1, name) for name in COLUMNS]
    assert problems(table(ROW) + "1.000002,land\r\n") == [(3, "")]
    assert problems(table(ROW) + '1.000002,"land\r\n') == [(3, "")]


def test_a_fee_written_in_thousands_is_that_number() -> None:
    assert [each.fee for each in read_catalogue(table(ROW | {"fee": "400.000"}), FIELDS)] == [400_000]


def test_a_list_written_and_read_back_is_the_same() -> None:
    assert read_catalogue(catalogue_csv(default_procedures()), FIELDS, read_cell) == default_procedures()


@given(st.text(max_size=80))
def test_a_cell_written_and_read_back_is_the_same_and_starts_no_formula(text: str) -> None:
    kept = clean(text, 500)
    written = written_cell(kept)
    assert read_cell(written) == kept
    assert not written.lstrip('" ').startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''=x", "a; =b", 'a,"=b', "+10 ngày", "'", "a'=b"])
def test_formulas_go_round_without_harm(text: str) -> None:
    assert read_cell(written_cell(text)) == text


def test_what_differs_is_said_field_by_field() -> None:
    (before,) = read_catalogue(table(ROW), FIELDS)
    (after,) = read_catalogue(table(ROW | {"fee": "8000", "papers": "Tờ khai"}), FIELDS)
    (change,) = differences((before,), (after,))
    assert (change.kind, change.fields) == (
        "changed",
        {"fee": (None, 8000), "papers": ("Tờ khai; Căn cước - chỉ xuất trình", "Tờ khai")},
    )
    assert differences((before,), (before,)) == ()


def test_what_is_left_out_goes_out_of_use_and_what_is_new_is_added() -> None:
    (one,) = read_catalogue(table(ROW), FIELDS)
    (two,) = read_catalogue(table(ROW | {"code": "2.000001"}), FIELDS)
    added, removed = differences((one,), (two,))
    assert (added.kind, added.fields["active"]) == ("added", (None, True))
    assert (removed.code, removed.kind, removed.fields) == ("1.001193", "removed", {"active": (True, False)})
    assert [each.kind for each in differences((one,), (two,), is_whole=False)] == ["added"]


def test_some_fields_said_anew_leave_the_others() -> None:
    (before,) = read_catalogue(table(ROW), FIELDS)
    after = edited(before, {"fee": "50000", "active": "no"}, FIELDS)
    assert (after.fee, after.is_active, after.papers) == (50_000, False, before.papers)
    with pytest.raises(CatalogueError):
        edited(before, {"time_limit": "many"}, FIELDS)


@pytest.mark.parametrize(
    ("column", "cell", "is_verified"),
    [
        ("fee", "9000", False),
        ("time_limit", "4", False),
        ("time_unit", "calendar_day", False),
        ("papers", "Đơn", False),
        ("legal_basis", "Luật", False),
        ("source", "sổ tay", False),
        ("notes", "hỏi bà Lan", True),
        ("active", "no", True),
        ("fee", "", True),  # as it was
    ],
)
def test_what_is_said_anew_is_no_longer_checked_against_its_source(column: str, cell: str, is_verified: bool) -> None:
    (before,) = read_catalogue(table(ROW | {"verified": "yes"}), FIELDS)
    assert edited(before, {column: cell}, FIELDS).is_verified is is_verified
    assert edited(before, {column: cell, "verified": "yes"}, FIELDS).is_verified


def test_the_own_list_has_the_three_fields_and_both_units() -> None:
    known = default_procedures()
    assert {each.service for each in known} == set(FIELDS)
    assert {each.time_unit for each in known} == {*TIME_UNITS, None}
    assert all(each.source and each.name_en for each in known)


def test_the_missing_papers_of_a_month_are_a_table() -> None:
    papers = (MissingCount("=Tờ khai", 2, 1),)
    found = ProcedureMissing("1.001193", "Khai sinh", "Birth", 2, 1, papers)
    unnamed = ProcedureMissing(None, "", "", 1, 0, (MissingCount("Ảnh", 1),))
    rows = list(csv.reader(io.StringIO(missing_csv(MissingReport("2026-11", (found, unnamed)))), delimiter=";"))
    assert rows[1] == ["2026-11", "1.001193", "Birth", "'=Tờ khai", "3", "2", "1"]
    assert rows[2] == ["2026-11", "", "procedure not named", "Ảnh", "1", "1", "0"]


def test_an_unknown_field_is_kept_out_of_the_view() -> None:
    assert ProcedureView("1.000001", None, "Tên", "").name == "Tên"
