"""Who may do what: the roles that have each right, and what an office may say otherwise."""

from collections.abc import Mapping, Sequence

RECEPTIONIST, CLERK, SUPERVISOR, ADMIN = "receptionist", "clerk", "supervisor", "admin"
_ALL = (RECEPTIONIST, CLERK, SUPERVISOR, ADMIN)
_HALL = (RECEPTIONIST, SUPERVISOR, ADMIN)
_COUNTER = (CLERK, SUPERVISOR, ADMIN)
_CHARGE = (SUPERVISOR, ADMIN)

# Our choice, as no text of law speaks of it; an office may widen or narrow each right in its settings.
RIGHTS: dict[str, tuple[str, ...]] = {
    "issue": _ALL,
    "serve": _COUNTER,
    "call": _COUNTER,
    "pick": _CHARGE,
    "recall": _COUNTER,
    "start": _COUNTER,
    "finish": _COUNTER,
    "no_show": _COUNTER,
    "hold": _COUNTER,
    "resume": _COUNTER,
    "transfer": _COUNTER,
    "put_back": _COUNTER,
    "bring_back": _ALL,
    "leave": _ALL,
    "reprint": _ALL,
    "confirm_print": _ALL,
    "enter": _HALL,
    "void": _HALL,
    "postpone": _ALL,
    "override_stop": _CHARGE,
    "undo": _ALL,
    "set_priority": _HALL,
    "open_counter": _COUNTER,
    "close_counter": _COUNTER,
    "pause": _COUNTER,
    "unpause": _COUNTER,
    "send_to_fix": _COUNTER,
    "return_from_fix": _ALL,
    "precheck": _ALL,
    "mend": _CHARGE,
    "wake": _COUNTER,
    "close_day": _CHARGE,
    "correct": _CHARGE,
    "export": _ALL,
    "backup": _CHARGE,
    "accept_clock": _CHARGE,
    "edit_catalogue": _CHARGE,
    "take_field": _CHARGE,
    "configure": (ADMIN,),
    "set_pin": (ADMIN,),
    "restore": (ADMIN,),
    "purge": (ADMIN,),
}


def may(role: str | None, right: str, changed: Mapping[str, Sequence[str]]) -> bool:
    """Say whether somebody of `role` has a right; `changed` is what the office's settings say otherwise."""
    return role in changed.get(right, RIGHTS[right])
