"""When to stop issuing: the light of a field, what holds it back, the room that is left, and the words for it."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.rules.estimate import Estimator
from queueapp.rules.estimated import Estimate
from queueapp.rules.pace import Pace
from queueapp.rules.stopped import MOST_ROOM, Because, Light, Room, ServiceMinutes, Stop
from queueapp.rules.stopping import (
    LONGER,
    closing_of,
    dossiers_each,
    light,
    light_until,
    room,
    service_minutes,
    softened,
    stated_minutes,
)
from queueapp.rules.stopping_words import clock_words, room_words, stamp_words, why_stop

DAY = ((450.0, 690.0), (810.0, 1020.0))  # 07:30-11:30, 13:30-17:00
TEN = ServiceMinutes(10, 14, 50, "field")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and again after a test that spoke Vietnamese."""
    use_language("en")
    yield
    use_language("en")


def wait(minutes: float, high: float | None = None, basis: str = "learned") -> Estimate:
    """Return an estimate of so many minutes by the clock."""
    return Estimate(0.5 * minutes, minutes, high if high is not None else minutes, ahead=3, pace=4, basis=basis)


def shown(at: float, estimate: Estimate, counters: int | None = None) -> tuple[Light, Because]:
    stop = light(at, estimate, TEN, DAY, counters=counters)
    assert stop is not None
    return stop.light, stop.because


def test_green_while_even_a_longer_wait_and_service_end_before_closing() -> None:
    assert shown(900, wait(60, 80)) == ("green", "fits")
    # 900 + 86 + half of the 40 to the upper end + a longer service of 14 are just 17:00.
    assert shown(900, wait(86, 126)) == ("green", "fits")


def test_amber_where_only_the_expected_end_lies_before_closing_and_red_where_not_even_that_does() -> None:
    assert shown(900, wait(86, 127)) == ("amber", "upper")
    assert shown(900, wait(110, 200)) == ("amber", "upper")
    assert shown(900, wait(110.5, 111)) == ("red", "expected")


def test_the_figures_behind_the_light_can_be_recomputed() -> None:
    stop = light_until(1020, 900, wait(60, 80), TEN)
    assert stop == Stop("green", "fits", expected=970, upper=984, closing=1020, service=TEN)


def test_a_first_estimate_refuses_nobody() -> None:
    assert shown(900, wait(500, 900, basis="first")) == ("amber", "first")


def test_nobody_is_refused_where_a_counter_is_free_before_closing() -> None:
    assert shown(1015, wait(0, 0, basis="at_once")) == ("amber", "free")
    assert shown(1015, wait(0, 0)) == ("red", "expected")


@pytest.mark.parametrize("basis", ["learned", "first", "at_once"])
def test_at_closing_and_after_it_is_red_whatever_is_known(basis: str) -> None:
    assert shown(1020, wait(0, 0, basis=basis)) == ("red", "closed")
    assert shown(1100, wait(5, 9, basis=basis)) == ("red", "closed")


def test_a_day_without_hours_says_nothing() -> None:
    assert light(900, wait(60), TEN, ()) is None
    assert closing_of(()) is None
    assert closing_of(((810.0, 1020.0), (450.0, 690.0))) == 1020


def test_before_opening_and_at_lunch_the_estimate_by_the_clock_decides() -> None:
    assert shown(430, wait(40, 60)) == ("green", "fits")
    assert shown(700, wait(115, 130)) == ("green", "fits")  # called after lunch
    assert shown(430, wait(585, 600)) == ("red", "expected")


def test_without_a_counter_at_work_the_best_is_amber_and_red_stays_red() -> None:
    assert shown(900, wait(5, 10), counters=0) == ("amber", "no_counter")
    assert shown(900, wait(115, 120), counters=0) == ("red", "expected")
    assert shown(900, wait(5, 10), counters=1) == ("green", "fits")


def test_priority_has_the_same_rule_with_its_own_estimate() -> None:
    assert [shown(960, each)[0] for each in (wait(12, 20), wait(60, 90))] == ["green", "red"]


def test_services_are_of_the_field_else_of_the_office_else_stated() -> None:
    field, office = [float(n) for n in range(1, 21)], [8.0] * 30
    own = service_minutes(field, office, 12)
    assert (own.mean, own.n, own.basis) == (10.5, 20, "field")
    assert own.longer == pytest.approx(16.2)
    assert service_minutes(field[:19], office, 12) == ServiceMinutes(8, 8, 30, "office")
    assert stated_minutes(10).longer == 14
    assert service_minutes([], [], 12) == stated_minutes(12) == ServiceMinutes(12, 12 * LONGER, 0, "stated")


def test_four_of_five_services_of_one_long_one_are_never_said_shorter_than_the_mean() -> None:
    assert service_minutes([1.0] * 19 + [200.0], [], 5).longer >= service_minutes([1.0] * 19 + [200.0], [], 5).mean


def stops(ends: Callable[[int], tuple[float, float]]) -> Callable[[int], Stop]:
    """Return the answers for `n` more before one: expected and upper end."""

    def stop_of(more: int) -> Stop:
        expected, upper = ends(more)
        amber: Light = "amber" if expected <= 1020 else "red"
        return Stop("green" if upper <= 1020 else amber, "fits", expected, upper, 1020, TEN)

    return stop_of


