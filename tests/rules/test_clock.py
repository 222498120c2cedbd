"""What time it is: never before what is written down, never leaping with the clock on the wall, and a jump is seen."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.clock import TOLERANCE, FastClock, Reading, business_day, is_plausible, read_clock, uptime

NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NONE = timedelta(0)
SPANS = st.timedeltas(timedelta(days=-4000), timedelta(days=4000))
PASSED = st.timedeltas(NONE, timedelta(days=3))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_a_good_clock_is_read_as_it_is() -> None:
    assert read_clock(NINE + minutes(5), NINE, NONE, minutes(5)) == Reading(NINE + minutes(5), NONE)


@pytest.mark.parametrize(
    "jump", [minutes(2), minutes(-2), minutes(90), minutes(-90), timedelta(days=1), timedelta(days=-1), minutes(1.1)]
)
def test_a_jump_while_the_machine_runs_is_seen_and_left_out(jump: timedelta) -> None:
    assert read_clock(NINE + minutes(5) + jump, NINE, NONE, minutes(5)) == Reading(NINE + minutes(5), jump, jump)


def test_a_clock_that_is_set_right_again_is_no_longer_ahead() -> None:
    ahead = timedelta(hours=7)
    reading = read_clock(NINE + minutes(10), NINE, ahead, minutes(10))
    assert reading == Reading(NINE + minutes(10), NONE, -ahead)


def test_a_clock_that_is_wrong_by_the_same_amount_does_not_jump_again() -> None:
    ahead = timedelta(hours=7)
    assert read_clock(NINE + ahead + minutes(3), NINE, ahead, minutes(3)) == Reading(NINE + minutes(3), ahead)


def test_a_little_slip_is_no_jump_and_time_stands_rather_than_going_back() -> None:
    assert read_clock(NINE - timedelta(seconds=20), NINE, NONE, timedelta(seconds=5)) == Reading(NINE, NONE)


def test_after_a_restart_of_the_machine_the_wall_is_believed_when_it_is_later() -> None:
    assert read_clock(NINE + minutes(45), NINE, NONE, None) == Reading(NINE + minutes(45), NONE)


def test_after_a_restart_a_clock_that_fell_back_goes_on_from_the_last_moment() -> None:
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    reading = read_clock(epoch, NINE, NONE, None)
    assert reading == Reading(NINE, epoch - NINE, epoch - NINE)
    assert read_clock(epoch + minutes(4), NINE, reading.offset, minutes(4)) == Reading(
        NINE + minutes(4), reading.offset
    )


def test_a_clock_set_right_during_the_restart_is_believed_again() -> None:
    assert read_clock(NINE + minutes(30), NINE, timedelta(days=1), None) == Reading(
        NINE + minutes(30), NONE, timedelta(days=-1)
    )


def test_a_count_that_stands_before_the_last_moment_never_takes_time_back() -> None:
    # Another machine has taken a jump for time that passed, and wrote it down; this one has counted less.
    for wall in (NINE, NINE - minutes(20), NINE + minutes(20), NINE - timedelta(days=1)):
        assert read_clock(wall, NINE, NONE, minutes(-30)).at >= NINE


@given(wall=SPANS, offset=SPANS, elapsed=st.none() | st.timedeltas(minutes(-600), timedelta(days=3)))
def test_time_never_goes_back(wall: timedelta, offset: timedelta, elapsed: timedelta | None) -> None:
    assert read_clock(NINE + wall, NINE, offset, elapsed).at >= NINE


@given(jump=SPANS, offset=SPANS, elapsed=PASSED)
def test_while_the_machine_runs_no_jump_moves_time_by_more_than_the_tolerance(
    jump: timedelta, offset: timedelta, elapsed: timedelta
) -> None:
    reading = read_clock(NINE + offset + elapsed + jump, NINE, offset, elapsed)
    assert abs(reading.at - (NINE + elapsed)) <= TOLERANCE
    assert (reading.jump is None) == (abs(jump) <= TOLERANCE)


@given(jump=SPANS, steps=st.lists(PASSED, max_size=8))
def test_after_a_jump_is_seen_it_is_not_told_again(jump: timedelta, steps: list[timedelta]) -> None:
    reading = read_clock(NINE + jump, NINE, NONE, NONE)
    at, offset = reading.at, reading.offset
    for passed in steps:
        again = read_clock(at + passed + offset, at, offset, passed)
        assert again.jump is None
        assert again.at == at + passed
        at, offset = again.at, again.offset


@given(st.lists(st.tuples(PASSED, SPANS | st.just(NONE)), min_size=1, max_size=12))
def test_a_day_under_any_jumps_is_as_long_as_a_day_without(steps: list[tuple[timedelta, timedelta]]) -> None:
    at, offset, real = NINE, NONE, NINE
    for passed, wrong_by in steps:
        real += passed
        reading = read_clock(real + wrong_by, at, offset, passed)
        assert reading.at >= at
        at, offset = reading.at, reading.offset
    assert abs(at - real) <= TOLERANCE * len(steps)


@given(st.lists(st.tuples(SPANS, st.booleans(), st.timedeltas(NONE, minutes(600))), min_size=1, max_size=12))
def test_with_restarts_in_between_time_still_never_goes_back(steps: list[tuple[timedelta, bool, timedelta]]) -> None:
    at, offset = NINE, NONE
    for wrong_by, is_restarted, passed in steps:
        reading = read_clock(NINE + wrong_by, at, offset, None if is_restarted else passed)
        assert reading.at >= at
        at, offset = reading.at, reading.offset


@given(wall=SPANS, offset=SPANS, elapsed=PASSED)
def test_what_is_left_between_wall_and_log_is_known(wall: timedelta, offset: timedelta, elapsed: timedelta) -> None:
    reading = read_clock(NINE + wall, NINE, offset, elapsed)
    if reading.jump is not None:
        assert abs((NINE + wall) - reading.offset - reading.at) <= TOLERANCE


def test_the_business_day_is_the_office_s_own() -> None:
    late = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert business_day(late, "Asia/Ho_Chi_Minh") == date(2026, 11, 24)
    assert business_day(late, "UTC") == date(2026, 11, 23)
    assert business_day(late, "Pacific/Kiritimati") == date(2026, 11, 24)
    assert business_day(late, "America/St_Johns") == date(2026, 11, 23)


def test_moments_outside_this_century_are_implausible() -> None:
    assert is_plausible(NINE)
    assert not is_plausible(datetime(1999, 12, 31, tzinfo=UTC))
    assert not is_plausible(datetime(2100, 1, 1, tzinfo=UTC))


def test_the_machine_s_own_count_only_grows() -> None:
    boot, running = uptime()
    assert uptime()[0] == boot
    assert uptime()[1] >= running > 0


def test_a_fast_clock_runs_from_its_start() -> None:
    fast = FastClock(NINE, 600, time.monotonic() - 1)
    assert minutes(10) <= fast() - NINE < minutes(60)
    assert fast.seconds_until(NINE) == 0.0
    assert 0 < fast.seconds_until(NINE + timedelta(days=1)) <= 144
