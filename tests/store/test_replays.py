"""A day of the office taken apart from its log."""

from datetime import date

import pytest

from queueapp.operations.calling import call, start
from queueapp.operations.counters import pause, unpause
from queueapp.operations.serving import finish
from queueapp.queries.replays import recorded_day
from queueapp.rules.supposing import suppose
from tests.factories import Hall

DAY = date(2026, 11, 23)


def test_a_day_lived_again_has_its_waits_and_knows_who_paused(hall: Hall) -> None:
    for _ in range(6):
        hall.waiting("land", after=30)
    hall.do(pause, counter=4, reason="meeting")
    for _ in range(6):
        hall.ticket(call, counter=1, after=40)
        hall.ticket(start, counter=1, after=30)
        hall.ticket(finish, counter=1, after=500)
    hall.do(unpause, counter=4)
    record = hall.database.read(recorded_day, DAY)
    assert [leg.service for leg in record.legs] == ["land"] * 6
    assert [round(leg.minutes, 2) for leg in record.legs] == [8.83] * 6
    assert (len(record.away[4]), record.away[1], record.uncalled) == (1, (), 0)
    found = suppose(record)
    assert found.error == pytest.approx(0, abs=0.05)
    assert abs(found.rule_error) < 0.05
    assert suppose(record, {5: ("land",)}).hours_saved > 0


def test_another_day_has_nothing_of_it(hall: Hall) -> None:
    hall.serving(1)
    assert hall.database.read(recorded_day, date(2026, 11, 24)).legs == ()
