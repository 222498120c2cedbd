"""The move that helps now, from what the hall has done today."""

from queueapp.operations.calling import call, start
from queueapp.operations.counters import pause, unpause
from queueapp.operations.serving import finish
from queueapp.queries.moves import helpful_move
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
