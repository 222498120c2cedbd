"""The events for the office's own scripts: in order, each until it is noted, for one process."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from queueapp.operations.following import stay
from queueapp.operations.hooking import NAME, ToRun, note_event, take_events
from queueapp.operations.office import configure
from queueapp.queries.following import follower, outlook_on_events
from queueapp.queries.tickets import events_after
from queueapp.settings import Settings, default_settings
from tests.factories import Hall

ALIVE, DEAD = "here:1:boot:1", "here:2:boot:2"


def lives(holder: str, _beat_at: datetime, _at: datetime) -> bool:
    return holder == ALIVE


def hooked(hall: Hall, **hooks: Any) -> None:
    said = default_settings().model_dump() | {"hooks": hooks}
    hall.database.write(configure, Settings.model_validate(said), at=hall.clock())


def take(hall: Hall, me: str = ALIVE) -> ToRun:
    given: ToRun = hall.database.write(take_events, me=me, is_alive=lives, at=hall.clock())
    return given


def note(hall: Hall, seq: int, me: str = ALIVE, **said: Any) -> bool:
    (event,) = hall.database.read(events_after, seq - 1, 1)
    given = {"failed": 0, "note": None, "event": event} | said
    return hall.database.write(note_event, me=me, is_alive=lives, at=hall.clock(), **given)


def test_events_are_given_out_in_order_until_each_is_noted(hall: Hall) -> None:
    hooked(hall, command="true")
    assert take(hall).events == ()  # what was before the first script is nobody's
    hall.called(1)
    given = take(hall)
    assert [each.verb for each in given.events] == ["open_day", "issue", "call"]
    assert take(hall).events == given.events
    assert note(hall, given.events[0].seq)
    assert take(hall).events == given.events[1:]
    assert given.events == hall.database.read(events_after, given.events[0].seq - 1)


def test_a_failure_is_counted_and_holds_nothing_up(hall: Hall) -> None:
    hooked(hall, command="false")
    take(hall)
    seq = hall.waiting().number and hall.database.revision()
    assert note(hall, seq, failed=2, note="led: It ended with status 1.")
    found = hall.database.read(follower, NAME)
    assert found is not None
    assert (found.seq, found.done, found.failed) == (seq, 1, 2)
    assert found.note == "led: It ended with status 1."
    assert not hall.database.read(outlook_on_events, NAME).has_more


def test_one_process_runs_them_and_a_late_note_of_another_counts_nothing(hall: Hall) -> None:
    hooked(hall, command="true")
    take(hall, DEAD)
    hall.waiting()
    assert take(hall, ALIVE).is_ours
    assert not take(hall, DEAD).is_ours
    assert not note(hall, hall.database.revision(), DEAD)
    assert take(hall, ALIVE).events != ()


def test_an_office_without_scripts_keeps_no_events_for_them(hall: Hall) -> None:
    hall.waiting()
    assert take(hall).events == ()
    hall.waiting()
    take(hall)
    hooked(hall, command="true")
    assert [each.verb for each in take(hall).events] == ["configure"]


def test_an_event_of_a_log_that_is_no_more_is_not_noted(hall: Hall) -> None:
    hooked(hall, command="true")
    take(hall)
    hall.waiting()
    event = take(hall).events[-1]
    later, other = replace(event, seq=event.seq + 5), replace(event, verb="call")
    for gone in (later, other):
        given = {"me": ALIVE, "is_alive": lives, "event": gone, "failed": 0, "note": None}
        assert not hall.database.write(note_event, at=hall.clock(), **given)
    assert take(hall).events[-1] == event


def test_a_sign_of_life_begins_nothing_where_the_log_is_another_one(hall: Hall) -> None:
    hooked(hall, command="true")
    hall.waiting()
    hall.database.write(stay, name=NAME, me=ALIVE, is_alive=lives, at=hall.clock())
    assert take(hall).events == ()  # and not all that ever happened


def test_an_event_that_is_too_old_is_left_out_and_counted(hall: Hall) -> None:
    hooked(hall, command="true")
    take(hall)
    hall.waiting()
    assert note(hall, hall.database.revision(), is_stale=True)
    found = hall.database.read(follower, NAME)
    assert found is not None
    assert (found.done, found.dropped, found.failed) == (0, 1, 0)
    assert not hall.database.read(outlook_on_events, NAME).has_more
