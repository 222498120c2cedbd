"""A day is closed when everybody has an end that somebody chose; then it is sealed, and only corrected."""

from datetime import date, timedelta
from typing import Any

import pytest

from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day, correct
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave, void
from queueapp.operations.mending import mend, wake
from queueapp.operations.office import configure
from queueapp.operations.returning import bring_back
from queueapp.operations.serving import finish, resume
from queueapp.operations.undoing import undo
from queueapp.queries.days import closing, open_days
from queueapp.queries.hall import status
from queueapp.queries.stuck import stuck
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import DayClosedError, OpenTicketsError, QueueError
from queueapp.settings import Settings, default_settings
from tests.conftest import MORNING
from tests.factories import Hall

TODAY = MORNING.date()
TOMORROW = TODAY + timedelta(days=1)


def refused(hall: Hall, operation: Any, **given: Any) -> str:
    with pytest.raises(QueueError) as caught:
        hall.do(operation, **given)
    assert caught.value.message
    return caught.value.code


def evening(hall: Hall) -> None:
    hall.clock.advance(minutes=9 * 60 + 10)


def full(hall: Hall) -> dict[str, str]:
    """Bring somebody into every open state, and return an end for each."""
    hall.serving(counter=1)
    hall.called(counter=2, service="civil_status")
    hall.held(counter=4, service="social_affairs")
    hall.waiting()
    hall.waiting()
    return {
        "D-001": "served",
        "H-001": "sent_home:portal_down",
        "X-001": "left",
        "D-002": "carried_over",
        "D-003": "void",
    }


def test_everybody_needs_an_end_and_nothing_happens_until_then(hall: Hall) -> None:
    ends = full(hall)
    evening(hall)
    with pytest.raises(OpenTicketsError) as caught:
        hall.do(close_day, unserved={"D-001": "served"})
    assert caught.value.tickets == ("D-002", "D-003", "H-001", "X-001")
    before = hall.database.revision()
    assert refused(hall, close_day, unserved=ends | {"D-003": "no_show"}) == "bad_request"
    assert refused(hall, close_day, unserved=ends | {"D-009": "left"}) == "unknown_ticket"
    assert hall.database.revision() == before
    hall.do(close_day, unserved=ends)
    figures = hall.database.read(day_summary, TODAY, at=hall.clock()).all
    counts = (figures.issued, figures.served, figures.sent_home, figures.left, figures.carried_over, figures.void)
    assert counts == (5, 1, 1, 1, 1, 1)
    assert (figures.still_open, figures.no_show) == (0, 0)
    verdict = hall.database.read(verify)
    assert (verdict.difference, verdict.days) == (None, 1)


