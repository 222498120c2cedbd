"""A day of practice by the real operations, beside the simulated hall that it is measured against."""

import random
from datetime import date, datetime, time
from statistics import fmean

import pytest

from queueapp.cli.clerks import Clerks
from queueapp.cli.practice_office import practice_settings
from queueapp.cli.replay import counters_of, recall_limits_of
from queueapp.clock import zone
from queueapp.operations.office import configure
from queueapp.queries.summary import day_visits
from queueapp.queries.verifying import verify
from queueapp.rules.own_rule import OwnRule
from queueapp.rules.practice import Times, arrivals_of, fields_for
from queueapp.rules.practice_account import Reception, account
from queueapp.rules.scenarios import SCENARIOS
from queueapp.rules.simulation import live
from queueapp.settings import default_settings
from tests.factories import Hall

DAY = date(2026, 11, 24)


@pytest.mark.parametrize("name", ["quiet", "outage"])
def test_the_crowd_at_counters_that_work_by_themselves_waits_as_simulated(hall: Hall, name: str) -> None:
    scenario, office = SCENARIOS[name], default_settings()
    settings = practice_settings(office, scenario)
    hall.do(configure, settings=settings)
    people = scenario.crowd(random.Random(f"{name}/1/0"))
    times = Times(scenario.hall, datetime.combine(DAY, time(), zone(office.office.timezone)))
    fields = fields_for([each.code for each in settings.services])
    arrivals = arrivals_of(people, times, fields, [each.code for each in settings.priorities], random.Random(2))
    clerks = Clerks(hall.database, counters_of(settings), recall_limits_of(settings), hours=times)
    clerks.expect(arrivals, times.moment(0))
    while clerks.next_at() is not None:
        clerks.step()
    visits = hall.database.read(day_visits, DAY)
    course = live(people, scenario.hall, OwnRule())
    found = account(visits, people, course, times, Reception(), until=course.ended, counter=1)
    assert found.came == len(people.at)
    assert {visit.state for visit in visits} <= {"served", "no_show", "left"}
    mine, theirs = found.waited.all.mean, found.reference.all.mean
    assert mine is not None
    assert theirs is not None
    assert mine == pytest.approx(theirs, rel=0.1, abs=0.5)
    assert found.own is not None
    assert found.own.calls == pytest.approx(found.reference_calls, rel=0.2)
    spans = [span for visit in visits for span in visit.spans if span.kind == "called"]
    noon, after = times.moment(239.99), times.moment(240)
    assert not any(noon < span.started_at < after for span in spans), "nobody is called at lunch"
    assert fmean(len(visit.spans) for visit in visits) > 2
    assert hall.database.read(verify).difference is None
