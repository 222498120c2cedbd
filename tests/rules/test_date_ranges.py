"""The stretches of days that offices report on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.rules.date_ranges import DateRange, month_of, one_day, quarter_of, week_of, written_range
from queueapp.rules.errors import BadRequestError


@pytest.mark.parametrize(
    ("kind", "text", "first", "last", "words"),
    [
        ("day", "2026-11-23", date(2026, 11, 23), date(2026, 11, 23), "ngày 23/11/2026"),
        ("week", "2026-W48", date(2026, 11, 23), date(2026, 11, 29), "tuần 48 năm 2026 (23/11/2026 đến 29/11/2026)"),
        ("week", "2027-01-01", date(2026, 12, 28), date(2027, 1, 3), "tuần 53 năm 2026 (28/12/2026 đến 03/01/2027)"),
        ("month", "2026-11", date(2026, 11, 1), date(2026, 11, 30), "tháng 11 năm 2026"),
        ("month", "2028-02-10", date(2028, 2, 1), date(2028, 2, 29), "tháng 02 năm 2028"),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "quý IV năm 2026"),
        ("quarter", "2026-q1", date(2026, 1, 1), date(2026, 3, 31), "quý I năm 2026"),
    ],
)
def test_a_stretch_is_written_and_said(kind: str, text: str, first: date, last: date, words: str) -> None:
    use_language("vi")
    found = written_range(kind, text)
    assert (found.first, found.last, str(found)) == (first, last, words)


@pytest.mark.parametrize(
    ("kind", "text"), [("day", "2026-02-30"), ("week", "2026-W54"), ("month", "2026-13"), ("quarter", "2026-Q5")]
)
def test_what_names_no_stretch_is_refused(kind: str, text: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        written_range(kind, text)
    assert text in refused.value.message


@given(st.dates(date(1, 2, 1), date(9990, 1, 1)), st.sampled_from([one_day, week_of, month_of, quarter_of]))
def test_every_day_lies_in_its_stretch_and_the_name_leads_back(day: date, made: object) -> None:
    found: DateRange = made(day)  # type: ignore[operator]
    assert found.first <= day <= found.last
    if found.first.year >= 1000:
        assert written_range(found.kind, found.name) == found
