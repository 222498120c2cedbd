"""The proof of tampering, in short: every edit is named, and a `verify` that looks less closely is found out."""

import pytest

from benchmarks.tampering import edits, is_found


def test_every_edit_of_a_row_is_named() -> None:
    named, _refused, unseen = edits(40, 3)
    assert (named, unseen) == (40, [])


@pytest.mark.parametrize("left_out", ["the hashes of the chain", "a ticket's number of dossiers"])
def test_the_proof_finds_what_verify_leaves_out(left_out: str) -> None:
    assert is_found(left_out, 12)
