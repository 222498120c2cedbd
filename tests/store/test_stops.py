"""When the day can carry no more numbers: who is refused, who is warned, who comes another day; on real databases."""

from datetime import date

import pytest

from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure
from queueapp.operations.postponing import postpone
from queueapp.operations.undoing import undo
from queueapp.queries.hall import board, reception, status
from queueapp.queries.settings import current_settings
from queueapp.queries.tickets import ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import NoMoreNumbersError, NoRightError, WrongStateError
from queueapp.rules.views import ServiceView
from queueapp.settings import Settings
from tests.conftest import MORNING
from tests.factories import Hall
from tests.store.test_estimates import a_day


def learned(hall: Hall, *, hour: int = 16, minute: int = 45, waiting: int = 0) -> None:
    """Live three days of the land counter, and begin the next one with so many who wait, near its end."""
    for _day in range(3):
        a_day(hall)
    for _number in range(waiting):
        hall.waiting(after=1)
    hall.serving()
    hall.clock.moment = hall.clock.moment.replace(hour=hour, minute=minute)


def land(hall: Hall) -> ServiceView:
    return next(each for each in hall.database.read(status, at=hall.clock()).services if each.code == "land")


def with_rule(hall: Hall, rule: str) -> None:
    settings = hall.database.read(current_settings).model_dump(mode="json")
    hall.do(configure, settings=Settings.model_validate(settings | {"stopping": {"rule": rule}}))


def is_true(hall: Hall) -> bool:
    return hall.database.read(verify).difference is None


def test_a_morning_that_is_learned_is_green_and_says_how_many_more_the_day_carries(hall: Hall) -> None:
    learned(hall, hour=8, minute=30)
    field = land(hall)
    assert field.stop is not None
    assert field.room is not None
    assert field.stop.light == "green"
    assert 10 < field.room.sure <= field.room.at_most
    assert hall.waiting().light == "green"


def test_a_number_that_the_day_cannot_carry_is_refused_and_nothing_is_changed(hall: Hall) -> None:
    learned(hall, waiting=12)
    before = land(hall)
    with pytest.raises(NoMoreNumbersError) as refused:
        hall.waiting()
    assert refused.value.code == "service_closed"
    assert "17:00" in refused.value.message
    after = land(hall)
    assert after.issued == before.issued
    assert after.stop is not None
    assert after.stop.light == "red"
    assert after.room is not None
    assert after.room.at_most == 0


def test_a_supervisor_overrides_with_a_reason_that_is_written_down(hall: Hall) -> None:
    learned(hall, waiting=12)
    settings = hall.database.read(current_settings).model_dump(mode="json")
    people = [{"name": "an", "role": "receptionist"}, {"name": "chi", "role": "supervisor"}]
    hall.do(configure, settings=Settings.model_validate(settings | {"staff": people}))
    with pytest.raises(NoRightError):
        hall.waiting(override="vì cụ già", staff="an")
    found = hall.waiting(override="vì cụ già ở xa", staff="chi")
    assert (found.state, found.light) == ("waiting", "red")
    events = hall.database.read(ticket, found.code, at=hall.clock()).events or ()
    assert events[-1].detail["override"] == "vì cụ già ở xa"
    assert is_true(hall)


def test_an_office_without_history_is_warned_and_never_refused(hall: Hall) -> None:
    hall.serving()
    hall.clock.moment = MORNING.replace(hour=17, minute=30)
    assert hall.waiting().light == "amber"


def test_an_office_that_only_warns_refuses_nobody_and_one_that_turned_it_off_says_nothing(hall: Hall) -> None:
    learned(hall, waiting=12)
    with_rule(hall, "warn")
    assert hall.waiting().light == "amber"
    with_rule(hall, "off")
    assert hall.waiting().light is None
    assert land(hall).stop is None


def test_after_closing_a_learned_office_issues_no_more(hall: Hall) -> None:
    learned(hall, hour=17, minute=30)
    with pytest.raises(NoMoreNumbersError):
        hall.waiting()


def test_who_waits_is_carried_over_with_a_voucher_and_comes_first_that_day(hall: Hall) -> None:
    found = hall.waiting()
    done = hall.do(postpone, ticket=found.code, reason="nhà xa")
    (voucher,) = done.vouchers
    assert done.ticket is not None
    assert (done.ticket.state, done.ticket.voucher) == ("carried_over", voucher.code)
    assert voucher.valid_on == date(2026, 11, 24)
    with pytest.raises(WrongStateError):
        hall.do(postpone, ticket=found.code)
    hall.clock.moment = hall.clock.moment.replace(hour=18)
    hall.do(close_day)
    hall.clock.moment = MORNING.replace(day=24)
    assert hall.waiting(voucher=voucher.code).is_first
    assert is_true(hall)


def test_carrying_over_is_taken_back_and_done_again_with_the_same_voucher(hall: Hall) -> None:
    found = hall.waiting()
    first = hall.do(postpone, ticket=found.code)
    back = hall.ticket(undo, ticket=found.code, after=5)
    assert (back.state, back.voucher) == ("waiting", None)
    again = hall.do(postpone, ticket=found.code, day=date(2026, 11, 26))
    assert again.vouchers[0].code == first.vouchers[0].code
    assert again.vouchers[0].valid_on == date(2026, 11, 26)
    assert is_true(hall)


def test_on_red_another_day_counts_the_person_and_is_taken_back_as_a_whole(hall: Hall) -> None:
    learned(hall, waiting=12)
    done = hall.do(issue, service="land", postpone=True)
    assert done.ticket is not None
    assert (done.ticket.state, len(done.vouchers)) == ("carried_over", 1)
    assert land(hall).ended["carried_over"] == 1
    assert hall.ticket(undo, ticket=done.ticket.code, after=5).state == "void"
    assert is_true(hall)


def test_reception_and_board_ask_for_the_same_light(hall: Hall) -> None:
    learned(hall, waiting=12)
    at = hall.clock()
    for view in (hall.database.read(reception, at=at).status, hall.database.read(board, at=at)):
        (field,) = [each for each in view.services if each.code == "land"]
        assert field.stop is not None
        assert field.stop.light == "red"
