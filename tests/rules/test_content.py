"""What is kept of a piece of paper, in which languages it speaks, and what it says that it is not."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.paper.content import Content, Line, content_of
from queueapp.paper.slip import as_text, copy_of, slip_content
from queueapp.paper.voucher_slips import voucher_content
from queueapp.rules.views import VoucherView
from tests.devices.fakes import generated
from tests.rules.test_slip import LAND, OFFICE, TICKET

PROCEDURE = ("Đăng ký khai sinh", "Birth registration")


def texts(content: Content) -> list[str]:
    return [line.text for line in content.lines if line.text]


@given(st.integers(0, 10_000))
def test_a_content_is_kept_as_plain_json_and_read_back(seed: int) -> None:
    content = generated(seed)
    assert Content.from_json(json.loads(json.dumps(content.as_json()))) == content


GOOD: dict[str, Any] = {"lines": [{"text": "D-007", "style": "huge"}], "qr": "abc"}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "D-007",
        {},
        {"lines": GOOD["lines"]},
        GOOD | {"more": 1},
        GOOD | {"lines": []},
        GOOD | {"lines": "D-007"},
        GOOD | {"lines": [None]},
        GOOD | {"lines": [{"text": "D-007"}]},
        GOOD | {"lines": [{"text": 7, "style": "huge"}]},
        GOOD | {"lines": [{"text": "D", "style": "gigantic"}]},
        GOOD | {"lines": [{"text": "D", "style": ["huge"]}]},
        GOOD | {"lines": [{"text": "D\x1bp\x00", "style": "huge"}]},
        GOOD | {"lines": [{"text": "D" * 500, "style": "huge"}]},
        GOOD | {"lines": GOOD["lines"] * 1000},
        GOOD | {"qr": None},
        GOOD | {"qr": "a\nb"},
        GOOD | {"qr": "a" * 5000},
    ],
)
def test_what_is_no_content_is_refused(kept: Any) -> None:
    assert Content.from_json(GOOD).qr == "abc"
    with pytest.raises(ValueError, match=r"content|line|QR"):
        Content.from_json(kept)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_paper_speaks_the_office_s_languages_whatever_the_screen_does(language: str) -> None:
    use_language(language)
    one = slip_content(TICKET, OFFICE, LAND, languages="vi", procedure=PROCEDURE)
    both = slip_content(TICKET, OFFICE, LAND, languages="both", procedure=PROCEDURE)
    assert {"PHIẾU SỐ THỨ TỰ", "Đất đai", "Đăng ký khai sinh", "Số người chờ trước: 4"} <= set(texts(one))
    assert not {"QUEUE TICKET", "Land", "Birth registration"} & set(texts(one))
    assert {"QUEUE TICKET", "Land", "Birth registration", "People waiting before you: 4"} <= set(texts(both))
    english = [line.style for line in both.lines if line.text in {"QUEUE TICKET", "Land", "Thank you!"}]
    assert english == ["small"] * 3


def test_a_slip_says_all_that_it_must() -> None:
    ticket = replace(TICKET, priority="elderly", dossiers=3)
    said = as_text(
        slip_content(
            ticket,
            replace(OFFICE, is_training=True),
            LAND,
            languages="vi",
            qr="https://hcc.vn/t/x",
            procedure=PROCEDURE,
            papers=["Tờ khai"],
            expected=(("15-45 phút, khoảng 09:10-09:40", "Trước ông/bà 7 số; hôm nay như thường lệ."),),
        ).lines
    )
    for words in (
        "Trung tâm Phục vụ hành chính công",
        "CHỈ ĐỂ TẬP HUẤN",
        "D - 0 0 7",
        "Đất đai",
        "Đăng ký khai sinh",
        "Ưu tiên: Người cao tuổi",
        "Số hồ sơ: 3",
        "Số người chờ trước: 4",
        "15-45 phút, khoảng",
        "09:10-09:40",
        "Trước ông/bà 7 số",
        "08:05:09 23/11/2026 · Buổi sáng",
        "Giấy tờ cần mang theo:",
        "• Tờ khai",
        "Vui lòng giữ phiếu",
        "Quét mã",
    ):
        assert words in said, words


def test_a_slip_is_never_taken_for_the_receipt_of_form_01() -> None:
    said = " ".join(texts(slip_content(TICKET, OFFICE, LAND, languages="vi", procedure=PROCEDURE)))
    assert "không phải giấy tiếp nhận hồ sơ" in said
    for word in ("hẹn trả", "mã hồ sơ", "cộng hòa", "độc lập", "mẫu số", "người nộp"):
        assert word not in said.casefold()


def test_a_bare_token_is_no_page_to_look_at() -> None:
    assert not any("Quét" in text for text in texts(slip_content(TICKET, OFFICE, LAND, languages="vi", qr="x8f3")))


def test_only_the_first_papers_are_printed_shortened() -> None:
    long = "Giấy chứng nhận " * 30
    lines = slip_content(TICKET, OFFICE, LAND, languages="both", papers=[long] * 9).lines
    items = [line.text for line in lines if line.style == "item"]
    assert len(items) == 6
    assert all(len(item) <= 90 and item.endswith("…") for item in items)
    assert "… và 3 giấy tờ khác: xin hỏi quầy tiếp đón." in [line.text for line in lines]
    assert all(len(line) <= 40 for line in as_text(lines).splitlines())


def test_a_copy_says_so_once_and_nothing_else_is_changed() -> None:
    first = slip_content(TICKET, OFFICE, LAND, languages="both", qr="x")
    again = copy_of(copy_of(first, {"languages": "both"}), {"languages": "both"})
    assert again == slip_content(TICKET, OFFICE, LAND, languages="both", qr="x", is_copy=True)
    assert [text for text in texts(again) if text not in texts(first)] == ["(bản sao)", "(copy)"]
    assert "(bản sao)" in texts(copy_of(content_of([Line("D-007")]), {}))


def test_a_voucher_is_laid_out_as_a_slip() -> None:
    voucher = VoucherView("V-K7QX", "D-007", date(2026, 11, 24))
    content = voucher_content(OFFICE.name, voucher, languages="both", field=("Đất đai", "Land"), is_training=True)
    assert {"PHIẾU HẸN", "VOUCHER", "V-K7QX", "Dùng ngày: 24/11/2026", "Số trước đây: D-007"} <= set(texts(content))
    assert {line.style for line in content.lines if line.text == "V-K7QX"} == {"huge"}
    assert "Phiếu này không phải giấy tiếp nhận hồ sơ." in texts(content)
    assert "(bản sao)" in texts(voucher_content(OFFICE.name, voucher, languages="vi", is_copy=True))
