"""When a ticket will be called: pace, experience, range and the sentence that explains them, as values."""

import json
import math
import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.rules.estimate import LONGEST, Estimator
from queueapp.rules.estimate_words import outwards, range_words, why_words
from queueapp.rules.estimated import Estimate
from queueapp.rules.experience import HALF, Experience, PerCounter, rising, straight
from queueapp.rules.learned import as_plain, from_plain
from queueapp.rules.opened import FEWEST, Opened, share
from queueapp.rules.pace import FASTEST, SLOWEST, Pace, day_shape, is_open, minutes_until, open_parts
from queueapp.rules.promise import EARLY, LATE, Promise
from queueapp.rules.recent import Recent
from queueapp.rules.tuning import SETTINGS, Tuning

MORNING, LUNCH = 450.0, 120.0
HOURS = ((450.0, 690.0), (810.0, 1020.0))  # 07:30-11:30, 13:30-17:00
FLAT = [1.0] * 24


def steady(estimator: Estimator, *, days: int, each: float, people: int = 40, service: str = "land") -> None:
    """Live days on which a queue of people who came at half past seven is called one after the other."""
    for _day in range(days):
        for ticket in range(people):
            estimator.issue(ticket, service, MORNING)
        for ticket in range(people):
            estimator.call(ticket, MORNING + each * (ticket + 1))
        estimator.end_day()


def lived(seed: int, days: int = 3, *, is_shared: bool = False) -> Estimator:
    """Give an estimator that has seen random days of two fields."""
    chance = random.Random(seed)
    estimator = Estimator(is_shared=is_shared, hours=HOURS)
    ticket = 0
    for _day in range(days):
        now = MORNING
        waiting: list[int] = []
        for _step in range(80):
            now += chance.expovariate(0.4)
            if waiting and chance.random() < 0.5:
                estimator.call(waiting.pop(0), now)
            else:
                ticket += 1
                estimator.issue(ticket, chance.choice(("land", "civil_status")), now, counters=chance.randint(1, 3))
                waiting.append(ticket)
        estimator.end_day()
    return estimator


def test_a_gap_counts_only_where_the_ticket_called_was_already_waiting() -> None:
    pace = Pace()
    pace.called(500, 490)
    pace.called(504, 495)
    pace.called(530, 520)  # came after the call before: the counter waited for it
    pace.called(540, 525)
    assert [gap[:2] for gap in pace.gaps] == [(4, 8), (10, 9)]
    pace.end_day()
    assert (sum(pace.calls), sum(pace.busy)) == (2, 14)


def test_a_gap_across_a_full_hour_and_a_break_gives_each_hour_its_open_minutes() -> None:
    pace = Pace()
    pace.called(688, 600, HOURS)
    pace.called(812, 600, HOURS)  # 124 minutes by the clock: too long to be a gap
    pace.called(845, 600, HOURS)
    pace.end_day()
    assert (pace.busy[13], pace.busy[14], pace.calls[14]) == (28, 5, 1)
    assert open_parts(685, 815, HOURS) == [(685, 690), (810, 815)]


def test_breaks_and_what_lies_before_the_opening_have_no_rate() -> None:
    rates = [0.5] * 24
    assert minutes_until(5, 680, rates) == 10
    assert minutes_until(10, 680, rates, HOURS) == 20 + LUNCH
    assert minutes_until(1, 440, rates, HOURS) == 12
    assert minutes_until(100, 1010, rates, HOURS) == 200  # after closing they work until the hall is empty
    assert [is_open(at, HOURS) for at in (440, 460, 700, 900, 1100)] == [False, True, False, True, True]


