"""A jump of the machine's clock is seen, said and flagged, and no figure, order or number follows it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from benchmarks.clock import START, Clockwork
from queueapp.cli.asking import ask
from queueapp.cli.requests import REQUESTS
from queueapp.clock import Machine
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import accept_clock, beat, keep_up
from queueapp.operations.office import found
from queueapp.operations.serving import finish, hold
from queueapp.queries.hall import status
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import events_after, ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import ClockRefusedError, NotAllowedError
from queueapp.rules.views import EventView, TicketView
from queueapp.settings import StaffSettings, default_settings

TODAY = START.date()
JUMPS = [
    pytest.param(sign * timedelta(minutes=minutes), id=f"{sign * minutes} min")
    for minutes in (2, 17, 90, 24 * 60, 40 * 24 * 60)
    for sign in (-1, 1)
]


class Wall:
    """An office on a machine whose clock can be moved; every verb takes a minute unless it is told otherwise."""

    def __init__(self, address: str) -> None:
        self.work = Clockwork()
        self._address = address
        self._open: list[Database] = []
        self.database = self.process()
        settings = default_settings().model_copy(
            update={"staff": [StaffSettings(name="an", role="clerk"), StaffSettings(name="chi", role="supervisor")]}
        )
        self.database.write(found, settings, at=START)

    def process(self, machine: Machine | None = None) -> Database:
        """Open the database once more, as another process of this machine, or of another."""
        opened = Database(self._address, first=keep_up, machine=machine or self.work.machine())
        self._open.append(opened)
        return opened

    def restart(self) -> None:
        """Start the machine anew."""
        self.database.close()
        self.work.reboot()
        self.database = self.process()

    def jump(self, ahead: timedelta) -> None:
        """Set the clock on the wall."""
        self.work.ahead = ahead

    def do(self, verb: Callable[..., Any], *, after: float = 60, **given: Any) -> Any:
        """Do an operation after so many seconds of real time."""
        self.work.passed += timedelta(seconds=after)
        return self.database.write(verb, at=self.work.wall(), **given)

    def waiting(self, service: str = "land", *, after: float = 60) -> TicketView:
        """Return a ticket that waits."""
        issued: TicketView = self.do(issue, service=service, after=after).ticket
        return issued

    def noted(self, verb: str) -> list[EventView]:
        """Return the events of one verb."""
        return [event for event in self.database.read(events_after) if event.verb == verb]

    def now(self) -> datetime:
        """Return the office's time as a terminal shows it once it has looked."""
        self.database.read(events_after)
        return self.work.wall() - self.database.clock_offset

    def is_sound(self) -> bool:
        """Say whether log time never went back, and the tables agree with the log."""
        moments = [event.at for event in self.database.read(events_after)]
        assert self.database.read(verify).difference is None
        return moments == sorted(moments)

    def close(self) -> None:
        """Give everything back."""
        for each in self._open:
            each.close()


@pytest.fixture
def wall(address: str) -> Iterator[Wall]:
    """Give an office with a clock that can be moved, on each of the two databases."""
    made = Wall(address)
    yield made
    made.close()


@pytest.mark.parametrize("ahead", JUMPS)
def test_a_jump_while_people_wait_and_are_served_changes_no_duration(wall: Wall, ahead: timedelta) -> None:
    wall.waiting()
    wall.waiting()
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    wall.jump(ahead)
    wall.do(finish, counter=1, after=300)
    assert wall.do(call, counter=1).ticket.code == "D-002"
    wall.do(start, counter=1)
    wall.jump(timedelta(0))
    wall.do(finish, counter=1)
    figures = wall.database.read(day_summary, TODAY, at=wall.now()).all
    assert (figures.waiting.sum, figures.way.sum, figures.service.sum) == (10.0, 2.0, 6.0)
    assert wall.is_sound()


@pytest.mark.parametrize("ahead", JUMPS)
def test_a_jump_is_seen_once_and_said_to_everybody(wall: Wall, ahead: timedelta) -> None:
    other = wall.process()
    wall.waiting()
    wall.jump(ahead)
    wall.do(beat)
    wall.waiting()
    other.write(issue, service="land", at=wall.work.wall())
    (jump,) = wall.noted("clock_jump")
    assert jump.detail["seconds"] == ahead.total_seconds()
    for database in (wall.database, other):
        view = database.read(status, at=wall.now())
        assert view.office.clock_minutes == ahead / timedelta(minutes=1)
    said = ask(other, REQUESTS["status"], {}, at=wall.now())
    assert said["clock_minutes"] == ahead / timedelta(minutes=1)
    assert wall.now() == START + wall.work.passed


