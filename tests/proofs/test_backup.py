"""The proof of backups, in short: every one agrees, a flipped byte is refused, and the proof itself can fail."""

from benchmarks.backup import _by_copying, _Old, _unseen, flipped, is_wrong, under_load
from benchmarks.seeding import replaced
from queueapp.backups import proving
from queueapp.database import Database


def test_every_backup_made_under_load_restores_and_agrees() -> None:
    assert under_load(5) == []


def test_every_flipped_byte_of_a_backup_or_its_list_is_refused() -> None:
    assert flipped(60, 2) == 0


def test_the_proof_finds_a_backup_by_copying_and_one_of_an_old_instant() -> None:
    with replaced(Database, "copy_to", _by_copying):
        assert is_wrong(12)
    with replaced(Database, "copy_to", _Old(Database.copy_to)):
        assert is_wrong(4)


def test_the_proof_finds_that_nobody_looks_at_the_bytes() -> None:
    with replaced(proving, "checked", _unseen):
        assert flipped(20, 1, lists_too=False)


def test_a_run_in_which_nobody_works_fails() -> None:
    assert under_load(4, workers=0) == ["idle: nobody worked meanwhile"]
