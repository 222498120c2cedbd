"""The file: opened, upgraded, refused, and its failures said in words."""

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from queueapp import sqlite_file
from queueapp.address import parse_address
from queueapp.database import Database
from queueapp.migrations.run import upgrade
from queueapp.operations.issuing import issue
from queueapp.operations.office import found
from queueapp.queries.hall import status
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import ClockRefusedError, DatabaseUnavailableError
from queueapp.settings import default_settings
from queueapp.terminal import open_database
from tests.conftest import MORNING, HandClock
from tests.factories import Hall


def said(database: Database) -> str:
    """Return what is said when the database is asked."""
    with pytest.raises(DatabaseUnavailableError) as caught:
        database.revision()
    assert caught.value.code == "database_unavailable"
    return caught.value.message


def old_file(path: Path) -> None:
    """Make a file of the first revision, with an office in it."""
    engine = create_engine(parse_address(str(path)), isolation_level="AUTOCOMMIT", poolclass=StaticPool)
    with engine.connect() as connection:
        upgrade(connection, "0001")
        connection.execute(text("INSERT INTO office VALUES (1, 'Xã', 'Asia/Ho_Chi_Minh', 'vi', false, '{}')"))
        connection.execute(text("INSERT INTO head VALUES (1, 0, 0, NULL)"))
    engine.dispose()


def test_every_connection_is_durable_and_keeps_its_references(database: Database) -> None:
    if database.path is None:
        assert database._driver.execute("SHOW synchronous_commit").fetchone() == ("on",)
        return
    pragmas = {name: database._driver.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    assert pragmas == PRAGMAS | {"journal_mode": sqlite_file.journal_mode(sqlite3.sqlite_version_info).lower()}


PRAGMAS = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "trusted_schema": 0, "journal_mode": ""}


def test_a_new_database_gets_the_default_office(address: str, clock: HandClock) -> None:
    database = open_database(address, clock=clock)
    view = database.read(status, at=clock())
    assert [service.letter for service in view.services] == ["D", "H", "X"]
    assert [counter.services for counter in view.counters][3] == ("land", "civil_status", "social_affairs")
    assert not view.office.is_training
    database.close()


def test_the_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    open_database(str(path)).close()
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_an_older_file_is_upgraded_after_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    old_file(path)
    database = Database(str(path))
    assert database.revision() == 0
    database.close()
    copies = list(tmp_path.glob("office.db.before-0005-*"))
    assert len(copies) == 1
    copy = sqlite3.connect(copies[0])
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert copy.execute("SELECT name FROM office").fetchone() == ("Xã",)
    copy.close()


def test_an_upgrade_that_fails_midway_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    old_file(path)
    clash = sqlite3.connect(path)
    clash.execute("CREATE TRIGGER span_is_never_deleted BEFORE DELETE ON span BEGIN SELECT 1; END")
    before = list(clash.execute("SELECT name FROM sqlite_master ORDER BY name"))
    said(Database(str(path)))
    assert list(clash.execute("SELECT name FROM sqlite_master ORDER BY name")) == before
    assert clash.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    clash.close()


def test_a_newer_file_is_refused_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    open_database(str(path)).close()
    newer = sqlite3.connect(path)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    before = path.read_bytes()
    database = Database(str(path))
    assert "newer queueapp (9999)" in said(database)
    assert "newer queueapp (9999)" in said(database)
    assert path.read_bytes() == before


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE ticket (x)")
    other.close()
    assert "another program" in said(Database(str(path)))


def test_what_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    path.write_bytes(b"this is no database " * 100)
    assert "damaged" in said(Database(str(path)))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "cannot be opened" in said(Database(str(tmp_path / "nowhere" / "office.db")))


def test_a_locked_file_is_said_and_goes_on_by_itself(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "office.db"
    database = open_database(str(path), clock=clock)
    database._driver.execute("PRAGMA busy_timeout=10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseUnavailableError) as caught:
        database.write(issue, service="land", at=clock())
    assert "locked" in caught.value.message
    other.execute("ROLLBACK")
    answer = database.write(issue, service="land", at=clock())
    assert answer.ticket is not None
    assert answer.ticket.code == "D-001"
    other.close()
    database.close()


def test_a_lost_server_is_said_once_and_found_again(postgres_url: str, clock: HandClock) -> None:
    database = open_database(postgres_url, clock=clock)
    killer = psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    killer.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    killer.close()
    with pytest.raises(DatabaseUnavailableError) as caught:
        database.write(issue, service="land", at=clock())
    assert "server" in caught.value.message
    assert Hall(database, clock).waiting().code == "D-001"
    database.close()


@pytest.mark.parametrize(
    ("wrong", "said_of_it"),
    [
        ("postgresql://nobody@/nothing?host=/nowhere", "does not answer"),
        ("postgresql://x:y@127.0.0.1:1/z", "does not answer"),
        ("mysql://x/y", "driver is not installed"),
        ("://", "not a path and not a URL"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
    ],
)
def test_a_wrong_address_is_said(wrong: str, said_of_it: str) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught:
        Database(wrong).revision()
    assert said_of_it in caught.value.message


def test_time_never_runs_backwards(hall: Hall) -> None:
    hall.called()
    late = hall.clock()
    hall.clock.moment -= timedelta(hours=3)
    moved = hall.waiting()
    assert moved.issued_at == late
    events = hall.database.read(events_after)
    assert [event.at for event in events[1:]] == sorted(event.at for event in events[1:])


def test_a_given_clock_neither_goes_back_nor_enters_a_real_office(address: str, clock: HandClock) -> None:
    given = Database(address, is_given_clock=True)
    given.is_given_clock = False
    given.write(found, default_settings(), is_training=True, at=clock())
    given.is_given_clock = True
    given.write(issue, service="land", at=MORNING - timedelta(days=2000))
    with pytest.raises(ClockRefusedError):
        given.write(issue, service="land", at=MORNING - timedelta(days=2001))
    given.close()


def test_a_real_office_takes_no_clock_from_outside(tmp_path: Path, clock: HandClock) -> None:
    real = open_database(str(tmp_path / "real.db"), is_given_clock=True, clock=clock)
    with pytest.raises(ClockRefusedError):
        real.write(issue, service="land", at=clock.advance(minutes=1))
    real.close()


def test_a_copy_is_whole_while_another_writes(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "office.db"
    database = open_database(str(path), clock=clock)
    source = sqlite3.connect(path, isolation_level=None)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            database.write(issue, service="land", at=clock())

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(5):
        sqlite_file.copy_to(source, tmp_path / f"copy-{number}")
    stop.set()
    writer.join()
    database.close()
    source.close()
    for number in range(5):
        copy = sqlite3.connect(tmp_path / f"copy-{number}")
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tickets, spans = (copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("ticket", "span"))
        assert tickets == spans
        copy.close()
