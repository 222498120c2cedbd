"""Short runs of the proofs on a disk that loses power, fails, fills up, or ends an upgrade; README has the long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.disk.shim import can_build

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(
    not can_build() and "QUEUEAPP_REQUIRE_PROOFS" not in os.environ, reason="no C compiler (Debian: gcc libc6-dev)"
)


def ends_with(proof: str, *words: str) -> tuple[int, str]:
    """Run a proof as its command does, and return how it ended and what it said."""
    command = [sys.executable, "-m", f"benchmarks.disk.{proof}", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_was_answered_survives_a_power_cut() -> None:
    status, said = ends_with("power", "--images", "150")
    assert status == 0, said


def test_a_power_proof_without_images_proves_nothing() -> None:
    assert ends_with("power", "--images", "0")[0] == 1


def test_a_disk_that_fails_loses_nothing_and_work_goes_on() -> None:
    status, said = ends_with("faults", "--stride", "170", "--damaged", "60", "--rounds", "1")
    assert status == 0, said


def test_an_interrupted_upgrade_leaves_the_old_or_the_new() -> None:
    status, said = ends_with("upgrade", "--stride", "25")
    assert status == 0, said
