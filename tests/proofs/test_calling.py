"""The proof of the call rule: a short run is without violations, and it catches a broken rule."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.calling import FAULTS, Day, Tally, live


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_on_any_day_the_three_guarantees_hold(chance: random.Random) -> None:
    tally = Tally()
    Day(chance, tally).live()
    assert tally.wrong == []


def test_a_short_run_looks_at_every_kind() -> None:
    tally = live(40, seed=1)
    assert tally.wrong == []
    assert min(tally.calls, tally.capped, tally.overtakings, tally.bounds) > 0


def test_a_cap_of_one_more_and_a_faster_priority_are_found() -> None:
    for name in ("a cap of one more", "one a minute more"):
        with FAULTS[name]():
            assert live(60, seed=7).wrong, name
