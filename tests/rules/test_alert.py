"""An alert comes once a jam has lasted, goes when it is over, and does not flicker between."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from queueapp.i18n import use_language
from queueapp.rules.alert import BETTER, LASTING, PATIENCE, Jam, Watch, looked, still_holds
from queueapp.rules.moving import Move, Place, Present, Standing
from queueapp.rules.views import CounterView, ServiceView
from queueapp.widgets.jam import alert_words, asked_words

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
JAMMED = Present(
    (Standing("land", 9, 4, 15.0), Standing("civil_status", 0, 2, 9.0)),
    (Place(1, ("land",), 7.0), Place(2, ("civil_status",)), Place(3, ("social_affairs",))),
)
TWO, THREE = Move(2, "land", 9, 127.0, 60.0, 4.0), Move(3, "land", 9, 127.0, 60.0, 4.5)
NAMES = [
    ServiceView("land", "D", "Đất đai", "Land", 9, 9, 0, 1, 0, {}, {}, None, None),
    ServiceView("civil_status", "H", "Hộ tịch - Tư pháp", "Civil status", 0, 0, 0, 0, 0, {}, {}, None, None),
]


def minute(n: float) -> datetime:
    return BEGIN + timedelta(minutes=n)


def after(*found: list[Move], present: Present = JAMMED, begin: Watch | None = None, first: int = 0) -> Watch:
    """Return what is known after one look a minute, each with the moves that it found."""
    watch = begin or Watch()
    for n, moves in enumerate(found):
        watch = looked(watch, present, moves, at=minute(first + n))
    return watch


def shown() -> Watch:
    return after([TWO], [TWO], [TWO], [TWO])


def test_a_jam_is_told_once_it_has_lasted() -> None:
    assert after([TWO], [TWO], [TWO]).alert is None
    assert shown().alert == Jam(TWO, minute(0), minute(3))


def test_a_move_that_cannot_be_found_again_is_kept_for_a_while_with_its_moment() -> None:
    kept = after([], [], [], begin=shown(), first=4)
    assert kept.alert == Jam(TWO, minute(0), minute(3))
    assert after([], begin=kept, first=7).alert is None


def test_a_jam_that_is_over_is_gone_at_once() -> None:
    few = Present((Standing("land", 2, 4, 15.0),), JAMMED.places)
    helped = Present(JAMMED.fields, (*JAMMED.places[:1], Place(2, ("civil_status", "land"))))
    shut = Present(JAMMED.fields, JAMMED.places[:1])
    for present in (few, helped, shut):
        assert after([], present=present, begin=shown(), first=4).alert is None


def test_where_another_counter_can_still_help_the_alert_stays_and_names_it() -> None:
    helped = Present(JAMMED.fields, (JAMMED.places[0], Place(2, ("civil_status", "land")), JAMMED.places[2]))
    assert after([THREE], present=helped, begin=shown(), first=4).alert == Jam(THREE, minute(0), minute(4))


def test_the_named_counter_stays_while_no_other_is_much_better() -> None:
    alert = after([THREE, TWO], begin=shown(), first=4).alert
    assert alert is not None
    assert alert.move == TWO
    much = Move(3, "land", 9, 127.0, 30.0, TWO.hours_saved * BETTER + 0.1)
    alert = after([much, TWO], begin=shown(), first=4).alert
    assert alert is not None
    assert alert.move == much


def test_what_is_only_assumed_gives_no_alert() -> None:
    assumed = Present((Standing("land", 9, 4, 11.0, is_measured=False),), JAMMED.places)
    assert after(*([TWO] for _ in range(9)), present=assumed) == Watch()


def test_of_two_jams_the_one_that_is_shown_stays_until_the_other_is_much_worse() -> None:
    both = Present((*JAMMED.fields[:1], Standing("social_affairs", 8, 4, 15.0)), JAMMED.places[:2])
    other = Move(2, "social_affairs", 8, 127.0, 60.0, 4.2)
    watch = after([TWO], [TWO], [TWO], [TWO], [other, TWO], [other, TWO], [other, TWO], [other, TWO], present=both)
    assert watch.alert is not None
    assert watch.alert.move == TWO
    worse = Move(2, "social_affairs", 20, 300.0, 150.0, 9.0)
    watch = after([worse, TWO], present=both, begin=watch, first=8)
    assert watch.alert is not None
    assert watch.alert.move == worse


def test_after_a_clock_that_was_set_back_or_a_long_time_without_a_look_it_begins_anew() -> None:
    assert looked(shown(), JAMMED, [TWO], at=minute(-60)).alert is None
    assert looked(shown(), JAMMED, [TWO], at=minute(3) + PATIENCE + timedelta(seconds=1)).alert is None


@given(st.lists(st.booleans(), max_size=60))
def test_an_alert_never_comes_and_goes_from_minute_to_minute(seen: list[bool]) -> None:
    """Whatever the looks find, an alert that went is away for as long as a jam must last, and one that came stays."""
    watch, states = Watch(), []
    for n, is_found in enumerate(seen):
        watch = looked(watch, JAMMED, [TWO] if is_found else [], at=minute(n))
        states.append(watch.alert is not None)
    changes = [n for n in range(1, len(states)) if states[n] != states[n - 1]]
    for one, next_one in pairwise(changes):
        assert timedelta(minutes=next_one - one) >= min(LASTING, PATIENCE)


def test_a_screen_that_knows_more_shows_no_alert_that_is_over() -> None:
    jam = Jam(TWO, minute(0), minute(3))
    desk = CounterView(2, "open", None, None, ("civil_status",))
    assert still_holds(jam, NAMES, [desk])
    assert not still_holds(jam, NAMES[1:], [desk])
    assert not still_holds(jam, NAMES, [CounterView(2, "open", None, None, ("civil_status", "land"))])
    assert not still_holds(jam, NAMES, [CounterView(2, "paused", "lunch", None, ("civil_status",))])


def test_the_alert_is_one_line_with_the_move_the_moment_and_what_it_saves() -> None:
    jam = Jam(TWO, minute(0), minute(30))
    assert alert_words(jam, NAMES, "Asia/Ho_Chi_Minh", 76) == (
        "! Let counter 2 take Land too at 09:30: 4.0 person-hours less · Ctrl+G"
    )
    use_language("vi")
    assert alert_words(jam, NAMES, "Asia/Ho_Chi_Minh", 76) == (
        "! Cho quầy 2 nhận thêm Đất đai lúc 09:30: bớt 4,0 người-giờ chờ · Ctrl+G"
    )
    other = Jam(Move(1, "civil_status", 9, None, 60.0, 12.5), minute(0), minute(30))
    for width in (60, 66, 74):
        words = alert_words(other, NAMES, "Asia/Ho_Chi_Minh", width)
        assert len(words) <= width
        assert "lúc 09:30: bớt 12,5 " in words
    assert (
        alert_words(jam, NAMES, "Asia/Ho_Chi_Minh", 60) == "! Cho quầy 2 nhận thêm Đất đai lúc 09:30: bớt 4,0 giờ chờ"
    )


def test_only_the_counter_that_could_help_is_asked() -> None:
    jam = Jam(TWO, minute(0), minute(3))
    assert asked_words(jam, NAMES, 2) == ("Land is jammed (9 are waiting). Could you help there? Tell the supervisor.")
    assert asked_words(jam, NAMES, 3) == ""
    assert asked_words(None, NAMES, 2) == ""
