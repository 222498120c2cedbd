"""Every verb: what it does, what it writes down, and what it refuses."""

from typing import Any

import pytest

from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.counters import close_counter, open_counter, pause, unpause
from queueapp.operations.issuing import issue, serve
from queueapp.operations.leaving import leave, void
from queueapp.operations.office import configure
from queueapp.operations.serving import finish, hold, put_back, resume, transfer
from queueapp.queries.hall import desk, status
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import events_after, ticket
from queueapp.rules.errors import QueueError
from queueapp.rules.lifecycle import TRANSITIONS
from queueapp.rules.views import TicketView
from queueapp.settings import Settings, default_settings
from tests.factories import Hall


def refused(hall: Hall, operation: Any, **given: Any) -> str:
    """Return the code of the refusal, having made sure that nothing was written."""
    before = hall.database.read(events_after)
    with pytest.raises(QueueError) as caught:
        hall.do(operation, **given)
    assert hall.database.read(events_after) == before
    assert caught.value.message
    return caught.value.code


def seen(hall: Hall, code: str) -> TicketView:
    return hall.database.read(ticket, code, at=hall.clock())


def settled(hall: Hall, **changes: Any) -> None:
    """Bring the office to the default settings with changes by field."""
    settings = default_settings().model_dump()
    for service in settings["services"]:
        service.update(changes.get(service["code"], {}))
    settings["staff"] = changes.get("staff", [])
    hall.do(configure, settings=Settings.model_validate(settings))


def test_numbers_run_by_field_and_codes_are_read_out(hall: Hall) -> None:
    codes = [hall.waiting(field).code for field in ("land", "land", "civil_status", "land", "social_affairs")]
    assert codes == ["D-001", "D-002", "H-001", "D-003", "X-001"]


def test_a_refused_issue_uses_no_number(hall: Hall) -> None:
    assert hall.waiting().code == "D-001"
    assert refused(hall, issue, service="tax") == "unknown_service"
    assert refused(hall, issue, service="land", priority="friend") == "bad_request"
    assert refused(hall, issue, service="land", dossiers=0) == "bad_request"
    assert refused(hall, issue, service="land", staff="nobody") == "unknown_staff"
    assert hall.waiting().code == "D-002"


def test_the_quota_is_exact(hall: Hall) -> None:
    settled(hall, land={"daily_quota": 2})
    assert [hall.waiting().number, hall.waiting().number] == [1, 2]
    assert refused(hall, issue, service="land") == "quota_reached"
    assert hall.waiting("civil_status").number == 1


def test_a_full_cycle_leaves_exactly_its_spans_and_events(hall: Hall) -> None:
    hall.waiting(after=0)
    hall.do(call, counter=1, after=300)
    hall.do(start, counter=1, after=30)
    hall.do(finish, counter=1, after=390)
    found = seen(hall, "D-001")
    assert found.state == "served"
    assert found.spans is not None
    assert found.events is not None
    lengths = [(span.kind, (span.ended_at - span.started_at).total_seconds()) for span in found.spans if span.ended_at]
    assert lengths == [("waiting", 300), ("called", 30), ("serving", 390)]
    assert [event.verb for event in found.events] == ["issue", "call", "start", "finish"]
    assert (found.counter, found.calls, found.outcome) == (1, 1, "done")


def test_priority_goes_first_then_who_waited_longest(hall: Hall) -> None:
    for priority in (None, "elderly", "disabled", None):
        hall.waiting(priority=priority)
    order = []
    for _turn in range(4):
        answer = hall.do(call, counter=1)
        assert answer.ticket is not None
        assert answer.why is not None
        order.append((answer.ticket.code, answer.why.rule))
        hall.do(start, counter=1)
        hall.do(finish, counter=1)
    assert order == [
        ("D-002", "priority"),
        ("D-003", "priority"),
        ("D-001", "longest_wait"),
        ("D-004", "longest_wait"),
    ]


def test_a_counter_of_all_fields_calls_who_waited_longest_of_all(hall: Hall) -> None:
    for field in ("social_affairs", "land", "civil_status"):
        hall.waiting(field)
    called = []
    for _turn in range(3):
        called.append(hall.ticket(call, counter=4).code)
        hall.do(leave, ticket=called[-1])
    assert called == ["X-001", "D-001", "H-001"]


