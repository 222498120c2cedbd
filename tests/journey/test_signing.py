"""People and their PINs at real terminals: signing in, a second clerk, a window that is closed."""

import os
import signal
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.office import configure
from queueapp.operations.signing import set_pin
from queueapp.queries.tickets import events_after
from queueapp.rules.views import EventView
from queueapp.settings import StaffSettings, default_settings
from queueapp.terminal import open_database
from tests.journey.seat import Seat, seated

PEOPLE = {"Chi": ("admin", "502816"), "An": ("clerk", "4826"), "Binh": ("clerk", "9153")}
quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash


@pytest.fixture
def office(tmp_path: Path) -> Database:
    """Give the office of the folder, whose people have PINs."""
    database = open_database(str(tmp_path / "queueapp.db"))
    people = [StaffSettings(name=name, role=role) for name, (role, _pin) in PEOPLE.items()]  # type: ignore[arg-type]
    database.write(configure, default_settings().model_copy(update={"staff": people}), at=now())
    by = None
    for name, (_role, pin) in PEOPLE.items():
        database.write(set_pin, name=name, pin=pin, make_hash=quick, staff=by, at=now())
        by = "Chi"
    return database


def signs_in(seat: Seat, name: str) -> None:
    """Write the PIN of who is named on the command line; the cursor stands there already."""
    seat.sees("Who works here?", name)
    seat.press(PEOPLE[name][1], "\r")


def noted(office: Database, verb: str) -> list[EventView]:
    return [event for event in office.read(events_after) if event.verb == verb]


def test_two_clerks_sign_in_at_one_counter_and_the_second_takes_it_over(office: Database, tmp_path: Path) -> None:
    with (
        seated(tmp_path, "--as", "An", "counter", "1") as first,
        seated(tmp_path, "--as", "Binh", "counter", "1") as second,
    ):
        signs_in(first, "An")
        first.sees("An  Trung tâm", "Nobody is waiting for this counter")
        signs_in(second, "Binh")
        second.sees("An sits at counter 1. Take over counter 1?")
        second.press("y")
        second.sees("Binh  Trung tâm", "Nobody is waiting for this counter")
        first.sees("An  Trung tâm", "Counter 1 was taken over", "Where do you work?")
        assert [(event.clerk, event.counter) for event in noted(office, "take_over")] == [("Binh", 1)]
        assert second.leave() == 0
    office.close()


def test_a_name_of_the_command_line_does_nothing_without_its_pin(office: Database, tmp_path: Path) -> None:
    with seated(tmp_path, "--as", "An", "reception") as seat:
        seat.sees("Who works here?", "An")
        seat.press("\x1b")
        seat.sees("Latest tickets")
        seat.press("F5")
        seat.sees("Sign in first")
        assert seat.leave() == 0
    assert noted(office, "issue") == []
    office.close()


def test_after_a_crash_who_comes_first_signs_in_and_mends(office: Database, tmp_path: Path) -> None:
    with seated(tmp_path, "--as", "An", "counter", "1") as seat:
        signs_in(seat, "An")
        seat.sees("An  Trung tâm", "Nobody is waiting for this counter")
        seat.press("d")
        seat.sees("Which field?")
        seat.press("1")
        seat.sees("being served")
        seat.kill()
    with seated(tmp_path, "--as", "An", "counter", "1") as seat:
        signs_in(seat, "An")
        seat.sees("An  Trung tâm", "An outage of", "interrupted by an outage")
        seat.press("\r")
        seat.sees("being served", "Here now")
        assert seat.leave() == 0
    assert len(noted(office, "wake")) == 1
    office.close()


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM, None])
def test_a_closed_window_and_a_shutdown_end_a_run_as_the_key_does(
    office: Database, tmp_path: Path, ending: signal.Signals | None
) -> None:
    with seated(tmp_path, "--as", "An", "counter", "1") as seat:
        signs_in(seat, "An")
        seat.sees("An  Trung tâm", "Nobody is waiting for this counter")
        if ending != signal.SIGTERM:  # the other end of the line goes with the window
            os.close(seat._master)
            seat._master = os.open(os.devnull, os.O_RDWR)
        if ending is not None:  # where the program that showed the window was killed, nobody sends a signal
            seat._process.send_signal(ending)
        assert seat.ended() == 0
    with seated(tmp_path, "--as", "An", "counter", "1") as seat:
        signs_in(seat, "An")
        seat.sees("An  Trung tâm", "Nobody is waiting for this counter")
    assert noted(office, "crash") == []
    office.close()
