"""How sure figures are: values worked out by hand or known from the books, and what holds for all."""

import csv
import io
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.paper.summary_csv import summary_csv
from queueapp.rules.censored import Wait, describe, reached, survival
from queueapp.rules.certainties import Censored, Little, Running, Share
from queueapp.rules.certainty import Timed, censored, certainty, running, spread, timed, within
from queueapp.rules.figures import summarise
from queueapp.rules.first_calls import office_minutes
from queueapp.rules.intervals import median_interval, upper_bound, wilson
from queueapp.rules.little import check
from queueapp.rules.measures import percentile
from queueapp.rules.periods import pool
from queueapp.rules.summaries import Visit
from queueapp.rules.views import SpanView

ZONE = "Asia/Ho_Chi_Minh"
DAY = date(2026, 11, 23)  # a Monday
EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOURS = {"monday": ["07:30-11:30", "13:30-17:00"]}

waits = st.lists(st.tuples(st.integers(0, 60).map(float), st.booleans()).map(lambda pair: Wait(*pair)), max_size=80)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def span(kind: str, start: float, end: float | None, by: str | None, *, service: str = "land") -> SpanView:
    counter = None if kind == "waiting" else 1
    return SpanView(kind, service, counter, None, at(start), None if end is None else at(end), by)


def visit(state: str, *spans: SpanView, **facts: Any) -> Visit:
    given_facts: dict[str, Any] = {
        "issued_for": "land",
        "dossiers": 1,
        "counter": None,
        "clerk": None,
        "code": "D-001",
    } | facts
    return Visit(state=state, issued_at=spans[0].started_at, spans=spans, **given_facts)


def served(start: float, wait: float, service: float = 10, **facts: Any) -> Visit:
    """Return somebody who came at `start`, waited, and was served."""
    called, began = start + wait, start + wait + 1
    return visit(
        "served",
        span("waiting", start, called, "call"),
        span("called", called, began, "start"),
        span("serving", began, began + service, "finish"),
        **facts,
    )


def gone(start: float, wait: float, state: str = "left", by: str = "leave") -> Visit:
    return visit(state, span("waiting", start, start + wait, by))


def first_calls(*visits: Visit, now: float = 300, hours: Any = None) -> list[Timed]:
    return timed(visits, day=DAY, timezone=ZONE, hours=hours or {}, at=at(now))


# --- Percentiles and shares


@pytest.mark.parametrize(
    ("n", "low", "high"), [(6, 1, 6), (9, 2, 8), (10, 2, 9), (20, 6, 15), (25, 8, 18), (50, 18, 33), (100, 40, 61)]
)
def test_the_median_lies_between_the_values_that_the_tables_name(n: int, low: int, high: int) -> None:
    assert median_interval([float(place) for place in range(1, n + 1)]) == (low, high)


def test_no_interval_is_given_below_its_least_number() -> None:
    assert next(n for n in range(12) if median_interval([1.0] * n)) == 6
    assert next(n for n in range(80) if upper_bound([1.0] * n, 0.9)) == 29
    assert next(n for n in range(80) if upper_bound([1.0] * n, 0.95)) == 59


@pytest.mark.parametrize(
    ("n", "share", "place"),
    [(29, 0.9, 29), (45, 0.9, 45), (46, 0.9, 45), (100, 0.9, 96), (59, 0.95, 59), (93, 0.95, 92)],
)
def test_the_upper_bound_is_the_value_that_the_binomial_distribution_names(n: int, share: float, place: int) -> None:
    assert upper_bound([float(each) for each in range(1, n + 1)], share) == place


