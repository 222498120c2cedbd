"""Words of a procedure, the hour of same-day results, the counting of missing papers, the slips about papers."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from queueapp.i18n import use_language
from queueapp.operations.catalogue import default_procedures
from queueapp.paper.content import Content
from queueapp.paper.paper_slips import fix_slip, missing_slip, needed_slip
from queueapp.paper.slip import as_text
from queueapp.rules.missing import Lacked, counted
from queueapp.rules.procedures import (
    Paper,
    ProcedureView,
    fee_words,
    is_too_late,
    late_words,
    limit_words,
    missing_of,
    to_bring,
)
from queueapp.rules.views import OfficeView, TicketView

HANOI = "Asia/Ho_Chi_Minh"
OFFICE = OfficeView("Xã Tân Phú", HANOI, "vi", is_training=False, priorities=())
BIRTH = ProcedureView(
    "1.001193",
    "civil_status",
    "Đăng ký khai sinh",
    "Birth registration",
    time_limit=0,
    time_unit="working_day",
    fee=8000,
    papers=(Paper("Tờ khai"), Paper("Căn cước", is_shown_only=True), Paper("Giấy chứng sinh")),
)
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 in the office


def timed(limit: int | None, unit: str | None = "working_day") -> str:
    return limit_words(ProcedureView("1", None, "", "", time_limit=limit, time_unit=unit))


def test_a_time_limit_says_its_unit() -> None:
    assert [timed(0), timed(1), timed(3), timed(15, "calendar_day"), timed(None, None)] == [
        "the same day",
        "1 working day",
        "3 working days",
        "15 calendar days",
        "time limit not known",
    ]


def test_a_fee_that_is_not_known_is_the_provinces() -> None:
    assert [fee_words(ProcedureView("1", None, "", "", fee=fee)) for fee in (None, 0, 8000)] == [
        "set by the province",
        "no fee",
        "8,000 đ",
    ]
    use_language("vi")
    assert [fee_words(ProcedureView("1", None, "", "", fee=fee)) for fee in (None, 400_000)] == [
        "do tỉnh quy định",
        "400.000 đ",
    ]


def noted(notes: str, fee: int | None, limit: int | None = 0) -> ProcedureView:
    return ProcedureView("1", None, "", "", time_limit=limit, time_unit="working_day", fee=fee, notes=notes)


def test_a_fee_that_the_notes_tell_more_of_is_no_bare_figure() -> None:
    copies = noted("2.000 đ/trang; từ trang 3: 1.000 đ/trang", 2000)
    birth = noted("Quá hạn: lệ phí do tỉnh.", 0)
    assert [fee_words(each) for each in (copies, birth)] == ["from 2,000 đ (see the notes)", "no fee (see the notes)"]
    assert fee_words(noted("Cùng ngày", 0)) == "no fee"
    assert [fee_words(each, "vi", on_paper=True) for each in (copies, birth)] == ["hỏi quầy", "hỏi quầy"]
    assert fee_words(noted("Lệ phí", None), "vi", on_paper=True) == "do tỉnh quy định"


def test_a_limit_that_the_notes_tell_more_of_says_so() -> None:
    split = noted("+10 ngày làm việc tại xã miền núi", None, 12)
    assert limit_words(split) == "12 working days (see the notes)"
    assert limit_words(split, "vi", on_paper=True) == "12 ngày làm việc (hỏi quầy)"
    assert limit_words(noted("Lệ phí", None, 12)) == "12 working days"
    assert limit_words(noted("chưa rõ bao nhiêu ngày", None, None)) == "time limit not known"


def test_the_law_is_named_for_its_own_hour_only() -> None:
    assert "Decree 23/2015, art. 7" in late_words("15:00")
    assert "Decree" not in late_words("14:30")
    use_language("vi")
    assert "(Luật Hộ tịch; NĐ 23/2015, Điều 7)" in late_words("15:00")
    assert "giấy tiếp nhận hồ sơ và hẹn trả kết quả" in late_words("14:30")
    assert "phiếu hẹn" not in late_words("15:00")


@pytest.mark.parametrize(
    ("utc_hour", "minute", "is_late"), [(7, 59, False), (8, 0, True), (9, 30, True), (1, 0, False)]
)
def test_from_three_in_the_afternoon_a_same_day_result_may_come_the_next_day(
    utc_hour: int, minute: int, is_late: bool
) -> None:
    at = datetime(2026, 11, 23, utc_hour, minute, tzinfo=UTC)
    assert is_too_late(BIRTH, at, HANOI, "15:00") is is_late
    assert not is_too_late(ProcedureView("1", None, "", "", time_limit=3), at, HANOI, "15:00")
    assert "15:00" in late_words("15:00")


def test_what_is_missing_keeps_the_order_of_the_list() -> None:
    assert missing_of(BIRTH, ("Căn cước",)) == ("Tờ khai", "Giấy chứng sinh")
    assert missing_of(BIRTH, ()) == ("Tờ khai", "Căn cước", "Giấy chứng sinh")


PROXY = "Văn bản ủy quyền (nếu nộp thay)"
LOOKED_UP = "Thông tin tình trạng hôn nhân (cơ quan tự tra cứu CSDL)"
MARRIAGE = replace(BIRTH, papers=(Paper(LOOKED_UP), Paper(PROXY), *BIRTH.papers))


def test_what_not_everybody_needs_is_missing_only_where_somebody_says_so() -> None:
    assert missing_of(MARRIAGE, ("Tờ khai", "Căn cước")) == ("Giấy chứng sinh",)
    assert missing_of(MARRIAGE, ("Tờ khai", "Căn cước"), lacking=(PROXY,)) == (PROXY, "Giấy chứng sinh")
    assert missing_of(MARRIAGE, (PROXY, *missing_of(BIRTH, ()))) == ()


def test_the_list_says_of_few_papers_that_not_everybody_needs_them() -> None:
    conditional = [paper.text for each in default_procedures() for paper in each.papers if paper.is_conditional]
    assert all("(" in text for text in conditional)
    assert len(conditional) == 36
    assert sum(paper.is_looked_up for each in default_procedures() for paper in each.papers) == 1


def test_a_citizen_brings_what_is_only_shown_too_and_not_what_the_office_looks_up() -> None:
    assert to_bring(MARRIAGE.papers, 90) == ("Tờ khai", "Căn cước (chỉ xuất trình)", "Giấy chứng sinh", PROXY)
    long = Paper("x " * 60 + "(nếu có)", is_shown_only=True)
    (said,) = to_bring((long,), 60)
    assert said.endswith(" … (nếu cần) (chỉ xuất trình)")
    assert len(said) <= 60


def test_missing_papers_are_counted_by_procedure_the_most_frequent_first() -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    rows = [
        Lacked(5, tuesday, "a", "Ảnh", is_at_counter=True),
        Lacked(5, tuesday, "a", "Tờ khai", is_at_counter=True),
        Lacked(6, monday, "a", "TỜ KHAI", is_at_counter=False),
        Lacked(7, monday, None, "khác", is_at_counter=True),
    ]
    of_a, unnamed = counted(rows, {"a": ("Khai sinh", "Birth")})
    assert (of_a.counter, of_a.reception, of_a.n, of_a.since) == (1, 1, 2, monday)
    assert [(each.paper, each.n, each.counter, each.reception) for each in of_a.papers] == [
        ("Tờ khai", 2, 1, 1),
        ("Ảnh", 1, 1, 0),
    ]
    assert (unnamed.procedure, unnamed.n) == (None, 1)


def text_of(content: Content) -> str:
    assert Content.from_json(content.as_json()) == content  # a printer's outbox takes it
    return as_text(content.lines)


def test_a_slip_of_missing_papers_parts_those_to_submit_from_those_to_show() -> None:
    lines = text_of(missing_slip(BIRTH, ("Tờ khai", "Căn cước"), OFFICE, NOON, tongues=("en",))).splitlines()
    assert [line.strip() for line in lines] == [
        "Xã Tân Phú",
        "-" * 40,
        "PAPERS STILL MISSING",
        "Birth registration",
        "1.001193",
        "To submit:",
        "• Tờ khai",
        "Only to show:",
        "• Căn cước",
        "-" * 40,
        "Result: the same day · Fee: 8,000 đ",
        "With all papers, please take a number at",
        "reception. This slip is no number.",
        "This is not the written request to",
        "complete a dossier (form 02).",
        "12:00 23/11/2026",
    ]


def test_a_slip_of_what_is_needed_parts_what_not_everybody_needs_or_brings() -> None:
    text = text_of(needed_slip(MARRIAGE, OFFICE, NOON, tongues=("vi",)))
    places = [text.index(words) for words in ("GIẤY TỜ CẦN CHUẨN BỊ", "Phải nộp:", "Chỉ khi cần:", "tự tra cứu, không")]
    assert places == sorted(places)
    assert "THIẾU" not in text


def test_a_slip_speaks_the_languages_of_the_office_and_not_of_the_screen() -> None:
    use_language("en")
    assert "still" not in text_of(missing_slip(BIRTH, ("Tờ khai",), OFFICE, NOON, tongues=("vi",))).casefold()
    both = text_of(missing_slip(BIRTH, ("Tờ khai",), OFFICE, NOON, tongues=("vi", "en")))
    for words in ("GIẤY TỜ CÒN THIẾU", "PAPERS STILL MISSING", "Đăng ký khai sinh", "Birth registration"):
        assert words in both
    assert "trong ngày" in both
    assert "the same day" in both


def test_a_slip_to_put_right_says_until_when_the_place_is_kept() -> None:
    use_language("vi")
    ticket = TicketView(
        code="D-007",
        service="land",
        issued_for="land",
        number=7,
        day=date(2026, 11, 23),
        state="held",
        priority=None,
        dossiers=1,
        procedure=None,
        channel=None,
        issued_at=NOON,
        since=NOON,
        ahead=None,
        counter=1,
        clerk=None,
        calls=1,
        outcome=None,
        reason="thiếu chữ ký",
        fix_by=datetime(2026, 11, 23, 5, 30, tzinfo=UTC),
    )
    text = " ".join(text_of(fix_slip(ticket, OFFICE, NOON, tongues=("vi",))).split())
    assert "D - 0 0 7 • thiếu chữ ký Quay lại trước 12:30, chỗ của ông/bà được giữ." in text
    assert "Nếu quay lại muộn thì chờ ở cuối hàng" in text
