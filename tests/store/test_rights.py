"""Who may do what, at the store: refused by role, written down, and what is open cannot be taken away."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from queueapp.cli.batch import Batch
from queueapp.cli.requests import OPERATIONS
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.counters import close_counter, open_counter
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import accept_clock
from queueapp.operations.leaving import void
from queueapp.operations.mending import mend
from queueapp.operations.office import configure
from queueapp.operations.priority import set_priority
from queueapp.operations.rights import require_to
from queueapp.operations.serving import finish, hold
from queueapp.operations.signing import set_pin
from queueapp.queries.counters import counter_views
from queueapp.queries.hall import board
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError
from queueapp.rules.rights import RIGHTS, may
from queueapp.rules.views import EventView
from queueapp.screens.board import BoardScreen
from queueapp.session import Session
from queueapp.settings import Settings, StaffSettings, default_settings
from tests.factories import Hall

ROLES = {"an": "clerk", "binh": "receptionist", "chi": "supervisor", "dung": "admin", "em": "clerk"}
PIN = "482913"
quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash
VALUES = {
    "service": "land",
    "counter": 1,
    "ticket": "D-001",
    "to": "land",
    "day": "2026-11-23",
    "number": 901,
    "issued": "07:30",
}


def settings(people: dict[str, str], **changed: Any) -> Settings:
    staff = [StaffSettings.model_validate({"name": name, "role": role}) for name, role in people.items()]
    return default_settings().model_copy(update={"staff": staff, **changed})


def staffed(hall: Hall, **changed: Any) -> Hall:
    """Let the office know its people, without PINs."""
    hall.do(configure, settings=settings(ROLES, **changed))
    return hall


def guarded(hall: Hall, **changed: Any) -> Hall:
    """Give everybody a PIN."""
    staffed(hall, **changed)
    for name in ("dung", "an", "binh", "chi", "em"):
        by = None if name == "dung" else "dung"
        hall.do(set_pin, name=name, pin=PIN, make_hash=quick, staff=by)
    return hall


def refused(hall: Hall, operation: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(QueueError) as caught:
        hall.do(operation, **given)
    assert caught.value.message
    return caught.value.code


def refusals(hall: Hall) -> list[EventView]:
    return [event for event in hall.database.read(events_after) if event.verb == "refuse"]


def cells() -> list[Any]:
    return [pytest.param(name, id=role) for name, role in ROLES.items() if name != "em"]


@pytest.mark.parametrize("name", cells())
def test_every_operation_is_refused_or_not_by_role_and_every_refusal_is_written_down(hall: Hall, name: str) -> None:
    guarded(hall)
    batch = Batch(hall.database, hall.clock, staff=name)
    expected = []
    for request in OPERATIONS:
        given = {field.name: VALUES.get(field.name, "x") for field in request.fields if field.is_required}
        given |= {"ticket": "D-001"} if any(field.name == "ticket" for field in request.fields) else {}
        answer = batch.answer(json.dumps({"do": request.do, **given}).encode())
        is_refused = not answer["ok"] and answer["error"]["code"] == "not_allowed"
        assert is_refused == (not may(ROLES[name], request.do, {})), (request.do, answer)
        expected += [(name, request.do)] if is_refused else []
    assert [(event.clerk, event.detail["right"]) for event in refusals(hall)] == expected
    assert hall.database.read(verify).difference is None


def test_who_gives_no_name_is_refused_everything_where_people_have_pins(hall: Hall) -> None:
    guarded(hall)
    for operation, given in ((issue, {"service": "land"}), (call, {"counter": 1}), (close_day, {})):
        assert refused(hall, operation, **given) == "not_allowed"
    assert [(event.clerk, event.detail["right"]) for event in refusals(hall)] == [
        (None, "issue"),
        (None, "call"),
        (None, "close_day"),
    ]


def test_an_office_without_pins_is_open_to_who_gives_no_name(hall: Hall) -> None:
    staffed(hall)
    hall.waiting()
    hall.do(void, ticket="D-001", reason="a mistake")
    hall.do(close_day, reason="an exercise")
    assert refusals(hall) == []


def test_who_gives_a_name_is_held_to_its_role_even_without_pins(hall: Hall) -> None:
    staffed(hall)
    hall.waiting()
    assert refused(hall, void, ticket="D-001", reason="x", staff="an") == "not_allowed"
    assert [(event.clerk, event.detail["right"]) for event in refusals(hall)] == [("an", "void")]
    assert hall.ticket(void, ticket="D-001", reason="x", staff="binh").state == "void"


def test_a_refusal_changes_nothing_but_the_log(hall: Hall) -> None:
    guarded(hall)
    hall.waiting(staff="binh")
    later = hall.clock() + timedelta(minutes=5)  # of one moment: how long the next would wait moves with the time
    before = hall.database.read(board, at=later)
    revision = hall.database.revision()
    assert refused(hall, void, ticket="D-001", reason="x", staff="an") == "not_allowed"
    after = hall.database.read(board, at=later)
    assert (after.calls, after.services) == (before.calls, before.services)
    assert hall.database.revision() == revision + 1


def test_a_refused_command_leaves_its_key_unused(hall: Hall) -> None:
    guarded(hall)
    hall.waiting(staff="binh")
    with pytest.raises(QueueError):
        hall.once(void, "a-key", ticket="D-001", reason="x", staff="an")
    assert hall.once(void, "a-key", ticket="D-001", reason="x", staff="binh").ticket is not None


def test_picking_out_of_order_needs_its_own_right_and_changes_nothing_without(hall: Hall) -> None:
    guarded(hall)
    hall.waiting(staff="binh")
    hall.waiting(staff="binh")
    picked: dict[str, Any] = {"counter": 1, "ticket": "D-002", "reason": "an acquaintance"}
    assert refused(hall, call, staff="an", **picked) == "not_allowed"
    assert refusals(hall)[0].detail["right"] == "pick"
    assert hall.ticket(call, counter=1, staff="an").code == "D-001"
    hall.do(start, counter=1, staff="an")
    hall.do(finish, counter=1, staff="an")
    assert hall.ticket(call, staff="chi", **picked).code == "D-002"


def test_an_office_says_otherwise_in_its_settings(hall: Hall) -> None:
    staffed(hall, rights={"void": ["clerk"], "set_priority": []})
    hall.waiting()
    assert refused(hall, void, ticket="D-001", reason="x", staff="dung") == "not_allowed"
    assert refused(hall, set_priority, ticket="D-001", priority="elderly", reason="x", staff="dung") == "not_allowed"
    assert hall.ticket(void, ticket="D-001", reason="x", staff="an").state == "void"


def test_what_is_no_operation_of_the_queue_stands_behind_a_right_too(hall: Hall) -> None:
    guarded(hall)
    for right in ("backup", "restore"):
        assert refused(hall, require_to, right=right, staff="an") == "not_allowed"
        hall.do(require_to, right=right, staff="dung")
    assert refused(hall, accept_clock, staff="an") == "not_allowed"
    assert refused(hall, configure, settings=settings(ROLES), staff="chi") == "not_allowed"
    assert [event.detail["right"] for event in refusals(hall)] == ["backup", "restore", "accept_clock", "configure"]
    done = [(event.verb, event.clerk) for event in hall.database.read(events_after)]
    assert ("backup", "dung") in done
    assert ("restore", "dung") in done


def test_somebody_who_works_here_no_more_is_unknown(hall: Hall) -> None:
    guarded(hall)
    hall.do(configure, settings=settings({name: role for name, role in ROLES.items() if name != "em"}), staff="dung")
    assert refused(hall, call, counter=1, staff="em") == "unknown_staff"


def test_a_name_with_a_pin_is_not_believed_without_it_in_batch(hall: Hall) -> None:
    guarded(hall)
    batch = Batch(hall.database, hall.clock)
    line = {"do": "issue", "service": "land", "as": "binh"}
    assert batch.answer(json.dumps(line).encode())["error"]["code"] == "not_allowed"
    assert batch.answer(json.dumps(line | {"pin": "000000"}).encode())["error"]["code"] == "not_allowed"
    assert batch.answer(json.dumps(line | {"pin": PIN}).encode())["ok"]
    assert batch.answer(json.dumps(line).encode())["ok"], "a proof holds as long as the process"
    assert batch.answer(json.dumps(line | {"as": "chi"}).encode())["error"]["code"] == "not_allowed"


def test_a_second_clerk_who_opens_a_counter_takes_it_over_and_that_is_logged(hall: Hall) -> None:
    staffed(hall)
    hall.do(open_counter, counter=1, staff="an")
    hall.do(open_counter, counter=1, staff="em")
    assert hall.database.read(counter_views)[0].clerk == "em"
    opened = [event for event in hall.database.read(events_after) if event.verb == "open_counter"]
    assert [(event.clerk, "takeover" in event.detail) for event in opened] == [("an", False), ("em", True)]
    hall.do(open_counter, counter=2, staff="em")
    moved = hall.database.read(events_after)[-1]
    assert moved.detail["moved_from"] == 1
    assert [each.clerk for each in hall.database.read(counter_views)][:2] == [None, "em"]


def test_the_board_may_write_nothing() -> None:
    assert BoardScreen.MAY_WRITE is False
    assert not any("write" in name or "operation" in name for name in BoardScreen.load.__code__.co_names)


def without(hall: Hall, **changed: Any) -> str:
    """Try to take something out of the settings, and return the sentence of the refusal."""
    before = hall.database.revision()
    with pytest.raises(QueueError) as caught:
        hall.do(configure, settings=settings(ROLES).model_copy(update=changed))
    assert hall.database.revision() == before
    return caught.value.message


def less_service(code: str) -> dict[str, Any]:
    full = settings(ROLES)
    counters = [
        each.model_copy(update={"services": [name for name in each.services if name != code]})
        for each in full.counters
        if each.services != [code]
    ]
    return {"services": [each for each in full.services if each.code != code], "counters": counters}


def less_counter(number: int) -> dict[str, Any]:
    return {"counters": [each for each in settings(ROLES).counters if each.number != number]}


def less_person(name: str) -> dict[str, Any]:
    return {"staff": [each for each in settings(ROLES).staff if each.name != name]}


def test_a_field_in_which_somebody_waits_cannot_be_removed_and_they_are_listed(hall: Hall) -> None:
    staffed(hall)
    hall.waiting("social_affairs")
    hall.waiting("social_affairs")
    sentence = without(hall, **less_service("social_affairs"))
    assert "X-001: social_affairs" in sentence
    assert "X-002: social_affairs" in sentence


@pytest.mark.parametrize("state", ["called", "serving", "held"])
def test_a_counter_and_a_clerk_with_a_ticket_cannot_be_removed(hall: Hall, state: str) -> None:
    staffed(hall)
    hall.waiting()
    hall.do(call, counter=1, staff="an")
    if state != "called":
        hall.do(start, counter=1, staff="an")
    if state == "held":
        hall.do(hold, counter=1, staff="an")
    assert "D-001: counter 1" in without(hall, **less_counter(1))
    assert "D-001: an" in without(hall, **less_person("an"))


def test_a_clerk_and_a_counter_with_an_open_shift_cannot_be_removed(hall: Hall) -> None:
    staffed(hall)
    hall.do(open_counter, counter=2, staff="an")
    assert "an: counter 2" in without(hall, **less_person("an"))
    assert "an: counter 2" in without(hall, **less_counter(2))
    hall.do(close_counter, counter=2, staff="an")
    hall.do(configure, settings=settings(ROLES).model_copy(update=less_counter(2) | less_person("an")))


def test_what_has_nothing_open_any_more_can_be_removed(hall: Hall) -> None:
    staffed(hall)
    hall.waiting()
    hall.do(call, counter=1, staff="an")
    hall.do(mend, ticket="D-001", to="left", reason="went away", staff="chi")
    hall.do(configure, settings=settings(ROLES).model_copy(update=less_service("land") | less_person("an")))
    assert refused(hall, issue, service="land") == "unknown_service"
    assert hall.database.read(verify).difference is None


def test_every_right_of_the_table_is_asked_for_somewhere() -> None:
    named = {request.do for request in OPERATIONS}
    assert RIGHTS.keys() - named == {
        "pick",
        "override_stop",
        "export",
        "backup",
        "restore",
        "purge",
        "configure",
        "edit_catalogue",
        "take_field",
        "set_pin",
        "accept_clock",
    }


def test_a_read_may_be_asked_by_anybody(hall: Hall) -> None:
    guarded(hall)
    batch = Batch(hall.database, hall.clock)
    for do in ("status", "closing", "stuck", "events"):
        assert batch.answer(json.dumps({"do": do}).encode())["ok"]


def test_a_refusal_is_not_lost_when_the_operation_was_the_first_of_a_process(hall: Hall) -> None:
    guarded(hall)
    hall.database.close()
    assert refused(hall, call, counter=1, staff="binh") == "not_allowed"
    assert hall.database.read(_revision) == refusals(hall)[-1].seq


def _revision(session: Session) -> int:
    return session.office.revision
