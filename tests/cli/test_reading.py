"""A command that only reads makes no office where a name was written wrong."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize("words", [("status",), ("config", "show"), ("verify",), ("backup", "a.backup")])
def test_what_only_reads_makes_no_office(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run("--db", "typo/y.db", *words)
    assert (ran.status, ran.out) == (3, "")
    assert "There is no file typo/y.db. Look at the name after --db" in ran.err
    assert not (tmp_path / "typo").exists()


def test_what_is_written_first_makes_the_office(run: Run, tmp_path: Path) -> None:
    assert run("--db", "new.db", "issue", "land").status == 0
    assert (tmp_path / "new.db").exists()


def test_the_office_of_the_folder_is_made_at_the_first_start(run: Run, tmp_path: Path) -> None:
    assert run("status", db="").status == 0
    assert (tmp_path / "queueapp.db").exists()
