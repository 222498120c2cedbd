"""Which PINs are good enough, and how long one waits after wrong ones."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.pins import LONGEST, LONGEST_WAIT, TRIES, wait_after, weakness

IN_CHARGE = ("supervisor", "admin")
OTHERS = ("receptionist", "clerk")


@pytest.mark.parametrize("role", IN_CHARGE)
def test_who_is_in_charge_needs_six_digits(role: str) -> None:
    assert weakness("73914", role) == "length"
    assert weakness("739148", role) is None


@pytest.mark.parametrize("role", OTHERS)
def test_the_others_need_four(role: str) -> None:
    assert weakness("739", role) == "length"
    assert weakness("7391", role) is None


@pytest.mark.parametrize("role", [*IN_CHARGE, *OTHERS])
@pytest.mark.parametrize(
    "pin",
    ["", "73914x", "7391 48", "-739148", "７３９１４８", "٧٣٩١٤٨", "739148\n", "4829137" * 2, "½½½½½½"],
)
def test_only_ascii_digits_up_to_twelve_are_a_pin(pin: str, role: str) -> None:
    assert weakness(pin, role) == "length"


@pytest.mark.parametrize(
    "pin",
    [
        *("123456", "654321", "012345", "234567890", "567890", "098765", "890123"),
        *("000000", "111111", "112211", "121212", "123123", "123123123", "482482"),
        *("112233", "998877", "123321", "159951", "741147"),
    ],
)
def test_digits_that_repeat_or_count_are_too_simple(pin: str) -> None:
    assert weakness(pin, "admin") == "simple"


@pytest.mark.parametrize("pin", ["1234", "4321", "1111", "1212", "7890", "9012", "1122", "1221"])
def test_four_digits_that_repeat_or_count_are_too_simple_for_a_clerk(pin: str) -> None:
    assert weakness(pin, "clerk") == "simple"


@pytest.mark.parametrize("pin", ["482913", "918273", "739148", "204817", "7391", "480257139624"])
def test_other_digits_are_good(pin: str) -> None:
    assert weakness(pin, "clerk") is None


@given(st.text(max_size=20), st.sampled_from([*IN_CHARGE, *OTHERS]))
def test_whatever_is_typed_is_judged_and_what_passes_is_a_pin(typed: str, role: str) -> None:
    if weakness(typed, role) is None:
        assert typed.isascii()
        assert typed.isdigit()
        assert (6 if role in IN_CHARGE else 4) <= len(typed) <= LONGEST


@given(st.text("0123456789", min_size=6, max_size=LONGEST))
def test_what_is_good_for_who_is_in_charge_is_good_for_all(pin: str) -> None:
    if weakness(pin, "admin") is None:
        assert weakness(pin, "clerk") is None


def test_the_first_wrong_ones_cost_no_wait_and_the_fifth_a_quarter_of_an_hour() -> None:
    assert [wait_after(failures) for failures in range(TRIES)] == [None] * TRIES
    assert wait_after(TRIES) == timedelta(minutes=15)


def test_the_waits_double_up_to_a_day() -> None:
    waits = [wait_after(TRIES + more) for more in range(9)]
    assert waits == [
        *(timedelta(minutes=15 * 2**more) for more in range(7)),
        LONGEST_WAIT,
        LONGEST_WAIT,
    ]
    assert wait_after(10**9) == LONGEST_WAIT


@given(st.integers(0, 10**6))
def test_one_more_wrong_pin_never_shortens_the_wait(failures: int) -> None:
    assert (wait_after(failures + 1) or timedelta(0)) >= (wait_after(failures) or timedelta(0))
