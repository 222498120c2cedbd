"""The proof of rights, in short: every cell and a PIN that is guessed; broken rights and lock-outs are found out."""

import pytest

from benchmarks.rights.cells import matrix
from benchmarks.rights.guessing import guesses
from benchmarks.rights.seeds import FAULTS, is_found


def test_every_cell_is_as_the_table_says_and_every_refusal_is_written_down() -> None:
    tally = matrix(with_commands=False)
    assert tally.wrong == []
    assert 0 < tally.refused < tally.cells


def test_a_guessed_pin_is_looked_at_five_times_and_then_after_growing_waits() -> None:
    assert guesses(300, 3, pace=10) == (7, [])


@pytest.mark.parametrize("fault", FAULTS)
def test_the_proof_finds(fault: str) -> None:
    assert is_found(fault)


def test_a_run_in_which_nothing_is_tried_fails() -> None:
    assert "idle" in matrix(operations=(), with_commands=False).wrong
    assert guesses(0, 1) == (0, ["idle"])