@given(st.floats(0.01, 200), st.floats(0, 1439), st.lists(st.floats(0.01, 5), min_size=24, max_size=24))
def test_the_calls_made_in_the_minutes_found_are_those_asked_for(calls: float, at: float, rates: list[float]) -> None:
    for hours in ((), HOURS):
        end = at + minutes_until(calls, at, rates, hours)
        made = sum((last - first) * rates[min(23, int(first // 60))] for first, last in open_parts(at, end, hours))
        assert math.isclose(made, calls, rel_tol=1e-6)


def test_the_pace_starts_from_what_the_office_states_and_ends_at_what_it_does() -> None:
    pace = Pace(start=0.2)
    assert pace.average() == pytest.approx(0.2)
    for day in range(20):
        for number in range(60):
            pace.called(500 + 4 * number, 400)
        pace.end_day()
        if day == 0:
            assert 0.2 < pace.average() < 0.26
    assert pace.average() == pytest.approx(0.25, rel=0.01)
    assert pace.rates(FLAT)[10] == pytest.approx(0.25, rel=0.01)


def test_a_slow_day_is_noticed_and_never_beyond_its_bounds() -> None:
    pace = Pace()
    rates = [0.25] * 24
    assert speed(pace, rates, 40) == 1
    for number in range(25):
        pace.called(500 + 8 * number, 400)  # twice as long as usual
    assert 0.5 < speed(pace, rates, 12) < speed(pace, rates, 40) < 1
    assert speed(pace, [100.0] * 24, 1) == SLOWEST
    assert speed(pace, [0.0001] * 24, 1) <= FASTEST


def test_minutes_without_a_call_while_somebody_waits_make_the_day_slower() -> None:
    pace = Pace()
    rates = [0.25] * 24
    for number in range(10):
        pace.called(500 + 4 * number, 400)
    assert speed(pace, rates, 40, 556, 400) < speed(pace, rates, 40, 540, 400) < speed(pace, rates, 40)
    assert speed(pace, rates, 40, 556, 554) > speed(pace, rates, 40, 556, 400)  # nobody waited before
    assert speed(pace, rates, 40, 636, 400) == speed(pace, rates, 40)  # that long it was a break
    noon = pace.today(rates, 580, 400, [0.0] * 24, ((450, 540), (570, 1020)))
    assert noon.due == pytest.approx(pace.today(rates, 550, 400, [0.0] * 24).due)  # a break is no silence


def speed(pace: Pace, rates: list[float], trust: float, at: float = 0.0, since: float = math.inf) -> float:
    return pace.today(rates, at, since, [0.0] * 24).speed(trust)


def test_an_estimate_reacts_at_once_when_a_counter_pauses_or_opens() -> None:
    estimator = Estimator()
    for day in range(24):
        counters = 1 + day % 2  # half as many counters, half as fast
        estimator.opened("land", MORNING, counters)
        for ticket in range(40):
            estimator.issue(ticket, "land", MORNING)
        for ticket in range(40):
            estimator.call(ticket, MORNING + 6 / counters * (ticket + 1))
        estimator.end_day()
    estimator.opened("land", MORNING, 2)
    usual = estimator.expect("land", MORNING, ahead=10).minutes
    estimator.opened("land", MORNING, 1)
    paused = estimator.expect("land", MORNING, ahead=10).minutes
    assert paused > 1.2 * usual
    estimator.opened("land", MORNING, 0)  # none: they will come back as usual
    assert estimator.expect("land", MORNING, ahead=10).minutes < paused
    asked = estimator.expect("land", MORNING, ahead=10, counters=1).minutes
    assert asked == pytest.approx(paused)
    assert from_plain(json.loads(json.dumps(as_plain(estimator)))).line("land").pace.opened.usual() == (
        estimator.line("land").pace.opened.usual()
    )


def test_the_open_counters_are_averaged_over_the_time_between_two_calls() -> None:
    opened = Opened()
    assert opened.called(None, 500) == 0
    opened.become(500, 2)
    opened.become(510, 4)
    assert opened.called(500, 520) == 3
    opened.worked(8, 20, 3)
    assert opened.usual() == [0.0] * 24  # today's count from tomorrow on
    opened.end_day()
    assert opened.usual()[8] == pytest.approx(3)
    assert (share(3, 6), share(0, 6), share(3, 0), share(1, 9)) == (0.5, 1, 1, FEWEST)


def test_the_last_misses_tell_how_waits_differ_now() -> None:
    recent = Recent()
    assert recent.drift() == 0
    for number in range(30):
        recent.kept(math.log(1.5), 500 + number)
    assert 1.3 < math.exp(recent.drift()) < 1.5
    recent.kept(9, 531)  # one that was forgotten
    assert math.exp(recent.drift()) < 1.8
    recent.end_day()
    assert recent.drift() == 0


def test_those_who_go_before_they_are_called_are_learned() -> None:
    experience = Experience()
    assert experience.calls(7) == pytest.approx(7 + HALF)
    for ahead in range(20):
        for _ticket in range(50):
            experience.waited(ahead, 0.6 * ahead + HALF)
    experience.end_day()
    assert experience.calls(1) < 1 + HALF
    assert 0.6 * 15 < experience.calls(15) < 13


def test_the_shape_of_the_day_is_that_of_all_lines() -> None:
    fast, slow = Pace(), Pace()
    for number in range(200):
        fast.called(420 + 0.5 * number, 400)
        slow.called(840 + 5 * min(number, 12), 800)
    for pace in (fast, slow):
        pace.end_day()
    shape = day_shape([fast, slow])
    assert len(shape) == 24
    assert shape[20] == 1
    assert day_shape([]) == FLAT


def test_experience_is_of_tickets_with_as_many_ahead_and_its_neighbours() -> None:
    experience = Experience()
    assert experience.minutes(3) == (0, 0)
    for ahead in range(10):
        for _ticket in range(50):
            experience.waited(ahead, 4 * ahead + 2)
    assert experience.minutes(3) == (0, 0)  # today's count from tomorrow on
    experience.end_day()
    sure, minutes = experience.minutes(3)
    assert sure > 0.8
    assert minutes == pytest.approx(14)
    assert experience.minutes(30)[1] == pytest.approx(122)
    per_counter = PerCounter()
    for _ticket in range(100):
        per_counter.waited(5, 2, 30)
    per_counter.end_day()
    assert per_counter.minutes(5, 2)[1] == pytest.approx(30)
    assert per_counter.minutes(5, 4)[1] == pytest.approx(14.75)


def test_no_experience_says_less_than_no_wait() -> None:
    experience = Experience()
    for ahead, minutes in ((0, 0.0), (1, 0.05), (1, 0.0), (8, 90.0), (12, 150.0), *[(1, 0.02)] * 60):
        experience.waited(ahead, minutes)
    experience.end_day()
    assert min(experience.minutes(ahead)[1] for ahead in range(20)) >= 0


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from([0.0, 0.05, 1.0, 8.0, 90.0])), min_size=1, max_size=60))
def test_whatever_was_waited_experience_never_says_less_than_nought_nor_falls(waits: list[tuple[int, float]]) -> None:
    experience = Experience()
    for ahead, minutes in waits:
        experience.waited(ahead, minutes)
    experience.end_day()
    said = [experience.minutes(ahead)[1] for ahead in range(20)]
    assert said[0] >= 0
    assert said == sorted(said)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 10)), min_size=1))
