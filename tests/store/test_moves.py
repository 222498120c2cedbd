"""The move that helps now, from what the hall has done today."""

import pytest

from queueapp.operations.calling import call, start
from queueapp.operations.counters import pause, unpause
from queueapp.operations.lending import give_back, take_field
from queueapp.operations.office import configure
from queueapp.operations.serving import finish
from queueapp.queries.moves import helpful_move, lent_fields, present
from queueapp.queries.settings import current_settings
from queueapp.queries.verifying import verify
from queueapp.rules.errors import BadRequestError, NoRightError, UnknownCounterError
from queueapp.settings import StaffSettings
from tests.factories import Hall


def test_a_jam_beside_an_idle_counter_is_seen_with_what_a_move_saves(hall: Hall) -> None:
    for counter in (2, 3):
        hall.do(pause, counter=counter, reason="break")
    for _ in range(5):
        hall.serving(1)
        hall.ticket(finish, counter=1, after=19 * 60)
    assert hall.database.read(helpful_move, at=hall.clock()) is None
    for _ in range(8):
        hall.waiting("land", after=1)
    hall.ticket(call, counter=1)
    hall.ticket(start, counter=1)
    hall.serving(4)
    hall.ticket(finish, counter=4)
    assert hall.database.read(helpful_move, at=hall.clock()) is None  # counter 4 serves land already
    hall.ticket(call, counter=4)
    hall.do(unpause, counter=2)
    move = hall.database.read(helpful_move, at=hall.clock())
    assert move is not None
    assert (move.counter, move.service, move.waiting) == (2, "land", 6)
    # Land took 20 minutes five times and 2 once, so 17: the two counters there are get free after half of that.
    assert move.wait_now == 8.5 + 2 * 17
    assert move.hours_saved > 0.5


def test_how_long_a_service_takes_is_measured_only_where_a_move_could_help(hall: Hall) -> None:
    for _ in range(5):
        hall.serving(1)
        hall.ticket(finish, counter=1, after=19 * 60)
    assert not any(each.is_measured for each in hall.database.read(present, at=hall.clock()).fields)
    for _ in range(3):
        hall.waiting("land", after=1)
    # Counter 4 serves land too; the others have nobody to call.
    land, *others = hall.database.read(present, at=hall.clock()).fields
    assert (land.service, land.waiting, land.minutes, land.is_measured) == ("land", 3, 20.0, True)
    assert [each.minutes for each in others] == [20.0, 20.0]  # too few of their own: the mean of all
    places = hall.database.read(present, at=hall.clock()).places
    assert [place.number for place in places if place.taken is None] == [1, 2, 3, 4]


def test_what_nobody_was_served_for_is_assumed_and_said_so(hall: Hall) -> None:
    for _ in range(3):
        hall.waiting("land", after=1)
    assert [each.is_measured for each in hall.database.read(present, at=hall.clock()).fields] == [False] * 3


def test_a_counter_takes_one_field_more_and_nothing_else_changes(hall: Hall) -> None:
    before = hall.database.read(current_settings)
    ticket = hall.waiting("land")
    hall.do(take_field, counter=2, service="land")
    after = hall.database.read(current_settings)
    assert after.counters[1].services == ["land", "civil_status"]
    assert after.model_copy(update={"counters": before.counters}) == before
    assert [each for each in after.counters if each.number != 2] == [
        each for each in before.counters if each.number != 2
    ]
    assert hall.ticket(call, counter=2).code == ticket.code
    assert hall.database.read(verify).difference is None


def test_a_field_is_not_taken_twice_nor_one_that_is_not_there(hall: Hall) -> None:
    before = hall.database.revision()
    for counter, service, error in (
        (1, "land", BadRequestError),
        (2, "taxes", BadRequestError),
        (9, "land", UnknownCounterError),
    ):
        with pytest.raises(error):
            hall.do(take_field, counter=counter, service=service)
    assert hall.database.revision() == before


def test_a_counter_gives_back_what_it_took_and_then_all_is_as_before(hall: Hall) -> None:
    before = hall.database.read(current_settings)
    assert hall.database.read(lent_fields) == []
    hall.do(take_field, counter=2, service="land")
    hall.do(take_field, counter=3, service="land")
    assert hall.database.read(lent_fields) == [(2, "land"), (3, "land")]
    hall.do(give_back, counter=3, service="land")
    assert hall.database.read(lent_fields) == [(2, "land")]
    hall.do(configure, settings=before)  # a file of settings takes it away too
    assert hall.database.read(lent_fields) == []
    assert hall.database.read(current_settings) == before
    assert hall.database.read(verify).difference is None


def test_no_field_is_left_to_nobody_and_no_counter_without_a_field(hall: Hall) -> None:
    before = hall.database.revision()
    for counter, service in ((1, "land"), (2, "social_affairs")):
        with pytest.raises(BadRequestError):
            hall.do(give_back, counter=counter, service=service)
    assert hall.database.revision() == before


def test_only_who_is_in_charge_lets_a_counter_take_a_field(hall: Hall) -> None:
    settings = hall.database.read(current_settings)
    people = {"an": "clerk", "em": "supervisor"}
    staff = [StaffSettings.model_validate({"name": name, "role": role}) for name, role in people.items()]
    hall.do(configure, settings=settings.model_copy(update={"staff": staff}))
    with pytest.raises(NoRightError):
        hall.do(take_field, counter=2, service="land", staff="an")
    hall.do(take_field, counter=2, service="land", staff="em")
    with pytest.raises(NoRightError):
        hall.do(give_back, counter=2, service="land", staff="an")
    hall.do(give_back, counter=2, service="land", staff="em")