@given(st.lists(st.floats(0, 500), min_size=59, max_size=400))
def test_an_interval_holds_its_percentile(minutes: list[float]) -> None:
    ordered = sorted(minutes)
    found = median_interval(ordered)
    assert found is not None
    assert found[0] <= percentile(ordered, 0.5) <= found[1]
    for share in (0.9, 0.95):
        bound = upper_bound(ordered, share)
        assert bound is not None
        assert bound >= percentile(ordered, share) - 1e-9


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(8, 10, 0.490162, 0.943318), (0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0), (1, 2, 0.094531, 0.905469)],
)
def test_a_share_has_the_interval_of_wilson(count: int, n: int, low: float, high: float) -> None:
    share = wilson(count, n)
    assert [share.low, share.high] == pytest.approx([low, high], abs=1e-6)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_share_lies_in_its_interval_and_nobody_has_none(count: int, others: int) -> None:
    share = wilson(count, count + others)
    if not count + others:
        assert share == Share(0, 0, None, None, None)
        return
    assert 0 <= (share.low or 0) <= (share.share or 0) <= (share.high or 0) <= 1


def test_a_duration_shows_nothing_below_its_least_number() -> None:
    assert spread([]) == spread([])
    few = spread([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (few.n, few.median, few.low, few.p90, few.p90_at_most, few.p95) == (5, 3.0, None, None, None, None)
    some = spread([float(each) for each in range(1, 29)])
    assert (some.low, some.high, some.p90_at_most) == (9.0, 20.0, None)
    assert some.p90 == pytest.approx(25.3)
    many = spread([float(each) for each in range(1, 60)])
    assert (many.p90_at_most, many.p95_at_most) == (58.0, 59.0)  # P(at least 57 of 59 at 0.9) = 0.057
    assert many.p95 == pytest.approx(56.1)


# --- Censored waits

# Freireich and others 1963: weeks in remission under 6-MP, the textbook example of the method.
REMISSION = [
    *(Wait(week, is_called=True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *(Wait(week, is_called=False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]


def test_the_textbook_example_has_the_curve_of_the_textbook() -> None:
    steps = [(minutes, round(share, 4)) for minutes, share in survival(REMISSION)]
    expected = [(6, 0.8571), (7, 0.8067), (10, 0.7529), (13, 0.6902), (16, 0.6275), (22, 0.5378), (23, 0.4482)]
    assert steps == expected
    assert describe(REMISSION, unknown=2) == Censored(n=21, called=9, censored=12, unknown=2, median=23, p90=None)


@given(waits)
def test_the_curve_falls_from_one_and_never_below_nought(given_waits: list[Wait]) -> None:
    shares = [1.0, *(share for _minutes, share in survival(given_waits))]
    assert all(before > after >= -1e-12 for before, after in pairwise(shares))
    assert len(shares) == 1 + len({each.minutes for each in given_waits if each.is_called})


@given(st.lists(st.integers(0, 60).map(float), min_size=1, max_size=80), st.sampled_from([0.25, 0.5, 0.9]))
def test_without_censoring_the_curve_counts_who_was_called(minutes: list[float], share: float) -> None:
    found = reached(survival([Wait(each, is_called=True) for each in minutes]), share)
    assert found is not None
    assert sum(each <= found for each in minutes) >= share * len(minutes) - 1e-6
    assert sum(each < found for each in minutes) < share * len(minutes) + 1e-6


@given(waits, st.floats(0, 60))
def test_who_leaves_never_makes_the_waits_look_shorter_than_if_they_had_been_called_then(
    given_waits: list[Wait], stayed: float
) -> None:
    left = reached(survival([*given_waits, Wait(stayed, is_called=False)]), 0.5)
    called = reached(survival([*given_waits, Wait(stayed, is_called=True)]), 0.5)
    assert (math.inf if called is None else called) <= (math.inf if left is None else left)


def test_a_wait_ends_with_the_first_call_that_is_answered_else_with_the_first() -> None:
    again = visit(
        "served",
        span("waiting", 0, 10, "call"),
        span("called", 10, 12, "no_show"),
        span("waiting", 12, 20, "call"),
        span("called", 20, 21, "start"),
        span("serving", 21, 30, "transfer"),
        span("waiting", 30, 60, "call", service="civil_status"),
        span("called", 60, 61, "start", service="civil_status"),
        span("serving", 61, 70, "finish", service="civil_status"),
    )
    never = visit(
        "no_show",
        span("waiting", 0, 10, "call"),
        span("called", 10, 12, "no_show"),
        span("waiting", 12, 20, "call"),
        span("called", 20, 25, "no_show"),
    )
    found = [
        each.wait for each in first_calls(again, never, gone(5, 30), visit("waiting", span("waiting", 100, None, None)))
    ]
    assert found == [Wait(18, True), Wait(10, True), Wait(30, False), Wait(200, False)]


def test_an_outage_is_left_out_of_the_wait_and_does_not_end_it() -> None:
    cut = visit(
        "served", span("waiting", 0, 10, "outage"), span("waiting", 40, 45, "call"), span("called", 45, 46, "start")
    )
    assert first_calls(cut)[0].wait == Wait(15, True)


def test_void_tickets_and_direct_ones_are_nobodys_wait_and_untrusted_times_are_unknown() -> None:
    direct = visit("served", span("serving", 0, 10, "finish"))
    assert first_calls(direct, gone(0, 5, "void", "void")) == []
    assert censored(first_calls(served(0, 5), served(0, 5, is_unreliable=True))) == Censored(1, 1, 0, 1, median=5)


def test_who_was_settled_on_a_later_day_is_unknown_and_not_a_wait_of_a_night() -> None:
    forgotten = gone(0, 24 * 60, "left", "end_of_day")
    still = visit("waiting", span("waiting", 0, None, None))
    known = first_calls(forgotten, still, served(0, 5), now=24 * 60)
    assert [each.wait for each in known] == [None, None, Wait(5, True)]
    assert censored(known) == Censored(n=1, called=1, unknown=2, median=5)


def test_lunch_and_the_time_before_opening_are_no_wait_and_overtime_is() -> None:
    elapsed = office_minutes(HOURS, DAY, ZONE)
    assert elapsed(at(-60), at(0)) == 30  # 07:00 to 08:00, opened at 07:30
    assert elapsed(at(200), at(340)) == 20  # 11:20 to 13:40
    assert elapsed(at(220), at(320)) == 0  # within lunch
    assert elapsed(at(530), at(560)) == 30  # 16:50 to 17:20
    assert office_minutes({}, DAY, ZONE)(at(200), at(340)) == 140
    assert first_calls(served(200, 140), hours=HOURS)[0].wait == Wait(20, True)


def test_the_service_level_names_who_is_in_it() -> None:
    people = [
        *(served(0, minutes) for minutes in (1, 2, 15, 16)),
        gone(0, 10),  # went before the limit: neither kept nor broken
        gone(0, 40),
        gone(0, 1, "sent_home", "end_of_day"),
        gone(0, 1, "carried_over", "end_of_day"),
        visit("no_show", span("waiting", 0, 20, "call"), span("called", 20, 21, "no_show")),
        visit("waiting", span("waiting", 295, None, None)),
        visit("waiting", span("waiting", 0, None, None)),
    ]
    share = within(first_calls(*people), 15)
    assert (share.count, share.n, share.share) == (3, 9, 3 / 9)


# --- Services under way


def test_the_running_mean_counts_those_who_are_still_being_served() -> None:
    under_way = visit(
        "serving", span("waiting", 0, 5, "call"), span("called", 5, 6, "start"), span("serving", 6, None, None)
    )
    assert running([served(0, 5, 10), served(0, 5, 20)], at=at(60)) == Running(2, 0, 15.0)
    assert running([served(0, 5, 10), served(0, 5, 20), under_way], at=at(66)) == Running(2, 1, 45.0)
    assert running([under_way], at=at(66)) == Running(0, 1, None)
    assert running([served(0, 5, 10)], at=at(60), service="civil_status") == Running(0, 0, None)


# --- Little's law

times = st.tuples(st.integers(0, 400), st.integers(1, 120), st.integers(0, 30))


@given(st.lists(times, min_size=1, max_size=40))
def test_on_a_day_whose_times_are_all_known_the_law_holds_exactly(given_times: list[tuple[int, int, int]]) -> None:
    found = check([served(*each) for each in given_times], day=DAY, timezone=ZONE, at=at(700))
    assert found.difference == pytest.approx(0, abs=1e-9)
    assert found.is_kept


def test_the_law_is_worked_out_by_hand() -> None:
    found = check([served(0, 20, 9), served(10, 40, 49)], day=DAY, timezone=ZONE, at=at(700))
    assert found == Little(2, 60 / 100, 2 / 100, 30.0, 0.0, is_kept=True)
    assert check([], day=DAY, timezone=ZONE, at=at(700)) == Little()


def test_a_missing_time_breaks_the_law() -> None:
    people = [served(each * 10, 10) for each in range(10)]
    assert check(people, day=DAY, timezone=ZONE, at=at(700)).is_kept
    forgotten = [*people, gone(50, 24 * 60, "left", "end_of_day")]
    broken = check(forgotten, day=DAY, timezone=ZONE, at=at(3000))
    assert broken.is_kept is False
    assert check([*people, served(0, 200, is_unreliable=True)], day=DAY, timezone=ZONE, at=at(700)).is_kept is False


# --- Days put together


def test_days_are_pooled_by_ticket_and_not_by_day() -> None:
    busy = [served(each, 30.0 + each) for each in range(30)]
    quiet = [served(0, 2)]
    later = DAY + timedelta(days=1)
    tomorrow = [
        Visit(
            each.code,
            each.issued_for,
            each.state,
            1,
            each.issued_at + timedelta(days=1),
            None,
            None,
            spans=tuple(
                SpanView(
                    s.kind,
                    s.service,
                    s.counter,
                    None,
                    s.started_at + timedelta(days=1),
                    (s.ended_at or EIGHT) + timedelta(days=1),
                    s.ended_by,
                )
                for s in each.spans
            ),
        )
        for each in quiet
    ]
    names = {"land": "Land", "civil_status": "Civil status"}
    days = {DAY: busy, later: tomorrow}
    found = pool(days, first=DAY, last=later, timezone=ZONE, hours={}, names=names, at=at(5000))
    waiting = found.all.figures.waiting
    assert (found.days, waiting.n, waiting.median) == ((DAY, later), 31, 44.0)
    assert waiting.mean == pytest.approx((sum(30 + each for each in range(30)) + 2) / 31)
    assert found.all.certainty.first_call == Censored(n=31, called=31, median=44, p90=56)
    assert [found.weekdays[day].figures.waiting.n for day in (0, 1)] == [30, 1]
    assert (found.services["land"].days, found.services["civil_status"].days) == (2, 0)
    assert all(each.is_kept for each in found.little.values())


def test_a_field_has_its_own_certainty() -> None:
    people = [served(0, 10), served(0, 20, issued_for="civil_status")]
    found = certainty(people, first_calls(*people), at=at(100), service="civil_status")
    assert (found.first_call.n, found.first_call.median, found.waiting.n) == (1, 20, 0)


def test_the_csv_says_how_sure_its_figures_are_in_columns_that_have_a_head() -> None:
    people = [served(each, 10.0 + each) for each in range(6)]
    waited = first_calls(*people)
    figures = summarise(people, day=DAY, timezone=ZONE, services=["land"], counters=[1], at=at(300))
    sure = {None: certainty(people, waited, at=at(300)), "land": certainty(people, waited, at=at(300), service="land")}
    whole = replace(figures, certainty=sure, little=check(people, day=DAY, timezone=ZONE, at=at(300)))
    rows = list(csv.reader(io.StringIO(summary_csv(whole, {"land": "Land"})), delimiter=";"))
    head = next(place for place, row in enumerate(rows) if row[:1] == ["How sure"])
    assert {len(rows[head]), len(rows[head + 1]), len(rows[head + 2])} == {32}
    by_name = dict(zip(rows[head], rows[head + 1], strict=True))
    assert by_name["Until the first call: n"] == "6"
    assert (by_name["Waiting time: median from"], by_name["Waiting time: median to"]) == ("10,0", "15,0")
    assert by_name["≤ 15 min: served in time"] == "6"
    little = next(place for place, row in enumerate(rows) if row[:1] == ["Little's check: citizens"])
    assert len(rows[little]) == len(rows[little + 1]) == 5
    assert not any(row[:1] == ["How sure"] for row in csv.reader(io.StringIO(summary_csv(figures, {})), delimiter=";"))
