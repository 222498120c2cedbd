"""The figures of days whose every answer was worked out by hand."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from queueapp.paper.summary_csv import summary_csv
from queueapp.rules.curves import curves, queue_length, time_average
from queueapp.rules.figures import summarise
from queueapp.rules.lifecycle import STATES
from queueapp.rules.measures import measure, percentile
from queueapp.rules.summaries import DaySummary, Measure, Visit
from queueapp.rules.views import SpanView

ZONE = "Asia/Ho_Chi_Minh"
EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def span(
    kind: str, start: float, end: float | None, by: str | None, *, service: str = "land", counter: int = 1
) -> SpanView:
    place = None if kind == "waiting" else counter
    clerk = None if kind == "waiting" else f"clerk {counter}"
    return SpanView(kind, service, place, clerk, at(start), None if end is None else at(end), by)


def visit(code: str, state: str, *spans: SpanView, **given_facts: Any) -> Visit:
    facts: dict[str, Any] = {"issued_for": "land", "dossiers": 1, "counter": 1, "clerk": "clerk 1"} | given_facts
    return Visit(code=code, state=state, issued_at=spans[0].started_at, spans=spans, **facts)


# D-001 is served; D-002 is held in between; D-003 goes on to civil status; D-004 does not come; D-005 left;
# D-006 stood at the counter; D-007 has times nobody trusts; D-008 still waits; D-009 was void.
DAY = [
    visit(
        "D-001",
        "served",
        span("waiting", 0, 20, "call"),
        span("called", 20, 22, "start"),
        span("serving", 22, 30, "finish"),
    ),
    visit(
        "D-002",
        "served",
        span("waiting", 5, 30, "call"),
        span("called", 30, 31, "start"),
        span("serving", 31, 35, "hold"),
        span("held", 35, 46, "resume"),
        span("serving", 46, 49, "finish"),
        dossiers=3,
    ),
    visit(
        "D-003",
        "served",
        span("waiting", 10, 50, "call"),
        span("called", 50, 51, "start"),
        span("serving", 51, 61, "transfer"),
        span("waiting", 61, 70, "call", service="civil_status"),
        span("called", 70, 71, "start", service="civil_status", counter=2),
        span("serving", 71, 76, "finish", service="civil_status", counter=2),
        counter=2,
        clerk="clerk 2",
    ),
    visit("D-004", "no_show", span("waiting", 12, 52, "call"), span("called", 52, 55, "no_show")),
    visit("D-005", "left", span("waiting", 15, 75, "leave"), counter=None, clerk=None, reason="bus"),
    visit("D-006", "served", span("serving", 80, 84, "finish")),
    visit(
        "D-007",
        "served",
        span("waiting", 62, 90, "call"),
        span("called", 90, 90, "start"),
        span("serving", 90, 400, "finish"),
        is_unreliable=True,
    ),
    visit("D-008", "waiting", span("waiting", 90, None, None), counter=None, clerk=None),
    visit("D-009", "void", span("waiting", 95, 96, "void"), counter=None, clerk=None, dossiers=9, reason="twice"),
]


def summary(visits: list[Visit] = DAY) -> DaySummary:
    return summarise(
        visits, day=date(2026, 11, 23), timezone=ZONE, services=["land", "civil_status"], counters=[1, 2, 3], at=at(120)
    )


def test_citizens_count_where_they_were_issued() -> None:
    figures = summary().services["land"]
    counts = (figures.issued, figures.served, figures.no_show, figures.left, figures.void, figures.still_open)
    assert counts == (9, 5, 1, 1, 1, 1)
    assert summary().services["civil_status"].issued == 0


def test_waiting_is_of_served_citizens_summed_over_their_waits() -> None:
    assert summary().all.waiting == Measure(3, (20 + 25 + 49) / 3, 25.0, None, 49.0, 94.0)
    assert summary().services["land"].waiting.sum == 85.0
    assert summary().services["civil_status"].waiting == Measure(1, 9.0, 9.0, None, 9.0, 9.0)


def test_way_is_the_call_that_was_answered() -> None:
    assert summary().all.way == Measure(3, 5 / 3, 2.0, None, 2.0, 5.0)


def test_service_is_per_citizen_and_a_direct_one_has_no_wait() -> None:
    assert summary().all.service == Measure(4, (8 + 7 + 15 + 4) / 4, 7.5, None, 15.0, 34.0)
    assert summary().all.held == Measure(1, 11.0, 11.0, None, 11.0, 11.0)


def test_unreliable_times_are_left_out_and_counted() -> None:
    assert summary().all.excluded_unreliable == 1
    assert summary().all.service.max == 15.0


def test_dossiers_are_counted_apart_and_void_ones_not() -> None:
    assert summary().all.dossiers == 10


def test_a_wait_belongs_to_the_counter_that_ended_it() -> None:
    counters = summary().counters
    assert counters["1"].waiting.sum == 85.0
    assert counters["2"].waiting.sum == 9.0
    assert (counters["2"].served, counters["1"].served, counters["3"].served) == (1, 4, 0)
    assert counters["1"].issued is None
    assert summary().clerks["clerk 2"].service.sum == 5.0


def test_hours_are_hours_of_issue() -> None:
    hours = summary().hours
    assert {hour: figures.issued for hour, figures in hours.items()} == {"08": 5, "09": 4}
    assert hours["08"].service.sum == 30.0


def test_who_was_not_served_stands_with_the_end_the_reason_and_the_wait() -> None:
    unserved = [(each.code, each.end, each.reason, each.waited) for each in summary().unserved]
    assert unserved == [
        ("D-004", "no_show", None, 40.0),
        ("D-005", "left", "bus", 60.0),
        ("D-008", "waiting", None, 30.0),
        ("D-009", "void", "twice", 1.0),
    ]


def test_waits_over_a_limit_are_counted() -> None:
    assert summary().all.wait_over == {"15": 3, "30": 1}


def test_an_empty_day_has_no_figures_and_no_noughts() -> None:
    empty = summary([])
    assert empty.all.issued == 0
    assert empty.all.waiting == Measure()
    assert empty.curves == curves([], timezone=ZONE)


def test_the_queue_is_a_step_function() -> None:
    steps = [(int((moment - EIGHT).total_seconds() // 60), length) for moment, length in queue_length(DAY)]
    assert steps[:6] == [(0, 1), (5, 2), (10, 3), (12, 4), (15, 5), (20, 4)]
    assert time_average(((at(0), 2), (at(10), 4), (at(30), 0))) == (2 * 10 + 4 * 20) / 30
    assert time_average(((at(0), 1),)) is None


def test_arrivals_and_waits_by_half_hour() -> None:
    drawn = curves(DAY, timezone=ZONE)
    assert drawn.arrivals[:4] == (5, 0, 2, 2)
    assert drawn.waits[0] == (20 + 25 + 49) / 3
    assert f"{drawn.starts[0]:%H:%M}" == "08:00"
    assert drawn.waits[2] is None


def test_p90_needs_twenty() -> None:
    assert measure([1.0] * 19).p90 is None
    assert measure([float(n) for n in range(20)]).p90 == 17.1


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=60))
def test_a_measure_is_within_its_values(minutes: list[float]) -> None:
    found = measure(minutes)
    assert found.n == len(minutes)
    assert found.max == max(minutes)
    assert min(minutes) <= (found.median or 0) <= max(minutes)
    assert min(minutes) - 1e-9 <= (found.mean or 0) <= max(minutes) + 1e-9
    ordered = sorted(minutes)
    assert percentile(ordered, 0) == ordered[0]
    assert percentile(ordered, 1) == ordered[-1]


@given(
    st.lists(
        st.tuples(st.sampled_from(STATES), st.sampled_from(["land", "civil_status"]), st.integers(0, 400)), max_size=30
    )
)
def test_the_identity_holds_in_every_group(people: list[tuple[str, str, int]]) -> None:
    visits = [
        visit(f"D-{n:03d}", state, span("waiting", start, start + 1, "call"), issued_for=field)
        for n, (state, field, start) in enumerate(people)
    ]
    found = summary(visits)
    for group in (*found.services.values(), found.all, *found.hours.values()):
        ends = group.served + group.no_show + group.left + group.sent_home + group.carried_over + group.void
        assert group.issued == ends + group.still_open
    assert sum(group.issued or 0 for group in found.services.values()) == found.all.issued == len(people)


def test_the_csv_says_every_digit_with_commas_and_no_formula() -> None:
    written = summary_csv(
        summary([*DAY, visit("D-010", "left", span("waiting", 1, 2, "leave"), reason="=1+1")]), {"land": "Đất đai"}
    )
    rows = [line.split(";") for line in written.splitlines()]
    assert rows[0] == ["Day", "2026-11-23"]
    head, land = rows[2], rows[3]
    assert (land[0], land[1]) == ("field", "Đất đai")
    assert land[head.index("Waiting, minutes: mean")] == repr(85 / 3).replace(".", ",")
    assert land[head.index("Waiting, minutes: 90th percentile")] == ""
    assert "'=1+1" in written
    assert len({len(row) for row in rows[2:12] if len(row) > 2}) == 1


def test_a_stretch_that_an_outage_cut_counts_with_both_its_parts() -> None:
    cut = [
        span("waiting", 0, 4, "outage"),
        span("waiting", 5, 10, "call"),
        span("called", 10, 12, "outage", counter=2),
        span("called", 30, 31, "start", counter=2),
        span("serving", 31, 36, "outage", counter=2),
        span("serving", 40, 41, "finish", counter=2),
    ]
    found = summary([visit("D-001", "served", *cut, counter=2)])
    for group in (found.all, found.counters["2"]):
        assert (group.waiting.sum, group.way.sum, group.service.sum) == (9, 3, 6)


@given(st.text(alphabet="=-+@＝,;\"'x1 \t", max_size=12))
@example(',"=1";1')
def test_no_text_becomes_a_formula_wherever_a_spreadsheet_cuts_the_csv(text: str) -> None:
    left = visit("D-010", "left", span("waiting", 1, 2, "leave"), reason=text)
    written = summary_csv(summary([left]), {"land": text})
    for separator in ",;":
        cells = [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for cell in row]
        assert [cell for cell in cells if cell.strip()[:1] in set("=+-@＝")] == []
