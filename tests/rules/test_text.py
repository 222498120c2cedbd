"""Text from outside: what is left of it, and how it is searched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.text import clean, fold

ANYTHING = st.text(st.characters(exclude_categories=[])) | st.text(st.sampled_from("\x1b[]/\x00\u200b\u202ea\u0301 \n"))


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("[/]", "[/]"),
        ("\x1b]0;x\x07", "]0;x"),
        ("a\x00b", "ab"),
        ("two\nlines\tand tabs", "two lines and tabs"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth", "zerowidth"),
        ("  much   room  ", "much room"),
        ("😀", "😀"),
        ("\ud800", ""),
        ("x" * 10_000, "x" * 120),
    ],
)
def test_what_is_kept_of_a_text(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@given(ANYTHING)
def test_whatever_comes_is_one_short_line_that_does_nothing(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= 120
    assert not any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for character in cleaned
    )
    assert cleaned == unicodedata.normalize("NFC", cleaned).strip()
    assert clean(cleaned) == cleaned


@given(ANYTHING, st.integers(1, 40))
def test_a_text_is_no_longer_than_it_may_be_and_cut_at_its_end(text: str, longest: int) -> None:
    short = clean(text[:40], longest)
    assert len(short) <= longest
    assert clean(text[:40]).startswith(short)
    assert short == short.strip()


@pytest.mark.parametrize("name", ["Đặng Văn Ỷ", "DANG VAN Y", "đặng văn ỷ", unicodedata.normalize("NFD", "Đặng Văn Ỷ")])
def test_a_search_forgives_accents_case_and_the_barred_d(name: str) -> None:
    assert fold(name) == "dang van y"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
