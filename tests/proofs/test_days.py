"""The proof of random days, in short: no contradiction, a broken queue is found out, and an idle run fails."""

import sys

import pytest

from benchmarks.days import FAULTS, WEIGHTS, live, main


def test_random_days_of_all_verbs_close_without_a_contradiction() -> None:
    done = live(4, 11)
    assert sum(done.values()) > 50
    assert done.keys() <= WEIGHTS.keys()


@pytest.mark.parametrize(
    "fault", ["a finish without its event", "closing forgets the waiting", "a span that is not ended"]
)
def test_the_proof_finds(fault: str) -> None:
    with FAULTS[fault](), pytest.raises(Exception):  # noqa: B017, PT011 - a fault may break a day in any way
        live(6, 7)


def test_a_run_without_a_day_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["days.py", "--days", "0"])
    assert main() == 1
