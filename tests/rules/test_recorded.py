"""A recorded day: what is read, and what is refused with its line."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.crowd import crowd
from queueapp.rules.errors import BadRequestError
from queueapp.rules.recorded import Arrival, Known, RecordRefusedError, read_arrivals

HEAD = "arrival,service,priority,dossiers,service_seconds,counter,no_show"
KNOWN = Known(
    timezone="Asia/Ho_Chi_Minh",
    day=date(2026, 11, 23),
    services=frozenset({"land", "civil_status"}),
    priorities=frozenset({"elderly"}),
    counters={1: frozenset({"land"})},
)


def test_times_of_the_day_and_moments_are_read_and_sorted() -> None:
    rows = ("08:00:30,land,x", "2026-11-23T07:59:00,civil_status,y", "2026-11-23T01:00:00+00:00,land,z")
    text = "\ufeffarrival,service,extra\n" + "\n".join(rows)
    arrivals = read_arrivals(text, KNOWN)
    assert [arrival.at.astimezone(UTC) for arrival in arrivals] == [
        datetime(2026, 11, 23, 0, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 1, 0, 30, tzinfo=UTC),
    ]


def test_every_column_is_read() -> None:
    full, empty = read_arrivals(f"{HEAD}\n08:00:00,land,elderly,3,12.5,1,1\n08:00:00,land,,,,,\n", KNOWN)
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert full == Arrival(at, "land", "elderly", 3, 12.5, 1, is_no_show=True)
    assert empty == Arrival(at, "land")


BAD_ROWS = (
    "25:00:00,land",
    "08:00:00,tax",
    "9999-12-31T23:59:59,land",
    "08:00:00,land,friend",
    "08:00:00,land,,0",
    "08:00:00,land,,1,-5",
    "08:00:00,land,,1,nan",
    "08:00:00,land,,1,5,2",
    "08:00:00,civil_status,,1,5,1",
    "08:00:00,land,,1,5,1,2",
    ",",
    "08:00:00,land,,x",
    "[/],\x1b[2J",
)


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_cannot_be_used_is_named_by_its_line(row: str) -> None:
    with pytest.raises(RecordRefusedError) as caught:
        read_arrivals(f"{HEAD}\n08:00:00,land,,,,,\n{row}\n", KNOWN)
    assert [problem[0] for problem in caught.value.problems] == [3]
    assert "Line 3: " in caught.value.message
    assert "\x1b" not in caught.value.message


def test_all_bad_rows_are_found_at_once() -> None:
    with pytest.raises(RecordRefusedError) as caught:
        read_arrivals("arrival,service\n" + "x,y\n" * 15, KNOWN)
    assert len(caught.value.problems) == 15
    assert "and 5 more lines" in caught.value.message


@pytest.mark.parametrize("text", ["", "service\nland\n", "\x00", "arrival\tservice\n"])
def test_missing_columns_are_said(text: str) -> None:
    with pytest.raises(RecordRefusedError, match="column"):
        read_arrivals(text, KNOWN)


@given(st.text(max_size=200))
def test_no_text_makes_it_stumble(text: str) -> None:
    try:
        read_arrivals(f"arrival,service\n{text}\n", KNOWN)
    except BadRequestError as refusal:
        assert refusal.message  # noqa: PT017 - either way is right; nothing else may be raised


def test_the_same_seed_makes_the_same_day() -> None:
    def day(seed: int) -> list[object]:
        return list(
            crowd(
                citizens=200,
                seed=seed,
                day=date(2026, 11, 23),
                timezone="Asia/Ho_Chi_Minh",
                services=["land", "civil_status", "social_affairs"],
                priorities=["elderly"],
            )
        )

    assert day(1) == day(1)
    assert day(1) != day(2)
    assert len(day(1)) == 200
