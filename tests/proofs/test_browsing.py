"""The proof of the hall in a browser, in short: boards that come and go.

The long one, with a real Chromium, is `python -m benchmarks.browsing`.
"""

from pathlib import Path

import pytest

from benchmarks.browsing.crowd import Watched, before_boards
from benchmarks.browsing.served import FAULTS, office, running


def crowd(folder: Path, fault: str = "", *, seconds: float = 3) -> Watched:
    """Let four boards, whose lines are cut again and again, listen to a call each tenth of a second."""
    with running(office(folder), fault) as served:
        return before_boards(served, seconds, every=0.1, boards=4, drops=(0.3, 1.0), settling=1.5)


def test_boards_that_come_and_go_hear_every_call_once_and_in_order(tmp_path: Path) -> None:
    watched = crowd(tmp_path)
    assert watched.wrong == []
    assert watched.calls > 20
    assert watched.lines > 8


@pytest.mark.parametrize("fault", list(FAULTS)[:3])
def test_the_proof_finds(tmp_path: Path, fault: str) -> None:
    assert crowd(tmp_path, fault, seconds=6).wrong


def test_a_run_in_which_nobody_calls_fails(tmp_path: Path) -> None:
    assert crowd(tmp_path, seconds=0).wrong == ["idle: nobody was called"]