def test_nobody_waiting_is_said(hall: Hall) -> None:
    hall.waiting("civil_status")
    assert refused(hall, call, counter=1) == "nobody_waiting"
    assert refused(hall, call, counter=9) == "unknown_counter"


def test_a_counter_with_a_ticket_calls_no_other(hall: Hall) -> None:
    hall.called()
    hall.waiting()
    assert refused(hall, call, counter=1) == "counter_busy"
    assert refused(hall, serve, counter=1, service="land") == "counter_busy"


def test_picking_needs_a_reason_a_waiting_ticket_and_the_counters_field(hall: Hall) -> None:
    first, second, other = hall.waiting(), hall.waiting(), hall.waiting("civil_status")
    assert refused(hall, call, counter=1, ticket=second.code) == "needs_reason"
    assert refused(hall, call, counter=1, ticket=second.code, reason="  ") == "needs_reason"
    assert refused(hall, call, counter=1, ticket="D-009", reason="x") == "unknown_ticket"
    assert refused(hall, call, counter=1, ticket=other.code, reason="x") == "not_allowed"
    answer = hall.do(call, counter=1, ticket="d2", reason="mother with a baby")
    assert answer.why is not None
    assert (answer.why.rule, answer.why.passed, answer.why.reason) == ("picked", 1, "mother with a baby")
    assert refused(hall, call, counter=4, ticket=second.code, reason="x") == "not_waiting"
    assert seen(hall, first.code).state == "waiting"


def test_recall_counts_and_keeps_the_first_call(hall: Hall) -> None:
    called = hall.called()
    assert [hall.ticket(recall, counter=1).calls for _again in range(2)] == [2, 3]
    assert seen(hall, called.code).since == called.since


def test_the_recall_limit_is_the_ticket_fields_and_counts_recalls(hall: Hall) -> None:
    settled(hall, land={"recall_limit": 3}, civil_status={"recall_limit": 0})
    hall.called(counter=4)
    assert hall.ticket(no_show, counter=4).state == "waiting"
    hall.do(call, counter=4)
    hall.do(recall, counter=4)
    assert hall.ticket(no_show, counter=4).state == "no_show"
    hall.called(counter=4, service="civil_status")
    assert hall.ticket(no_show, counter=4).state == "no_show"


def test_an_absent_citizen_goes_behind_the_next_two(hall: Hall) -> None:
    for _each in range(4):
        hall.waiting()
    hall.do(call, counter=1)
    assert hall.ticket(no_show, counter=1).ahead == 2
    assert [hall.database.read(desk, 1, at=hall.clock()).waiting[place].code for place in range(4)] == [
        "D-002",
        "D-003",
        "D-001",
        "D-004",
    ]


def test_hold_frees_the_counter_and_resume_takes_up_anywhere(hall: Hall) -> None:
    held = hall.held()
    assert held.state == "held"
    other = hall.called()
    assert refused(hall, resume, counter=1, ticket=held.code) == "counter_busy"
    assert refused(hall, resume, counter=2, ticket=other.code) == "wrong_state"
    again = hall.ticket(resume, counter=4, ticket=held.code)
    assert (again.state, again.counter) == ("serving", 4)


def test_hold_and_resume_are_told_apart_from_service(hall: Hall) -> None:
    hall.waiting(after=0)
    hall.do(call, counter=1, after=0)
    hall.do(start, counter=1, after=0)
    hall.do(hold, counter=1, after=240, reason="copies")
    hall.do(resume, counter=1, ticket="D-001", after=660)
    hall.do(finish, counter=1, after=180)
    figures = hall.database.read(day_summary, at=hall.clock()).all
    assert (figures.service.sum, figures.held.sum, figures.waiting.sum) == (7.0, 11.0, 0.0)


def test_a_transfer_keeps_code_and_time_of_issue_and_counts_one_citizen(hall: Hall) -> None:
    served = hall.serving()
    moved = hall.ticket(transfer, counter=1, to="civil_status", note="needs birth extract")
    assert (moved.code, moved.service, moved.issued_for) == (served.code, "civil_status", "land")
    assert (moved.issued_at, moved.note, moved.state) == (served.issued_at, "needs birth extract", "waiting")
    hall.waiting("civil_status")
    assert hall.ticket(call, counter=2).code == served.code
    hall.do(start, counter=2)
    hall.do(finish, counter=2)
    figures = hall.database.read(day_summary, at=hall.clock())
    assert (figures.all.issued, figures.all.served) == (2, 1)
    assert (figures.services["land"].served, figures.services["civil_status"].served) == (1, 0)
    assert (figures.services["land"].service.n, figures.services["civil_status"].service.n) == (1, 1)
    assert figures.all.service.n == 1


