"""What the short runs of the proofs share: faults that are put in on purpose are tried by `pytest -m long` only."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that prove the proofs; the command of each proof, with `--seeded`, tries all of its faults."""
    for item in items:
        if item.name.startswith(("test_the_proof_finds", "test_a_fault_put_in")):
            item.add_marker("long")
