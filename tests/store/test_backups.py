"""Backups: one instant, proved before it is used, private, kept in number; and the way back to one."""

import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from queueapp.backups.keeping import folder_of, kept_in, make_at_close
from queueapp.backups.listing import LIST_SUFFIX, BackupRefusedError, checked, fingerprint, list_of, list_text
from queueapp.backups.making import make
from queueapp.backups.proving import prove
from queueapp.backups.restoring import loss, restore
from queueapp.database import Database
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure, found
from queueapp.queries.hall import status
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.session import Session
from queueapp.settings import Settings, default_settings
from tests.conftest import HandClock
from tests.factories import Hall
from tests.postgres import Server
from tests.store.test_printing import issued as issued_slip
from tests.store.test_printing import printing, settle, states, take

Backup = Callable[[], Path]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give the name of a new backup."""
    return tmp_path / "kept" / "one.backup"


def issued(database: Database, clock: HandClock) -> int:
    """Return how many tickets have been issued."""
    return sum(service.issued for service in database.read(status, at=clock()).services)


def restored(hall: Hall, source: Path, *, staff: str | None = None) -> Path | None:
    """Bring the hall back to a backup; return where the present one went."""
    aside = source.with_name(f"replaced-{hall.database.revision()}")
    _listing, kept = restore(hall.database, source, aside=aside, at=hall.clock.advance(minutes=1), staff=staff)
    return kept


def refused(source: Path, database: Database | None = None) -> str:
    """Return what is said of a backup that is not proved."""
    with pytest.raises(DatabaseUnavailableError) as caught:
        prove(source, server=database)
    return caught.value.message


def modes(folder: Path) -> dict[str, int]:
    """Return what others may do with every file and folder."""
    return {str(each.relative_to(folder)): each.stat().st_mode & 0o777 for each in folder.rglob("*")}


def test_a_backup_is_proved_and_brings_the_office_back(hall: Hall, target: Path) -> None:
    hall.serving()
    listing = make(hall.database, target, at=hall.clock())
    assert (listing.contents.tickets, listing.contents.seq) == (1, hall.database.revision())
    assert prove(target, server=hall.database).events == listing.contents.events
    hall.waiting()
    hall.waiting()
    lost = loss(hall.database, listing)
    assert (lost.events, lost.is_other_history) == (2, False)
    assert lost.since == listing.contents.last_at
    kept = restored(hall, target)
    assert issued(hall.database, hall.clock) == 1
    assert hall.waiting().code == "D-002"
    last = hall.database.read(events_after, after=listing.contents.seq)[0]
    assert (last.verb, last.detail["sha256"]) == ("restore", listing.sha256)
    assert hall.database.read(verify).difference is None
    assert kept is not None
    assert kept.stat().st_size


def test_a_slip_that_waited_when_the_backup_was_made_is_not_printed_twice_after_a_restore(
    hall: Hall, target: Path
) -> None:
    desk = printing(hall)
    code = issued_slip(desk)
    make(desk.database, target, at=desk.clock())
    job = take(desk)
    settle(desk, job, "printed")
    restored(desk, target)
    assert take(desk) is None
    assert states(desk) == [(code, "uncertain")]


def test_what_was_replaced_can_be_brought_back_too(hall: Hall, target: Path, tmp_path: Path) -> None:
    hall.waiting()
    make(hall.database, target, at=hall.clock())
    hall.waiting()
    kept = restored(hall, target)
    assert kept is not None
    if hall.database.path is not None:
        old = Database(str(kept))
        assert issued(old, hall.clock) == 2
        make(old, tmp_path / "again.backup", at=hall.clock())
        old.close()
        kept = tmp_path / "again.backup"
    assert loss(hall.database, checked(kept)).is_other_history
    restore(hall.database, kept, aside=tmp_path / "twice", at=hall.clock.advance(minutes=1))
    assert issued(hall.database, hall.clock) == 2


def test_a_backup_is_of_one_instant_while_another_writes(hall: Hall, address: str, target: Path) -> None:
    stop, written = threading.Event(), []

    def work() -> None:
        other = Database(address)
        while not stop.is_set():
            written.append(other.write(issue, service="land", at=hall.clock()).ticket)
        other.close()

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for number in range(3):
            answered = hall.database.revision()
            each = target.with_name(f"{number}.backup")
            listing = make(hall.database, each, at=hall.clock())
            assert listing.contents.seq >= answered
            prove(each, server=hall.database)
    finally:
        stop.set()
        writer.join()
    assert len(written) > 3


def test_an_existing_file_is_refused_and_left_alone(hall: Hall, target: Path) -> None:
    target.parent.mkdir()
    target.write_text("something else")
    with pytest.raises(BackupRefusedError, match="exists already"):
        make(hall.database, target, at=hall.clock())
    assert target.read_text() == "something else"
    target.unlink()
    target.with_name("one.backup.json").write_text("a list")
    with pytest.raises(BackupRefusedError, match="exists already"):
        make(hall.database, target, at=hall.clock())
    assert [each.name for each in target.parent.iterdir()] == ["one.backup.json"]


def test_a_backup_that_cannot_be_written_leaves_nothing(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DatabaseUnavailableError, match="cannot be written"):
        make(hall.database, tmp_path / "file" / "one.backup", at=hall.clock())
    assert not list(tmp_path.glob("**/one*"))


@pytest.mark.parametrize("ending", ["", LIST_SUFFIX])
def test_one_changed_byte_is_refused_wherever_it_is(hall: Hall, target: Path, ending: str) -> None:
    hall.serving()
    make(hall.database, target, at=hall.clock())
    victim = target.with_name(target.name + ending)
    whole = victim.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 25)):
        victim.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert "refused" in refused(target, hall.database)
    victim.write_bytes(whole)
    prove(target, server=hall.database)


def test_a_cut_backup_an_empty_one_and_one_without_its_list_are_refused(hall: Hall, target: Path) -> None:
    make(hall.database, target, at=hall.clock())
    whole = target.read_bytes()
    for length in (0, 1, 4096, len(whole) - 1):
        target.write_bytes(whole[:length])
        assert "not as it was written" in refused(target)
    target.write_bytes(whole)
    listed = list_of(target)
    for text in ("", "[]", "3", "{}", '{"listing": {}}', '{"listing": []}', "\udcff"):
        listed.write_text(text, errors="surrogateescape")
        assert "damaged" in refused(target)
    listed.unlink()
    assert "cannot be read" in refused(target)
    target.unlink()
    assert "cannot be read" in refused(target)


def test_a_list_written_anew_for_changed_data_is_refused_by_the_chain(hall: Hall, target: Path) -> None:
    if hall.database.path is None:
        pytest.skip("a dump is not edited by hand")
    hall.serving()
    listing = make(hall.database, target, at=hall.clock())
    forger = sqlite3.connect(target, isolation_level=None)
    forger.execute("UPDATE ticket SET dossiers = 7")
    forger.close()
    size, sha256 = fingerprint(target)
    forged = replace(listing, sha256=sha256, size=size)
    list_of(target).write_text(list_text(forged))
    before = hall.database.revision()
    assert "do not explain its tables (ticket 1 D-001.dossiers)" in refused(target)
    with pytest.raises(BackupRefusedError):
        restored(hall, target)
    assert hall.database.revision() == before


def test_a_list_that_promises_more_than_the_backup_holds_is_refused(hall: Hall, target: Path) -> None:
    listing = make(hall.database, target, at=hall.clock())
    more = replace(listing, contents=replace(listing.contents, tickets=9))
    list_of(target).write_text(list_text(more))
    assert "does not hold what its list says" in refused(target, hall.database)
    before = hall.database.revision()
    with pytest.raises(BackupRefusedError, match="does not hold"):
        restored(hall, target)
    assert hall.database.revision() == before


def test_a_backup_of_the_other_kind_of_database_is_refused(hall: Hall, target: Path) -> None:
    listing = make(hall.database, target, at=hall.clock())
    other = replace(listing, kind="postgresql" if listing.kind == "sqlite" else "sqlite")
    list_of(target).write_text(list_text(other))
    with pytest.raises(BackupRefusedError, match="another kind"):
        restored(hall, target)


def test_an_office_with_another_history_is_told_apart(
    hall: Hall, target: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    hall.serving()
    is_file = hall.database.path is not None
    server: Server | None = None if is_file else request.getfixturevalue("postgres")
    elsewhere = str(tmp_path / "other.db") if server is None else server.new_database()
    other = Database(elsewhere)
    named = default_settings().model_dump()
    named["office"]["name"] = "Xã Khác"
    other.write(found, Settings.model_validate(named), at=hall.clock())
    listing = make(other, target, at=hall.clock())
    other.close()
    lost = loss(hall.database, listing)
    assert (lost.is_other_history, lost.events) == (True, hall.database.revision())
    restored(hall, target)
    assert hall.database.read(lambda session: session.office.name) == "Xã Khác"
    assert hall.database.read(verify).difference is None
    if server is not None:
        server.drop(elsewhere)


def test_terminals_that_are_open_go_on_with_the_restored_office(hall: Hall, address: str, target: Path) -> None:
    hall.waiting()
    make(hall.database, target, at=hall.clock())
    terminal = Database(address)
    for _ticket in range(8):
        terminal.write(issue, service="land", at=hall.clock())
    assert issued(terminal, hall.clock) == 9
    restored(hall, target)
    assert issued(terminal, hall.clock) == 1
    answer = terminal.write(issue, service="land", at=hall.clock.advance(minutes=1))
    assert answer.ticket is not None
    assert answer.ticket.code == "D-002"
    assert issued(hall.database, hall.clock) == 2
    terminal.close()


def test_who_restored_is_written_down(hall: Hall, target: Path) -> None:
    named = default_settings().model_dump() | {"staff": [{"name": "an", "role": "admin"}]}
    hall.do(configure, settings=Settings.model_validate(named))
    listing = make(hall.database, target, at=hall.clock())
    restored(hall, target, staff="an")
    assert hall.database.read(events_after, after=listing.contents.seq)[0].clerk == "an"
    restored(hall, target, staff="somebody newer")
    assert hall.database.read(events_after, after=listing.contents.seq)[0].clerk is None


def test_a_damaged_office_is_kept_as_it_is_and_the_backup_put_in_its_place(
    hall: Hall, tmp_path: Path, target: Path
) -> None:
    path = hall.database.path
    if path is None:
        pytest.skip("a server mends its own files")
    hall.waiting()
    make(hall.database, target, at=hall.clock())
    hall.database.close()
    whole = path.read_bytes()
    for number, spoiled in enumerate(
        (b"no database" * 500, whole[:100] + bytes(8000) + whole[8100:], whole[:5000], b"")
    ):
        path.write_bytes(spoiled)
        aside = tmp_path / f"aside-{number}"
        _listing, kept = restore(hall.database, target, aside=aside, at=hall.clock())
        assert issued(hall.database, hall.clock) == 1
        assert kept == (aside if spoiled else None)
        assert not spoiled or aside.read_bytes()[:5000] == spoiled[:5000]
        hall.database.close()
    assert {mode & 0o077 for mode in modes(tmp_path).values()} == {0}


def test_a_terminal_whose_file_was_damaged_goes_on_after_the_restore(hall: Hall, address: str, target: Path) -> None:
    if hall.database.path is None:
        pytest.skip("a server mends its own files")
    hall.waiting()
    make(hall.database, target, at=hall.clock())
    hall.database.path.write_bytes(b"no database" * 500)
    terminal = Database(address)
    with pytest.raises(DatabaseUnavailableError, match="damaged"):
        terminal.revision()
    restore(Database(address), target, aside=target.with_name("aside"), at=hall.clock())
    assert issued(terminal, hall.clock) == 1
    terminal.close()


def test_a_file_that_somebody_keeps_locked_is_not_moved_away(
    hall: Hall, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hall.database.path
    if path is None:
        pytest.skip("a server waits for its own locks")
    make(hall.database, target, at=hall.clock())
    hall.waiting()
    monkeypatch.setattr("queueapp.sqlite_file.BUSY_TIMEOUT_MS", 10)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseUnavailableError, match="locked"):
        restore(hall.database, target, aside=target.with_name("aside"), at=hall.clock())
    other.execute("ROLLBACK")
    other.close()
    assert not target.with_name("aside").exists()
    assert issued(hall.database, hall.clock) == 1


def test_a_file_of_a_newer_program_is_kept_whole_and_unchanged(hall: Hall, target: Path) -> None:
    path = hall.database.path
    if path is None:
        pytest.skip("the tables of a server are replaced in its own transaction")
    make(hall.database, target, at=hall.clock())
    hall.waiting()
    hall.database.close()
    newer = sqlite3.connect(path, isolation_level=None)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    aside = target.with_name("aside")
    restore(hall.database, target, aside=aside, at=hall.clock())
    kept = sqlite3.connect(aside)
    assert kept.execute("SELECT version_num, (SELECT count(*) FROM ticket) FROM alembic_version").fetchone() == (
        "9999",
        1,
    )
    kept.close()
    assert issued(hall.database, hall.clock) == 0


def test_everything_that_is_written_is_private(hall: Hall, target: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        hall.waiting()
        listing = make(hall.database, target, at=hall.clock())
        restored(hall, target)
        make_at_close(hall.database, at=hall.clock())
        assert hall.database.path is None or (tmp_path / "office.db-gate").exists()
    finally:
        os.umask(before)
    assert listing.size == target.stat().st_size
    found_modes = modes(tmp_path)
    assert len(found_modes) >= 6
    for name, mode in found_modes.items():
        assert mode == (0o700 if (tmp_path / name).is_dir() else 0o600), name


def test_the_last_backups_of_the_days_closes_are_kept(hall: Hall) -> None:
    few = default_settings().model_dump() | {"limits": {"backups_kept": 3}}
    hall.do(configure, settings=Settings.model_validate(few))
    folder = folder_of(hall.database)
    (folder.parent / "queueapp-mine.backup").write_text("not one of these")
    made = []
    for _day in range(5):
        hall.waiting()
        hall.clock.advance(minutes=10 * 60)
        hall.do(close_day, unserved={"D-001": "left"})
        made.append(make_at_close(hall.database, at=hall.clock()))
        hall.clock.advance(minutes=14 * 60)
    assert kept_in(folder) == made[-3:]
    assert len(list(folder.iterdir())) == 6
    assert [checked(each).contents.closed_days for each in made[-3:]] == [3, 4, 5]
    assert prove(made[-1], server=hall.database).days == 5


def test_two_days_closed_in_one_second_are_two_backups(hall: Hall) -> None:
    first = make_at_close(hall.database, at=hall.clock())
    second = make_at_close(hall.database, at=hall.clock() + timedelta(milliseconds=1))
    assert kept_in(first.parent) == [first, second]


def test_a_trial_leaves_nothing_behind(hall: Hall, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = target.with_name("scratch")
    scratch.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    make(hall.database, target, at=hall.clock())
    prove(target, server=hall.database)
    assert not list(scratch.iterdir())
    if hall.database.path is None:
        names = hall.database.read(_databases)
        assert not [name for name in names if name.startswith("queueapp_prove")]


def _databases(session: Session) -> list[str]:
    return [name for (name,) in session._driver.execute("SELECT datname FROM pg_database").fetchall()]


def test_a_server_that_gives_no_database_to_try_in_is_not_restored_into(
    hall: Hall, target: Path, request: pytest.FixtureRequest
) -> None:
    if hall.database.path is not None:
        pytest.skip("a file is tried in a file")
    server: Server = request.getfixturevalue("postgres")
    url = hall.database.url.render_as_string(hide_password=False)
    make(hall.database, target, at=hall.clock())
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS humble")
        admin.execute("CREATE ROLE humble LOGIN PASSWORD 'secret-of-humble'")
    humble = Database(url.replace("queueapp@", "humble:secret-of-humble@"))
    with pytest.raises(BackupRefusedError, match="CREATEDB"):
        restore(humble, target, aside=target.with_name("aside"), at=hall.clock())
    assert not target.with_name("aside").exists()
    scratch = server.new_database()
    assert prove(target, scratch_url=scratch).difference is None
    server.drop(scratch)


def test_a_password_is_no_word_of_a_command(
    hall: Hall, target: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if hall.database.path is not None:
        pytest.skip("a file has no password")
    told = tmp_path / "told"
    tool = tmp_path / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$@ / $PGPASSWORD" >> {told}\nexit 3\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    url = hall.database.url.render_as_string(hide_password=False).replace("queueapp@", "queueapp:se%20cret@")
    guarded = Database(url)
    with pytest.raises(BackupRefusedError, match="pg_dump failed"):
        make(guarded, target, at=hall.clock())
    guarded.close()
    words, _slash, secret = told.read_text().strip().partition(" / ")
    assert "--format=custom" in words
    assert "cret" not in words
    assert secret == "se cret"  # noqa: S105
    assert not list(target.parent.iterdir())
