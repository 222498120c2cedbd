"""The notice of the quiet hours: as text letter by letter, as a picture by what is drawn in it."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image, ImageColor

from queueapp.i18n import in_language
from queueapp.paper.notice import Notice, notice, notice_text
from queueapp.paper.notice_picture import HEIGHT, LEVELS, WIDTH, notice_png
from queueapp.rules.censored import Wait
from queueapp.rules.certainty import Timed
from queueapp.rules.quiet import QuietField, QuietHours, quiet_hours
from queueapp.rules.summaries import Visit

DAY = date(2026, 11, 23)
FIELDS = (QuietField("land", "Đất đai", "Land"), QuietField("civil_status", "Hộ tịch - Tư pháp", "Civil status"))
HOURS = {"monday": ["07:30-10:00"]}


def waited(field: str, hour: int, minutes: float, *, is_called: bool = True) -> Timed:
    at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour - 7)
    visit = Visit("D-001", field, "served", 1, at, None, None)
    return Timed(visit, Wait(minutes, is_called))


def quiet(*waits: Timed, fields: tuple[QuietField, ...] = FIELDS, weekday: int | None = None) -> QuietHours:
    return quiet_hours(
        {DAY: waits} if waits else {},
        office="Trung tâm xã Tân Phú",
        is_training=False,
        first=DAY - timedelta(days=55),
        last=DAY,
        timezone="Asia/Ho_Chi_Minh",
        opening=HOURS,
        fields=fields,
        weekday=weekday,
    )


BUSY = [
    *(waited("land", 7, minutes) for minutes in range(1, 41)),
    *(waited("land", 8, minutes) for minutes in range(40, 70)),
    *(waited("land", 9, 0.0) for _each in range(29)),
    *(waited("civil_status", 7, 3.2) for _each in range(30)),
    *(waited("civil_status", 8, 60, is_called=False) for _each in range(20)),
    *(waited("civil_status", 8, 0.0) for _each in range(20)),
    Timed(waited("land", 7, 0).visit, None),
]
TEXT = """\
Trung tâm xã Tân Phú
Giờ nào ít phải chờ?

Một nửa số người được gọi trong chừng ấy phút

                           Đất đai      Hộ tịch - Tư pháp
7–8 giờ                  ★ 20 phút                 4 phút
              9/10: 36 phút · n=40    9/10: 4 phút · n=30
8–9 giờ                    54 phút               gọi ngay
              9/10: 66 phút · n=30   9/10: chưa rõ · n=40
9–10 giờ           chưa đủ số liệu        chưa đủ số liệu
                              n=29                    n=0

Chờ ít nhất: Đất đai 7–8 giờ

9/10: chín trên mười người. Phút làm việc từ lúc lấy số đến lần gọi đầu có mặt,
không tính nghỉ trưa; người bỏ về được tính là còn chờ lâu hơn (Kaplan-Meier).
Dưới 30 người: chưa đủ số liệu.
Từ 29/09/2026 đến 23/11/2026: 1 ngày, n = 169 người, theo giờ lấy số.
"""


def test_the_text_says_median_nine_of_ten_and_how_many_and_what_is_not_known() -> None:
    assert notice_text(notice(quiet(*BUSY), "vi")) == TEXT


def test_every_line_of_the_text_fits_eighty_columns_in_both_languages() -> None:
    many = tuple(QuietField(f"field_{n}", f"Lĩnh vực rất dài số {n}", f"A field of long name {n}") for n in range(7))
    for language in ("vi", "en"):
        text = notice_text(notice(quiet(*BUSY, fields=(*FIELDS, *many)), language))
        assert max(map(len, text.splitlines())) <= 80
        assert all(each.name_vi[:15] in text or each.name_en[:15] in text for each in (*FIELDS, *many))


def test_few_citizens_are_said_to_be_few_and_no_figure_of_theirs_is_shown() -> None:
    found = quiet(*(waited("land", 8, 17.0) for _each in range(29)))
    words = notice(found, "en")
    assert {each.large for _hour, row in words.rows for each in row} == {"not enough figures"}
    assert (found.quietest("land"), words.advice, words.weekdays) == (None, "", "")
    assert "17" not in notice_text(words).replace("2026", "")
    enough = quiet(*(waited("land", 8, 17.0) for _each in range(30)))
    assert enough.cells["land", 8].median == 17.0
    assert enough.quietest("land") is None, "one hour alone is not the quietest"


def test_an_hour_outside_the_opening_hours_is_shown_only_with_enough_figures() -> None:
    assert quiet(waited("land", 15, 1)).hours == (7, 8, 9)
    assert quiet(*(waited("land", 15, 1) for _each in range(30))).hours == (7, 8, 9, 15)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_office_says_so_in_words(language: str) -> None:
    words = notice(quiet(), language)
    assert words.rows == ()
    assert words.empty in " ".join(notice_text(words).split())
    assert in_language("When is it quiet?", language) in notice_text(words)
    assert drawn(words).size == (WIDTH, HEIGHT)


def drawn(words: Notice) -> Image.Image:
    return Image.open(io.BytesIO(notice_png(words))).convert("RGB")


def test_the_picture_has_the_shape_of_a_page_and_a_colour_for_each_length_of_wait() -> None:
    picture = drawn(notice(quiet(*BUSY), "vi"))
    assert picture.width / picture.height == pytest.approx(297 / 210, abs=0.001)
    colours = {colour for _n, colour in picture.getcolors(100_000) or []}
    assert {ImageColor.getrgb(level) for level in LEVELS} <= colours
    assert picture.getpixel((5, HEIGHT - 5)) == (255, 255, 255)


def test_many_fields_and_hours_of_long_names_are_drawn_within_the_page() -> None:
    fields = tuple(QuietField(f"f{n}", "Ữ" * 60, "W" * 60) for n in range(9))
    waits = [waited(f"f{n}", hour, 12345.0) for n in range(9) for hour in range(24) for _each in range(30)]
    picture = drawn(notice(quiet(*waits, fields=fields), "vi"))
    edges = [picture.getpixel((x, y)) for x in (0, WIDTH - 1) for y in range(220, HEIGHT)]
    assert set(edges) == {(255, 255, 255)}
    below = [picture.getpixel((x, HEIGHT - 1)) for x in range(WIDTH)]
    assert set(below) == {(255, 255, 255)}


def test_a_training_office_says_so_on_the_notice() -> None:
    found = quiet_hours(
        {}, office="X", is_training=True, first=DAY, last=DAY, timezone="UTC", opening={}, fields=FIELDS
    )
    assert "CHỈ ĐỂ TẬP HUẤN" in notice_text(notice(found, "vi"))


def test_one_weekday_is_named_in_the_title() -> None:
    assert notice(quiet(*BUSY, weekday=0), "vi").title == "Giờ nào ít phải chờ? Thứ Hai"
