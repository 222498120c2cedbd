"""Every form of a report, of whatever stands in it: hostile names, long reasons, nothing at all."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pypdf
from hypothesis import given, settings
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.paper.exporting import FORMS, made
from queueapp.rules.date_ranges import month_of
from queueapp.rules.letterhead import Letterhead
from queueapp.rules.periods import pool
from queueapp.rules.reports import DayFacts, Report
from queueapp.rules.summaries import Correction, Visit
from queueapp.rules.views import SpanView
from queueapp.text import clean

DAY = date(2026, 11, 23)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
WILD = (
    "=cmd|' /C calc'!A0",
    "\x1b]0;x\x07[/]",
    "<b>&amp;</b>",
    "@SUM(1)",
    "-1+1",
    "Đặng Thị Ửng",
    "ﬁ漢字😀",
    "x" * 600,
)


def a_report(text: str, *, is_empty: bool = False) -> Report:
    """Return the report of a month in which one was served and one went away, with `text` wherever words may stand."""
    spans = (
        SpanView("waiting", "land", None, None, EIGHT, EIGHT + timedelta(minutes=5), "call"),
        SpanView("called", "land", 1, text, EIGHT + timedelta(minutes=5), EIGHT + timedelta(minutes=6), "start"),
        SpanView("serving", "land", 1, text, EIGHT + timedelta(minutes=6), EIGHT + timedelta(minutes=9), "finish"),
    )
    gone = (SpanView("waiting", "land", None, None, EIGHT, EIGHT + timedelta(minutes=2), "leave"),)
    visits = [
        Visit("D-001", "land", "served", 1, EIGHT, 1, text, spans=spans),
        Visit("D-002", "land", "left", 1, EIGHT, None, None, reason=text, spans=gone),
    ]
    days = {} if is_empty else {DAY: visits}
    month = month_of(DAY)
    period = pool(
        days, first=month.first, last=month.last, timezone="Asia/Ho_Chi_Minh", hours={}, names={"land": text}, at=EIGHT
    )
    correction = Correction(EIGHT, "D-001", "dossiers", "1", text, text, text)
    facts = DayFacts(is_closed=True, outage_minutes=1.5, picked=0, corrections=(correction,))
    return Report(
        office=text,
        letterhead=Letterhead(text, text, text, text),
        is_training=False,
        dates=month,
        at=EIGHT,
        period=period,
        days={} if is_empty else {DAY: facts},
        missing=(),
        received={},
    )


@settings(max_examples=15)
@given(st.one_of(st.sampled_from(WILD), st.text(max_size=40)))
def test_every_form_can_be_read_whatever_stands_in_it(text: str) -> None:
    use_language("vi")
    report = a_report(text)
    forms = {form: made(report, form) for form in FORMS}
    book = openpyxl.load_workbook(io.BytesIO(forms["xlsx"]))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    if clean(text, 500):
        assert clean(text, 500) in {cell.value for cell in cells}
    assert len(docx.Document(io.BytesIO(forms["docx"])).tables) > 10
    assert pypdf.PdfReader(io.BytesIO(forms["pdf"])).pages
    assert forms["csv"].startswith(b"\xef\xbb\xbf")


def test_a_month_in_which_nobody_came_is_a_file_that_says_so() -> None:
    use_language("vi")
    report = a_report("Trung tâm", is_empty=True)
    for form in FORMS:
        made(report, form)
    page = pypdf.PdfReader(io.BytesIO(made(report, "pdf")))
    assert "không có công dân nào lấy số" in " ".join(page.pages[0].extract_text().split())
    book = openpyxl.load_workbook(io.BytesIO(made(report, "xlsx")))
    assert book.sheetnames[0] == "Tổng quan"
