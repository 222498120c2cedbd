"""After an unclean end what was open is listed, the outage is left out of the times, and nobody at work is cut off."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from queueapp.alive import REMOTE_SILENCE, is_alive, own_mark, process_start
from queueapp.cli.asking import ask
from queueapp.cli.requests import REQUESTS
from queueapp.clock import Machine
from queueapp.operations.calling import call, recall, start
from queueapp.operations.issuing import issue
from queueapp.operations.mending import mend, wake
from queueapp.operations.office import configure
from queueapp.operations.roll import enter
from queueapp.operations.running import GONE, Other, beat, begin_run, end_every_run, end_run
from queueapp.operations.seats import Seat, places_of, sit_down
from queueapp.operations.serving import finish, hold
from queueapp.queries.hall import status
from queueapp.queries.stuck import outage_minutes, stuck
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import events_after, ticket
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError
from queueapp.rules.views import EventView
from queueapp.settings import StaffSettings, default_settings
from tests.conftest import MORNING
from tests.factories import Hall


def nobody(_other: Other, _at: datetime) -> bool:
    return False


def only(*runs: int) -> Callable[[Other, datetime], bool]:
    """Return who says that these runs live and no others."""
    return lambda other, _at: other.id in runs


def terminal(hall: Hall, place: str = "reception", *, alive: Any = nobody, after: float = 0) -> int:
    """Begin a run at a place, and return its key."""
    run: Any = hall.do(begin_run, after=after, seat=Seat(place, "here", 4711, "boot 1"), is_alive=alive)
    return int(run)


def beats(hall: Hall, *runs: int, after: float = 0) -> None:
    hall.clock.advance(seconds=after)
    for run in runs:
        hall.do(beat, after=0, run=run)


def outage(hall: Hall, run: int, seconds: float) -> int:
    """Let a terminal give its last sign of life, and another begin so many seconds later; return its key."""
    beats(hall, run)
    return terminal(hall, after=seconds)


def noted(hall: Hall, verb: str) -> list[EventView]:
    return [event for event in hall.database.read(events_after) if event.verb == verb]


def open_after_outage(hall: Hall) -> dict[str, float | None]:
    view = hall.database.read(stuck, at=hall.clock())
    return {each.ticket.code: each.seconds for each in view.tickets if each.why == "outage"}


def agrees(hall: Hall) -> None:
    assert hall.database.read(verify).difference is None


def test_a_clean_end_leaves_nothing_to_confirm(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    hall.do(end_run, run=run)
    terminal(hall, after=1800)
    assert noted(hall, "crash") == noted(hall, "outage") == []
    assert open_after_outage(hall) == {}
    assert hall.ticket(finish, counter=1, after=0).state == "served"


def test_the_first_start_of_all_finds_no_outage(hall: Hall) -> None:
    hall.serving()
    terminal(hall, after=1800)
    assert noted(hall, "crash") == []


def test_after_a_crash_what_was_called_or_served_is_listed_with_the_minutes_of_outage(hall: Hall) -> None:
    run = terminal(hall)
    hall.held(counter=4, service="social_affairs")
    hall.waiting("civil_status")
    hall.called(counter=2, service="civil_status")
    hall.serving(counter=1)
    outage(hall, run, 1800)
    assert open_after_outage(hall) == {"H-001": 1800.0, "D-001": 1800.0}
    assert hall.database.read(status, at=hall.clock()).interrupted == 2
    (crash,) = noted(hall, "crash")
    assert (crash.detail["seconds"], crash.detail["runs"], crash.detail["places"]) == (1800.0, 1, ["reception"])
    assert [event.detail["seconds"] for event in noted(hall, "outage")] == [1800.0, 1800.0]
    agrees(hall)


def test_the_outage_is_left_out_of_the_service_time(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    beats(hall, run, after=120)
    terminal(hall, after=3600)
    hall.do(wake, ticket="D-001", after=0)
    hall.do(finish, counter=1, after=180)
    service = hall.database.read(day_summary, at=hall.clock()).all.service
    assert (service.n, service.mean) == (1, 5.0)
    spans = hall.database.read(ticket, "D-001", at=hall.clock()).spans or ()
    assert [span.ended_by for span in spans] == ["call", "start", "outage", "finish"]
    assert (spans[3].started_at - (spans[2].ended_at or spans[3].started_at)).total_seconds() == 3600
    agrees(hall)


def test_an_outage_over_night_is_left_out_too(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    outage(hall, run, 16 * 3600)
    hall.do(wake, ticket="D-001", after=0)
    assert hall.ticket(finish, counter=1, after=60).state == "served"
    day = hall.clock.moment.date() - timedelta(days=1)
    assert hall.database.read(day_summary, day, at=hall.clock()).all.service.max == 1.0
    agrees(hall)


def test_a_confirmed_ticket_is_no_longer_listed(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    outage(hall, run, 600)
    assert hall.ticket(wake, ticket="D-001").state == "serving"
    assert open_after_outage(hall) == {}
    agrees(hall)


@pytest.mark.parametrize("to", ["waiting", "served", "left", "void"])
def test_an_interrupted_ticket_is_corrected_with_one_word(hall: Hall, to: str) -> None:
    run = terminal(hall)
    hall.serving()
    outage(hall, run, 600)
    assert hall.ticket(mend, ticket="D-001", to=to, reason="outage").state == to
    assert open_after_outage(hall) == {}
    figures = hall.database.read(day_summary, at=hall.clock()).all
    assert (figures.service.n, figures.excluded_unreliable) == (0, int(to == "served"))
    agrees(hall)


def test_who_goes_on_working_has_confirmed(hall: Hall) -> None:
    run = terminal(hall)
    hall.called(counter=1)
    outage(hall, run, 600)
    hall.do(recall, counter=1, after=0)
    assert open_after_outage(hall) == {}
    hall.do(start, counter=1, after=0)
    agrees(hall)


def test_what_no_outage_interrupted_cannot_be_confirmed(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    outage(hall, run, 600)
    hall.do(wake, ticket="D-001")
    before = hall.database.revision()
    with pytest.raises(QueueError) as caught:
        hall.do(wake, ticket="D-001")
    assert caught.value.code == "wrong_state"
    assert hall.database.revision() == before


def test_two_crashes_in_a_row_are_both_left_out_and_told_as_one(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    second = outage(hall, run, 600)
    hall.clock.advance(seconds=60)
    outage(hall, second, 300)
    assert open_after_outage(hall) == {"D-001": 900.0}
    assert [event.detail["seconds"] for event in noted(hall, "crash")] == [600.0, 300.0]
    hall.do(wake, ticket="D-001", after=0)
    hall.do(finish, counter=1, after=60)
    assert hall.database.read(day_summary, at=hall.clock()).all.service.sum == 2.0
    agrees(hall)


def test_a_second_outage_after_a_confirmed_one_is_told_alone(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    run = outage(hall, run, 600)
    hall.do(wake, ticket="D-001", after=0)
    outage(hall, run, 300)
    assert open_after_outage(hall) == {"D-001": 300.0}


def test_the_outage_begins_at_the_last_sign_of_life(hall: Hall) -> None:
    first, second = terminal(hall), terminal(hall, "counter 1", alive=lambda *_: True)
    hall.serving()
    beats(hall, first, after=300)
    beats(hall, second, after=30)
    terminal(hall, after=600)
    assert open_after_outage(hall) == {"D-001": 600.0}
    assert noted(hall, "crash")[0].detail["runs"] == 2


def test_what_was_done_after_the_last_beat_is_a_sign_of_life_too(hall: Hall) -> None:
    run = terminal(hall)
    hall.called()
    beats(hall, run, after=10)
    hall.do(start, counter=1, after=30)
    terminal(hall, after=600)
    assert open_after_outage(hall) == {"D-001": 600.0}


def test_what_a_script_writes_during_the_outage_does_not_shorten_it(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    beats(hall, run, after=60)
    hall.waiting(after=1740)
    terminal(hall, after=60)
    assert open_after_outage(hall) == {"D-001": 1800.0}
    hall.do(finish, counter=1, after=60)
    assert hall.database.read(day_summary, at=hall.clock()).all.service.sum == 2.0
    agrees(hall)


def test_what_a_script_serves_while_no_terminal_runs_is_not_cut(hall: Hall) -> None:
    terminal(hall)
    hall.clock.advance(minutes=30)
    hall.serving()
    terminal(hall, after=300)
    assert open_after_outage(hall) == {}
    assert len(noted(hall, "crash")) == 1
    hall.do(finish, counter=1, after=60)
    assert hall.database.read(day_summary, at=hall.clock()).all.service.sum == 6.0


def test_a_living_colleague_is_not_cut_when_another_terminal_comes_back(hall: Hall) -> None:
    living = terminal(hall, "counter 1")
    died = terminal(hall, "counter 2", alive=only(living))
    hall.serving(counter=1)
    hall.serving(counter=2, service="civil_status")
    beats(hall, died)
    beats(hall, living, after=300)
    terminal(hall, "counter 2", alive=only(living))
    assert open_after_outage(hall) == {"H-001": 300.0}
    hall.do(finish, counter=1, after=0)
    spans = hall.database.read(ticket, "D-001", at=hall.clock()).spans or ()
    assert [span.ended_by for span in spans] == ["call", "start", "finish"]
    (crash,) = noted(hall, "crash")
    assert crash.detail["places"] == ["counter 2"]
    agrees(hall)


def test_whoever_starts_first_finds_a_counter_whose_terminal_died(hall: Hall) -> None:
    living = terminal(hall, "reception")
    died = terminal(hall, "counter 1", alive=only(living))
    hall.serving(counter=1)
    beats(hall, died)
    terminal(hall, "summary", alive=only(living), after=120)
    assert open_after_outage(hall) == {"D-001": 120.0}
    agrees(hall)


def test_a_counter_that_another_living_terminal_attends_is_not_cut(hall: Hall) -> None:
    living = terminal(hall, "counter 1")
    terminal(hall, "counter 1", alive=only(living))
    hall.serving(counter=1)
    terminal(hall, "summary", alive=only(living), after=120)
    assert open_after_outage(hall) == {}


def test_a_terminal_without_a_counter_that_dies_alone_cuts_nobody_but_is_noted(hall: Hall) -> None:
    living = terminal(hall, "counter 1")
    terminal(hall, "reception", alive=only(living))
    hall.serving(counter=1)
    terminal(hall, "reception", alive=only(living), after=120)
    assert open_after_outage(hall) == {}
    assert [event.detail["places"] for event in noted(hall, "crash")] == [["reception"]]


def test_a_terminal_taken_for_dead_runs_again_at_its_next_beat(hall: Hall) -> None:
    slept = terminal(hall, "counter 1")
    other = terminal(hall, "counter 2", after=400)
    beats(hall, slept, after=10)
    hall.serving(counter=1)
    terminal(hall, "counter 2", alive=only(slept), after=30)
    assert open_after_outage(hall) == {}, "the one that slept is alive: its service was not interrupted"
    assert other not in {None, slept}


def test_who_sat_at_a_terminal_taken_for_dead_must_sign_in_again(hall: Hall) -> None:
    person = StaffSettings(name="an", role="clerk")
    hall.do(configure, settings=default_settings().model_copy(update={"staff": [person]}))
    slept = terminal(hall, "counter 1")
    hall.do(sit_down, run=slept, staff="an")
    assert hall.do(beat, run=slept) is not None
    other = terminal(hall, "counter 2", after=400)
    assert hall.database.read(places_of, staff="an", run=other) == ()
    hall.do(sit_down, run=other, staff="an")
    assert hall.do(beat, run=slept) is None
    assert hall.do(beat, run=other) is not None


def test_a_beat_changes_no_revision(hall: Hall) -> None:
    run = terminal(hall)
    before = hall.database.revision()
    beats(hall, run, after=60)
    assert hall.database.revision() == before


def test_the_status_that_scripts_read_says_how_many_wait_to_be_confirmed(hall: Hall) -> None:
    run = terminal(hall)
    hall.serving()
    outage(hall, run, 600)
    at = hall.clock()
    assert ask(hall.database, REQUESTS["status"], {}, at=at)["interrupted"] == 1
    (listed,) = ask(hall.database, REQUESTS["stuck"], {}, at=at)["stuck"]
    assert (listed["code"], listed["why"], listed["seconds"]) == ("D-001", "outage", 600.0)
    ask(hall.database, REQUESTS["wake"], {"ticket": "D-001"}, at=at)
    assert ask(hall.database, REQUESTS["status"], {}, at=at)["interrupted"] == 0


def listed(hall: Hall) -> dict[str, str]:
    view = hall.database.read(stuck, at=hall.clock())
    return {each.ticket.code: each.why for each in view.tickets if each.seconds is not None}


def test_a_number_of_the_paper_roll_has_its_slip_already(hall: Hall) -> None:
    hall.clock.advance(minutes=60)
    run = terminal(hall)
    hall.ticket(enter, service="land", number=901, issued=f"{hall.clock():%H:%M}", after=30)
    outage(hall, run, 600)
    assert listed(hall) == {}


def test_a_number_issued_just_before_the_end_is_listed_because_its_slip_may_not_have_come_out(hall: Hall) -> None:
    run = terminal(hall)
    hall.waiting()
    hall.waiting(after=90)
    outage(hall, run, 600)
    assert listed(hall) == {"D-002": "print_unsure"}
    assert hall.database.read(status, at=hall.clock()).interrupted == 1
    spans = hall.database.read(ticket, "D-002", at=hall.clock()).spans or ()
    assert [span.ended_by for span in spans] == [None], "nothing is left out of a wait"
    agrees(hall)
    hall.do(wake, ticket="D-002")
    assert listed(hall) == {}
    agrees(hall)


def test_whoever_is_called_has_their_slip(hall: Hall) -> None:
    run = terminal(hall)
    hall.waiting()
    outage(hall, run, 600)
    hall.do(call, counter=1)
    assert listed(hall) == {}
    agrees(hall)


def test_slips_are_doubted_when_a_reception_alone_falls_silent_and_not_when_a_counter_does(hall: Hall) -> None:
    living = terminal(hall, "counter 1")
    terminal(hall, "counter 2", alive=only(living))
    hall.waiting(after=0)
    desk = terminal(hall, "reception", alive=only(living))
    assert listed(hall) == {}
    hall.waiting(after=30)
    terminal(hall, "reception", alive=only(living), after=600)
    assert listed(hall) == {"D-001": "print_unsure", "D-002": "print_unsure"}
    assert desk


def test_an_outage_that_a_colleague_found_goes_on_until_the_counter_s_own_terminal_is_back(hall: Hall) -> None:
    living = terminal(hall, "reception")
    run = terminal(hall, "counter 1", alive=only(living))
    hall.serving(counter=1)
    beats(hall, run)
    terminal(hall, "summary", alive=only(living), after=120)
    terminal(hall, "counter 1", alive=only(living), after=480)
    assert open_after_outage(hall) == {"D-001": 600.0}
    hall.do(wake, ticket="D-001", after=0)
    terminal(hall, "counter 1", alive=only(living), after=300)
    assert len(noted(hall, "outage")) == 3, "the one that came back has ended uncleanly too"
    agrees(hall)


def test_a_machine_that_comes_back_under_another_name_is_told_when_its_old_name_has_been_silent(hall: Hall) -> None:
    run = terminal(hall, "counter 1")
    hall.serving(counter=1)
    beats(hall, run)
    began = hall.clock()
    again = terminal(hall, "counter 1", alive=lambda *_: True, after=60)
    hall.do(beat, after=60, run=again, is_alive=lambda *_: True)
    assert noted(hall, "crash") == []
    hall.do(beat, after=60, run=again, is_alive=only(again))
    assert open_after_outage(hall) == {"D-001": 60.0}
    (cut,) = noted(hall, "outage")
    assert (cut.at - began).total_seconds() == 180
    spans = hall.database.read(ticket, "D-001", at=hall.clock()).spans or ()
    assert (spans[-1].started_at - began).total_seconds() == 60, "it was interrupted until it came back"
    agrees(hall)
    hall.do(beat, after=60, run=again, is_alive=only(again))
    assert len(noted(hall, "crash")) == 1


def test_a_beat_tells_a_run_that_the_file_does_not_know_from_an_empty_seat(hall: Hall) -> None:
    def gives(hall: Hall, *, run: int, seat: Seat) -> int | None:
        answer: int | None = hall.database.write(beat, run=run, seat=seat, at=hall.clock())
        return answer

    seat = Seat("reception", "here", 4711, "boot 1")
    run = terminal(hall)
    assert gives(hall, run=run, seat=seat) is None
    assert gives(hall, run=run + 1, seat=seat) == GONE
    assert gives(hall, run=run, seat=Seat("reception", "here", 4712, "boot 1")) == GONE
    hall.do(end_every_run)
    assert gives(hall, run=run, seat=seat) == GONE
    terminal(hall, after=600)
    assert noted(hall, "crash") == []


def minutes_out(hall: Hall, days_ago: int = 0) -> float:
    return hall.database.read(outage_minutes, hall.clock.moment.date() - timedelta(days=days_ago))


def test_the_minutes_of_outage_of_a_day_are_told_once_and_end_with_it(hall: Hall) -> None:
    assert minutes_out(hall) == 0
    run = terminal(hall)
    hall.serving()
    second = outage(hall, run, 600)
    third = outage(hall, second, 300)
    assert minutes_out(hall) == 15
    beats(hall, third)
    before_midnight = 24 * 60 - (hall.clock.moment.hour * 60 + hall.clock.moment.minute)
    terminal(hall, after=24 * 3600)
    assert minutes_out(hall, 1) == 15 + before_midnight
    assert minutes_out(hall) == 0, "nobody had come yet"


def test_a_terminal_that_fell_silent_alone_and_cut_nobody_adds_no_minutes(hall: Hall) -> None:
    living = terminal(hall, "counter 1")
    terminal(hall, "reception", alive=only(living))
    hall.serving(counter=1)
    terminal(hall, "reception", alive=only(living), after=120)
    assert minutes_out(hall) == 0


def test_a_number_of_a_process_that_another_process_got_is_no_sign_of_life(hall: Hall) -> None:
    boot, at = Machine().uptime()[0], hall.clock()
    parent = os.getppid()
    mine = process_start(parent)
    assert is_alive(Other(1, socket.gethostname(), parent, f"{boot}:{mine}", at), at)
    assert not is_alive(Other(1, socket.gethostname(), parent, f"{boot}:1{mine}", at), at)
    assert process_start(2**22 + 1) == ""


def test_times_marked_unreliable_are_served_and_their_number_is_shown(hall: Hall) -> None:
    hall.serving()
    hall.do(finish, counter=1, time_unreliable=True)
    hall.serving()
    hall.do(finish, counter=1)
    figures = hall.database.read(day_summary, at=hall.clock()).all
    assert (figures.served, figures.service.n, figures.excluded_unreliable) == (2, 1, 1)
    assert (figures.waiting.n, figures.way.n) == (1, 1)


def test_a_process_of_this_machine_lives_as_long_as_it_runs(hall: Hall) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    boot, at = Machine().uptime()[0], hall.clock()
    other = Other(1, socket.gethostname(), sleeper.pid, boot, at - timedelta(hours=2))
    assert is_alive(other, at)
    sleeper.communicate(b"\n")
    assert not is_alive(other, at)


def test_a_machine_that_was_started_anew_has_no_process_left(hall: Hall) -> None:
    at = hall.clock()
    assert not is_alive(Other(1, socket.gethostname(), 1, "an earlier start", at), at)


def test_a_terminal_of_another_machine_lives_until_it_has_been_silent_for_long(hall: Hall) -> None:
    at = hall.clock()
    other = Other(1, "another machine", 1, "its start", at - REMOTE_SILENCE + timedelta(seconds=1))
    assert is_alive(other, at)
    assert not is_alive(other, at + timedelta(seconds=2))


def test_who_began_a_moment_after_a_sign_of_life_was_there_when_the_other_died(hall: Hall) -> None:
    first = terminal(hall, "counter 1")
    hall.do(issue, after=1, service="land")
    hall.do(call, after=1, counter=1)
    hall.do(start, after=1, counter=1)
    second = terminal(hall, "counter 4", alive=only(first), after=3)
    hall.do(issue, after=1, service="land")
    hall.do(call, after=1, counter=4)
    hall.clock.advance(seconds=55)
    hall.do(beat, after=0, run=second, is_alive=only(second))
    assert noted(hall, "crash") == []
    terminal(hall, "counter 1", alive=only(second), after=30)
    assert [event.detail["is_whole"] for event in noted(hall, "crash")] == [False]
    assert list(open_after_outage(hall)) == ["D-001"]
    agrees(hall)


def test_what_comes_back_by_itself_is_no_sign_of_life(hall: Hall) -> None:
    run = terminal(hall, "counter 1")
    hall.serving(counter=4)
    hall.do(hold, counter=4, minutes=5)
    hall.serving(counter=1)
    beats(hall, run)
    terminal(hall, "counter 1", after=150)
    assert len(noted(hall, "come_back")) == 1
    assert open_after_outage(hall) == {"D-002": 150.0}
    agrees(hall)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not tell the state of a process")
def test_a_process_that_was_killed_and_not_yet_asked_for_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        other = Other(7, socket.gethostname(), process.pid, own_mark(Machine()).partition(":")[0], MORNING)
        assert is_alive(other, MORNING)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its number is still taken
        assert not is_alive(other, MORNING)