def test_a_jump_flags_what_was_open_and_nothing_else(wall: Wall) -> None:
    wall.waiting()
    wall.waiting("civil_status")
    wall.do(call, counter=2)
    wall.do(start, counter=2)
    wall.do(finish, counter=2)
    wall.jump(timedelta(hours=1))
    wall.do(beat)
    wall.waiting()
    touched = wall.noted("clock_jump")[0].detail["touched"]
    assert len(touched) == 1
    summary = wall.database.read(day_summary, TODAY, at=wall.now())
    assert (summary.clock_touched, summary.all.issued) == (1, 3)
    assert ask(wall.database, REQUESTS["report"], {"day": TODAY}, at=wall.now())["report"]["clock_touched"] == 1
    assert wall.is_sound()


def test_setting_the_clock_right_again_is_seen_and_no_longer_said(wall: Wall) -> None:
    wall.jump(timedelta(hours=-7))
    wall.waiting()
    wall.jump(timedelta(0))
    wall.waiting()
    assert [event.detail["seconds"] for event in wall.noted("clock_jump")] == [-25200.0, 25200.0]
    assert wall.database.read(status, at=wall.now()).office.clock_minutes == 0
    assert wall.is_sound()


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_a_jump_by_days_neither_begins_another_day_nor_uses_a_number_twice(wall: Wall, days: int) -> None:
    codes = [wall.waiting().code]
    wall.jump(timedelta(days=days))
    issued = [wall.waiting(), wall.waiting()]
    wall.jump(timedelta(0))
    issued.append(wall.waiting())
    assert {each.day for each in issued} == {TODAY}
    assert codes + [each.code for each in issued] == ["D-001", "D-002", "D-003", "D-004"]
    assert wall.database.read(status, at=wall.now()).unclosed is None


@pytest.mark.parametrize("ahead", [-1, 1])
def test_a_jump_changes_no_order(wall: Wall, ahead: int) -> None:
    wall.waiting()
    wall.jump(timedelta(hours=ahead))
    wall.waiting()
    wall.jump(timedelta(0))
    wall.waiting()
    called = []
    for _citizen in range(3):
        called.append(wall.do(call, counter=1).ticket.code)
        wall.do(start, counter=1)
        wall.do(finish, counter=1)
    assert called == ["D-001", "D-002", "D-003"]


def test_a_hold_does_not_end_early_because_the_clock_leapt(wall: Wall) -> None:
    wall.waiting()
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    wall.do(hold, counter=1, minutes=15)
    wall.jump(timedelta(hours=2))
    wall.do(beat, after=600)
    assert wall.database.read(ticket, "D-001", at=wall.now()).state == "held"
    wall.do(beat, after=301)
    assert wall.database.read(ticket, "D-001", at=wall.now()).state == "waiting"


@pytest.mark.parametrize(
    "ahead", [timedelta(minutes=-17), timedelta(days=-1), timedelta(days=-9000)], ids=["minutes", "a day", "years"]
)
def test_a_clock_that_fell_back_while_the_machine_was_off_is_seen(wall: Wall, ahead: timedelta) -> None:
    wall.waiting()
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    wall.jump(ahead)
    wall.restart()
    again = wall.waiting(after=120)
    assert (again.code, again.day) == ("D-002", TODAY)
    assert len(wall.noted("clock_jump")) == 1
    assert wall.database.read(day_summary, TODAY, at=wall.now()).clock_touched == 1
    assert wall.database.read(status, at=wall.now()).office.clock_minutes < 0
    wall.do(finish, counter=1, after=60)
    service = wall.database.read(day_summary, TODAY, at=wall.now()).all.service
    assert service.sum is not None
    assert 0 <= service.sum <= 4
    assert wall.is_sound()


def test_a_clock_set_right_while_the_machine_was_off_is_believed_again(wall: Wall) -> None:
    wall.jump(timedelta(days=1))
    wall.waiting()
    wall.jump(timedelta(0))
    wall.restart()
    wall.waiting(after=600)
    assert wall.now() == START + wall.work.passed
    assert wall.database.read(status, at=wall.now()).office.clock_minutes == 0
    assert wall.is_sound()


def test_a_clock_that_leaps_between_two_restarts_uses_no_number_twice(wall: Wall) -> None:
    codes = []
    for ahead in (0, -1, 0, -2, 0):
        wall.jump(timedelta(days=ahead))
        wall.restart()
        issued = wall.waiting(after=300)
        codes.append((issued.day, issued.code))
    assert len(set(codes)) == len(codes)
    assert wall.is_sound()


