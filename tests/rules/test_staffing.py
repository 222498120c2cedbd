"""Staffing by formula, against values that are known, and against each other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.staffing import (
    erlang_a,
    erlang_b,
    erlang_c,
    mean_wait,
    mol,
    needed,
    offered,
    sipp,
    square_root,
    waits_beyond,
)


def test_known_values_of_erlang_b_and_c() -> None:
    assert erlang_b(1, 1) == pytest.approx(1 / 2)
    assert erlang_b(2, 1) == pytest.approx(1 / 5)
    assert erlang_b(10, 5) == pytest.approx(0.018385, abs=1e-6)
    assert erlang_c(2, 1) == pytest.approx(1 / 3)
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(3, 2) == pytest.approx(4 / 9)


def test_one_counter_waits_as_the_textbook_says() -> None:
    assert mean_wait(1, 0.5, 10) == pytest.approx(10)
    assert mean_wait(1, 0.5, 10, variation=0.0) == pytest.approx(5)
    assert waits_beyond(1, 0.5, 10, 20) == pytest.approx(0.5 * math.exp(-1))


def test_counters_that_cannot_keep_up_let_everybody_wait() -> None:
    assert (erlang_c(2, 2), waits_beyond(2, 3, 10, 60), mean_wait(2, 2, 10)) == (1.0, 1.0, math.inf)


def test_without_impatience_erlang_a_is_erlang_c() -> None:
    waits, lost = erlang_a(3, 2, 10, 1e9)
    assert waits == pytest.approx(erlang_c(3, 2), abs=1e-6)
    assert lost == pytest.approx(0, abs=1e-6)


def test_as_impatient_as_a_service_is_long_nobody_counts_the_counters() -> None:
    # With equal rates the number of people present is Poisson whatever the counters: 2 is its mean here.
    waits, lost = erlang_a(2, 2, 10, 10)
    assert waits == pytest.approx(1 - math.exp(-2) * (1 + 2))
    assert lost == pytest.approx(sum(max(n - 2, 0) * math.exp(-2) * 2**n / math.factorial(n) for n in range(60)) / 2)


@given(st.floats(0.01, 60), st.floats(1, 60), st.floats(0, 60), st.floats(0.05, 0.99))
def test_needed_is_enough_and_one_less_is_not(load: float, minutes: float, limit: float, share: float) -> None:
    counters = needed(load, minutes, limit=limit, share=share)
    assert 1 - waits_beyond(counters, load, minutes, limit) >= share
    assert counters == 1 or 1 - waits_beyond(counters - 1, load, minutes, limit) < share


@given(st.integers(1, 80), st.floats(0.01, 79))
def test_chances_are_chances_and_another_counter_helps(counters: int, load: float) -> None:
    assert 0 <= erlang_b(counters, load) <= erlang_c(counters, load) <= 1
    assert erlang_c(counters + 1, load) <= erlang_c(counters, load)
    assert square_root(load) >= load


def test_the_offered_load_lags_behind_and_keeps_the_work() -> None:
    rates, minutes = [40.0, 30.0, 10.0, 0.0, 0.0, 0.0], 11.0
    loads = offered(rates, minutes)
    assert loads[0] < rates[0] / 60 * minutes
    assert loads[2] > rates[2] / 60 * minutes
    assert sum(loads) == pytest.approx(sum(rates) / 60 * minutes, rel=0.02)


def test_a_busy_morning_by_the_hour() -> None:
    arrivals = [44.25, 34.5, 19.875, 10.875, 11.25, 15.0, 11.25, 6.0]
    assert sipp(arrivals, 11, limit=15, share=0.8) == [10, 8, 5, 3, 3, 4, 3, 2]
    assert mol(arrivals, 11, limit=15, share=0.8)[:2] == [8, 8]
