"""The proof of the clock, in short: jumps change no figure, and a faulty clock is found out."""

import os
import time
from collections.abc import Iterator

import pytest

from benchmarks.clock import FAULTS, days
from benchmarks.seeding import replaced
from queueapp import database


@pytest.fixture(autouse=True)
def _zone_kept() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_days_under_jumps_have_the_figures_of_days_without() -> None:
    done, jumps, wrong = days(2, 5)
    assert wrong == []
    assert done > 100
    assert jumps > 5


@pytest.mark.parametrize("fault", FAULTS)
def test_the_proof_finds(fault: str) -> None:
    with replaced(database, "read_clock", FAULTS[fault]):
        try:
            found = bool(days(1, 1)[2])
        except Exception:  # noqa: BLE001 - a fault may as well break the day
            found = True
    assert found


def test_a_run_in_which_nothing_happens_fails() -> None:
    assert days(0, 1) == (0, 0, ["idle"])
