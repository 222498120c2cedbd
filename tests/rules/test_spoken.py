"""How an announcement is spelled: digit by digit, in one language or both, once or twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.spoken import DIGITS, all_clips, announcement, sentence, words_of

LETTERS = "AĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ"


def clips(code: str, counter: int, **given_: object) -> list[str]:
    return [each.clip for each in announcement(code, counter, **given_)]  # type: ignore[arg-type]


def test_a_call_is_told_digit_by_digit() -> None:
    assert sentence("D-012", 3) == "Mời công dân số D, không, một, hai, đến quầy số ba"
    assert sentence("D-012", 3, "en") == "Now calling number D, zero, one, two, to counter three"
    assert clips("D-012", 3) == ["chime", "vi-call", "vi-letter-d", "vi-0", "vi-1", "vi-2", "vi-counter", "vi-3"]


def test_english_comes_after_vietnamese_where_the_office_wants_both() -> None:
    told = clips("H-450", 2, languages="both")
    assert told.index("en-call") == told.index("vi-counter") + 2
    assert told[-2:] == ["en-counter", "en-2"]


def test_twice_is_the_whole_twice_after_one_chime() -> None:
    once = clips("X-7", 1)
    assert clips("X-7", 1, times=2) == [*once, *once[1:]]


def test_a_letter_with_a_bar_and_two_letters_are_told_apart() -> None:
    assert clips("Đ-1", 1)[2] == "vi-letter-dd"
    assert clips("DĐ-1", 1)[2:4] == ["vi-letter-d", "vi-letter-dd"]
    assert words_of("vi-letter-dd") == "đê"
    assert words_of("vi-letter-d") == "dê"


@pytest.mark.parametrize(
    ("counter", "told"), [(1, ["một"]), (10, ["mười"]), (11, ["một", "một"]), (105, ["một", "không", "năm"])]
)
def test_a_counter_is_a_number_up_to_ten_and_digits_above(counter: int, told: list[str]) -> None:
    assert sentence("D-1", counter).partition("số ")[2].partition("số ")[2] == ", ".join(told)
    last = clips("D-1", counter)[-len(told) :]
    assert [words_of(clip) for clip in last] == told


def test_an_accent_that_has_no_clip_is_left_out_and_another_script_has_a_clip_of_its_own() -> None:
    assert clips("É-1", 1)[2] == "vi-letter-e"
    assert clips("Ж-1", 1)[2] == "vi-letter-u0416"


def test_every_clip_but_the_chime_says_something_and_none_the_same_as_another() -> None:
    assert all_clips("vi") == tuple(clip for clip in all_clips("both") if not clip.startswith("en-"))
    for language in ("vi", "en"):
        said = [words_of(clip) for clip in all_clips("both") if clip.startswith(language)]
        assert all(said)
        assert len(set(said)) == len(said) == 2 + len(DIGITS[language]) + len(LETTERS)


@given(st.text(LETTERS, min_size=1, max_size=2), st.integers(0, 999_999), st.integers(1, 999))
def test_whatever_is_called_is_told_whole_from_clips_that_exist(letters: str, number: int, counter: int) -> None:
    told = clips(f"{letters}-{number:03d}", counter, languages="both")
    assert set(told) <= set(all_clips("both"))
    digits = [clip.removeprefix("vi-") for clip in told[2 + len(letters) : told.index("vi-counter")]]
    assert "".join(digits) == f"{number:03d}"