def test_a_rising_row_never_falls_and_keeps_the_weighted_sum(values: list[tuple[float, float]]) -> None:
    row = rising(values)
    assert all(one <= next_ + 1e-9 for one, next_ in pairwise(row))
    assert math.isclose(
        sum(value * weight for value, weight in values),
        sum(value * weight for value, (_old, weight) in zip(row, values, strict=True)),
        rel_tol=1e-6,
        abs_tol=1e-9,
    )


@given(st.dictionaries(st.integers(0, 60), st.tuples(st.floats(0.1, 50), st.floats(0, 5000)), max_size=12))
def test_the_straight_line_of_experience_never_falls_nor_begins_below_nought(
    known: dict[int, tuple[float, float]],
) -> None:
    start, step = straight(known)
    assert step >= 0
    assert start >= -1e-6


def test_the_range_is_learned_from_earlier_misses() -> None:
    promise = Promise()
    assert promise.range_of("land", 5, 10) == (4, 22)
    chance = random.Random(1)
    for _day in range(40):
        waits = [10 * math.exp(chance.gauss(0, 0.5)) for _ticket in range(30)]
        for waited in waits:
            promise.kept("land", 5, 10, *promise.range_of("land", 5, 10), waited)
        promise.end_day()
    low, high = promise.range_of("land", 5, 10)
    assert 4 < low < 7
    assert 17 < high < 25
    assert promise.range_of("civil_status", 5, 10) == (low, high)  # the office's bin speaks for a new field


