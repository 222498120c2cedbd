"""What a ticket is promised: on the first day, as the day goes, after days that taught; on real databases."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.counters import close_counter, open_counter, pause, unpause
from queueapp.operations.issuing import issue, serve
from queueapp.operations.learning import minute_of
from queueapp.operations.office import configure
from queueapp.operations.serving import finish, transfer
from queueapp.operations.undoing import undo
from queueapp.queries.day_so_far import learned_until
from queueapp.queries.estimates import expected
from queueapp.queries.settings import current_settings
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.estimate_words import why_words
from queueapp.rules.estimated import Estimate
from queueapp.rules.views import TicketView
from queueapp.settings import Settings
from tests.conftest import MORNING
from tests.factories import Hall


def promised(found: TicketView) -> Estimate:
    assert found.promise is not None
    return found.promise


def without_usual_minutes(hall: Hall) -> None:
    settings = hall.database.read(current_settings).model_dump(mode="json")
    for service in settings["services"]:
        service["usual_minutes"] = 0
    hall.do(configure, settings=Settings.model_validate(settings))


def a_day(hall: Hall, tickets: int = 32, *, priority: int = 0) -> None:
    """Live a morning of the land counter: all come at once, and a number takes six minutes; then close the day."""
    for number in range(tickets):
        given: dict[str, Any] = {"priority": "elderly"} if priority and number % priority == 0 else {}
        hall.waiting(**given, after=5)
    for _number in range(tickets):
        hall.do(call, counter=1, after=10)
        hall.do(start, counter=1, after=20)
        hall.do(finish, counter=1, after=330)
    hall.clock.moment = hall.clock.moment.replace(hour=18, minute=0)
    hall.do(close_day)
    hall.clock.moment = hall.clock.moment.replace(hour=8, minute=0) + timedelta(days=1)


def test_the_first_ticket_of_all_is_told_a_first_estimate_that_it_keeps(hall: Hall) -> None:
    hall.serving()
    first, second = hall.waiting(), hall.waiting()
    assert (promised(first).basis, promised(first).ahead) == ("first", 0)
    assert promised(second).ahead == second.ahead == 1
    assert promised(second).minutes > promised(first).minutes
    assert first.estimate == pytest.approx(promised(first)) or first.estimate is not None
    again = hall.database.read(ticket, first.code, at=hall.clock.advance(minutes=9))
    assert again.promise == promised(first)


def test_a_field_that_states_no_minutes_says_nothing_until_the_day_has_shown_its_pace(hall: Hall) -> None:
    without_usual_minutes(hall)
    for _number in range(8):
        hall.waiting(after=5)
    assert hall.waiting().promise is None
    for _number in range(7):
        hall.do(call, counter=1)
        hall.do(start, counter=1)
        hall.do(finish, counter=1, after=120)
    later = promised(hall.waiting())
    assert later.basis == "first"
    assert 4 < later.pace < 8  # it began with ten minutes and has seen a call every four


def test_who_comes_to_a_counter_that_is_free_and_used_is_called_at_once(hall: Hall) -> None:
    assert promised(hall.waiting()).basis == "first"  # nobody has used a counter yet
    hall.do(call, counter=1)
    hall.do(start, counter=1)
    hall.do(finish, counter=1)
    assert promised(hall.waiting()).basis == "at_once"
    assert promised(hall.waiting()).basis == "first"  # for that one, somebody waits now


def test_at_lunch_a_counter_that_nobody_closed_calls_nobody_at_once(hall: Hall) -> None:
    hall.serving()
    hall.do(finish, counter=1)
    hall.clock.moment = MORNING.replace(hour=11, minute=44)
    told = promised(hall.waiting())  # at 11:45; the office opens again at 13:30
    assert told.basis == "first"
    assert told.low >= 105
    assert told.rest == pytest.approx(105)


def test_a_field_that_no_counter_serves_is_promised_nothing(hall: Hall) -> None:
    settings = hall.database.read(current_settings).model_dump(mode="json")
    settings["counters"] = [each for each in settings["counters"] if "land" not in each["services"]]
    hall.do(configure, settings=Settings.model_validate(settings))
    ticket_of_nobody = hall.waiting("land")
    assert (ticket_of_nobody.promise, ticket_of_nobody.estimate) == (None, None)
    assert "land" not in hall.database.read(expected, at=hall.clock())


def test_a_free_counter_with_others_to_call_promises_nothing(hall: Hall) -> None:
    hall.do(serve, counter=4, service="land")
    hall.do(finish, counter=4)
    hall.called(counter=4)
    hall.do(start, counter=4)
    hall.do(finish, counter=4)
    hall.waiting("civil_status")  # counter 4 serves all fields, and will call this one
    assert promised(hall.waiting("land")).basis == "first"


def test_counters_that_are_paused_or_closed_make_the_first_estimate_longer(hall: Hall) -> None:
    hall.serving(counter=1)
    hall.serving(counter=4)
    before = promised(hall.waiting()).pace
    hall.do(pause, counter=4, reason="lunch")
    paused = promised(hall.waiting()).pace
    hall.do(unpause, counter=4)
    open_again = promised(hall.waiting()).pace
    assert paused > 1.1 * before
    assert open_again == pytest.approx(before, rel=0.15)
    hall.do(finish, counter=4)
    hall.do(close_counter, counter=4)
    assert promised(hall.waiting()).pace > 1.1 * before
    hall.do(open_counter, counter=4)


def test_what_an_undo_takes_back_was_never_seen(hall: Hall) -> None:
    for _number in range(6):
        hall.waiting()
    hall.do(call, counter=1)
    before = hall.database.read(expected, at=hall.clock.moment + timedelta(minutes=5))
    hall.do(call, counter=4)
    hall.do(undo, counter=4)
    after = hall.database.read(expected, at=hall.clock.moment + timedelta(minutes=3))
    assert after["land"].pace == pytest.approx(before["land"].pace, rel=1e-6)


def test_a_day_that_is_closed_teaches_the_next(hall: Hall) -> None:
    assert hall.database.read(learned_until) is None
    a_day(hall)
    kept = hall.database.read(learned_until)
    assert kept is not None
    assert kept[0] == MORNING.date()
    hall.serving()
    told = promised(hall.waiting())
    assert told.basis == "learned"
    assert told.pace == pytest.approx(6, rel=0.2)  # the six minutes a number of that day
    assert f"thường {told.pace:.1f}".replace(".", ",") in why_words(told, "vi")
    assert hall.database.read(verify).difference is None


def test_what_is_kept_may_be_broken_or_missing_and_is_learned_anew(hall: Hall) -> None:
    a_day(hall)
    for broken in ("{", '{"version": 1}', "[]", '"x"'):
        hall.database.write(_set_state, broken, at=hall.clock.advance(seconds=1))
        hall.database._memory.clear()
        assert promised(hall.waiting()).basis == "first"
    hall.database.write(_forget, at=hall.clock.advance(seconds=1))
    hall.clock.moment = hall.clock.moment.replace(hour=18)
    hall.do(close_day, unserved={f"D-{number:03d}": "left" for number in range(1, 5)})
    hall.clock.moment = hall.clock.moment.replace(hour=8) + timedelta(days=1)
    assert promised(hall.waiting()).basis == "learned"  # from both days


def test_what_was_learned_may_be_beyond_reckoning_and_neither_a_number_nor_the_close_waits_for_it(hall: Hall) -> None:
    a_day(hall)
    kept = hall.database.read(learned_until)
    assert kept is not None
    plain = json.loads(kept[1])
    for line in (plain["pool"], *plain["lines"].values()):
        line["by_ahead"] = [[0, 50.0, 1e308], [1, 50.0, -1e308]]
        line["per_counter"] = [1.0, 1e9]
    hall.database.write(_set_state, json.dumps(plain), at=hall.clock.advance(seconds=1))
    hall.database._memory.clear()
    hall.serving(override="thử")  # what is so far beyond is after closing
    assert hall.waiting().promise is None
    assert "land" not in hall.database.read(expected, at=hall.clock())
    hall.clock.moment = hall.clock.moment.replace(hour=18)
    hall.do(close_day, unserved={"D-001": "left", "D-002": "left"})


def _set_state(session: Any, state: str, *, at: Any) -> None:  # noqa: ARG001
    session.connection().execute(text("UPDATE learned SET state = :state"), {"state": state})


def _forget(session: Any, *, at: Any) -> None:  # noqa: ARG001
    session.connection().execute(text("DELETE FROM learned"))


def test_priority_tickets_still_to_come_count_once_days_have_shown_them(hall: Hall) -> None:
    a_day(hall, priority=3)
    hall.serving()
    for _number in range(6):
        told = promised(hall.waiting())
    assert told.ahead == 5
    assert told.coming > 0
    assert "người ưu tiên có thể đến thêm" in why_words(told, "vi")
    elder = promised(hall.waiting(priority="elderly"))
    assert elder.ahead == 0
    assert elder.minutes < told.minutes


def test_the_summary_says_how_the_promises_were_kept_and_who_waited_longer(hall: Hall) -> None:
    hall.serving()
    waited = hall.waiting()
    moved = hall.waiting()
    hall.do(finish, counter=1, after=3 * 3600)
    hall.do(call, counter=1)
    hall.do(transfer, counter=1, to="civil_status")
    summary = hall.database.read(day_summary, at=hall.clock())
    figures = summary.services["land"].estimate
    assert figures["n"] == 2  # the first was called after a minute, the second after three hours
    assert figures["late"] == 0.5
    assert [each.code for each in summary.broken] == [waited.code]
    assert summary.broken[0].waited == pytest.approx(182, abs=2)
    assert moved.code not in {each.code for each in summary.broken}


def test_a_promise_is_never_altered(hall: Hall) -> None:
    hall.waiting()
    with pytest.raises(Exception, match="never changes"):
        hall.database.write(_promise_less, at=hall.clock.advance(seconds=1))


def _promise_less(session: Any, *, at: Any) -> None:  # noqa: ARG001
    session.connection().execute(text("UPDATE ticket SET promise = NULL"))


def test_a_restored_state_of_the_database_is_read_anew(hall: Hall) -> None:
    for _number in range(3):
        hall.waiting()
    memory = hall.database._memory["today"]
    memory.hash = "f" * 64  # as if another log had stood there
    assert promised(hall.ticket(issue, service="land")).ahead == 3
    assert hall.database._memory["today"] is not memory


def test_minutes_are_those_of_the_clock_on_the_wall_also_on_the_day_it_is_changed() -> None:
    day = date(2026, 10, 25)  # in Berlin an hour comes twice before the morning
    eight = datetime(2026, 10, 25, 8, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert minute_of(eight, day, "Europe/Berlin") == 480
    assert minute_of(eight + timedelta(hours=17), day, "Europe/Berlin") == 480 + 17 * 60  # after midnight it goes on
