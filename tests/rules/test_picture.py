"""The slip as dots: every letter whole, nothing outside the paper, the number the largest thing on it."""

import io
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from queueapp.paper.content import STYLES, Content, Line
from queueapp.paper.letters import letters, wrapped
from queueapp.paper.picture import (
    _BOLD,
    ASCENT,
    DESCENT,
    MARGIN,
    PAPERS,
    Paper,
    _block,
    as_pdf,
    as_png,
    draw,
)
from queueapp.paper.qr import modules_of, qr_text
from queueapp.paper.trial import vietnamese_letters
from tests.devices.fakes import generated

LETTERS = "".join(vietnamese_letters()) + "".join(vietnamese_letters()).upper()


def rows_of(picture: Image.Image) -> list[bool]:
    """Say of each row whether anything is black in it."""
    across = picture.width // 8
    data = picture.tobytes()
    return [data[at : at + across].strip(b"\xff") != b"" for at in range(0, len(data), across)]


def test_there_are_all_vietnamese_letters() -> None:
    assert len(set(LETTERS)) >= 2 * (12 * 6 + 17)
    assert all(unicodedata.is_normalized("NFC", letter) for letter in LETTERS)


@pytest.mark.parametrize("is_bold", [False, True])
def test_every_letter_is_in_the_font_and_none_looks_like_another(is_bold: bool) -> None:
    font = letters(40, is_bold=is_bold)
    missing = bytes(font.getmask("日"))
    drawn = {
        letter: (font.getbbox(letter), bytes(font.getmask(letter))) for letter in sorted({*LETTERS, *"0123456789-•…–·"})
    }
    assert all(picture != missing for _box, picture in drawn.values())
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=str)
def test_no_accent_reaches_beyond_its_line(paper: Paper) -> None:
    for style, size in paper.sizes.items():
        if style == "huge":
            continue
        font = letters(size, is_bold=style in _BOLD)
        for letter in LETTERS:
            _left, top, _right, bottom = font.getbbox(letter, anchor="ls")
            assert -top <= round(size * ASCENT), (style, letter)
            assert bottom <= round(size * DESCENT), (style, letter)


@given(st.text(st.sampled_from(LETTERS + "    -"), max_size=200), st.sampled_from([80, 58]), st.sampled_from(STYLES))
@settings(max_examples=40)
def test_no_line_is_wider_than_the_paper_and_no_letter_is_lost(text: str, mm: int, style: str) -> None:
    paper, clean = PAPERS[mm], " ".join(text.split())
    if not clean or style == "rule":
        return
    block = _block(Line(clean, style), paper, 0)
    font = letters(block.size, is_bold=style in _BOLD)
    assert all(font.getlength(each) <= paper.dots - 2 * MARGIN for each in block.texts)
    assert "".join(block.texts).replace(" ", "") == clean.replace(" ", "")


def test_lines_of_a_heading_are_about_equally_long() -> None:
    font = letters(34, is_bold=True)
    texts = wrapped("Trung tâm Phục vụ hành chính công xã Tân Phú", font, 560, is_balanced=True)
    lengths = [font.getlength(each) for each in texts]
    assert len(texts) == 2
    assert max(lengths) < 1.4 * min(lengths)


@pytest.mark.parametrize("mm", [80, 58])
def test_the_number_is_by_far_the_largest(mm: int) -> None:
    sizes = PAPERS[mm].sizes
    assert sizes["huge"] > 3 * max(size for style, size in sizes.items() if style != "huge")
    for code in ("D-007", "HT-123456"):
        block = _block(Line(code, "huge"), PAPERS[mm], 0)
        assert (len(block.texts), block.size > 2 * sizes["strong"] * 0.9) == (1, True)


@pytest.mark.parametrize("mm", [80, 58])
def test_a_slip_is_as_wide_as_the_paper_prints_and_has_white_around_its_code(mm: int) -> None:
    slip = replace(generated(5), qr="abc")
    picture, bare = draw(slip, mm), draw(replace(slip, qr=""), mm)
    assert picture.width == PAPERS[mm].dots
    code = picture.crop((0, bare.height - MARGIN, picture.width, picture.height))
    black = [place for place, is_black in enumerate(rows_of(code)) if is_black]
    scale = code.height // len(modules_of("abc", 4))
    assert (black[0], code.height - 1 - black[-1]) == (4 * scale, 4 * scale)


def test_every_letter_and_its_accents_are_drawn_apart_from_the_next_line() -> None:
    pairs = [Line("Ỗg", "strong"), Line("Ỗg", "strong")]
    picture = draw(Content(tuple(pairs)), 80)
    black = rows_of(picture)
    gaps = [place for place, (one, two) in enumerate(pairwise(black)) if one and not two]
    assert len(gaps) >= 2


@pytest.mark.parametrize(("mm", "millimetres"), [(80, 80), (58, 58)])
def test_a_picture_and_a_page_have_the_size_of_the_paper(mm: int, millimetres: int) -> None:
    picture = Image.open(io.BytesIO(as_png(generated(2), mm)))
    assert round(picture.width / float(picture.info["dpi"][0]) * 25.4) == millimetres
    page = as_pdf([generated(2)], mm)
    width = float(page.split(b"/MediaBox [ 0 0 ")[1].split()[0])
    assert (page[:5], round(width / 72 * 25.4)) == (b"%PDF-", millimetres)


def test_a_code_for_the_terminal_says_the_same_modules() -> None:
    modules, lines = modules_of("abc", 2), qr_text("abc").splitlines()
    light = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
    for row, modules_row in enumerate(modules):
        assert [not light[sign][row % 2] for sign in lines[row // 2]] == modules_row


def test_a_letter_that_the_font_lacks_is_a_box_and_no_failure() -> None:
    assert draw(Content((Line("日本 🙂", "strong"),)), 58).getextrema() == (0, 255)


def test_white_on_black_is_said_with_all_its_width() -> None:
    picture = draw(Content((Line("80 mm", "banner"),)), 80)
    row = picture.height // 3
    assert picture.getpixel((0, row)) == 0
    assert picture.getpixel((575, row)) == 0