def test_the_sheet_is_sealed_with_the_head_of_the_chain(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    hall.do(close_day, unserved={"D-001": "left"})
    head = hall.database.read(verify).head
    summary = hall.database.read(day_summary, TODAY, at=hall.clock())
    assert summary.closing is not None
    assert summary.chain_head == summary.closing.seal == head


def test_within_the_hours_a_reason_is_needed(hall: Hall) -> None:
    assert refused(hall, close_day) == "needs_reason"
    hall.do(close_day, reason="power cut in the whole commune")
    closed = hall.database.read(day_summary, TODAY, at=hall.clock()).closing
    assert closed is not None
    assert closed.reason == "power cut in the whole commune"


def test_a_closed_day_is_only_read(hall: Hall) -> None:
    hall.waiting()
    hall.do(leave, ticket="D-001")
    evening(hall)
    hall.do(close_day)
    assert refused(hall, close_day, day=TODAY) == "day_closed"
    assert refused(hall, issue, service="land") == "day_closed"
    assert refused(hall, bring_back, ticket="D-001") == "day_closed"


def test_a_correction_is_an_event_that_the_sheet_shows(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    assert refused(hall, correct, ticket="D-001", day=TODAY, end="void", reason="x") == "bad_request"
    hall.do(close_day, unserved={"D-001": "left"})
    assert refused(hall, correct, ticket="D-001", day=TODAY, end="left", reason="x") == "bad_request"
    assert refused(hall, correct, ticket="D-001", day=TODAY, end="served") == "needs_reason"
    hall.do(correct, ticket="D-001", day=TODAY, end="served", time_unreliable=True, reason="a key was forgotten")
    summary = hall.database.read(day_summary, TODAY, at=hall.clock())
    assert (summary.all.served, summary.all.left, summary.all.excluded_unreliable) == (1, 0, 1)
    assert summary.closing is not None
    assert [(each.ticket, each.what) for each in summary.closing.corrections] == [
        ("D-001", "is_unreliable"),
        ("D-001", "state"),
    ] or [(each.ticket, each.what) for each in summary.closing.corrections] == [
        ("D-001", "state"),
        ("D-001", "is_unreliable"),
    ]
    assert hall.database.read(verify).difference is None


def test_a_day_nobody_closed_is_asked_for_first_and_does_not_mix_with_the_new_one(hall: Hall) -> None:
    hall.waiting()
    hall.clock.advance(minutes=24 * 60)
    assert hall.waiting().code == "D-001"
    assert hall.database.read(status, at=hall.clock()).unclosed == TODAY
    assert hall.database.read(open_days) == [TODAY, TOMORROW]
    view = hall.database.read(closing, at=hall.clock())
    assert (view.day, len(view.tickets)) == (TODAY, 1)
    assert hall.ticket(call, counter=1).day == TOMORROW
    answer = hall.do(close_day, unserved={"D-001": "sent_home:closing_time"})
    assert answer.day == TODAY
    assert hall.database.read(status, at=hall.clock()).unclosed is None


def test_who_is_carried_over_is_called_before_new_tickets_once(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    answer = hall.do(close_day, unserved={"D-001": "carried_over"})
    (voucher,) = answer.vouchers
    assert (voucher.ticket, voucher.valid_on) == ("D-001", TOMORROW)
    hall.clock.advance(minutes=15 * 60)
    hall.waiting(priority="elderly")
    back = hall.waiting(voucher=voucher.code.lower())
    assert (back.code, back.ahead, back.is_first) == ("D-002", 0, True)
    assert refused(hall, issue, service="land", voucher=voucher.code) == "bad_request"
    assert refused(hall, issue, service="land", voucher="V-XXXXXX") == "unknown_ticket"
    assert hall.ticket(call, counter=1).code == "D-002"


def test_the_number_of_the_ticket_does_for_its_voucher_while_only_one_can_be_meant(hall: Hall) -> None:
    hall.waiting()
    hall.waiting()
    hall.waiting()
    evening(hall)
    hall.do(close_day, unserved=dict.fromkeys(("D-001", "D-002"), "carried_over") | {"D-003": "left"})
    hall.clock.advance(minutes=15 * 60)
    assert hall.waiting(voucher="d-1").is_first
    assert refused(hall, issue, service="land", voucher="D-001") == "bad_request"
    assert hall.waiting(voucher="V-D-002").is_first
    assert refused(hall, issue, service="land", voucher="D-003") == "unknown_ticket"
    assert hall.database.read(verify).difference is None


def test_a_number_that_two_days_carry_over_to_one_day_is_not_enough(hall: Hall) -> None:
    for _day in range(2):
        hall.waiting()
        evening(hall)
        hall.do(close_day, unserved={"D-001": "carried_over:2026-11-26"})
        hall.clock.advance(minutes=14 * 60 + 50)
    hall.clock.advance(minutes=24 * 60)
    with pytest.raises(QueueError, match="Several vouchers come from D-001"):
        hall.do(issue, service="land", voucher="D-001")


def test_a_voucher_of_another_day_is_not_good_yet(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    wish = {"end": "carried_over", "day": "2026-11-27"}
    answer = hall.do(close_day, unserved={"D-001": wish})
    hall.clock.advance(minutes=15 * 60)
    assert refused(hall, issue, service="land", voucher=answer.vouchers[0].code) == "bad_request"


def test_a_friday_carries_over_to_monday(hall: Hall) -> None:
    hall.clock.advance(minutes=4 * 24 * 60)
    hall.waiting()
    evening(hall)
    answer = hall.do(close_day, unserved={"D-001": "carried_over"})
    assert answer.vouchers[0].valid_on == date(2026, 11, 30)


def test_a_service_past_midnight_belongs_to_the_day_of_issue(hall: Hall) -> None:
    hall.serving()
    hall.clock.advance(minutes=16 * 60 + 30)
    assert hall.ticket(finish, counter=1).day == TODAY
    hall.do(close_day)
    assert hall.database.read(day_summary, TODAY, at=hall.clock()).all.served == 1


def test_an_empty_day_can_be_closed_and_a_day_that_never_was_cannot(hall: Hall) -> None:
    evening(hall)
    assert refused(hall, close_day, day=date(2026, 1, 5)) == "bad_request"
    assert hall.do(close_day).day == TODAY


def test_a_ticket_of_yesterday_is_mended_and_not_the_one_of_today_with_its_code(hall: Hall) -> None:
    hall.called()
    hall.clock.advance(minutes=24 * 60)
    hall.waiting()
    view = hall.database.read(stuck, at=hall.clock())
    assert [(each.ticket.day, each.why) for each in view.tickets] == [(TODAY, "old_day")]
    mended = hall.ticket(mend, ticket="D-001", day=TODAY, to="left", reason="nobody came")
    assert (mended.day, mended.state) == (TODAY, "left")
    assert hall.database.read(ticket, "D-001", at=hall.clock()).state == "waiting"
    assert hall.database.read(stuck, at=hall.clock()).tickets == ()
    assert refused(hall, wake, ticket="D-001", day=TODAY) == "wrong_state"


def test_who_is_on_hold_over_midnight_is_taken_up_again(hall: Hall) -> None:
    hall.held()
    hall.clock.advance(minutes=24 * 60)
    hall.waiting()
    taken = hall.ticket(resume, counter=1, ticket="D-001")
    assert (taken.day, taken.state) == (TODAY, "serving")


def test_a_close_said_twice_does_not_close_the_new_day(hall: Hall) -> None:
    hall.waiting()
    hall.clock.advance(minutes=23 * 60)  # seven the next morning, before the office opens
    assert hall.do(close_day, unserved={"D-001": "left"}).day == TODAY
    assert refused(hall, close_day) == "needs_reason"
    assert hall.waiting().day == TOMORROW


def test_served_by_a_close_counts_without_its_times(hall: Hall) -> None:
    hall.serving()
    hall.clock.advance(minutes=23 * 60)
    hall.do(close_day, unserved={"D-001": "served"}, staff=None)
    figures = hall.database.read(day_summary, TODAY, at=hall.clock()).all
    assert (figures.served, figures.excluded_unreliable, figures.service.n) == (1, 1, 0)


def test_a_correction_to_served_has_no_times_and_none_makes_a_voucher(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    hall.do(close_day, unserved={"D-001": "left"})
    assert refused(hall, correct, ticket="D-001", day=TODAY, end="carried_over", reason="x") == "bad_request"
    assert refused(hall, correct, ticket="D-001", day=TODAY, dossiers=5000, reason="x") == "bad_request"
    hall.do(correct, ticket="D-001", day=TODAY, end="served", reason="the clerk remembers")
    figures = hall.database.read(day_summary, TODAY, at=hall.clock()).all
    assert (figures.served, figures.excluded_unreliable) == (1, 1)


def test_one_ticket_has_one_end(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    assert refused(hall, close_day, unserved={"D-001": "left", "d1": "served"}) == "bad_request"


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-22", "2026-11-29", "2027-03-01", "9999-12-31", "soon"])
def test_nobody_is_carried_over_to_a_day_that_will_not_be(hall: Hall, day: str) -> None:
    hall.waiting()
    evening(hall)
    assert refused(hall, close_day, unserved={"D-001": f"carried_over:{day}"}) == "bad_request"
    assert hall.do(close_day, unserved={"D-001": "carried_over:2026-11-27"}).vouchers[0].valid_on == date(2026, 11, 27)


def test_who_is_carried_over_in_the_morning_after_comes_that_same_day(hall: Hall) -> None:
    hall.waiting()
    hall.clock.advance(minutes=23 * 60)
    assert hall.do(close_day, unserved={"D-001": "carried_over"}).vouchers[0].valid_on == TOMORROW


def test_a_voucher_is_good_again_when_its_ticket_was_a_mistake(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    code = hall.do(close_day, unserved={"D-001": "carried_over"}).vouchers[0].code
    hall.clock.advance(minutes=15 * 60)
    assert refused(hall, issue, service="civil_status", voucher=code) == "bad_request"
    hall.waiting(voucher=code)
    hall.do(undo, ticket="D-001", after=1)
    hall.waiting(voucher=code)
    hall.do(void, ticket="D-002", reason="mistake", after=1)
    hall.do(undo, ticket="D-002", after=1)
    assert refused(hall, issue, service="land", voucher=code) == "bad_request"
    hall.do(void, ticket="D-002", reason="mistake", after=1)
    hall.waiting(voucher=code, after=1)
    assert refused(hall, undo, ticket="D-002", after=1) == "undo_superseded"
    assert hall.database.read(verify).difference is None


def test_a_voucher_is_good_no_more_when_its_ticket_is_given_another_end(hall: Hall) -> None:
    hall.waiting()
    evening(hall)
    code = hall.do(close_day, unserved={"D-001": "carried_over"}).vouchers[0].code
    hall.do(correct, ticket="D-001", day=TODAY, end="left", reason="went home for good")
    hall.clock.advance(minutes=15 * 60)
    assert refused(hall, issue, service="land", voucher=code) == "bad_request"
    hall.do(correct, ticket="D-001", day=TODAY, end="served", reason="x")
    assert hall.database.read(verify).difference is None


def test_who_closes_does_not_take_the_clerks_citizens(hall: Hall) -> None:
    settings = default_settings().model_dump()
    settings["staff"] = [{"name": "an", "role": "clerk"}, {"name": "sup", "role": "supervisor"}]
    hall.database.write(configure, Settings.model_validate(settings), at=hall.clock())
    hall.waiting()
    hall.ticket(call, counter=1, staff="an")
    hall.ticket(start, counter=1, staff="an")
    evening(hall)
    hall.do(close_day, unserved={"D-001": "served"}, staff="sup")
    assert set(hall.database.read(day_summary, TODAY, at=hall.clock()).clerks) == {"an"}


def next_morning(hall: Hall) -> None:
    hall.clock.moment = MORNING + timedelta(days=1)


def test_a_day_that_nobody_closed_is_closed_before_the_next(hall: Hall) -> None:
    hall.waiting()
    next_morning(hall)
    hall.waiting()
    assert refused(hall, close_day, day=TOMORROW, unserved={"D-001": "left"}, reason="x") == "bad_request"
    hall.do(close_day, day=TODAY, unserved={"D-001": "carried_over"})
    hall.do(close_day, day=TOMORROW, unserved={"D-001": "left"}, reason="x")


def test_a_night_is_neither_service_nor_way(hall: Hall) -> None:
    hall.serving(counter=1)
    hall.called(counter=2, service="civil_status")
    next_morning(hall)
    hall.do(finish, counter=1)
    hall.do(start, counter=2)
    hall.do(finish, counter=2)
    figures = hall.database.read(day_summary, TODAY, at=hall.clock()).all
    assert (figures.served, figures.excluded_unreliable) == (2, 2)
    assert (figures.service.n, figures.way.n) == (0, 0)
    hall.do(close_day, day=TODAY)
    assert hall.database.read(verify).difference is None


def test_midnight_itself_is_no_reason_to_distrust_a_service(hall: Hall) -> None:
    hall.clock.moment = MORNING + timedelta(hours=15, minutes=50)
    hall.serving(counter=1)
    hall.do(finish, counter=1, after=20 * 60)
    figures = hall.database.read(day_summary, TODAY, at=hall.clock()).all
    assert (figures.served, figures.excluded_unreliable, figures.service.sum) == (1, 0, 20.0)


def test_how_long_somebody_waited_who_left_unseen_is_not_made_up(hall: Hall) -> None:
    hall.waiting()
    hall.waiting()
    hall.do(leave, ticket="D-002", after=600)
    next_morning(hall)
    hall.do(close_day, day=TODAY, unserved={"D-001": "left"})
    unserved = hall.database.read(day_summary, TODAY, at=hall.clock()).unserved
    assert [(each.code, each.waited) for each in unserved] == [("D-001", None), ("D-002", 10.0)]
    assert hall.database.read(verify).difference is None


def test_a_sentence_says_a_day_as_people_write_it(hall: Hall) -> None:
    hall.do(close_day, reason="an exercise")
    with pytest.raises(DayClosedError, match=r"The day 23/11/2026 is closed\."):
        hall.waiting()
