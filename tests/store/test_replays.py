"""A day of the office taken apart from its log."""

from datetime import date
from typing import Any

import pytest

from queueapp.cli.clerks import Clerks
from queueapp.cli.replay import counters_of, recall_limits_of
from queueapp.operations.calling import call, start
from queueapp.operations.counters import pause, unpause
from queueapp.operations.office import configure
from queueapp.operations.serving import finish
from queueapp.queries.replays import recorded_day
from queueapp.rules.crowd import crowd
from queueapp.rules.points import CallRule
from queueapp.rules.replaying import Recorded
from queueapp.rules.supposing import suppose
from queueapp.settings import Settings, default_settings
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
    assert suppose(record, {5: {"land": 1}}).hours_saved > 0


def test_another_day_has_nothing_of_it(hall: Hall) -> None:
    hall.serving(1)
    assert hall.database.read(recorded_day, date(2026, 11, 24)).legs == ()


def lived(hall: Hall, counters: list[dict[str, Any]], calling: dict[str, Any]) -> Recorded:
    """Let an office with a call rule of its own live through a day, and take it apart."""
    given = default_settings().model_dump()
    given["counters"], given["calling"] = counters, calling
    settings = Settings.model_validate(given)
    hall.do(configure, settings=settings)
    services, priorities = ([each.code for each in kind] for kind in (settings.services, settings.priorities))
    zone = settings.office.timezone
    arrivals = crowd(citizens=60, seed=4, day=DAY, timezone=zone, services=services, priorities=priorities)
    arrivals = [each for each in arrivals if each.at > hall.clock()]
    clerks = Clerks(hall.database, counters_of(settings), recall_limits_of(settings))
    clerks.expect(arrivals, hall.clock())
    while clerks.next_at() is not None:
        clerks.step()
    return hall.database.read(recorded_day, DAY)


def waited(record: Recorded, *, is_priority: bool) -> float:
    waits = [
        leg.called - leg.ready
        for leg in record.legs
        if leg.is_first and not leg.is_absent and leg.is_priority == is_priority
    ]
    return sum(waits) / len(waits)


def test_a_day_is_simulated_by_the_offices_own_settings(hall: Hall) -> None:
    every = ["land", "civil_status", "social_affairs"]
    record = lived(hall, [{"number": 1, "services": every}], {"rule": "strict", "cap": 0})
    assert record.calling == CallRule("strict", cap=0)
    found = suppose(record)
    assert abs(found.error) < 0.05
    assert abs(found.rule_error) < 0.05
    assert found.before.priority == pytest.approx(waited(record, is_priority=True), rel=0.05)
    assert found.before.normal == pytest.approx(waited(record, is_priority=False), rel=0.05)
    other = suppose(record, rule="first_come").after.priority
    assert found.before.priority is not None
    assert other is not None
    assert other > 3 * found.before.priority


def test_a_day_is_simulated_with_the_weights_of_the_counters(hall: Hall) -> None:
    every = ["land", "civil_status", "social_affairs"]
    record = lived(hall, [{"number": 1, "services": every, "weights": {"land": 3}}], {"rule": "first_come"})
    assert record.weights[1] == {"land": 3, "civil_status": 1, "social_affairs": 1}
    found = suppose(record)
    assert abs(found.error) < 0.05
    assert abs(found.rule_error) < 0.05
    for field in every:
        waits = [leg.called - leg.ready for leg in record.legs if leg.service == field and not leg.is_absent]
        assert found.before.fields[field] == pytest.approx(sum(waits) / len(waits), rel=0.05), field
    plain = suppose(record, {1: dict.fromkeys(every, 1)}).after
    assert plain.fields["land"] > 1.5 * found.before.fields["land"]


def test_a_day_of_several_counters_is_simulated_as_it_was(hall: Hall) -> None:
    given = default_settings().model_dump()
    record = lived(hall, given["counters"], given["calling"])
    found = suppose(record)
    assert found.then > 1
    assert abs(found.error) < 0.05
    assert abs(found.rule_error) < 0.05
