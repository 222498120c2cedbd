"""The office's call rule in the real queue: who is next, what the log keeps of it, what it says to who waits."""

from typing import Any

import pytest

from queueapp.operations.calling import call, no_show, start
from queueapp.operations.counters import open_counter
from queueapp.operations.leaving import leave
from queueapp.operations.office import configure
from queueapp.operations.priority import set_priority
from queueapp.operations.serving import finish, put_back, transfer
from queueapp.operations.undoing import undo
from queueapp.queries.hall import desk
from queueapp.queries.settings import current_settings
from queueapp.queries.tickets import events_after, ticket
from queueapp.queries.verifying import verify
from queueapp.rules.reasons import explain, explain_not
from queueapp.settings import Settings, SettingsError, default_settings
from tests.factories import Hall


def ruled(hall: Hall, counters: list[dict[str, Any]] | None = None, **calling: Any) -> None:
    """Give the office a call rule, and counters."""
    given = default_settings().model_dump()
    given["calling"] |= calling
    given["counters"] = counters or given["counters"]
    hall.do(configure, settings=Settings.model_validate(given))


def come(hall: Hall, marks: str, service: str = "land") -> None:
    """Let people come a minute apart: `n` without priority, `p` with it."""
    for mark in marks:
        hall.waiting(service, priority="elderly" if mark == "p" else None)


def called(hall: Hall, times: int, counter: int = 1) -> list[str]:
    """Call so many times, each ticket leaving at once, and return the codes."""
    found = []
    for _ in range(times):
        code = hall.ticket(call, counter=counter, after=1).code
        found.append(code)
        hall.do(leave, ticket=code, after=1)
    return found


def test_priority_goes_before_who_came_five_minutes_earlier(hall: Hall) -> None:
    hall.waiting(after=0)
    hall.waiting(after=300, priority="elderly")
    hall.waiting(after=60, priority="disabled")
    assert called(hall, 3) == ["D-002", "D-003", "D-001"]


def test_who_waited_half_an_hour_goes_before_priority_that_just_came(hall: Hall) -> None:
    hall.waiting()
    hall.waiting(after=1800, priority="elderly")
    assert called(hall, 2) == ["D-001", "D-002"]


def test_priority_without_end_starves_nobody(hall: Hall) -> None:
    come(hall, "n" + "p" * 9)
    assert called(hall, 3) == ["D-002", "D-003", "D-001"]


def test_each_counter_counts_its_own_calls(hall: Hall) -> None:
    come(hall, "nnpppp")
    for counter, code in ((1, "D-003"), (4, "D-004"), (1, "D-005"), (4, "D-006")):
        assert called(hall, 1, counter) == [code]
    assert called(hall, 2) == ["D-001", "D-002"]


def test_a_call_taken_back_does_not_count(hall: Hall) -> None:
    come(hall, "nppp")
    assert called(hall, 1) == ["D-002"]
    for _ in range(3):
        assert hall.ticket(call, counter=1).code == "D-003"
        hall.do(undo, counter=1, after=5)
    assert called(hall, 3) == ["D-003", "D-001", "D-004"]


def test_another_priority_afterwards_changes_no_call_that_was_made(hall: Hall) -> None:
    come(hall, "npnpp")
    codes = [hall.ticket(call, counter=1).code]
    hall.do(set_priority, ticket=codes[0], priority=None, reason="wrong key")
    hall.do(leave, ticket=codes[0])
    assert codes + called(hall, 2) == ["D-002", "D-004", "D-001"]


@pytest.mark.parametrize(
    ("calling", "codes"),
    [
        ({"rule": "first_come"}, ["D-001", "D-002", "D-003", "D-004", "D-005"]),
        ({"rule": "strict", "cap": 0}, ["D-002", "D-003", "D-004", "D-001", "D-005"]),
        ({"rule": "strict"}, ["D-002", "D-003", "D-001", "D-004", "D-005"]),
        ({"rule": "alternate"}, ["D-002", "D-001", "D-003", "D-005", "D-004"]),
        ({"cap": 1, "bonus_minutes": 0}, ["D-002", "D-001", "D-003", "D-005", "D-004"]),
        ({"factor": 1, "bonus_minutes": 0, "cap": 0}, ["D-001", "D-002", "D-003", "D-004", "D-005"]),
    ],
)
def test_an_office_chooses_its_rule(hall: Hall, calling: dict[str, Any], codes: list[str]) -> None:
    ruled(hall, **calling)
    come(hall, "npppn")
    order = [hall.database.read(ticket, each, at=hall.clock()).ahead for each in codes]
    assert order == [0, 1, 2, 3, 4]
    assert called(hall, 5) == codes


def test_two_land_for_one_of_social_affairs(hall: Hall) -> None:
    weights = {"land": 2, "social_affairs": 1}
    ruled(hall, [{"number": 1, "services": ["land", "social_affairs"], "weights": weights}])
    come(hall, "nnnnnn", "social_affairs")
    come(hall, "nnnnnn")
    assert [code[0] for code in called(hall, 9)] == ["D", "X", "D"] * 3
    view = hall.database.read(desk, 1, at=hall.clock())
    assert [each.code[0] for each in view.waiting] == ["X"] * 3
    assert hall.database.read(verify).difference is None


