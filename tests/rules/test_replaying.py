"""A recorded day taken apart and lived again, on days that clerks who are no machines have made."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from queueapp.rules.halls import COMMUNE
from queueapp.rules.reliving import as_it_was, crowd_of, hall_of, shifts_around
from queueapp.rules.replaying import Recorded, Seat, recorded
from queueapp.rules.summaries import Visit
from queueapp.rules.supposing import suppose
from queueapp.rules.views import SpanView

DAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
SKILLS = {1: ("land",), 2: ("land", "civil_status"), 3: ("civil_status",)}
NOON, AFTER_NOON = 690.0, 810.0


@dataclass
class Person:
    code: str
    service: str
    came: float
    is_priority: bool
    is_absent: bool
    moves: bool
    since: float = 0.0
    spans: list[SpanView] = field(default_factory=list)
    state: str = "waiting"

    def stay(self, kind: str, counter: int | None, begin: float, end: float, ended_by: str) -> None:
        begins, ends = (MIDNIGHT + timedelta(minutes=each) for each in (begin, end))
        self.spans.append(SpanView(kind, self.service, counter, None, begins, ends, ended_by))


@dataclass
class Clerk:
    number: int
    free: float
    away: tuple[tuple[float, float], ...] = ()


def generated(seed: int, citizens: int = 90) -> list[Visit]:
    """Return a day by clerks who dawdle between two citizens, go for a break, leave early, and know no priority."""
    chance = random.Random(seed)
    people = sorted(
        (
            Person(
                "", chance.choice(["land", "civil_status"]), 450 + 480 * chance.random() ** 1.6, chance.random() < 0.2,
                chance.random() < 0.06, chance.random() < 0.08,
            )
            for _ in range(citizens)
        ),
        key=lambda person: person.came,
    )  # fmt: skip
    for number, person in enumerate(people):
        person.code, person.since = f"X-{number + 1:03d}", person.came
    clerks = [Clerk(1, 450), Clerk(2, 452, ((590, 612),)), Clerk(3, 450, ((985, 2000),))]
    line = list(people)
    while line:
        clerk = min((each for each in clerks if each.free < 2000), key=lambda each: each.free)
        able = [person for person in line if person.service in SKILLS[clerk.number]]
        here = [person for person in able if person.since <= clerk.free]
        if not here:
            clerk.free = min((person.since for person in able), default=2000.0) + chance.uniform(0.02, 0.3)
            continue
        moment = clerk.free + chance.expovariate(1 / 0.7)
        for begin, end in ((NOON, AFTER_NOON), *clerk.away):
            if begin <= moment < end:
                moment = end
        if moment > clerk.free + 3.5 or moment >= 2000:  # away: whoever waits waits on
            clerk.free = moment
            continue
        person = min(here, key=lambda each: each.since)
        clerk.free = serve(person, clerk.number, moment, chance)
        if person.state != "waiting":
            line.remove(person)
    return [
        Visit(
            code=each.code,
            issued_for=each.spans[0].service,
            state=each.state,
            dossiers=1,
            issued_at=MIDNIGHT + timedelta(minutes=each.came),
            counter=None,
            clerk=None,
            is_priority=each.is_priority,
            spans=tuple(each.spans),
        )
        for each in people
    ]


def serve(person: Person, counter: int, moment: float, chance: random.Random) -> float:
    person.stay("waiting", None, person.since, moment, "call")
    if person.is_absent:
        person.stay("called", counter, moment, moment + 1.5, "no_show")
        person.state = "no_show"
        return moment + 1.5
    way = moment + chance.uniform(0.2, 0.9)
    end = way + chance.lognormvariate(1.9, 0.7)
    person.stay("called", counter, moment, way, "start")
    if person.moves:
        person.stay("serving", counter, way, end, "transfer")
        person.moves, person.since = False, end
        person.service = "land" if person.service == "civil_status" else "civil_status"
    else:
        person.stay("serving", counter, way, end, "finish")
        person.state = "served"
    return end


def taken_apart(visits: list[Visit]) -> Recorded:
    return recorded(visits, day=DAY, hours=COMMUNE, timezone="Asia/Ho_Chi_Minh", counters=SKILLS)


@pytest.mark.parametrize("seed", range(20))
def test_a_day_lived_again_with_its_own_assignment_has_its_waits(seed: int) -> None:
    found = suppose(taken_apart(generated(seed)))
    assert found.then > 5
    assert abs(found.error) < 0.05


def test_legs_are_read_from_the_spans() -> None:
    visits = generated(1)
    record = taken_apart(visits)
    assert sum(leg.is_first for leg in record.legs) == len(visits)
    assert sum(not leg.is_first for leg in record.legs) == sum(
        sum(span.ended_by == "transfer" for span in visit.spans) for visit in visits
    )
    assert sum(leg.is_absent for leg in record.legs) == sum(visit.state == "no_show" for visit in visits)
    assert all(leg.minutes > 0 and leg.ready <= leg.called for leg in record.legs)
    pauses = [leg.pause for leg in record.legs]
    assert max(pauses) <= 5
    assert 0.2 < sum(pauses) / len(pauses) < 1.5


def test_who_went_for_a_break_is_seen() -> None:
    away = taken_apart(generated(1)).away
    assert any(begin < 150 < end for begin, end in away[2])  # 10:00, of an office that opens at 07:30


def test_who_left_while_somebody_waited_is_seen_and_who_had_nobody_to_call_did_not_leave() -> None:
    visits = []
    for number, counter, came, called in ((1, 3, 500, 500), (2, 2, 501, 501), (3, 2, 503, 520), (4, 1, 600, 600)):
        service = "land" if counter == 1 else "civil_status"
        person = Person(f"X-{number:03d}", service, came, is_priority=False, is_absent=False, moves=False, since=came)
        serve(person, counter, called, random.Random(1))
        came_at = MIDNIGHT + timedelta(minutes=came)
        visits.append(Visit(person.code, service, "served", 1, came_at, None, None, spans=tuple(person.spans)))
    away = taken_apart(visits).away
    assert [end for _begin, end in away[3]] == [float("inf")]
    assert away[3][0][0] < 70
    assert away[1] == ()


def test_the_crowd_is_that_of_the_record_and_counters_can_be_changed() -> None:
    record = taken_apart(generated(2))
    crowd, hall = crowd_of(record), hall_of(record)
    assert len(crowd.at) == len({leg.ticket for leg in record.legs})
    assert list(crowd.at) == sorted(crowd.at)
    assert sum(map(len, crowd.legs)) == sum(not leg.is_first for leg in record.legs)
    assert [len(desk.fields) for desk in hall.desks] == [1, 2, 1]
    changed = hall_of(record, {1: {"land": 1, "civil_status": 1}, 3: {}, 9: {"land": 1}})
    assert [len(desk.fields) for desk in changed.desks] == [2, 2, 1]
    assert changed.desks[2].shifts is None


def test_another_counter_helps_and_one_less_does_not() -> None:
    record = taken_apart(generated(3))
    assert suppose(record, {4: {"land": 1, "civil_status": 1}}).hours_saved > 5
    assert suppose(record, {2: {}}).hours_saved < -5
    shut = suppose(record, {1: {}, 2: {}}).after
    assert shut.unserved > 0


def test_the_engine_under_the_rule_of_the_day_comes_near_the_day() -> None:
    # These clerks knew no priority: the day itself is first come, first served.
    for seed in range(5):
        record = taken_apart(generated(seed))
        found = suppose(record, rule="first_come")
        assert found.after.mean == pytest.approx(found.then, rel=0.15)


def test_what_a_long_wait_was_recorded_as_is_what_is_compared() -> None:
    pairs = as_it_was(taken_apart(generated(4)))
    assert max(abs(then - again) for then, again in pairs) < 12


def test_a_counter_that_is_never_left_has_no_shifts() -> None:
    assert shifts_around(()) is None
    assert shifts_around(((0.0, 5.0), (10.0, 20.0))) == ((5.0, 10.0), (20.0, float("inf")))


def test_an_office_that_calls_at_noon_was_open_at_noon() -> None:
    person = Person("X-001", "land", 700, is_priority=False, is_absent=False, moves=False, since=700)
    serve(person, 1, 720, random.Random(1))
    visit = Visit(
        "X-001", "land", "served", 1, MIDNIGHT + timedelta(minutes=700), None, None, spans=tuple(person.spans)
    )
    record = taken_apart([visit])
    assert (record.hours.breaks, record.hours.length) == ((), 570)
    assert record.legs[0].called - record.legs[0].ready == 20


def test_a_ticket_that_was_never_called_is_left_out_and_counted() -> None:
    waited = SpanView("waiting", "land", None, None, MIDNIGHT + timedelta(minutes=500), None, None)
    visit = Visit("X-001", "land", "waiting", 1, MIDNIGHT + timedelta(minutes=500), None, None, spans=(waited,))
    record = taken_apart([visit])
    assert (record.legs, record.uncalled) == ((), 1)
    assert suppose(record).n == 0


def test_being_on_hold_is_a_delay_and_no_work_of_the_counter() -> None:
    person = Person("X-001", "land", 500, is_priority=False, is_absent=False, moves=False)
    person.stay("waiting", None, 500, 505, "call")
    person.stay("called", 1, 505, 506, "start")
    person.stay("serving", 1, 506, 510, "hold")
    person.stay("held", 1, 510, 530, "resume")
    person.stay("serving", 1, 530, 533, "finish")
    visit = Visit(
        "X-001", "land", "served", 1, MIDNIGHT + timedelta(minutes=500), None, None, spans=tuple(person.spans)
    )
    legs = taken_apart([visit]).legs
    assert [(leg.minutes, leg.delay) for leg in legs] == [(5, 0), (3, 20)]


def test_a_counter_that_was_paused_or_opened_late_or_closed_is_not_there() -> None:
    person = Person("X-001", "land", 500, is_priority=False, is_absent=False, moves=False, since=500)
    serve(person, 1, 500, random.Random(1))
    came_at = MIDNIGHT + timedelta(minutes=500)
    visit = Visit("X-001", "land", "served", 1, came_at, None, None, spans=tuple(person.spans))
    said = [(480, 2, True), (490, 1, True), (540, 1, False), (600, 1, True), (900, 1, False), (910, 1, False)]
    seats = [Seat(MIDNIGHT + timedelta(minutes=at), counter, is_open) for at, counter, is_open in said]
    record = recorded([visit], day=DAY, hours=COMMUNE, timezone="Asia/Ho_Chi_Minh", counters=SKILLS, seats=seats)
    assert record.away[1] == ((0, 40), (90, 150), (330, float("inf")))
    assert record.away[2] == ((0, 30),)
    assert record.away[3] == ()
