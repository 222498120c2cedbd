"""Which counter should take another field now."""

from dataclasses import replace

import pytest

from queueapp.rules.moving import Move, Place, Standing, best_move, said

LAND = Standing("land", waiting=9, came=4, minutes=15.0)
CIVIL = Standing("civil_status", waiting=0, came=2, minutes=9.0)
SOCIAL = Standing("social_affairs", waiting=0, came=0, minutes=11.0)
BUSY, IDLE, OTHER = Place(1, ("land",), taken=7.0), Place(2, ("civil_status",)), Place(3, ("social_affairs",))


def test_the_idle_counter_that_saves_most_takes_the_jammed_field() -> None:
    move = best_move([LAND, CIVIL, SOCIAL], [BUSY, IDLE, OTHER])
    assert move is not None
    assert (move.counter, move.service, move.waiting) == (3, "land", 9)
    assert move.wait_now == 7 + 8 * 15
    assert move.wait_then == pytest.approx(60)
    assert move.hours_saved > 1


def test_what_is_saved_is_counted_by_hand_for_an_hour() -> None:
    # Three wait for one counter that gets free at 20: called at 20, 40, 60. With another: at 0, 20, 20.
    move = best_move([Standing("land", 3, 0, 20.0), SOCIAL], [Place(1, ("land",), taken=20.0), OTHER])
    assert move == Move(3, "land", 3, 60.0, 20.0, (120 - 40) / 60)


@pytest.mark.parametrize(
    "places",
    [
        [BUSY],
        [BUSY, replace(IDLE, taken=3.0)],
        [BUSY, replace(IDLE, services=("civil_status", "land"))],
        [],
    ],
)
def test_nothing_is_proposed_where_no_other_counter_is_idle(places: list[Place]) -> None:
    assert best_move([LAND, CIVIL], places) is None


def test_a_counter_whose_own_field_waits_is_not_idle() -> None:
    assert best_move([LAND, replace(CIVIL, waiting=1)], [BUSY, IDLE]) is None


def test_a_short_queue_is_no_jam() -> None:
    assert best_move([replace(LAND, waiting=2), CIVIL], [BUSY, IDLE]) is None
    assert best_move([replace(LAND, waiting=3, minutes=3.0, came=0), CIVIL], [BUSY, IDLE]) is None


def test_a_field_that_nobody_serves_is_helped_too() -> None:
    move = best_move([LAND, CIVIL], [IDLE])
    assert move is not None
    assert move.wait_now is None
    # Five are called within the hour, after 0 to 60 minutes; the two who come for civil status wait 60 for it.
    assert move.hours_saved == pytest.approx((60 + 45 + 30 + 15 - 60) / 60)


def test_the_move_is_one_sentence() -> None:
    assert said(Move(2, "land", 9, 127.0, 60.0, 4.25), {"land": "Land"}) == (
        "Counter 2 has nobody to call while 9 wait for Land: let it take Land too, and within an hour "
        "4.2 person-hours less are waited."
    )