def test_weights_are_kept_and_told(hall: Hall) -> None:
    ruled(hall, [{"number": 7, "services": ["land", "social_affairs"], "weights": {"land": 2}}], rule="strict", cap=3)
    told = hall.database.read(current_settings)
    assert (told.counters[0].weights, told.calling.rule, told.calling.cap) == ({"land": 2}, "strict", 3)
    assert Settings.from_toml(told.to_toml()) == told
    hall.database._driver.execute("UPDATE skill SET weight = 5 WHERE weight = 2")
    assert "counter 7 serves land with weight" in str(hall.database.read(verify).difference)


def test_weights_of_a_field_that_is_not_served_are_refused() -> None:
    toml = (
        default_settings().to_toml().replace("number = 1\n", "number = 1\nweights = {social_affairs = 2, land = 0}\n")
    )
    with pytest.raises(SettingsError) as caught:
        Settings.from_toml(toml)
    assert "counters[0].weights.land" in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        Settings.from_toml(toml.replace("land = 0", "land = 1"))
    assert "counters[0].weights.social_affairs: expected a field that this counter serves" in str(caught.value)


def test_the_log_keeps_the_figures_of_a_call(hall: Hall) -> None:
    come(hall, "np")
    answer = hall.do(call, counter=1)
    assert answer.why is not None
    assert explain(answer.why) == (
        "By waiting points: 13.0 points = 10 + 3 × 1.0 min with priority; "
        "next D-001: 2.0 points, as many minutes waited."
    )
    detail = hall.database.read(events_after)[-1].detail
    assert (detail["rule"], detail["passed"], detail["figures"]["by"]) == ("priority", 1, "points")
    assert detail["figures"]["mine"] == {"code": "D-002", "seconds": 60.0, "is_priority": True}
    assert detail["figures"]["next"] == {"code": "D-001", "seconds": 120.0, "is_priority": False}


def test_who_waits_is_told_why_not(hall: Hall) -> None:
    come(hall, "nnp")
    view = hall.database.read(ticket, "D-002", at=hall.clock())
    assert view.ahead == 2
    assert view.why_not is not None
    assert explain_not(view.why_not) == (
        "By waiting points: 1.0 points, as many minutes waited; 2 before it: "
        "D-003 (10.0 points = 10 + 3 × 0.0 min with priority), D-001 (2.0 points, as many minutes waited)."
    )
    assert hall.called().code == "D-003"
    assert hall.database.read(ticket, "D-003", at=hall.clock()).why_not is None


def test_how_many_are_ahead_is_what_is_then_called(hall: Hall) -> None:
    come(hall, "nnppnpnppn")
    ahead = {
        code: hall.database.read(ticket, code, at=hall.clock()).ahead for code in map("D-{:03d}".format, range(1, 11))
    }
    assert called(hall, 10) == sorted(ahead, key=lambda code: ahead[code] or 0)


def test_who_comes_back_is_first_whatever_the_others_waited(hall: Hall) -> None:
    come(hall, "n")
    hall.do(call, counter=1)
    hall.do(start, counter=1)
    hall.do(transfer, counter=1, to="civil_status", come_back=True)
    come(hall, "pp")
    hall.do(call, counter=2)
    hall.do(start, counter=2)
    hall.do(finish, counter=2)
    answer = hall.do(call, counter=1)
    assert answer.ticket is not None
    assert answer.why is not None
    assert (answer.ticket.code, answer.why.rule) == ("D-001", "first")


def test_a_transfer_keeps_the_credit_of_its_wait(hall: Hall) -> None:
    hall.waiting()
    hall.do(call, counter=1, after=1800)
    hall.waiting("civil_status", priority="elderly")
    hall.do(transfer, counter=1, to="civil_status")
    assert called(hall, 2, counter=2) == ["D-001", "H-001"]


def test_an_absent_priority_citizen_lets_two_go_first(hall: Hall) -> None:
    come(hall, "nnnp")
    assert hall.ticket(call, counter=1, after=1).code == "D-004"
    hall.do(no_show, counter=1, after=1)
    assert called(hall, 1) == ["D-001"]
    hall.clock.advance(minutes=5)
    assert called(hall, 1) == ["D-002"]
    hall.clock.advance(minutes=5)
    assert called(hall, 2) == ["D-004", "D-003"]


def test_at_its_own_place_a_ticket_is_as_it_was(hall: Hall) -> None:
    come(hall, "nnp")
    before = hall.ticket(call, counter=1, after=1).code
    hall.do(put_back, counter=1, position="own", after=1)
    assert hall.ticket(call, counter=1, after=1).code == before
    hall.do(put_back, counter=1, position="end", after=1)
    come(hall, "p")
    assert called(hall, 4) == ["D-001", "D-003", "D-004", "D-002"], "after two calls with priority a normal one"


def test_the_free_counter_with_the_fewest_fields_should_call(hall: Hall) -> None:
    hall.do(open_counter, counter=1)
    hall.waiting()
    assert hall.database.read(desk, 4, at=hall.clock()).better is None, "nobody was ever at counter 1"
    hall.do(call, counter=1)
    hall.do(leave, ticket="D-001")
    hall.waiting()
    assert hall.database.read(desk, 4, at=hall.clock()).better == 1
    assert hall.database.read(desk, 1, at=hall.clock()).better is None
    hall.do(call, counter=1)
    hall.waiting()
    assert hall.database.read(desk, 4, at=hall.clock()).better is None, "counter 1 is busy"