def test_a_transfer_to_nowhere_is_refused(hall: Hall) -> None:
    hall.serving()
    assert refused(hall, transfer, counter=1, to="tax") == "unknown_service"


@pytest.mark.parametrize(("position", "place"), [("own", 0), ("front", 0), ("end", 2)])
def test_a_ticket_is_put_back_to_its_own_place_the_front_or_the_end(hall: Hall, position: str, place: int) -> None:
    called = hall.called()
    hall.waiting()
    hall.waiting()
    assert hall.ticket(put_back, counter=1, position=position).ahead == place
    assert seen(hall, called.code).issued_at == called.issued_at


def test_put_back_to_nowhere_is_refused(hall: Hall) -> None:
    hall.called()
    assert refused(hall, put_back, counter=1, position="middle") == "bad_request"


def test_somebody_at_the_counter_is_served_without_waiting_or_way(hall: Hall) -> None:
    direct = hall.ticket(serve, counter=3, service="social_affairs")
    assert (direct.code, direct.state, direct.counter) == ("X-001", "serving", 3)
    hall.do(finish, counter=3, after=300)
    figures = hall.database.read(day_summary, at=hall.clock()).all
    assert (figures.waiting.n, figures.way.n, figures.service.sum) == (0, 0, 5.0)


def test_finish_keeps_outcome_dossiers_and_doubt(hall: Hall) -> None:
    hall.serving(dossiers=3)
    assert refused(hall, finish, counter=1, outcome="Not a code!") == "bad_request"
    done = hall.ticket(finish, counter=1, outcome="missing_papers", dossiers=5, time_unreliable=True)
    assert (done.outcome, done.dossiers) == ("missing_papers", 5)
    figures = hall.database.read(day_summary, at=hall.clock()).all
    assert (figures.served, figures.service.n, figures.excluded_unreliable, figures.dossiers) == (1, 0, 1, 5)


def test_void_needs_a_reason_and_the_number_stays_used(hall: Hall) -> None:
    hall.waiting()
    assert refused(hall, void, ticket="D-001") == "needs_reason"
    assert hall.ticket(void, ticket="D-001", reason="pressed twice").reason == "pressed twice"
    assert hall.waiting().code == "D-002"


def test_a_paused_counter_finishes_and_does_not_call(hall: Hall) -> None:
    hall.serving()
    hall.waiting()
    assert refused(hall, pause, counter=1) == "needs_reason"
    paused = hall.do(pause, counter=1, reason="lunch").counter
    assert paused is not None
    assert (paused.state, paused.reason) == ("paused", "lunch")
    hall.do(finish, counter=1)
    assert refused(hall, call, counter=1) == "counter_closed"
    hall.do(unpause, counter=1)
    assert hall.ticket(call, counter=1).code == "D-002"


def test_a_counter_with_a_ticket_is_not_closed(hall: Hall) -> None:
    hall.called()
    assert refused(hall, close_counter, counter=1) == "counter_busy"
    hall.do(leave, ticket="D-001")
    hall.do(close_counter, counter=1)
    hall.waiting()
    assert refused(hall, call, counter=1) == "counter_closed"
    assert refused(hall, pause, counter=1, reason="x") == "counter_closed"
    hall.do(open_counter, counter=1)
    assert hall.ticket(call, counter=1).code == "D-002"


def test_a_person_sits_at_one_counter_and_its_work_is_theirs(hall: Hall) -> None:
    settled(hall, staff=[{"name": "an", "role": "clerk"}, {"name": "binh", "role": "clerk"}])
    hall.do(open_counter, counter=1, staff="an")
    assert hall.called().clerk == "an"
    hall.do(open_counter, counter=4, staff="an")
    clerks = {counter.number: counter.clerk for counter in hall.database.read(status, at=hall.clock()).counters}
    assert clerks == {1: None, 2: None, 3: None, 4: "an"}
    hall.do(open_counter, counter=4, staff="binh")
    hall.waiting()
    assert hall.ticket(call, counter=4).clerk == "binh"
    assert refused(hall, open_counter, counter=2, staff="chi") == "unknown_staff"


