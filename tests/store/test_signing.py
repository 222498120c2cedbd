"""A PIN proves who somebody is; guessing is answered by growing waits that neither restarts nor the clock shorten."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from benchmarks.clock import START, Clockwork
from queueapp.cli.batch import Batch
from queueapp.database import Database
from queueapp.operations.calling import call
from queueapp.operations.counters import open_counter
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import configure, found
from queueapp.operations.running import beat, begin_run
from queueapp.operations.seats import Seat, by_seat, has_lost, others_at, places_of, sit_down, sits_here
from queueapp.operations.signing import begin_try, hashed, person_named, person_typed, recover_pin, set_pin, sign_in
from queueapp.queries.hall import status
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.errors import (
    BadRequestError,
    LeftSeatError,
    LockedOutError,
    NotAllowedError,
    QueueError,
    UnknownStaffError,
    WrongPinError,
)
from queueapp.rules.views import EventView
from queueapp.settings import Settings, StaffSettings, default_settings

ROLES = {"an": "clerk", "binh": "receptionist", "chi": "supervisor", "dung": "admin"}
PIN = "482913"
quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash  # the strength of the hash is not tried here


def staffed(roles: dict[str, str]) -> Settings:
    """Return the settings of an office with these people."""
    people = [StaffSettings.model_validate({"name": name, "role": role}) for name, role in roles.items()]
    return default_settings().model_copy(update={"staff": people})


class Door:
    """An office whose people have PINs, on a machine whose clock can be moved."""

    def __init__(self, address: str) -> None:
        self.work = Clockwork()
        self._address = address
        self.database = Database(address, first=keep_up, machine=self.work.machine())
        self.database.write(found, staffed(ROLES), at=START)

    def set_pin(self, name: str, pin: str = PIN, by: str | None = None) -> None:
        """Set a PIN, at once."""
        self.database.write(set_pin, name=name, pin=pin, make_hash=quick, staff=by, at=self.work.wall())

    def guarded(self) -> "Door":
        """Give everybody a PIN."""
        self.set_pin("dung")
        for name in ("an", "binh", "chi"):
            self.set_pin(name, by="dung")
        return self

    def sign_in(self, name: str, pin: str = PIN, *, after: float = 1) -> str:
        """Try a PIN after so many seconds, and return what came of it."""
        self.work.passed += timedelta(seconds=after)
        try:
            return sign_in(self.database, name, pin, at=self.work.wall(), place="reception").name
        except QueueError as error:
            return type(error).__name__.removesuffix("Error")

    def locked(self, name: str = "an") -> "Door":
        """Lock somebody out."""
        for _try in range(5):
            assert self.sign_in(name, "999999") == "WrongPin"
        assert self.sign_in(name) == "LockedOut"
        return self

    def restart(self) -> None:
        """End the program and begin it anew."""
        self.database.close()
        self.database = Database(self._address, first=keep_up, machine=self.work.machine())

    def noted(self, verb: str) -> list[EventView]:
        """Return the events of one verb."""
        return [event for event in self.database.read(events_after) if event.verb == verb]


@pytest.fixture
def door(address: str) -> Iterator[Door]:
    """Give an office with one person of each role and no PIN yet, on each of the two databases."""
    made = Door(address)
    yield made
    made.database.close()


def test_an_office_without_pins_is_open_and_says_so(door: Door) -> None:
    assert not door.database.read(status, at=START).office.is_guarded
    assert door.sign_in("an") == "BadRequest"
    door.set_pin("dung")
    assert door.database.read(status, at=START).office.is_guarded


@pytest.mark.parametrize("name", ["an", "binh", "chi"])
def test_the_first_pin_of_all_must_be_an_administrator_s(door: Door, name: str) -> None:
    with pytest.raises(BadRequestError):
        door.set_pin(name)
    assert not door.database.read(status, at=START).office.is_guarded


def test_after_the_first_only_an_administrator_sets_pins(door: Door) -> None:
    door.set_pin("dung")
    for by in ("an", "binh", "chi", None):
        with pytest.raises(NotAllowedError):
            door.set_pin("an", by=by)
    assert [(event.clerk, event.detail["right"]) for event in door.noted("refuse")] == [
        ("an", "set_pin"),
        ("binh", "set_pin"),
        ("chi", "set_pin"),
        (None, "set_pin"),
    ]
    door.set_pin("an", by="dung")
    assert [(event.clerk, event.detail.get("by")) for event in door.noted("set_pin")] == [
        ("dung", None),
        ("an", "dung"),
    ]


@pytest.mark.parametrize(("name", "pin"), [("chi", "73914"), ("dung", "7391"), ("an", "739"), ("an", "1234")])
def test_a_pin_that_is_short_or_simple_is_refused_in_words(door: Door, name: str, pin: str) -> None:
    door.set_pin("dung")
    with pytest.raises(BadRequestError) as caught:
        door.set_pin(name, pin, by="dung")
    assert caught.value.message
    assert pin not in caught.value.message


def test_who_came_to_be_in_charge_needs_a_longer_pin(door: Door) -> None:
    door.set_pin("dung")
    door.set_pin("an", "7391", by="dung")
    assert door.sign_in("an", "7391") == "an"
    door.database.write(configure, staffed(ROLES | {"an": "supervisor"}), staff="dung", at=door.work.wall())
    assert door.sign_in("an", "7391") == "BadRequest"
    assert door.noted("configure")[-1].detail["pins_cleared"] == ["an"]
    door.set_pin("an", "739148", by="dung")
    assert door.sign_in("an", "739148") == "an"


def test_the_right_pin_signs_in_and_a_wrong_one_does_not(door: Door) -> None:
    door.guarded()
    assert door.sign_in("an") == "an"
    assert door.sign_in("an", "482914") == "WrongPin"
    assert door.sign_in("an", "") == "WrongPin"
    assert [(event.clerk, event.detail["place"]) for event in door.noted("sign_in_failed")] == [("an", "reception")] * 2
    assert len(door.noted("sign_in")) == 1


def test_somebody_unknown_or_removed_cannot_sign_in(door: Door) -> None:
    door.guarded()
    assert door.sign_in("nobody") == "UnknownStaff"
    left = {name: role for name, role in ROLES.items() if name != "an"}
    door.database.write(configure, staffed(left), staff="dung", at=door.work.wall())
    assert door.sign_in("an") == "UnknownStaff"
    with pytest.raises(UnknownStaffError):
        door.database.read(person_named, "an")


def test_no_pin_is_in_the_log_nor_readable_in_the_table(door: Door) -> None:
    door.guarded()
    door.sign_in("an", "739148")
    assert hashed("739148").startswith("$argon2id$")
    assert hashed("739148") != hashed("739148")
    said = json.dumps([event.detail for event in door.database.read(events_after)])
    assert PIN not in said
    assert "739148" not in said
    assert "argon2" not in said
    assert PIN not in str(door.database.read(person_named, "an"))


def test_after_five_wrong_pins_even_the_right_one_is_not_looked_at_for_a_quarter_of_an_hour(door: Door) -> None:
    door.guarded().locked()
    assert door.sign_in("an", after=14 * 60) == "LockedOut"
    assert door.sign_in("an", after=60) == "an"


def test_a_try_that_is_not_looked_at_does_not_lengthen_the_wait(door: Door) -> None:
    door.guarded().locked()
    for _try in range(10):
        assert door.sign_in("an", after=60) == "LockedOut"
    assert door.sign_in("an", after=5 * 60) == "an"


def test_each_further_wrong_pin_doubles_the_wait(door: Door) -> None:
    door.guarded().locked()
    assert door.sign_in("an", "999999", after=15 * 60) == "WrongPin"
    assert door.sign_in("an", after=29 * 60) == "LockedOut"
    assert door.sign_in("an", "999999", after=60) == "WrongPin"
    assert door.sign_in("an", after=59 * 60) == "LockedOut"


def test_a_right_pin_begins_the_count_anew(door: Door) -> None:
    door.guarded()
    for _round in range(3):
        for _try in range(4):
            assert door.sign_in("an", "999999") == "WrongPin"
        assert door.sign_in("an") == "an"


def test_the_wait_is_one_person_s_alone(door: Door) -> None:
    door.guarded().locked("an")
    assert door.sign_in("binh") == "binh"
    assert door.sign_in("chi") == "chi"


def test_the_wait_survives_a_restart_of_the_program(door: Door) -> None:
    door.guarded().locked()
    door.restart()
    assert door.sign_in("an", after=60) == "LockedOut"
    assert door.sign_in("an", after=15 * 60) == "an"


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=3), timedelta(days=-1)])
def test_the_wait_survives_a_jump_of_the_clock(door: Door, ahead: timedelta) -> None:
    door.guarded().locked()
    door.work.ahead = ahead
    assert door.sign_in("an", after=60) == "LockedOut"
    door.restart()
    assert door.sign_in("an", after=60) == "LockedOut"
    assert door.sign_in("an", after=13 * 60) == "an"


def test_the_wait_survives_a_restart_of_the_machine(door: Door) -> None:
    door.guarded().locked()
    door.work.reboot()
    door.restart()
    assert door.sign_in("an", after=5 * 60) == "LockedOut"
    assert door.sign_in("an", after=10 * 60) == "an"


def test_a_clock_that_is_moved_after_a_bad_start_does_not_shorten_the_wait(door: Door) -> None:
    door.guarded()
    door.work.ahead = timedelta(days=-2)
    door.work.reboot()
    door.restart()
    looked_at = 0
    for _try in range(20):
        looked_at += door.sign_in("an", "999999", after=3) == "WrongPin"
        door.work.ahead += timedelta(hours=1)
    assert looked_at == 5


def test_the_wait_holds_on_every_channel(door: Door) -> None:
    door.guarded().locked()
    batch = Batch(door.database, door.work.wall)
    answer = batch.answer(json.dumps({"do": "call", "counter": 1, "as": "an", "pin": PIN}).encode())
    assert answer["error"]["code"] == "not_allowed"
    assert door.sign_in("an", after=15 * 60) == "an"


def test_a_new_pin_ends_the_wait(door: Door) -> None:
    door.guarded().locked()
    door.set_pin("an", "739148", by="dung")
    assert door.sign_in("an", PIN) == "WrongPin"
    assert door.sign_in("an", "739148") == "an"


def test_many_tries_begun_at_once_are_counted_before_any_is_looked_at(door: Door) -> None:
    door.guarded()
    for _try in range(5):
        door.database.write(begin_try, name="an", at=door.work.wall())
    with pytest.raises(LockedOutError):
        door.database.write(begin_try, name="an", at=door.work.wall())


def signing_refusals(door: Door) -> list[tuple[str | None, str]]:
    found = door.noted("refuse")
    return [(event.clerk, event.detail["why"]) for event in found if event.detail["right"] == "sign_in"]


def test_being_locked_out_is_written_down_once_in_a_quarter_of_an_hour(door: Door) -> None:
    door.guarded().locked()
    for _try in range(20):
        assert door.sign_in("an", after=5) == "LockedOut"
    assert signing_refusals(door) == [("an", "locked")]
    door.sign_in("an", "999999", after=15 * 60)
    for _try in range(20):
        assert door.sign_in("an", after=5) == "LockedOut"
    assert signing_refusals(door) == [("an", "locked")] * 2


def test_a_command_without_the_pin_is_written_down_once(door: Door) -> None:
    door.guarded()
    batch = Batch(door.database, door.work.wall)
    line = json.dumps({"do": "call", "counter": 1, "as": "an"}).encode()
    for _try in range(5):
        assert batch.answer(line)["error"]["code"] == "not_allowed"
    assert signing_refusals(door) == [("an", "no_pin")]


def test_a_pin_that_was_changed_no_longer_opens_a_batch_that_is_running(door: Door) -> None:
    door.guarded()
    batch = Batch(door.database, door.work.wall)
    line = json.dumps({"do": "issue", "service": "land", "as": "an", "pin": PIN}).encode()
    assert batch.answer(line)["ok"]
    door.set_pin("an", "739148", by="dung")
    assert batch.answer(json.dumps({"do": "issue", "service": "land", "as": "an"}).encode())["error"]["code"] == (
        "not_allowed"
    )
    assert batch.answer(line)["error"]["code"] == "not_allowed"
    assert batch.answer(line.replace(PIN.encode(), b"739148"))["ok"]


def test_the_owner_of_a_file_gives_an_administrator_a_new_pin_and_nobody_else(door: Door) -> None:
    door.guarded().locked("dung")
    given: dict[str, Any] = {"pin": "739148", "make_hash": quick, "owner": "root", "at": door.work.wall()}
    if not door.database.read(lambda session: session.is_file):
        with pytest.raises(BadRequestError):
            door.database.write(recover_pin, name="dung", **given)
        return
    with pytest.raises(BadRequestError):
        door.database.write(recover_pin, name="an", **given)
    door.database.write(recover_pin, name="dung", **given)
    assert [(event.clerk, event.detail["by"]) for event in door.noted("recover_pin")] == [("dung", "root")]
    assert door.sign_in("dung", "739148") == "dung"


def test_a_second_clerk_at_a_counter_takes_it_over_and_it_is_noted_with_the_counter(door: Door) -> None:
    door.guarded()
    at = door.work.wall()
    first, second = (
        door.database.write(begin_run, seat=Seat("counter 1", "here", pid, "boot"), is_alive=lambda *_: True, at=at)
        for pid in (1, 2)
    )
    door.database.write(sit_down, run=first, staff="an", counter=1, at=at)
    door.database.write(open_counter, counter=1, staff="an", at=at)
    assert door.database.read(others_at, counter=1, staff="an", run=first) == ()
    assert door.database.read(others_at, counter=1, staff="chi", run=second) == ("an",)
    door.database.write(sit_down, run=second, staff="chi", counter=1, at=at)
    taken = door.noted("take_over")
    assert [(event.counter, event.clerk, event.detail["from"]) for event in taken] == [(1, "chi", ["an"])]
    assert door.database.read(sits_here, run=first, staff="an"), "only the counter is lost"
    (desk,) = [each for each in door.database.read(status, at=at).counters if each.number == 1]
    assert desk.clerk == "chi"
    assert door.database.write(by_seat, issue, run=first, staff="an", service="land", at=at).ticket.code == "D-001"
    seat = Seat("counter 1", "here", 1, "boot")
    door.database.write(beat, run=first, seat=seat, at=at)
    with pytest.raises(LeftSeatError) as caught:
        door.database.write(by_seat, call, run=first, staff="an", counter=1, at=at)
    assert caught.value.message.startswith("Counter 1 was taken over at another terminal")
    assert door.noted("refuse")[-1].detail == {"right": "call", "why": "left_seat"}
    assert door.database.read(has_lost, run=first, place="counter 1")
    door.database.write(beat, run=first, seat=Seat("home", "here", 1, "boot"), at=at)
    assert not door.database.read(has_lost, run=first, place="counter 1")
    assert door.database.write(by_seat, call, run=second, staff="chi", counter=1, at=at).ticket.code == "D-001"
    assert door.database.read(verify).difference is None


def test_signing_in_at_a_second_terminal_asks_first_and_is_noted(door: Door) -> None:
    door.guarded()
    runs = [
        door.database.write(
            begin_run, seat=Seat(place, "here", 1, "boot"), is_alive=lambda *_: True, at=door.work.wall()
        )
        for place in ("counter 1", "reception")
    ]
    at = door.work.wall()
    assert door.database.read(places_of, staff="an", run=runs[0]) == ()
    door.database.write(sit_down, run=runs[0], staff="an", at=at)
    assert door.database.read(places_of, staff="an", run=runs[0]) == ()
    assert door.database.read(places_of, staff="an", run=runs[1]) == ("counter 1",)
    assert door.noted("take_over") == []
    door.database.write(sit_down, run=runs[1], staff="an", at=at)
    assert [(event.clerk, event.detail["left"]) for event in door.noted("take_over")] == [("an", "counter 1")]
    assert door.database.read(places_of, staff="an", run=runs[1]) == ()
    door.database.write(sit_down, run=runs[0], staff="binh", at=at)
    assert len(door.noted("take_over")) == 1


def test_who_opens_a_locked_terminal_of_another_takes_it_over_with_what_is_open(door: Door) -> None:
    door.guarded()
    at = door.work.wall()
    seat = Seat("counter 1", "here", 1, "boot")
    run = door.database.write(begin_run, seat=seat, is_alive=lambda *_: True, at=at)
    door.database.write(sit_down, run=run, staff="an", counter=1, at=at)
    door.database.write(open_counter, counter=1, staff="an", at=at)
    door.database.write(issue, service="land", staff="an", at=at)
    door.database.write(call, counter=1, staff="an", at=at)
    door.database.write(sit_down, run=run, staff="an", counter=1, instead_of="an", at=at)
    assert door.noted("take_over") == []
    door.database.write(sit_down, run=run, staff="chi", counter=1, instead_of="an", at=at)
    taken = [(event.counter, event.clerk, event.detail) for event in door.noted("take_over")]
    assert taken == [(1, "chi", {"from": ["an"], "open": ["D-001"]})]
    assert door.database.read(sits_here, run=run, staff="chi")
    assert door.database.read(verify).difference is None


@pytest.mark.parametrize("typed", ["an", "AN", " Ân "])
def test_a_written_name_is_understood_by_its_letters_where_these_say_who(door: Door, typed: str) -> None:
    assert door.database.read(person_typed, typed).name == "an"
    with pytest.raises(UnknownStaffError):
        door.database.read(person_typed, "a")


def test_letters_that_two_people_share_say_nobody_and_each_is_found_as_written(address: str) -> None:
    door = Door(address)
    door.database.write(configure, staffed({"Ân": "clerk", "An": "clerk", "dung": "admin"}), at=door.work.wall())
    for name in ("Ân", "An"):
        assert door.database.read(person_typed, name).name == name
    with pytest.raises(UnknownStaffError):
        door.database.read(person_typed, "an")
    door.database.close()


def test_who_has_no_pin_yet_is_refused_and_that_is_written_down(door: Door) -> None:
    door.set_pin("dung")
    line = json.dumps({"do": "issue", "service": "land", "as": "an", "pin": "4826"}).encode()
    assert not Batch(door.database, door.work.wall).answer(line)["ok"]
    assert signing_refusals(door) == [("an", "no_pin")]


def test_a_wrong_pin_says_how_many_tries_are_left(door: Door) -> None:
    door.guarded()
    said = []
    for _try in range(5):
        with pytest.raises(WrongPinError) as caught:
            sign_in(door.database, "an", "999999", at=door.work.wall())
        said.append((caught.value.facts["left"], caught.value.facts["minutes"]))
    assert said == [(4, 15), (3, 15), (2, 15), (1, 15), (0, 15)]


def test_a_pin_that_was_changed_ends_what_a_batch_was_started_with(door: Door) -> None:
    door.guarded()
    batch = Batch(door.database, door.work.wall, staff="an")
    line = json.dumps({"do": "issue", "service": "land"}).encode()
    assert batch.answer(line)["ok"]
    door.set_pin("an", "739148", by="dung")
    assert batch.answer(line)["error"]["code"] == "not_allowed"
    assert signing_refusals(door) == [("an", "no_pin")]
    assert batch.answer(json.dumps({"do": "issue", "service": "land", "as": "AN", "pin": "739148"}).encode())["ok"]
    assert batch.answer(line)["error"]["code"] == "not_allowed"


def test_a_batch_of_an_open_office_ends_when_people_get_pins(door: Door) -> None:
    batch = Batch(door.database, door.work.wall, staff="an")
    line = json.dumps({"do": "issue", "service": "land"}).encode()
    assert batch.answer(line)["ok"]
    door.set_pin("dung")
    assert batch.answer(line)["error"]["code"] == "not_allowed"


def test_a_wrong_pin_says_nothing_of_what_was_typed(door: Door) -> None:
    door.guarded()
    with pytest.raises(WrongPinError) as caught:
        sign_in(door.database, "an", "739148", at=door.work.wall())
    assert "739148" not in caught.value.message
