"""The durable queue of announcements: each call given out once, in order, to one process."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from queueapp.operations.announcing import NAME, Given, Told, note_told, take_call
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.following import let_go
from queueapp.operations.leaving import leave
from queueapp.operations.office import configure
from queueapp.operations.undoing import undo
from queueapp.queries.following import Following, follower, outlook_on_calls
from queueapp.rules.voices import GONE, QUIET, STALE
from queueapp.settings import Settings, default_settings
from tests.factories import Hall

ALIVE, DEAD = "here:1:boot:1", "here:2:boot:2"


def lives(holder: str, _beat_at: datetime, _at: datetime) -> bool:
    return holder == ALIVE


def voiced(hall: Hall, **voice: Any) -> None:
    said = default_settings().model_dump() | {"voice": {"on": True, **voice}}
    hall.database.write(configure, Settings.model_validate(said), at=hall.clock())


def take(hall: Hall, told: Told | None = None, *, me: str = ALIVE, after: float = 1) -> Given:
    given: Given = hall.database.write(
        take_call, me=me, is_alive=lives, told=told, at=hall.clock.advance(seconds=after)
    )
    return given


def told_in_turn(hall: Hall) -> list[tuple[str, int]]:
    """Take everything there is, each told to its end."""
    told, heard = None, []
    while (announcement := take(hall, told).announcement) is not None:
        heard.append((announcement.code, announcement.counter))
        told = Told(announcement.mark)
    return heard


def state(hall: Hall) -> Following:
    found = hall.database.read(follower, NAME)
    assert found is not None
    return found


def test_calls_are_told_once_each_in_the_order_of_the_log(hall: Hall) -> None:
    voiced(hall)
    hall.called(1, after=1)
    hall.called(2, "civil_status", after=1)
    hall.ticket(recall, counter=1, after=1)
    assert told_in_turn(hall) == [("D-001", 1), ("H-001", 2), ("D-001", 1)]
    assert told_in_turn(hall) == []
    assert (state(hall).done, state(hall).dropped, state(hall).doing_seq) == (3, 0, None)
    assert not hall.database.read(outlook_on_calls, NAME).has_more


def test_what_was_begun_and_is_not_known_to_be_told_is_given_out_again(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    first, again = take(hall).announcement, take(hall).announcement
    assert first == again
    assert first is not None
    assert take(hall, Told("another")).announcement == first
    assert take(hall, Told(first.mark)).announcement is None
    assert state(hall).done == 1


def test_another_event_of_the_same_number_is_another_announcement(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    first = take(hall).announcement
    assert first is not None
    seq, _dash, mark = first.mark.partition("-")
    assert int(seq) == first.seq
    assert take(hall, Told(f"{seq}-{mark[::-1]}")).announcement == first  # as after a backup was restored


def test_one_speaks_and_another_takes_over_only_from_the_dead(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    begun = take(hall, me=DEAD).announcement
    assert take(hall, me=ALIVE).announcement == begun
    other = take(hall, me=DEAD)
    assert (other.is_ours, other.announcement) == (False, None)
    assert begun is not None
    take(hall, Told(begun.mark))
    hall.database.write(let_go, name=NAME, me=ALIVE, at=hall.clock())
    assert take(hall, me=DEAD).is_ours


def test_one_that_lets_go_keeps_what_is_being_said_for_its_own_machine(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    announcement = take(hall).announcement
    assert announcement is not None
    hall.database.write(let_go, name=NAME, me=ALIVE, at=hall.clock())
    assert state(hall).holder == ALIVE
    hall.database.write(note_told, me=ALIVE, is_alive=lives, told=Told(announcement.mark), at=hall.clock())
    hall.database.write(let_go, name=NAME, me=ALIVE, at=hall.clock())
    assert (state(hall).holder, state(hall).done, state(hall).doing_seq) == (None, 1, None)


def test_one_that_lets_go_takes_nothing_from_another(hall: Hall) -> None:
    voiced(hall)
    take(hall)
    hall.database.write(let_go, name=NAME, me=DEAD, at=hall.clock())
    assert state(hall).holder == ALIVE


def test_a_call_that_is_too_old_is_dropped_and_counted(hall: Hall) -> None:
    voiced(hall, stale_seconds=30)
    take(hall)
    hall.called(1)
    hall.called(2, "civil_status", after=20)
    given = take(hall, after=15)
    assert [(each.code, each.counter, each.why) for each in given.dropped] == [("D-001", 1, STALE)]
    assert given.announcement is not None
    assert given.announcement.code == "H-001"
    assert state(hall).dropped == 1


@pytest.mark.parametrize("verb", ["undo", "leave", "no_show"])
def test_who_is_no_longer_called_is_not_told(hall: Hall, verb: str) -> None:
    voiced(hall)
    take(hall)
    hall.called(1)
    if verb == "leave":
        hall.do(leave, ticket="D-001", after=1)
    else:
        hall.do({"undo": undo, "no_show": no_show}[verb], counter=1, after=1)
    given = take(hall)
    assert (given.announcement, [each.why for each in given.dropped]) == (None, [GONE])


def test_a_call_that_was_made_anew_is_told_once(hall: Hall) -> None:
    voiced(hall)
    take(hall)
    hall.called(1)
    hall.do(undo, counter=1, after=1)
    hall.ticket(call, counter=1, after=1)
    assert told_in_turn(hall) == [("D-001", 1)]
    assert (state(hall).done, state(hall).dropped) == (1, 1)


def test_a_second_call_that_was_taken_back_leaves_the_first(hall: Hall) -> None:
    voiced(hall)
    take(hall)
    hall.called(1)
    hall.ticket(recall, counter=1, after=1)
    hall.do(undo, counter=1, after=1)
    assert told_in_turn(hall) == [("D-001", 1)]


def test_who_has_come_already_is_still_told(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    hall.ticket(start, counter=1, after=1)
    assert told_in_turn(hall) == [("D-001", 1)]


def test_in_quiet_hours_a_call_is_dropped_with_a_word(hall: Hall) -> None:
    voiced(hall, quiet=["08:00-08:30"])
    hall.called(1)
    assert [each.why for each in take(hall).dropped] == [QUIET]
    hall.clock.advance(minutes=30)
    hall.ticket(recall, counter=1)
    assert told_in_turn(hall) == [("D-001", 1)]


def test_while_the_voice_is_off_nothing_is_given_out_and_nothing_is_kept_for_later(hall: Hall) -> None:
    hall.called(1)
    assert take(hall) == Given(is_ours=True)
    voiced(hall)
    assert take(hall).announcement is None
    assert (state(hall).done, state(hall).dropped) == (0, 0)


def test_the_first_voice_of_an_office_begins_with_what_is_fresh(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    hall.clock.advance(minutes=10)
    hall.called(2, "civil_status")
    given = take(hall)
    assert given.dropped == ()
    assert given.announcement is not None
    assert given.announcement.code == "H-001"


def test_what_nobody_could_hear_counts_as_told_and_says_why(hall: Hall) -> None:
    voiced(hall)
    hall.called(1)
    announcement = take(hall).announcement
    assert announcement is not None
    assert take(hall, Told(announcement.mark, "no sound card")).announcement is None
    assert (state(hall).done, state(hall).failed, state(hall).note) == (1, 1, "no sound card")


def test_a_long_silence_is_passed_by_in_one_go(hall: Hall) -> None:
    voiced(hall)
    take(hall)
    hall.called(1)
    for _time in range(60):
        hall.ticket(recall, counter=1, after=1)
    given = take(hall, after=3600)
    assert (given.announcement, len(given.dropped)) == (None, 61)
    assert state(hall).dropped == 61


def test_how_it_is_to_be_heard_goes_with_the_call(hall: Hall) -> None:
    voiced(hall, volume=40, times=2, languages="both")
    hall.called(1)
    announcement = take(hall).announcement
    assert announcement is not None
    assert (announcement.voice.volume, announcement.voice.times, announcement.voice.languages) == (40, 2, "both")
    assert replace(announcement, seq=0) != announcement
