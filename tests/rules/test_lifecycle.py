"""Who may go where: the table of the contract, word for word, and what was added to it."""

import pytest

from queueapp.rules.errors import NotWaitingError, WrongStateError
from queueapp.rules.lifecycle import STATES, TRANSITIONS, after_no_show, is_allowed, require, verbs_for

CONTRACT = {
    "call": ("waiting", "called"),
    "recall": ("called", "called"),
    "start": ("called", "serving"),
    "no_show": ("called", "waiting no_show"),
    "finish": ("serving", "served"),
    "hold": ("serving", "held"),
    "resume": ("held", "serving"),
    "send_to_fix": ("serving", "held"),
    "return_from_fix": ("held", "waiting"),
    "transfer": ("called serving", "waiting"),
    "put_back": ("called serving", "waiting"),
    "leave": ("waiting called held", "left"),
    "postpone": ("waiting", "carried_over"),
    "void": ("waiting held", "void"),
    "bring_back": ("no_show left", "waiting"),
    "set_priority": ("waiting called serving held", "waiting called serving held"),
}


def test_the_table_is_the_contracts() -> None:
    table = {verb: (" ".join(each.sources), " ".join(each.targets)) for verb, each in TRANSITIONS.items()}
    assert table == CONTRACT


@pytest.mark.parametrize("verb", CONTRACT)
@pytest.mark.parametrize("state", STATES)
def test_everything_else_is_refused(verb: str, state: str) -> None:
    if state in CONTRACT[verb][0].split():
        require(verb, state, "D-001")
        return
    with pytest.raises(NotWaitingError) as caught:
        require(verb, state, "D-001")
    assert caught.value.code == ("not_waiting" if verb == "call" else "wrong_state")
    assert isinstance(caught.value, WrongStateError) == (verb != "call")
    assert "D-001" in caught.value.message


def test_the_verbs_possible_are_those_allowed() -> None:
    for state in STATES:
        assert verbs_for(state) == {verb for verb in TRANSITIONS if is_allowed(verb, state)}
    assert verbs_for(None) == frozenset()


@pytest.mark.parametrize(
    ("calls", "limit", "state"),
    [(1, 3, "waiting"), (2, 3, "waiting"), (3, 3, "no_show"), (4, 3, "no_show"), (1, 0, "no_show")],
)
def test_a_no_show_after_so_many_calls(calls: int, limit: int, state: str) -> None:
    assert after_no_show(calls, limit) == state
