"""Settings change only what nothing open is told by, and never lock the office out."""

from typing import Any

import pytest

from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.closing import close_day
from queueapp.operations.keeping import keep_up
from queueapp.operations.leaving import leave
from queueapp.operations.office import configure, found
from queueapp.operations.serving import finish, hold, transfer
from queueapp.operations.signing import person_named, set_pin
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.errors import BadRequestError, UnknownStaffError
from queueapp.settings import Settings, default_settings
from tests.conftest import HandClock
from tests.factories import Hall

PIN = "482913"


def settings(**parts: Any) -> Settings:
    """Return the default settings with other letters, time zone, people, rights, or without some fields, counters."""
    given = default_settings().model_dump()
    for service in given["services"]:
        service["letter"] = parts.get("letters", {}).get(service["code"], service["letter"])
    gone, removed = parts.get("without", ()), parts.get("without_counters", ())
    given["services"] = [each for each in given["services"] if each["code"] not in gone]
    given["counters"] = [
        {"number": each["number"], "services": [code for code in each["services"] if code not in gone] or ["land"]}
        for each in given["counters"]
        if each["number"] not in removed
    ]
    given["office"]["timezone"] = parts.get("timezone", given["office"]["timezone"])
    given["staff"] = [{"name": name, "role": role} for name, role in parts.get("people", {}).items()]
    given["rights"] = parts.get("rights", {})
    return Settings.model_validate(given)


def apply(hall: Hall, *, by: str | None = None, **parts: Any) -> None:
    hall.do(configure, settings=settings(**parts), staff=by)


def refusal(hall: Hall, *, by: str | None = None, **parts: Any) -> str:
    """Return why the settings are refused; nothing may have changed."""
    before = hall.database.revision()
    with pytest.raises(BadRequestError) as caught:
        apply(hall, by=by, **parts)
    assert hall.database.revision() == before
    return caught.value.message


def guarded(hall: Hall, **people: str) -> None:
    """Let these people work here, each with a PIN; the first is an administrator."""
    apply(hall, people=people)
    first = next(iter(people))
    for name in people:
        by = None if name == first else first
        hall.do(set_pin, name=name, pin=PIN, make_hash=lambda pin: f"hash of {pin}", staff=by)


def has_pin(hall: Hall, name: str) -> bool:
    return hall.database.read(person_named, name).pin_hash is not None


def evening(hall: Hall, **ends: str) -> None:
    hall.clock.advance(minutes=10 * 60)
    hall.do(close_day, unserved={code.replace("_", "-"): end for code, end in ends.items()})


def test_a_letter_stays_while_its_day_is_open(hall: Hall) -> None:
    hall.waiting()
    hall.waiting()
    hall.do(leave, ticket="D-001")
    assert "D-001 – D-002 (2026-11-23)" in refusal(hall, letters={"land": "Q"})
    apply(hall, letters={"civil_status": "Q"})
    hall.do(leave, ticket="D-002")
    assert "D-001" in refusal(hall, letters={"land": "R", "civil_status": "Q"}), "the day itself is still open"
    evening(hall)
    apply(hall, letters={"land": "R", "civil_status": "Q"})
    hall.clock.advance(minutes=14 * 60)
    assert hall.waiting().code == "R-001"


def test_a_letter_in_use_is_given_to_no_other_field(hall: Hall) -> None:
    hall.waiting()
    assert "D-001" in refusal(hall, letters={"land": "H", "civil_status": "D"})
    hall.do(leave, ticket="D-001")
    assert "D-001" in refusal(hall, letters={"land": "Z", "civil_status": "D"})


def test_the_letter_of_a_removed_field_stays_in_use_until_the_day_is_closed(hall: Hall) -> None:
    hall.waiting("civil_status")
    hall.do(leave, ticket="H-001")
    apply(hall, without=("civil_status",))
    assert "H-001" in refusal(hall, without=("civil_status",), letters={"social_affairs": "H"})
    evening(hall)
    apply(hall, without=("civil_status",), letters={"social_affairs": "H"})
    assert hall.database.read(verify).difference is None


