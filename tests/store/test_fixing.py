"""Sent to put a form right: the place is kept for some minutes, and the day counts it once."""

import json
from datetime import timedelta
from typing import Any

import pytest

from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.fixing import return_from_fix, send_to_fix
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave, void
from queueapp.operations.serving import finish, hold, resume
from queueapp.operations.undoing import undo
from queueapp.queries.hall import desk
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import BadRequestError, QueueError
from queueapp.rules.sheets import as_known_by, as_sheet
from queueapp.rules.views import TicketView
from tests.factories import Hall


def sent(hall: Hall, **given: Any) -> TicketView:
    hall.serving()
    return hall.ticket(send_to_fix, counter=1, **given)


def refused(hall: Hall, operation: Any, **given: Any) -> str:
    with pytest.raises(QueueError) as caught:
        hall.do(operation, **given)
    return caught.value.code


def test_the_place_is_kept_and_the_counter_is_free(hall: Hall) -> None:
    held = sent(hall, reason="sign it")
    assert (held.state, held.reason, held.due_at) == ("held", "sign it", None)
    assert held.fix_by == hall.clock() + timedelta(minutes=30)
    view = hall.database.read(desk, 1, at=hall.clock())
    assert (view.counter.ticket, [each.code for each in view.held]) == (None, ["D-001"])


def test_who_is_back_in_time_is_called_before_all_later_arrivals(hall: Hall) -> None:
    sent(hall, minutes=10)
    hall.waiting(priority="elderly")
    hall.waiting()
    back = hall.ticket(return_from_fix, ticket="d1", after=400)
    assert (back.state, back.ahead, back.is_first, back.fix_by, back.reason) == ("waiting", 0, True, None, None)
    assert hall.ticket(call, counter=1).code == "D-001"
    assert not hall.ticket(start, counter=1).is_first


def test_who_is_back_late_waits_at_the_end_of_the_class(hall: Hall) -> None:
    sent(hall, minutes=10)
    hall.waiting(priority="elderly")
    hall.waiting()
    back = hall.ticket(return_from_fix, ticket="D-001", after=601)
    assert (back.ahead, back.is_first, back.fix_by) == (2, False, None)
    hall.waiting()
    assert [hall.ticket(call, counter=1).code for _turn in range(1)] == ["D-002"]


def test_the_last_second_is_in_time(hall: Hall) -> None:
    sent(hall, minutes=10)
    assert hall.ticket(return_from_fix, ticket="D-001", after=600).is_first


def test_nobody_comes_back_by_itself(hall: Hall) -> None:
    sent(hall, minutes=1)
    hall.waiting(after=3600)
    assert hall.database.read(ticket, "D-001", at=hall.clock()).state == "held"


def test_only_who_was_sent_comes_back_so(hall: Hall) -> None:
    hall.held()
    assert refused(hall, return_from_fix, ticket="D-001") == "wrong_state"
    hall.waiting()
    assert refused(hall, return_from_fix, ticket="D-002") == "wrong_state"
    assert refused(hall, send_to_fix, counter=1) == "counter_idle"
    hall.do(call, counter=1)
    assert refused(hall, send_to_fix, counter=1) == "wrong_state"
    hall.do(start, counter=1)
    with pytest.raises(BadRequestError, match="minutes"):
        hall.do(send_to_fix, counter=1, minutes=0)


def test_a_clerk_may_take_the_ticket_up_at_once(hall: Hall) -> None:
    sent(hall)
    again = hall.ticket(resume, counter=1, ticket="D-001")
    assert (again.state, again.fix_by) == ("serving", None)
    assert hall.database.read(verify).difference is None


def test_both_are_taken_back(hall: Hall) -> None:
    held = sent(hall, reason="sign it")
    assert hall.ticket(undo, counter=1, after=5).state == "serving"
    hall.do(send_to_fix, counter=1, reason="sign it", after=5)
    hall.do(return_from_fix, ticket="D-001", after=5)
    again = hall.ticket(undo, ticket="D-001", after=5)
    assert (again.state, again.reason, again.is_first) == ("held", "sign it", False)
    assert again.fix_by is not None
    assert again.fix_by > held.since
    assert hall.database.read(verify).difference is None


def test_the_last_thing_at_a_counter_is_not_what_reception_did(hall: Hall) -> None:
    sent(hall)
    hall.do(return_from_fix, ticket="D-001", after=5)
    assert refused(hall, undo, counter=1, after=5) == "undo_superseded"


def test_the_day_counts_each_citizen_once(hall: Hall) -> None:
    sent(hall)
    for _time in range(2):
        hall.do(return_from_fix, ticket="D-001")
        hall.do(call, counter=1)
        hall.do(start, counter=1)
        hall.do(send_to_fix, counter=1)
    hall.do(resume, counter=1, ticket="D-001")
    hall.do(finish, counter=1)
    hall.serving()
    hall.do(send_to_fix, counter=1)
    hall.do(undo, counter=1, after=5)
    hall.do(finish, counter=1)
    hall.do(issue, service="civil_status")
    figures = hall.database.read(day_summary, at=hall.clock())
    assert (figures.all.reworked, figures.services["land"].reworked, figures.services["civil_status"].reworked) == (
        1,
        1,
        0,
    )
    assert figures.counters["1"].reworked == 1


def test_a_correction_counts_for_the_counter_that_sent_and_not_for_the_one_where_the_visit_ended(hall: Hall) -> None:
    hall.serving(counter=1)
    hall.do(send_to_fix, counter=1)
    hall.do(return_from_fix, ticket="D-001")
    hall.do(call, counter=4)
    hall.do(start, counter=4)
    hall.do(finish, counter=4)
    figures = hall.database.read(day_summary, at=hall.clock())
    assert (figures.counters["1"].reworked, figures.counters["4"].reworked, figures.all.reworked) == (1, 0, 1)


def test_a_void_ticket_is_no_rework(hall: Hall) -> None:
    sent(hall)
    hall.do(void, ticket="D-001", reason="a mistake")
    assert hall.database.read(day_summary, at=hall.clock()).all.reworked == 0


def test_a_day_closes_over_them_as_over_held_ones(hall: Hall) -> None:
    sent(hall)
    hall.serving(service="land")
    hall.do(hold, counter=1)
    assert refused(hall, close_day, reason="an exercise") == "open_tickets"
    hall.do(close_day, unserved={"D-001": "left", "D-002": "left"}, reason="an exercise")
    figures = hall.database.read(day_summary, hall.clock().date(), at=hall.clock())
    assert (figures.all.left, figures.all.reworked) == (2, 1)
    assert json.loads(figures.closing.sheet)["all"]["reworked"] == 1  # type: ignore[union-attr]
    verdict = hall.database.read(verify)
    assert (verdict.difference, verdict.days) == (None, 1)


def test_a_sheet_sealed_before_rework_was_counted_still_agrees(hall: Hall) -> None:
    sent(hall)
    hall.do(leave, ticket="D-001")
    rebuilt = as_sheet(hall.database.read(day_summary, at=hall.clock()))
    old = json.loads(json.dumps(rebuilt))
    for figures in (
        old["all"],
        *(each for group in ("services", "counters", "clerks", "hours") for each in old[group].values()),
    ):
        del figures["reworked"]
    assert as_known_by(old, rebuilt) == old
    assert as_known_by(rebuilt, rebuilt) == rebuilt
