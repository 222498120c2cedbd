"""How figures are written: one decimal, a half up, as a spreadsheet shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.rules.figure_words import figure, percent


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (22.849999999999998, "22.9"),
        (22.85, "22.9"),
        (0.25, "0.3"),
        (22.8499, "22.8"),
        (0.0, "0.0"),
        (-0.04, "0.0"),
        (None, "–"),
    ],
)
def test_minutes_have_one_decimal_and_a_half_goes_up(minutes: float | None, words: str) -> None:
    assert figure(minutes) == words
    use_language("vi")
    assert figure(minutes) == words.replace(".", ",")


@pytest.mark.parametrize(("share", "words"), [(0.125, "13"), (0.5, "50"), (1.0, "100"), (0.0, "0"), (None, "–")])
def test_shares_are_whole_hundredths(share: float | None, words: str) -> None:
    assert percent(share) == words


@given(st.floats(0, 1e6))
def test_what_a_workbook_keeps_of_a_number_is_written_as_the_number(minutes: float) -> None:
    assert figure(float(f"{minutes:.15g}")) == figure(minutes)