def test_the_ends_of_the_range_move_until_their_shares_are_right() -> None:
    chance = random.Random(2)
    promise = Promise()
    early = late = counted = 0
    for day in range(120):
        drift = 10 * math.exp(0.004 * day)  # every day a little slower: the past alone would promise too little
        for _ticket in range(40):
            low, high = promise.range_of("land", 2, 10)
            waited = drift * math.exp(chance.gauss(0, 0.4))
            promise.kept("land", 2, 10, low, high, waited)
            if day >= 30:
                counted += 1
                early += waited < low
                late += waited > high
        promise.end_day()
    assert abs(early / counted - EARLY) < 0.04
    assert abs(late / counted - LATE) < 0.04


def test_a_knob_turns_to_what_earlier_days_have_shown_and_stays_where_nothing_was_seen() -> None:
    tuning = Tuning()
    tuning.end_day()
    assert tuning.chosen == {knob: values[0] for knob, values in SETTINGS.items()}
    best = SETTINGS["lean"][1]
    for _ticket in range(500):
        tuning.erred({("lean", value): 10 * value for value in SETTINGS["lean"]}, 10 * best)
    tuning.end_day()
    assert tuning.chosen["lean"] == pytest.approx(best, abs=0.03)
    assert tuning.chosen["today"] == SETTINGS["today"][0]


def test_a_steady_office_is_estimated_to_the_minute() -> None:
    estimator = Estimator()
    steady(estimator, days=12, each=3)
    estimate = estimator.expect("land", MORNING, ahead=10)
    assert estimate.minutes == pytest.approx(33, abs=3.5)
    assert estimate.low <= 33 <= estimate.high
    assert estimate.basis == "learned"
    assert estimate.speed == pytest.approx(1, abs=0.01)


def test_the_first_day_starts_from_what_the_office_states() -> None:
    estimator = Estimator()
    estimator.state("land", 2 / 16)  # two counters, sixteen minutes a ticket
    estimate = estimator.expect("land", MORNING, ahead=4)
    assert estimate.minutes == pytest.approx(4.5 * 8, rel=0.1)
    assert estimate.basis == "first"


def test_lunch_is_in_the_estimate() -> None:
    estimator = Estimator(hours=HOURS)
    estimator.state("land", 0.1)
    before = estimator.expect("land", 680, ahead=0)
    across = estimator.expect("land", 680, ahead=3)
    assert before.rest == 0
    assert across.rest == pytest.approx(LUNCH)
    assert across.minutes > LUNCH


def test_lunch_is_counted_once_and_not_learned_as_waiting() -> None:
    estimator = Estimator(hours=HOURS)
    for _day in range(12):
        for ticket in range(30):
            estimator.issue(ticket, "land", 650)
        for ticket in range(30):
            minutes = 3 * (ticket + 1)
            estimator.call(ticket, 650 + minutes + (LUNCH if 650 + minutes >= 690 else 0))
        estimator.end_day()
    across = estimator.expect("land", 650, ahead=20)
    before = estimator.expect("land", 500, ahead=20)
    assert across.minutes == pytest.approx(62 + LUNCH, abs=6)
    assert across.rest == pytest.approx(LUNCH)
    assert before.minutes == pytest.approx(62, abs=6)


def test_a_call_of_a_ticket_that_nobody_issued_and_a_leave_teach_nothing() -> None:
    estimator = Estimator()
    estimator.call(1, 500)
    estimator.issue(1, "land", 490)
    estimator.leave(1)
    estimator.call(1, 500)
    assert estimator.line("land").pace.last is None
    assert not estimator.line("land").waiting


AHEAD = st.integers(0, 250)
SEEDS = st.integers(0, 12)


