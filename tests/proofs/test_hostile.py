"""A short run of the proof of hostile text; the long one is `python -m benchmarks.hostile`."""

from pathlib import Path

import pytest

from benchmarks.hostile import lines, outside, pure, screens, seeds
from benchmarks.hostile.judging import Tally

FOUND_AT_ONCE = (
    "clean knows ASCII only",
    "only = is a formula",
    "the slip is not clean",
    "a refusal reads braces",
    "a terminal is told to copy",
    "a terminal gets a C1",
    "nothing is counted",
)


def _assert_sound(tally: Tally) -> None:
    assert tally.wrong == [], tally.line()


def test_no_hostile_text_gets_through_the_pure_functions() -> None:
    _assert_sound(pure.run(600, seed=11))


def test_every_hostile_line_is_answered_and_nothing_that_acts_is_kept() -> None:
    _assert_sound(lines.run(300, seed=12))


async def test_nothing_that_acts_is_painted_and_no_key_crashes_the_application() -> None:
    _assert_sound(await screens.run(8, 8, seed=13))


def test_the_terminal_is_told_only_what_the_application_means(tmp_path: Path) -> None:
    _assert_sound(outside.run_terminal(tmp_path, seed=14, keys=7, lines=20, is_torn=False))


@pytest.mark.parametrize("fault", FOUND_AT_ONCE)
def test_a_fault_put_in_is_found(fault: str) -> None:
    assert seeds.seeded((fault,)) == []
