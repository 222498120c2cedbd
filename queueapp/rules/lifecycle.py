"""Who may go where: the states of a ticket and the verbs that lead from one to the next."""

from dataclasses import dataclass

from queueapp.rules.errors import NotWaitingError, WrongStateError

OPEN_STATES = ("waiting", "called", "serving", "held")
END_STATES = ("served", "no_show", "left", "sent_home", "carried_over", "void")
STATES = OPEN_STATES + END_STATES
KINDS = OPEN_STATES  # a span's kind is the state that it is a stretch of
AT_COUNTER = ("called", "serving")

COUNTER_STATES = ("open", "paused", "closed")
ROLES = ("receptionist", "clerk", "supervisor", "admin")
OUTCOMES = ("done", "missing_papers", "refused", "redirected", "system_down")
POSITIONS = ("own", "front", "end")
PRINT_STATES = ("pending", "printing", "printed", "failed", "uncertain", "dropped")
TIME_UNITS = ("working_day", "calendar_day")


@dataclass(frozen=True, slots=True)
class Transition:
    """What a verb asks of a ticket, and where it may lead."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]


TRANSITIONS = {
    "call": Transition(("waiting",), ("called",)),
    "recall": Transition(("called",), ("called",)),
    "start": Transition(("called",), ("serving",)),
    "no_show": Transition(("called",), ("waiting", "no_show")),
    "finish": Transition(("serving",), ("served",)),
    "hold": Transition(("serving",), ("held",)),
    "resume": Transition(("held",), ("serving",)),
    "send_to_fix": Transition(("serving",), ("held",)),
    "return_from_fix": Transition(("held",), ("waiting",)),
    "transfer": Transition(("called", "serving"), ("waiting",)),
    "put_back": Transition(("called", "serving"), ("waiting",)),
    "leave": Transition(("waiting", "called", "held"), ("left",)),
    "postpone": Transition(("waiting",), ("carried_over",)),
    "void": Transition(("waiting", "held"), ("void",)),
    "bring_back": Transition(("no_show", "left"), ("waiting",)),
    "set_priority": Transition(OPEN_STATES, OPEN_STATES),
}
SENT_HOME_REASONS = ("closing_time", "portal_down", "staff_missing", "papers", "other")
VOID_OF_ROLL = ("served", "left", "no_show")  # in which a number of the paper roll may turn out to be a mistake
CLOSING_ENDS = ("left", "sent_home", "carried_over", "served", "void")


def is_allowed(verb: str, state: str) -> bool:
    """Say whether `verb` may be done with a ticket in `state`."""
    return state in TRANSITIONS[verb].sources


def require(verb: str, state: str, ticket: str) -> None:
    """Refuse `verb` for a ticket whose state forbids it (NotWaitingError for a call, else WrongStateError)."""
    if not is_allowed(verb, state):
        raise (NotWaitingError if verb == "call" else WrongStateError)(ticket=ticket, state=state)


def after_no_show(calls: int, recall_limit: int) -> str:
    """Return where an absent citizen's ticket goes: back to waiting until it was called `recall_limit` times."""
    return "waiting" if calls < recall_limit else "no_show"


def verbs_for(state: str | None, *, is_from_roll: bool = False) -> frozenset[str]:
    """Return the verbs possible with a ticket in `state`; for no ticket, none."""
    more = {"void"} if is_from_roll and state in VOID_OF_ROLL else set()
    return frozenset(verb for verb in TRANSITIONS if state is not None and is_allowed(verb, state)) | more
