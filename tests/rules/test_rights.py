"""Who may do what, as a table: the roles of each right, and what an office says otherwise."""

from pathlib import Path

import pytest

from queueapp.cli.requests import OPERATIONS
from queueapp.rules.lifecycle import ROLES
from queueapp.rules.rights import RIGHTS, may

ANYBODY = {
    *("issue", "precheck", "return_from_fix", "bring_back", "leave", "undo", "export"),
    "postpone",
    *("reprint", "confirm_print"),
}
AT_A_COUNTER = {
    *("call", "recall", "start", "finish", "no_show", "hold", "resume", "transfer", "put_back", "serve", "wake"),
    "send_to_fix",
    *("open_counter", "close_counter", "pause", "unpause"),
}
OF_THE_HALL = {"void", "set_priority", "enter"}
IN_CHARGE = {"pick", "mend", "close_day", "correct", "backup", "accept_clock", "edit_catalogue", "take_field"} | {
    "override_stop"
}
ADMINISTRATOR = {"configure", "set_pin", "restore", "purge"}


def held_by(role: str | None) -> set[str]:
    return {right for right in RIGHTS if may(role, right, {})}


def test_a_receptionist_has_the_hall() -> None:
    assert held_by("receptionist") == ANYBODY | OF_THE_HALL


def test_a_clerk_has_the_counter() -> None:
    assert held_by("clerk") == ANYBODY | AT_A_COUNTER


def test_a_supervisor_has_both_and_the_day() -> None:
    assert held_by("supervisor") == ANYBODY | AT_A_COUNTER | OF_THE_HALL | IN_CHARGE


def test_an_administrator_has_everything() -> None:
    assert held_by("admin") == set(RIGHTS) == ANYBODY | AT_A_COUNTER | OF_THE_HALL | IN_CHARGE | ADMINISTRATOR


@pytest.mark.parametrize("role", [None, "", "cleaner", "Admin"])
def test_who_has_no_known_role_has_no_right(role: str | None) -> None:
    assert held_by(role) == set()


def test_every_operation_that_can_be_asked_for_from_outside_is_a_right() -> None:
    assert {request.do for request in OPERATIONS} <= RIGHTS.keys()


def test_every_right_names_known_roles_and_somebody_has_it() -> None:
    for roles in RIGHTS.values():
        assert roles
        assert set(roles) <= set(ROLES)


def test_an_office_may_widen_and_narrow_a_right_and_the_others_stay() -> None:
    changed = {"void": ["clerk"], "pick": [], "restore": ["supervisor", "admin"]}
    assert may("clerk", "void", changed)
    assert not may("receptionist", "void", changed)
    assert not any(may(role, "pick", changed) for role in ROLES)
    assert may("supervisor", "restore", changed)
    assert not may("clerk", "close_day", changed)


def test_every_operation_on_the_queue_stands_behind_its_right() -> None:
    doors = Path(__file__).parents[2] / "queueapp" / "operations"
    for request in OPERATIONS:
        module, name = request.door.rsplit(".", 1)
        source = (doors / f"{module.rsplit('.', 1)[1]}.py").read_text(encoding="utf-8")
        assert f"@by_right\ndef {name}(" in source, request.do