def test_the_clock_is_taken_as_right_by_who_may(wall: Wall) -> None:
    wall.waiting()
    wall.jump(timedelta(minutes=30))
    wall.do(beat)
    with pytest.raises(NotAllowedError):
        wall.do(accept_clock, staff="an")
    assert wall.noted("refuse")[0].detail["right"] == "accept_clock"
    wall.do(accept_clock, staff="chi")
    assert wall.now() == wall.work.wall() == wall.noted("accept_clock")[0].at
    (accepted,) = wall.noted("accept_clock")
    assert (accepted.clerk, accepted.detail["seconds"], len(accepted.detail["touched"])) == ("chi", 1800.0, 1)
    assert wall.database.read(status, at=wall.now()).office.clock_minutes == 0
    wall.waiting()
    assert len(wall.noted("clock_jump")) == 1
    assert wall.is_sound()


def test_a_clock_behind_the_last_event_cannot_be_taken_as_right(wall: Wall) -> None:
    wall.waiting()
    wall.jump(timedelta(minutes=-30))
    wall.do(beat)
    with pytest.raises(ClockRefusedError):
        wall.do(accept_clock)
    wall.do(accept_clock, after=31 * 60)
    assert wall.now() == wall.work.wall()
    jumps = len(wall.noted("clock_jump"))
    wall.do(beat, after=60)
    assert len(wall.noted("clock_jump")) == jumps  # what was accepted is not seen as another jump
    assert wall.is_sound()


def test_a_jump_seen_in_the_same_moment_does_not_let_accepted_time_go_back(wall: Wall) -> None:
    wall.waiting()
    wall.jump(timedelta(minutes=-5))
    with pytest.raises(ClockRefusedError):
        wall.do(accept_clock, after=600)
    assert len(wall.noted("clock_jump")) == 1
    assert wall.is_sound()
    wall.do(accept_clock, after=301)
    assert wall.now() == wall.work.wall()
    assert wall.is_sound()


def test_a_hold_that_came_back_in_the_same_moment_does_not_let_accepted_time_go_back(wall: Wall) -> None:
    wall.waiting()
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    wall.do(hold, counter=1, minutes=5)
    wall.jump(timedelta(minutes=-3))
    wall.do(beat, after=10)
    with pytest.raises(ClockRefusedError):
        wall.do(accept_clock, after=5 * 60)
    assert wall.is_sound()


def test_who_is_in_service_at_midnight_belongs_to_the_day_of_issue(wall: Wall) -> None:
    wall.work.passed = timedelta(hours=15, minutes=50)  # ten to midnight in the office
    wall.waiting()
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    tomorrow = wall.waiting("land", after=12 * 60)
    assert (tomorrow.day, tomorrow.code) == (TODAY + timedelta(days=1), "D-001")
    done = wall.do(finish, counter=1).ticket
    assert (done.day, done.state) == (TODAY, "served")
    figures = wall.database.read(day_summary, TODAY, at=wall.now()).all
    assert (figures.issued, figures.served, figures.service.sum) == (1, 1, 13.0)
    assert wall.database.read(day_summary, TODAY + timedelta(days=1), at=wall.now()).all.served == 0
    wall.do(close_day, day=TODAY)
    assert wall.is_sound()


def test_two_machines_with_one_clock_see_one_time(wall: Wall) -> None:
    other = Clockwork()
    other.boots = 7  # another machine: its own count began elsewhere
    far = wall.process(replace(other.machine(), wall=wall.work.wall))
    wall.waiting()
    for _round in range(3):
        other.passed = wall.work.passed = wall.work.passed + timedelta(seconds=40)
        far.write(issue, service="land", at=wall.work.wall())
        wall.waiting(after=20)
        other.passed = wall.work.passed
    assert wall.noted("clock_jump") == []
    assert wall.is_sound()


def test_minutes_that_passed_on_the_clock_only_are_in_nobodys_times(wall: Wall) -> None:
    wall.waiting()
    wall.waiting()
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    wall.jump(timedelta(hours=7))
    wall.do(beat)
    wall.do(accept_clock)
    wall.do(finish, counter=1)
    wall.do(call, counter=1)
    wall.do(start, counter=1)
    wall.do(finish, counter=1)
    figures = wall.database.read(day_summary, START.date(), at=wall.now()).all
    assert (figures.service.max, figures.waiting.max) == (3.0, 6.0)
    assert wall.is_sound()


@pytest.mark.parametrize("by", [timedelta(days=1), timedelta(minutes=-90)])
def test_a_question_knows_of_a_jump_before_anything_was_written(wall: Wall, by: timedelta) -> None:
    wall.waiting()
    before = wall.now()
    wall.jump(by)
    assert abs(wall.now() - before) < timedelta(seconds=60)
    assert wall.noted("clock_jump") == []
    assert wall.database.read(status, at=wall.now()).office.clock_minutes == by // timedelta(minutes=1)
