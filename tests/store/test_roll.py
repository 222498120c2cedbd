"""The paper roll: its numbers are keyed in afterwards, with their real times, and count like all others."""

from datetime import timedelta
from typing import Any

import pytest

from queueapp.clock import business_day
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import void
from queueapp.operations.office import configure
from queueapp.operations.roll import enter
from queueapp.operations.serving import finish
from queueapp.operations.undoing import undo
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError
from queueapp.rules.summaries import Figures
from queueapp.settings import Settings, default_settings
from tests.factories import Hall
from tests.store.test_closing import TODAY, evening, refused


def test_a_served_number_counts_with_its_real_times(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    given: dict[str, Any] = {"issued": "8:05", "called": "8:20", "started": "8:21", "ended": "8:35", "counter": 1}
    ticket = hall.ticket(enter, service="land", number=901, **given)
    assert (ticket.code, ticket.state, ticket.is_from_roll, ticket.counter) == ("D-901", "served", True, 1)
    summary = hall.database.read(day_summary, TODAY, at=hall.clock())
    figures = summary.all
    assert (figures.issued, figures.served, summary.from_roll) == (1, 1, 1)
    assert (figures.waiting.sum, figures.way.sum, figures.service.sum) == (15.0, 1.0, 14.0)
    assert hall.database.read(verify).difference is None


def test_who_still_waits_is_called_in_the_place_of_the_real_time(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    hall.waiting()
    hall.ticket(enter, service="land", number=902, issued="0810")
    assert hall.ticket(call, counter=1).code == "D-902"
    assert hall.ticket(start, counter=1).code == "D-902"
    assert hall.ticket(finish, counter=1).state == "served"
    assert hall.database.read(verify).difference is None


@pytest.mark.parametrize("said", ["8h", "8H", "8h00", "8.00", "800", "08:00"])
def test_an_hour_may_be_written_as_people_write_it(hall: Hall, said: str) -> None:
    hall.clock.advance(minutes=60)
    issued_at = hall.ticket(enter, service="land", number=901, issued=said).issued_at
    assert f"{issued_at.astimezone(hall.clock().tzinfo):%M:%S}" == "00:00"


def test_the_ordinary_numbers_go_on_without_a_hole(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    assert hall.waiting().code == "D-001"
    hall.ticket(enter, service="land", number=999, issued="8:10", ended="8:15", end="left")
    assert hall.waiting().code == "D-002"


@pytest.mark.parametrize(
    "given",
    [
        {"issued": "8:05", "started": "8:04", "ended": "8:20", "counter": 1},
        {"issued": "8:05", "started": "8:10", "ended": "23:00", "counter": 1},
        {"issued": "8:05", "started": "8:10", "ended": "8:30"},
        {"issued": "8:05", "ended": "8:30", "counter": 1},
        {"issued": "8:05", "called": "8:06", "end": "waiting"},
        {"issued": "soon"},
        {"issued": "25:00"},
        {"issued": "8:05", "end": "sent_home"},
        {"issued": "2026-11-22T08:05:00+07:00"},
    ],
)
def test_times_that_cannot_be_are_refused(hall: Hall, given: dict[str, object]) -> None:
    hall.clock.advance(minutes=60)
    before = hall.database.revision()
    assert refused(hall, enter, service="land", number=901, **given) == "bad_request"
    assert hall.database.revision() == before


def test_a_number_is_of_the_roll_and_keyed_in_once(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    assert refused(hall, enter, service="land", number=12, issued="8:05") == "bad_request"
    hall.ticket(enter, service="land", number=901, issued="8:05")
    assert refused(hall, enter, service="land", number=901, issued="8:06") == "bad_request"
    assert hall.ticket(enter, service="civil_status", number=901, issued="8:06").code == "H-901"


def test_a_wrong_entry_is_taken_back_and_its_number_stays_used(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    hall.ticket(enter, service="land", number=901, issued="8:05", started="8:10", ended="8:20", counter=1)
    assert hall.ticket(undo, ticket="D-901", after=5).state == "void"
    figures = hall.database.read(day_summary, TODAY, at=hall.clock()).all
    assert (figures.issued, figures.served, figures.void, figures.service.n) == (1, 0, 1, 0)
    assert hall.database.read(verify).difference is None


def test_a_power_cut_of_a_whole_day_is_keyed_in_the_next_morning(hall: Hall) -> None:
    hall.clock.advance(minutes=24 * 60)
    given: dict[str, Any] = {"issued": "8:05", "started": "8:10", "ended": "8:20", "counter": 1, "day": TODAY}
    assert hall.ticket(enter, service="land", number=901, **given).day == TODAY
    hall.do(close_day, day=TODAY)
    with pytest.raises(QueueError) as refusal:
        hall.do(enter, service="land", number=902, **given)
    assert refusal.value.code == "day_closed"
    assert hall.database.read(verify).difference is None


def test_thirty_numbers_of_paper_give_the_figures_of_the_same_day_with_power(hall: Hall) -> None:
    noted = []
    for place in range(30):
        issued = hall.clock.advance(minutes=1)
        hall.do(issue, service="land", after=0)
        called = hall.clock.advance(minutes=2 + place % 3)
        hall.do(call, counter=1, after=0)
        started = hall.clock.advance(seconds=45)
        hall.do(start, counter=1, after=0)
        ended = hall.clock.advance(minutes=4 + place % 5)
        hall.do(finish, counter=1, after=0)
        noted.append((issued, called, started, ended))
    with_power = _durations(hall.database.read(day_summary, TODAY, at=hall.clock()).services["land"])
    hall.clock.advance(minutes=10)
    for number, times in enumerate(noted, 901):
        said = [each.isoformat() for each in times]
        given: dict[str, Any] = dict(zip(("issued", "called", "started", "ended"), said, strict=True), counter=2)
        hall.do(enter, service="civil_status", number=number, after=1, **given)
    from_paper = _durations(hall.database.read(day_summary, TODAY, at=hall.clock()).services["civil_status"])
    assert from_paper == with_power
    evening(hall)
    hall.do(close_day)
    assert hall.database.read(verify).difference is None


def _durations(figures: Figures) -> tuple[object, ...]:
    return figures.waiting, figures.way, figures.service, figures.served, figures.wait_over


def test_a_field_whose_numbers_reach_the_roll_draws_no_number_twice(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    settings = Settings.model_validate(default_settings().model_dump() | {"roll": {"first": 100, "last": 120}})
    hall.do(lambda session, *, at: configure(session, settings, at=at))
    hall.ticket(enter, service="land", number=100, issued="8:05")
    codes = [hall.waiting(after=1).code for _turn in range(100)]
    assert codes[-2:] == ["D-099", "D-101"]


def test_a_wait_keyed_in_is_not_shorter_than_it_was(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    ticket = hall.ticket(enter, service="land", number=903, issued="8:05")
    assert ticket.since == ticket.issued_at
    assert hall.clock() - ticket.issued_at > timedelta(minutes=50)


def test_a_number_that_was_keyed_in_wrongly_is_keyed_in_again(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    given: dict[str, Any] = {"service": "land", "number": 901, "issued": "8:05", "counter": 1}
    hall.ticket(enter, **given, started="8:10", ended="8:15")
    assert hall.ticket(undo, ticket="D-901", after=5).state == "void"
    again = hall.ticket(enter, **given, started="8:25", ended="8:55", dossiers=2)
    assert (again.state, again.dossiers, again.is_from_roll) == ("served", 2, True)
    summary = hall.database.read(day_summary, TODAY, at=hall.clock())
    figures = summary.all
    assert (figures.issued, figures.served, figures.void, summary.from_roll) == (1, 1, 0, 1)
    assert (figures.waiting.sum, figures.service.sum) == (20.0, 30.0)
    assert hall.ticket(undo, ticket="D-901", after=5).state == "void"
    again = hall.ticket(enter, service="land", number=901, issued="8:26")
    assert (again.state, f"{again.issued_at:%M}") == ("waiting", "26")
    assert refused(hall, enter, **given, started="8:25", ended="8:55") == "bad_request"
    assert hall.database.read(verify).difference is None
    evening(hall)
    hall.do(close_day, unserved={"D-901": "left"})
    assert hall.database.read(verify).difference is None


def test_a_number_keyed_in_again_after_another_day_was_closed_is_proved_from_there_on(hall: Hall) -> None:
    hall.waiting()
    yesterday = business_day(hall.clock(), "Asia/Ho_Chi_Minh")
    hall.clock.advance(minutes=24 * 60)
    given: dict[str, Any] = {"service": "land", "number": 901, "issued": "8:00"}
    hall.ticket(enter, **given)
    hall.ticket(undo, ticket="D-901", after=5)
    hall.do(close_day, day=yesterday, unserved={"D-001": "left"})
    hall.ticket(enter, **given, started="8:01", ended="8:02", counter=1)
    assert hall.database.read(verify).difference is None
    assert hall.database.read(verify, from_seal=True).difference is None


def test_numbers_of_the_roll_count_among_those_of_the_day(hall: Hall) -> None:
    given = default_settings().model_dump()
    given["services"][0]["daily_quota"] = 2
    settings = Settings.model_validate(given)
    hall.do(lambda session, *, at: configure(session, settings, at=at))
    hall.clock.advance(minutes=60)
    hall.ticket(enter, service="land", number=901, issued="8:05", ended="8:15", end="left")
    assert hall.waiting().code == "D-001"
    assert refused(hall, issue, service="land") == "quota_reached"
    assert hall.ticket(enter, service="land", number=902, issued="8:06").state == "waiting"  # it was given out


@pytest.mark.parametrize(
    "said", ["99999999999999999999:00", "24:00", "8:60", "0001-01-01T00:00:00+23:00", "8", "eight"]
)
def test_what_is_no_time_is_refused_as_such(hall: Hall, said: str) -> None:
    assert refused(hall, enter, service="land", number=901, issued=said) == "bad_request"


def test_a_number_of_the_roll_is_void_also_after_its_end_as_long_as_its_day_is_open(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    given: dict[str, Any] = {"service": "land", "number": 901, "issued": "8:05", "counter": 1}
    hall.ticket(enter, **given, started="8:10", ended="8:15")
    hall.clock.advance(minutes=24 * 60)
    assert hall.ticket(void, ticket="D-901", reason="read wrongly").state == "void"
    figures = hall.database.read(day_summary, TODAY, at=hall.clock())
    assert (figures.all.served, figures.all.void, figures.all.service.n, figures.from_roll) == (0, 1, 0, 0)
    assert hall.ticket(undo, ticket="D-901", after=5).state == "served"
    hall.ticket(void, ticket="D-901", day=TODAY, reason="read wrongly")
    assert hall.ticket(enter, **given, started="8:25", ended="8:35", day=TODAY).state == "served"
    assert hall.database.read(verify).difference is None
    hall.do(close_day, day=TODAY)
    assert refused(hall, void, ticket="D-901", day=TODAY, reason="too late") == "day_closed"
    assert hall.database.read(verify).difference is None


def test_an_ordinary_number_that_was_served_is_not_void(hall: Hall) -> None:
    hall.serving()
    code = hall.ticket(finish, counter=1).code
    assert refused(hall, void, ticket=code, reason="a mistake") == "wrong_state"


def test_a_number_of_last_evening_is_taken_back_the_next_morning(hall: Hall) -> None:
    hall.clock.advance(minutes=24 * 60)
    given: dict[str, Any] = {"issued": "8:05", "started": "8:10", "ended": "8:20", "counter": 1}
    hall.ticket(enter, service="land", number=901, day=TODAY, **given)
    hall.ticket(enter, service="land", number=901, issued="7:55", after=1)
    assert hall.ticket(undo, ticket="D-901", day=TODAY, after=5).state == "void"
    assert hall.database.read(ticket, "D-901", at=hall.clock()).state == "waiting"
    assert hall.database.read(verify).difference is None


@pytest.mark.parametrize(
    ("closed", "day", "refusal"), [(False, 32, "bad_request"), (True, 2, "bad_request"), (True, 1, "day_closed")]
)
def test_a_day_of_long_ago_is_not_opened_by_a_slip_of_the_finger(
    hall: Hall, closed: bool, day: int, refusal: str
) -> None:
    hall.waiting()
    hall.clock.advance(minutes=24 * 60)
    if closed:
        hall.do(close_day, day=TODAY, unserved={"D-001": "left"})
    asked = business_day(hall.clock(), "Asia/Ho_Chi_Minh") - timedelta(days=day)
    with pytest.raises(QueueError) as refused_as:
        hall.do(enter, service="land", number=901, issued="8:05", ended="8:10", end="left", day=asked)
    assert refused_as.value.code == refusal
    assert ("no number can be added" in refused_as.value.message) is (refusal == "day_closed")
