"""Wrong keys are taken back, the absent come again, holds end by themselves, and who was sent away comes back first."""

from typing import Any

import pytest

from queueapp.operations.calling import call, no_show, start
from queueapp.operations.counters import close_counter, open_counter, pause
from queueapp.operations.issuing import issue, serve
from queueapp.operations.leaving import leave, void
from queueapp.operations.office import configure
from queueapp.operations.priority import set_priority
from queueapp.operations.returning import bring_back
from queueapp.operations.serving import finish, hold, put_back, resume, transfer
from queueapp.operations.undoing import undo
from queueapp.queries.counters import counter_views
from queueapp.queries.hall import status
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError
from queueapp.settings import Settings, default_settings
from tests.conftest import MORNING
from tests.factories import Hall


def refused(hall: Hall, operation: Any, **given: Any) -> str:
    with pytest.raises(QueueError) as caught:
        hall.do(operation, **given)
    assert caught.value.message
    return caught.value.code


def agrees(hall: Hall) -> None:
    assert hall.database.read(verify).difference is None


def test_a_finish_taken_back_goes_on_as_if_it_had_not_been(hall: Hall) -> None:
    hall.serving()
    hall.do(finish, counter=1, after=120)
    again = hall.ticket(undo, counter=1, after=30)
    assert (again.state, again.counter, again.outcome) == ("serving", 1, None)
    hall.do(finish, counter=1, after=90)
    figures = hall.database.read(day_summary, at=hall.clock()).all
    assert figures.service.mean == 4.0
    agrees(hall)


def test_a_start_taken_back_is_a_call_again_and_its_span_counts_nowhere(hall: Hall) -> None:
    hall.called()
    hall.do(start, counter=1)
    assert hall.ticket(undo, ticket="D-001", after=5).state == "called"
    spans = hall.database.read(ticket, "D-001", at=hall.clock()).spans or ()
    assert [(span.kind, span.ended_at is None) for span in spans] == [("waiting", False), ("called", True)]
    agrees(hall)


