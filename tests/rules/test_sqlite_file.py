"""Where the SQLite file may lie and how it is written."""

from pathlib import Path

import pytest

from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.sqlite_file import create_private, journal_mode, refuse_network_share


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 9), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 54, 0), "WAL"),
    ],
)
def test_wal_only_where_the_library_has_the_fix(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


def test_a_network_share_is_refused(tmp_path: Path) -> None:
    mounts = f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"
    with pytest.raises(DatabaseUnavailableError, match="network share"):
        refuse_network_share(tmp_path / "office.db", mounts)


def test_a_disk_mounted_inside_a_share_is_a_disk(tmp_path: Path) -> None:
    mounts = f"server:/x / nfs rw 0 0\n/dev/b {tmp_path} ext4 rw 0 0\n"
    refuse_network_share(tmp_path / "office.db", mounts)


def test_a_new_file_is_its_owners_alone_and_an_old_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    create_private(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"x")
    create_private(path)
    assert path.read_bytes() == b"x"
