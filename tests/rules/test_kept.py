"""How the promises of a day were kept, by hand-made visits."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.estimated import Estimate
from queueapp.rules.kept import NOTHING, broken, kept
from queueapp.rules.promised import Promised, read, written
from queueapp.rules.summaries import Visit
from queueapp.rules.views import SpanView
from tests.conftest import MORNING

MINUTE = timedelta(minutes=1)


def visit(
    waited: float,
    promise: Estimate | None,
    *,
    code: str = "D-001",
    ended_by: str = "call",
    service: str = "land",
    is_unreliable: bool = False,
    at: datetime = MORNING,
) -> Visit:
    span = SpanView("waiting", service, None, None, at, at + waited * MINUTE, ended_by)
    return Visit(code, "land", "served", 1, at, 1, None, is_unreliable=is_unreliable, promise=promise, spans=(span,))


def told(low: float, minutes: float, high: float) -> Estimate:
    return Estimate(low=low, minutes=minutes, high=high, ahead=2, pace=4.0)


def test_error_bias_coverage_and_those_who_waited_longer_are_as_counted_by_hand() -> None:
    day = [
        visit(10, told(5, 12, 20), code="D-001"),  # 2 too long, within
        visit(30, told(5, 12, 20), code="D-002"),  # 18 too short, longer
        visit(4, told(5, 12, 20), code="D-003"),  # 8 too long, called sooner
        visit(26, told(5, 12, 20), code="D-004"),  # 14 too short, longer
    ]
    figures = kept(day)
    assert figures == {"n": 4, "mae": 42 / 4, "bias": -22 / 4, "coverage": 1 / 4, "late": 2 / 4}
    assert [(each.code, each.waited, each.high) for each in broken(day)] == [("D-002", 30, 20), ("D-004", 26, 20)]


def test_who_waited_no_longer_than_the_rounded_range_on_the_slip_is_not_listed() -> None:
    day = [visit(18, told(11, 14, 17.2), code="D-001"), visit(20.1, told(11, 14, 17.2), code="D-002")]  # told 10-20
    assert kept(day)["late"] == 1  # of the range before it is rounded
    assert [each.code for each in broken(day)] == ["D-002"]


@pytest.mark.parametrize(
    "nobody",
    [
        visit(10, None),
        visit(10, told(5, 12, 20), ended_by="leave"),
        visit(10, told(5, 12, 20), service="civil_status"),
        visit(10, told(5, 12, 20), is_unreliable=True),
    ],
)
def test_who_was_told_nothing_or_was_not_called_as_promised_is_not_counted(nobody: Visit) -> None:
    assert kept([nobody]) == NOTHING
    assert broken([nobody]) == ()


FIGURES = st.floats(0, 600, allow_nan=False)


@given(FIGURES, FIGURES, FIGURES, st.integers(0, 300), st.integers(-20, 50), st.sampled_from(["first", "learned"]))
def test_a_promise_is_read_as_it_was_written(
    low: float, minutes: float, high: float, ahead: int, coming: int, basis: str
) -> None:
    said = Estimate(low, minutes, high, ahead, pace=3.456, speed=0.9, rest=1.5, basis=basis, coming=coming)
    again = read(written(Promised(said, 7, None)))
    assert (again.estimate.low, again.estimate.minutes, again.estimate.high) == pytest.approx(
        (low, minutes, high), abs=0.0051
    )
    assert (again.estimate.ahead, again.estimate.coming, again.estimate.basis) == (ahead, coming, basis)
    assert (again.elsewhere, again.counters) == (7, None)
