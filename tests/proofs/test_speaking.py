"""The proof of the voice, in short: every call heard once, in order, one at a time; broken speakers are found out.

The long one is `python benchmarks/speaking.py`.
"""

import pytest

from benchmarks.speaking import FAULTS, fifty, is_found, killed


def test_calls_of_one_instant_from_four_processes_are_heard_once_each_in_order() -> None:
    wrong, figures = fifty(16, 4, undone=3)
    assert wrong == []
    assert "heard 13," in figures


def test_none_is_lost_and_none_heard_twice_when_the_speaker_is_killed() -> None:
    wrong, _figures = killed(12, 11, longest=0.3)
    assert wrong == []


@pytest.mark.parametrize("fault", ["what was heard is not written down", "the order of the tickets"])
def test_the_proof_finds(fault: str) -> None:
    assert is_found(fault, kills=12)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_the_proof_finds_every_fault(fault: str) -> None:
    assert is_found(fault)


def test_a_run_in_which_nobody_calls_fails() -> None:
    wrong, _figures = fifty(0, 1, undone=0)
    assert [each.partition(":")[0] for each in wrong] == ["idle"]
