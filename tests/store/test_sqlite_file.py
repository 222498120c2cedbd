"""The file on its disk: which places are shares, and a copy that is whole or is not there."""

import sqlite3
from pathlib import Path

import pytest

from queueapp.database import Database
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.sqlite_file import copy_to, journal_mode, refuse_network_share
from tests.conftest import MORNING


def mounted(point: Path | str, system: str) -> str:
    """Return a list of mounts in which `point` is of that kind."""
    return f"/dev/a / ext4 rw 0 0\nserver:/x {point} {system} rw 0 0\n"


def filled(path: Path) -> sqlite3.Connection:
    """Make a file with a table of a thousand rows."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE turn (number INTEGER)")
    connection.executemany("INSERT INTO turn VALUES (?)", ((number,) for number in range(1000)))
    return connection


@pytest.mark.parametrize("system", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_a_share_is_refused_with_the_path_and_the_way_out(tmp_path: Path, system: str) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        refuse_network_share(tmp_path / "office.db", mounted(tmp_path, system))
    assert str(tmp_path / "office.db") in caught.value.message
    assert "PostgreSQL" in caught.value.message


def test_a_share_whose_name_has_a_space_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "of the hall"
    folder.mkdir()
    with pytest.raises(DatabaseUnavailableError):
        refuse_network_share(folder / "office.db", mounted(str(folder).replace(" ", "\\040"), "nfs"))


def test_a_share_behind_a_link_is_refused(tmp_path: Path) -> None:
    share, link = tmp_path / "share", tmp_path / "link"
    share.mkdir()
    link.symlink_to(share)
    with pytest.raises(DatabaseUnavailableError):
        refuse_network_share(link / "office.db", mounted(share, "nfs"))


def test_a_folder_whose_name_only_begins_like_a_share_is_a_disk(tmp_path: Path) -> None:
    folder = tmp_path / "share2"
    folder.mkdir()
    refuse_network_share(folder / "office.db", mounted(tmp_path / "share", "nfs"))


def test_the_file_of_this_machine_is_not_refused(tmp_path: Path) -> None:
    refuse_network_share(tmp_path / "office.db")


def test_a_copy_is_its_owners_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    source = filled(tmp_path / "office.db")
    target = tmp_path / "copy.db"
    copy_to(source, target)
    source.close()
    assert target.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"office.db", "copy.db"}
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT count(*), sum(number) FROM turn").fetchone() == (1000, 499_500)
    copy.close()


def test_a_copy_that_fails_leaves_the_earlier_copy_as_it_was(tmp_path: Path) -> None:
    damaged = tmp_path / "office.db"
    damaged.write_bytes(b"this is no database " * 100)
    target = tmp_path / "copy.db"
    target.write_bytes(b"the copy of yesterday")
    source = sqlite3.connect(damaged)
    with pytest.raises(sqlite3.DatabaseError):
        copy_to(source, target)
    source.close()
    assert target.read_bytes() == b"the copy of yesterday"


def test_what_a_broken_copy_left_does_not_enter_the_next(tmp_path: Path) -> None:
    source = filled(tmp_path / "office.db")
    (tmp_path / "copy.db.part").write_bytes(b"half of a copy")
    copy_to(source, tmp_path / "copy.db")
    source.close()
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_file_kept_in_wal_mode_by_another_is_refused_where_the_library_may_damage_it(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    Database(str(path)).open(at=MORNING)
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("SELECT COUNT(*) FROM office").fetchone()
    try:
        if journal_mode() == "WAL":
            Database(str(path)).open(at=MORNING)
        else:
            with pytest.raises(DatabaseUnavailableError, match="WAL"):
                Database(str(path)).open(at=MORNING)
    finally:
        other.close()
    Database(str(path)).open(at=MORNING)


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE moz_places (id INTEGER)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseUnavailableError, match="another program"):
        Database(str(path)).open(at=MORNING)
    assert path.read_bytes() == before