@given(st.integers(0, 1020), st.floats(0.5, 30), st.floats(0, 90))
def test_the_room_is_what_counting_one_by_one_gives(at: int, pace: float, more: float) -> None:
    stop_of = stops(lambda n: (at + (n + 0.5) * pace, at + (n + 0.5) * pace + more))
    found = room(stop_of)
    ends = [stop_of(n) for n in range(MOST_ROOM)]
    assert found.sure == next((n for n, stop in enumerate(ends) if stop.light != "green"), MOST_ROOM)
    assert found.at_most == next((n for n, stop in enumerate(ends) if stop.expected > 1020), MOST_ROOM)
    assert found.sure <= found.at_most


def test_the_upper_end_may_fall_at_a_place_further_back_and_the_first_amber_still_ends_what_is_sure() -> None:
    assert room(stops(lambda n: (600 + 10 * n, 600 + 10 * n + (500 if n < 5 else 50) * (n > 2)))) == Room(3, 43)


def test_what_only_holds_red_back_makes_no_room() -> None:
    late = Stop("amber", "first", 1100, 1150, 1020, TEN)
    assert room(lambda _more: late) == Room(0, 0)


def test_room_without_a_limit_is_counted_only_so_far() -> None:
    assert room(stops(lambda _n: (900, 900))).is_ample
    assert room(stops(lambda _n: (900, 900))).at_most == MOST_ROOM


def test_the_room_of_an_office_is_what_its_pace_can_call_until_closing() -> None:
    estimator = Estimator(hours=DAY)
    estimator.line("land").pace = Pace(start=0.2)  # one in five minutes

    def stop_of(more: int) -> Stop:
        return light_until(1020, 900, estimator.expect("land", 900, ahead=more), TEN)

    found = room(stop_of)
    # It is done before 17:00 whose call is made before 16:50, 110 minutes from now.
    last, first_too_late = (estimator.expect("land", 900, ahead=n).minutes for n in (found.at_most - 1, found.at_most))
    assert last <= 110 < first_too_late
    assert 0 < found.sure < found.at_most


def test_room_counts_dossiers_where_tickets_carry_several() -> None:
    assert (Room(10, 15, 1.5).sure_dossiers, Room(10, 15, 1.5).at_most_dossiers) == (15, 22)
    assert dossiers_each(0, 0, 1.4) == pytest.approx(1.4)
    assert dossiers_each(60, 20, 1.0) == pytest.approx(2.0)  # half of it is today's three


@given(st.floats(0, 1500), st.floats(0, 800), st.floats(0, 800), st.sampled_from(["learned", "first", "at_once"]))
def test_a_longer_wait_never_makes_a_light_better(at: float, minutes: float, more: float, basis: str) -> None:
    order = ["green", "amber", "red"]
    sooner, later = (light_until(1020, at, wait(m, 1.3 * m + 5, basis), TEN).light for m in (minutes, minutes + more))
    assert order.index(sooner) <= order.index(later)


def test_the_sentence_gives_the_figures_that_decided() -> None:
    red, amber = light_until(1020, 900, wait(122, 130), TEN), light_until(1020, 900, wait(100, 130), TEN)
    assert why_stop(red) == "At today's pace the next number is done at about 17:12, after closing at 17:00."
    assert "16:50, perhaps only at 17:09; closing is at 17:00" in why_stop(amber)
    use_language("vi")
    assert why_stop(red) == "Theo tốc độ hôm nay, số tiếp theo xong khoảng 17:12, sau giờ đóng cửa 17:00."
    assert stamp_words(amber) == "không chắc kịp trong ngày"
    assert stamp_words(light_until(1020, 500, wait(1), TEN)) == ""


@pytest.mark.parametrize("basis", ["fits", "upper", "expected", "first", "free", "no_counter", "closed"])
def test_every_light_has_its_sentence(basis: Because) -> None:
    assert "17:00" in why_stop(Stop("amber", basis, 1000, 1010, 1020, TEN)) or basis == "no_counter"


def test_an_end_just_after_closing_is_not_said_to_be_at_closing() -> None:
    assert (clock_words(1020.01), clock_words(1020), clock_words(1450)) == ("17:01", "17:00", "24:10")


def test_the_room_in_words() -> None:
    assert room_words(Room(12, 12)) == "About 12 more numbers."
    assert room_words(Room(8, 12, 1.5)) == "About 12 more numbers (18 dossiers), 8 of them surely."
    assert room_words(Room(0, 1)) == "About 1 more number, 0 of them surely."
    assert room_words(Room(0, 0)) == "There is no room for more numbers today."
    assert room_words(Room(MOST_ROOM, MOST_ROOM)) == "200 more numbers or more."


@pytest.mark.parametrize(
    ("rule", "has_history", "expected"),
    [
        ("refuse", True, "red"),
        ("refuse", False, "amber"),
        ("warn", True, "amber"),
        ("warn", False, "amber"),
        ("off", True, None),
    ],
)
def test_only_an_office_that_knows_its_pace_and_wants_it_refuses(
    rule: str, has_history: bool, expected: str | None
) -> None:
    red = Stop("red", "expected", 1100, 1150, 1020, TEN)
    found = softened(red, rule, has_history=has_history)
    assert (None if found is None else found.light) == expected
    green = Stop("green", "fits", 970, 984, 1020, TEN)
    assert softened(green, "refuse", has_history=has_history) == green