@pytest.mark.parametrize("verb", ["call", "no_show", "hold", "transfer", "put_back", "leave", "resume", "set_priority"])
def test_every_verb_of_a_clerk_can_be_taken_back(hall: Hall, verb: str) -> None:
    if verb in {"hold", "transfer", "put_back"}:
        hall.serving()
    elif verb in {"no_show", "leave"}:
        hall.called()
    elif verb == "resume":
        hall.held()
    else:
        hall.waiting()
    before = hall.database.read(ticket, "D-001", at=hall.clock())
    named: dict[str, dict[str, Any]] = {
        "transfer": {"counter": 1, "to": "civil_status"},
        "leave": {"ticket": "D-001"},
        "resume": {"counter": 1, "ticket": "D-001"},
        "set_priority": {"ticket": "D-001", "priority": "elderly", "reason": "75"},
    }
    given = named.get(verb, {"counter": 1})
    operations = {
        "call": call,
        "no_show": no_show,
        "hold": hold,
        "transfer": transfer,
        "put_back": put_back,
        "leave": leave,
        "resume": resume,
        "set_priority": set_priority,
    }
    hall.do(operations[verb], **given, after=1)
    after = hall.ticket(undo, ticket="D-001", after=1)
    for name in ("state", "service", "counter", "calls", "priority", "since", "reason", "due_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert refused(hall, undo, ticket="D-001", after=1) == "undo_superseded"
    agrees(hall)


@pytest.mark.parametrize("operation", [issue, serve])
def test_an_issue_taken_back_is_void_and_its_number_stays_used(hall: Hall, operation: Any) -> None:
    given: dict[str, Any] = {"counter": 1} if operation is serve else {}
    hall.do(operation, service="land", **given)
    assert hall.ticket(undo, ticket="D-001", after=5).state == "void"
    assert hall.waiting().code == "D-002"
    agrees(hall)


def test_what_is_too_old_or_has_consequences_is_not_taken_back(hall: Hall) -> None:
    hall.serving()
    hall.do(finish, counter=1)
    assert refused(hall, undo, counter=1, after=61) == "undo_expired"
    hall.serving()
    hall.do(finish, counter=1)
    hall.waiting(after=1)
    hall.do(call, counter=1, after=1)
    assert refused(hall, undo, ticket="D-002", after=1) == "undo_superseded"
    assert refused(hall, undo, counter=2, after=1) == "undo_expired"
    assert refused(hall, undo, after=1) == "bad_request"


def test_a_ticket_that_went_on_elsewhere_is_not_pulled_back(hall: Hall) -> None:
    hall.serving()
    hall.do(transfer, counter=1, to="civil_status")
    hall.do(call, counter=2, after=1)
    assert refused(hall, undo, counter=1, after=1) == "undo_superseded"
    assert hall.ticket(undo, counter=2, after=1).state == "waiting"


def test_the_state_of_a_counter_can_be_taken_back(hall: Hall) -> None:
    hall.do(pause, counter=1, reason="lunch")
    answer = hall.do(undo, counter=1, after=5)
    assert answer.counter is not None
    assert (answer.counter.state, answer.counter.reason) == ("open", None)
    hall.do(close_counter, counter=1)
    hall.do(undo, counter=1, after=5)
    assert hall.database.read(counter_views)[0].state == "open"
    hall.do(open_counter, counter=2)
    agrees(hall)


def test_somebody_who_comes_soon_after_waits_behind_the_next_two(hall: Hall) -> None:
    for _citizen in range(5):
        hall.waiting()
    hall.do(leave, ticket="D-001")
    back = hall.ticket(bring_back, ticket="D-001", after=20 * 60)
    assert (back.state, back.ahead) == ("waiting", 2)


def test_somebody_who_comes_late_waits_at_the_end(hall: Hall) -> None:
    for _citizen in range(5):
        hall.waiting()
    hall.do(leave, ticket="D-001")
    assert hall.ticket(bring_back, ticket="D-001", after=31 * 60).ahead == 4
    assert refused(hall, bring_back, ticket="D-001") == "wrong_state"


def test_a_timed_hold_comes_back_by_itself_at_its_minute_before_newcomers(hall: Hall) -> None:
    hall.serving()
    due = hall.ticket(hold, counter=1, minutes=15, reason="photocopies").due_at
    assert due is not None
    hall.waiting()
    hall.do(open_counter, counter=2, after=13 * 60)
    assert hall.database.read(ticket, "D-001", at=hall.clock()).state == "held"
    called = hall.ticket(call, counter=1, after=60)
    assert called.code == "D-001"
    events = hall.database.read(ticket, "D-001", at=hall.clock()).events or ()
    assert "come_back" in [event.verb for event in events]
    agrees(hall)


def test_who_is_sent_to_another_field_comes_back_first_to_the_counter_that_sent_them(hall: Hall) -> None:
    hall.serving()
    hall.do(transfer, counter=1, to="civil_status", come_back=True, note="birth extract")
    hall.do(call, counter=2)
    hall.do(start, counter=2)
    hall.waiting(priority="elderly")
    back = hall.ticket(finish, counter=2)
    assert (back.state, back.service, back.ahead, back.note) == ("waiting", "land", 0, "birth extract")
    assert hall.ticket(call, counter=4).code == "D-002", "counter 4 serves the field too, but not this citizen"
    answer = hall.do(call, counter=1)
    assert answer.ticket is not None
    assert answer.why is not None
    assert (answer.ticket.code, answer.why.rule) == ("D-001", "first")
    hall.do(start, counter=1)
    assert hall.ticket(finish, counter=1).state == "served"
    agrees(hall)


def test_who_comes_back_is_called_elsewhere_when_that_counter_has_closed(hall: Hall) -> None:
    hall.serving()
    hall.do(transfer, counter=1, to="civil_status", come_back=True)
    hall.do(close_counter, counter=1)
    hall.do(call, counter=2)
    hall.do(start, counter=2)
    hall.do(finish, counter=2)
    assert hall.ticket(call, counter=4).code == "D-001"


def test_priority_is_given_and_taken_with_a_reason(hall: Hall) -> None:
    hall.waiting()
    hall.waiting()
    assert refused(hall, set_priority, ticket="D-002", priority="elderly") == "needs_reason"
    assert refused(hall, set_priority, ticket="D-002", priority="vip", reason="x") == "bad_request"
    assert hall.ticket(set_priority, ticket="D-002", priority="elderly", reason="75 years").ahead == 0
    assert hall.ticket(set_priority, ticket="D-002", priority=None, reason="mistake").ahead == 1
    hall.do(void, ticket="D-002", reason="x")
    assert refused(hall, set_priority, ticket="D-002", priority="elderly", reason="x") == "wrong_state"
    assert hall.clock() > MORNING


def test_a_hold_ends_at_its_minute_whoever_asks_when(hall: Hall) -> None:
    hall.serving()
    due = hall.ticket(hold, counter=1, minutes=15).due_at
    hall.do(open_counter, counter=2, after=40 * 60)
    spans = hall.database.read(ticket, "D-001", at=hall.clock()).spans or ()
    assert [(span.kind, span.started_at) for span in spans][-1] == ("waiting", due)
    agrees(hall)


def test_a_counter_that_no_longer_serves_the_field_keeps_nobody_from_being_called(hall: Hall) -> None:
    hall.serving()
    hall.do(transfer, counter=1, to="civil_status", come_back=True)
    hall.do(call, counter=2)
    hall.do(start, counter=2)
    hall.do(finish, counter=2)
    assert hall.ticket(call, counter=4, ticket="D-001", reason="the clerk is away").state == "called"
    hall.do(undo, counter=4, after=1)
    settings = default_settings().model_dump()
    settings["counters"][0]["services"] = ["social_affairs"]
    hall.do(lambda session, *, at: configure(session, Settings.model_validate(settings), at=at))
    assert hall.ticket(call, counter=4).code == "D-001"


def test_an_undo_gives_both_clerks_their_places_back(hall: Hall) -> None:
    settings = default_settings().model_dump()
    settings["staff"] = [{"name": name, "role": "clerk"} for name in ("an", "binh")]
    hall.do(lambda session, *, at: configure(session, Settings.model_validate(settings), at=at))
    hall.do(open_counter, counter=1, staff="an")
    hall.do(open_counter, counter=2, staff="binh")
    hall.do(open_counter, counter=1, staff="binh")
    hall.do(undo, counter=1, after=1)
    clerks = {each.number: each.clerk for each in hall.database.read(status, at=hall.clock()).counters}
    assert (clerks[1], clerks[2]) == ("an", "binh")
    hall.do(open_counter, counter=1, staff="binh")
    hall.do(open_counter, counter=3, staff="an", after=1)
    assert refused(hall, undo, counter=1, after=1) == "undo_superseded"


def test_undo_needs_the_right_to_what_is_undone(hall: Hall) -> None:
    settings = default_settings().model_dump()
    settings["staff"] = [{"name": name, "role": name} for name in ("receptionist", "supervisor")]
    hall.do(lambda session, *, at: configure(session, Settings.model_validate(settings), at=at))
    hall.waiting()
    hall.waiting()
    hall.ticket(call, counter=1, ticket="D-002", reason="ill", staff="supervisor")
    assert refused(hall, undo, counter=1, staff="receptionist", after=1) == "not_allowed"
    assert hall.ticket(undo, counter=1, staff="supervisor", after=1).state == "waiting"


def test_notes_of_two_clerks_stand_one_after_the_other(hall: Hall) -> None:
    hall.serving()
    hall.do(transfer, counter=1, to="civil_status", note="birth extract")
    hall.do(call, counter=2)
    assert hall.ticket(transfer, counter=2, to="land", note="extract given").note == "birth extract · extract given"