def test_the_time_zone_stays_while_tickets_are_open(hall: Hall) -> None:
    hall.waiting()
    assert "D-001" in refusal(hall, timezone="Asia/Tokyo")
    evening(hall, D_001="left")
    apply(hall, timezone="Asia/Tokyo")
    assert hall.database.read(verify).difference is None


def test_what_a_ticket_comes_back_to_is_not_removed(hall: Hall) -> None:
    hall.serving(counter=1)
    hall.do(transfer, counter=1, to="civil_status", come_back=True)
    message = refusal(hall, without_counters=(1,))
    assert "D-001" in message
    assert "1" in message
    assert "D-001: land" in refusal(hall, without=("land",))
    for verb in (call, start, finish):
        hall.do(verb, counter=2)
    assert "D-001" in refusal(hall, without_counters=(1,))
    hall.do(call, counter=1)
    hall.do(start, counter=1)
    hall.do(finish, counter=1)
    apply(hall, without_counters=(1,))


def test_settings_that_lock_everybody_out_are_refused(hall: Hall) -> None:
    guarded(hall, dung="admin", an="clerk")
    people = {"dung": "admin", "an": "clerk"}
    refused: tuple[dict[str, Any], ...] = (
        {"people": {"an": "clerk"}},
        {"people": {}},
        {"people": {"dung": "supervisor", "an": "clerk"}},
        {"people": {"dung": "clerk", "an": "admin"}},  # whose PIN would be cleared
        {"people": people, "rights": {"configure": ["clerk"]}},
        {"people": people, "rights": {"set_pin": []}},
        {"people": {"dung": "clerk", "moi": "admin"}},  # who has no PIN
    )
    for parts in refused:
        assert "locked out" in refusal(hall, by="dung", **parts)


def test_an_administrator_may_go_when_another_has_a_pin(hall: Hall) -> None:
    guarded(hall, dung="admin", em="admin")
    hall.do(configure, settings=settings(people={"em": "admin"}), staff="dung")
    assert [event.clerk for event in hall.database.read(events_after) if event.verb == "configure"][-1] == "dung"
    with pytest.raises(UnknownStaffError):
        hall.database.read(person_named, "dung")
    assert hall.database.read(verify).difference is None


def test_an_office_without_pins_may_be_set_as_one_likes(hall: Hall) -> None:
    apply(hall, people={"an": "clerk"})
    hall.do(configure, settings=settings(rights={"configure": []}))


def test_who_comes_to_be_in_charge_or_comes_back_needs_a_new_pin(hall: Hall) -> None:
    guarded(hall, dung="admin", an="clerk", binh="receptionist", chi="supervisor")

    def cleared(**people: str) -> Any:
        hall.do(configure, settings=settings(people={"dung": "admin"} | people), staff="dung")
        return hall.database.read(events_after)[-1].detail.get("pins_cleared")

    assert cleared(an="receptionist", binh="clerk", chi="admin") is None
    assert cleared(an="supervisor", binh="admin", chi="admin") == ["an", "binh"]
    assert [has_pin(hall, name) for name in ("an", "binh", "chi", "dung")] == [False, False, True, True]
    assert cleared(an="clerk", binh="clerk") is None
    assert cleared(an="clerk", binh="clerk", chi="clerk") == ["chi"]
    assert not has_pin(hall, "chi")
    assert hall.database.read(verify).difference is None


def test_an_exercise_that_is_set_up_moves_no_time(address: str, clock: HandClock) -> None:
    database = Database(address, first=keep_up)
    database.write(found, default_settings(), is_training=True, at=clock())
    hall = Hall(database, clock)
    hall.serving()
    hall.do(hold, counter=1, minutes=5)
    later = clock.advance(minutes=60)
    database.write(configure, default_settings(), at=later)  # the hold ends in the same transaction, before it
    assert [event.verb for event in database.read(events_after)][-2:] == ["come_back", "configure"]
    assert database.read(verify).difference is None
    database.close()