def test_who_granted_a_priority_is_written_down(hall: Hall) -> None:
    settled(hall, staff=[{"name": "lan", "role": "receptionist"}])
    hall.waiting(priority="elderly", staff="lan")
    events = seen(hall, "D-001").events
    assert events is not None
    assert (events[0].clerk, events[0].detail["priority"]) == ("lan", "elderly")


@pytest.mark.parametrize("typed", ["D-001", "d1", "D 001", "d-1", " D001 "])
def test_a_number_may_be_typed_loosely(hall: Hall, typed: str) -> None:
    hall.waiting()
    assert seen(hall, typed).code == "D-001"


@pytest.mark.parametrize("typed", ["", "D", "001", "D-0x1", "Đ-001", "[/]", "D-9999999"])
def test_a_number_that_is_none_is_unknown(hall: Hall, typed: str) -> None:
    hall.waiting()
    with pytest.raises(QueueError) as caught:
        seen(hall, typed)
    assert caught.value.code == "unknown_ticket"


def test_midnight_belongs_to_the_day_of_issue(hall: Hall) -> None:
    hall.serving()
    hall.waiting()
    hall.clock.advance(minutes=24 * 60)
    assert refused(hall, call, counter=1) == "counter_busy"
    done = hall.ticket(finish, counter=1)
    assert done.day.isoformat() == "2026-11-23"
    assert refused(hall, call, counter=1) == "nobody_waiting"
    assert hall.waiting().code == "D-001"
    assert seen(hall, "D-001").day.isoformat() == "2026-11-24"
    assert hall.ticket(leave, ticket="D-002").day.isoformat() == "2026-11-23"


STATES = {
    "waiting": lambda hall: hall.waiting(),
    "called": lambda hall: hall.called(),
    "serving": lambda hall: hall.serving(),
    "held": lambda hall: hall.held(),
}
BY_COUNTER = {
    "recall": (recall, {}),
    "start": (start, {}),
    "no_show": (no_show, {}),
    "finish": (finish, {}),
    "hold": (hold, {}),
    "transfer": (transfer, {"to": "civil_status"}),
    "put_back": (put_back, {}),
}
BY_TICKET = {"leave": (leave, {}), "void": (void, {"reason": "x"})}


@pytest.mark.parametrize("state", STATES)
def test_every_verb_is_refused_from_every_state_that_forbids_it(hall: Hall, state: str) -> None:
    found = STATES[state](hall)
    is_here = state in {"called", "serving"}
    for verb, (operation, given) in BY_COUNTER.items():
        if state not in TRANSITIONS[verb].sources:
            assert refused(hall, operation, counter=1, **given) == ("wrong_state" if is_here else "counter_idle"), verb
    for verb, (operation, given) in BY_TICKET.items():
        if state not in TRANSITIONS[verb].sources:
            assert refused(hall, operation, ticket=found.code, **given) == "wrong_state", verb
    if state != "held":
        assert refused(hall, resume, counter=4, ticket=found.code) == "wrong_state"


def test_what_has_ended_stays_ended(hall: Hall) -> None:
    hall.serving()
    hall.do(finish, counter=1)
    assert refused(hall, leave, ticket="D-001") == "wrong_state"
    assert refused(hall, void, ticket="D-001", reason="x") == "wrong_state"
    assert refused(hall, resume, counter=1, ticket="D-001") == "wrong_state"
    assert refused(hall, call, counter=1, ticket="D-001", reason="x") == "not_waiting"


def test_a_field_or_counter_with_something_open_is_not_removed(hall: Hall) -> None:
    hall.called(counter=4, service="social_affairs")
    settings = default_settings().model_dump()
    settings["counters"] = settings["counters"][:3]
    assert refused(hall, configure, settings=Settings.model_validate(settings)) == "bad_request"
    hall.do(leave, ticket="X-001")
    hall.do(configure, settings=Settings.model_validate(settings))
    assert refused(hall, call, counter=4) == "unknown_counter"


def test_hostile_text_is_only_text(hall: Hall) -> None:
    for note in ("[/]", "\x1b]0;x\x07", "x" * 10_000, "e\u0301\u200b", "😀", "a\x00b", "\ud800"):
        noted = hall.waiting(note=note)
        assert noted.note is None or (noted.note.isprintable() and len(noted.note) <= 500)