@settings(deadline=None)
@given(SEEDS, AHEAD, st.floats(MORNING, 1015), st.booleans(), st.sampled_from([None, 1, 3]))
def test_more_people_before_it_never_means_a_shorter_wait(
    seed: int, ahead: int, at: float, is_shared: bool, counters: int | None
) -> None:
    estimator = known(seed, is_shared)
    one = estimator.expect("land", at, ahead=ahead, pool_ahead=ahead, counters=counters)
    more = estimator.expect("land", at, ahead=ahead + 1, pool_ahead=ahead + 1, counters=counters)
    assert more.minutes >= one.minutes - 1e-9


@settings(deadline=None)
@given(SEEDS, AHEAD, st.floats(0, 1439), st.booleans())
def test_an_estimate_lies_in_its_range_and_is_never_negative_nor_absurd(
    seed: int, ahead: int, at: float, is_shared: bool
) -> None:
    estimate = known(seed, is_shared).expect("land", at, ahead=ahead, pool_ahead=ahead, counters=2)
    assert 0 <= estimate.low <= estimate.minutes <= estimate.high
    assert estimate.minutes <= LONGEST + 60 * ahead
    told = (estimate.ahead + HALF) * estimate.pace / estimate.speed + estimate.rest
    assert told == pytest.approx(estimate.minutes)


KNOWN: dict[tuple[int, bool], Estimator] = {}


def known(seed: int, is_shared: bool) -> Estimator:
    """Give the estimator of a seed; what is asked of it changes nothing, so it is made once."""
    if (seed, is_shared) not in KNOWN:
        KNOWN[seed, is_shared] = lived(seed, is_shared=is_shared)
    return KNOWN[seed, is_shared]


@given(st.integers(0, 3), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_calls_in_one_instant_is_of_no_importance(seed: int, chance: random.Random) -> None:
    states = []
    for is_shuffled in (False, True):
        estimator = lived(seed, days=1)
        for ticket in range(1000, 1012):
            estimator.issue(ticket, ("land", "civil_status")[ticket % 2], 500)
        called = list(range(1000, 1012))
        if is_shuffled:
            chance.shuffle(called)
        for ticket in called:
            estimator.call(ticket, 510)
        estimator.end_day()
        estimates = [estimator.expect(service, 600, ahead=5) for service in ("land", "civil_status")]
        states.append([minutes for each in estimates for minutes in (each.low, each.minutes, each.high, each.speed)])
    assert states[0] == pytest.approx(states[1])


def test_asking_changes_nothing() -> None:
    estimator = lived(7)
    first = estimator.expect("land", 600, ahead=4)
    estimator.expect("land", 700, ahead=40)
    assert estimator.expect("land", 600, ahead=4) == first


@pytest.fixture
def vietnamese() -> Iterator[None]:
    use_language("vi")
    yield
    use_language("en")


EXAMPLE = Estimate(low=18.2, minutes=29.2, high=41.3, ahead=7, pace=3.5, speed=0.9)


@pytest.mark.usefixtures("vietnamese")
def test_the_sentence_names_the_figures_behind_the_estimate() -> None:
    assert why_words(EXAMPLE) == "Trước ông/bà 7 số; giờ này thường 3,5 phút gọi một số; hôm nay chậm hơn 11 %."
    assert range_words(EXAMPLE) == "15-45 phút"
    first = Estimate(low=2, minutes=5, high=9, ahead=0, pace=10.0, rest=120.0, basis="first")
    assert why_words(first) == (
        "Ông/bà là số tiếp theo; tạm tính 10,0 phút gọi một số; hôm nay như thường lệ; "
        "đã tính 120 phút nghỉ; ước tính ban đầu."
    )
    at_once = Estimate(low=0, minutes=0, high=0, ahead=0, pace=1, basis="at_once")
    assert (range_words(at_once), why_words(at_once)) == ("được gọi ngay", "Có quầy đang trống: được gọi ngay.")


def test_a_range_is_rounded_outwards() -> None:
    assert outwards(20, 35) == (20, 35)
    assert outwards(19.9, 35.1) == (15, 40)
    assert outwards(0, 0) == (0, 5)
