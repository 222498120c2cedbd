"""Failures in words: what happened, what is safe, what to do; and what doctor makes of them."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from queueapp import failures
from queueapp.backups.keeping import folder_of, kept_in, make_at_close
from queueapp.cli.checkup import Finding, checkup
from queueapp.clock import business_day, now
from queueapp.database import Database
from queueapp.failures import DamagedError, in_words
from queueapp.i18n import use_language
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure
from queueapp.queries.hall import status
from queueapp.queries.verifying import verify
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.schema import REVISIONS
from queueapp.settings import default_settings
from queueapp.terminal import open_database
from tests.conftest import HandClock
from tests.factories import Hall
from tests.postgres import Server

SAFE = {"en": ("What was confirmed before is safe.", "What the last backup holds is safe."), "vi": ("vẫn an toàn.",)}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said_of(error: Exception) -> DatabaseUnavailableError:
    """Return what is made of a driver's error."""
    with pytest.raises(DatabaseUnavailableError) as caught, in_words(lambda: None, is_file=True):
        raise error
    return caught.value


def refusal(call: Callable[[], Any]) -> DatabaseUnavailableError:
    """Return the sentence in which something is refused."""
    with pytest.raises(DatabaseUnavailableError) as caught:
        call()
    return caught.value


def levels(found: list[Finding]) -> set[str]:
    """Return how bad it is."""
    return {each.level for each in found}


def bad(address: object) -> str:
    """Return all that doctor finds bad, with what it advises."""
    return " ".join(f"{each.words} {each.advice}" for each in checkup(str(address)) if each.level == "bad")


def warned(address: object) -> str:
    """Return all that doctor warns of."""
    return " ".join(f"{each.words} {each.advice}" for each in checkup(str(address)) if each.level == "warning")


@pytest.mark.parametrize(
    ("words", "happened", "to_do"),
    [
        ("database is locked", "keeps it locked", "Try again"),
        ("canceling statement due to lock timeout", "keeps it locked", "Try again"),
        ("attempt to write a readonly database", "only be read", "Ask for the right"),
        ("database or disk is full", "disk is full", "Free some space"),
        ("could not extend file: No space left on device", "disk is full", "Free some space"),
        ("database disk image is malformed", "damaged", "restore a backup"),
        ("file is not a database", "damaged", "restore a backup"),
        ('invalid page in block 7 of relation "base/1/2"', "damaged", "restore a backup"),
        ("disk I/O error", "failed to read or to write", "queueapp doctor"),
        ("unable to open database file", "cannot be opened", "Check the path"),
        ("[Errno 20] Not a directory: 'x/office.db'", "cannot be opened", "Check the path"),
        ("[Errno 13] Permission denied: 'office.db'", "right to it is missing", "Ask for the right"),
        ('password authentication failed for user "a"', "refused the name or the password", "Check --db"),
        ("no pg_hba.conf entry for host", "refused the name or the password", "Check --db"),
        ('database "x" does not exist', "no database of that name", "Check --db"),
        ("sorry, too many clients already", "no room for another terminal", "Close one"),
        ("connection refused", "does not answer", "Check the network"),
        ("the database system is starting up", "does not answer", "Check the network"),
        ("an error nobody has met", "not known (an error nobody has met)", "queueapp doctor"),
    ],
)
def test_what_a_driver_says_becomes_what_happened_what_is_safe_and_what_to_do(
    words: str, happened: str, to_do: str
) -> None:
    error = said_of(sqlite3.OperationalError(words))
    assert happened in error.message
    assert to_do in error.message
    assert error.message.endswith(SAFE["en"])
    use_language("vi")
    assert happened not in error.message
    assert to_do not in error.message.replace("queueapp doctor", "") or to_do == "Check --db"
    assert error.message.startswith("Không dùng được cơ sở dữ liệu: ")
    assert error.message.endswith(SAFE["vi"])


def test_every_cause_says_also_what_to_do_in_both_languages() -> None:
    for _signs, why in failures._CAUSES:
        assert why.count(". ") + why.endswith(".") >= 2, why
        for language in ("vi", "en"):
            use_language(language)
            message = DatabaseUnavailableError(why).message
            assert message.count(". ") >= 2, message


def test_of_a_damaged_file_nothing_is_promised_but_the_backup() -> None:
    error = said_of(sqlite3.DatabaseError("database disk image is malformed"))
    assert isinstance(error, DamagedError)
    assert "confirmed" not in error.message
    assert "What the last backup holds is safe." in error.message


def test_the_words_of_a_statement_are_no_sign(hall: Hall) -> None:
    def wrong(session: Any, *, at: object) -> None:  # noqa: ARG001
        session.connection().exec_driver_sql("SELECT 'locked password connection' FROM nothing_of_that_name")

    error = refusal(lambda: hall.do(wrong))
    assert "locked" not in error.message
    assert "password" not in error.message


def test_a_fault_of_the_program_is_no_failure_of_the_database(hall: Hall) -> None:
    def wrong(session: Any, *, at: object) -> None:  # noqa: ARG001
        raise KeyError("ours")

    with pytest.raises(KeyError):
        hall.do(wrong)
    assert hall.waiting().code == "D-001"


def broken(pragma: str, mended: str) -> Callable[[Database], Iterator[None]]:
    """Return a way to break the file's connection, and to mend it."""

    def way(database: Database) -> Iterator[None]:
        database._driver.execute(f"PRAGMA {pragma}")
        yield
        database._driver.execute(f"PRAGMA {mended}")

    return way


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (broken("query_only=ON", "query_only=OFF"), "only be read"),
        (broken("max_page_count=1", "max_page_count=1000000"), "disk is full"),
    ],
)
def test_work_goes_on_by_itself_when_the_file_can_be_written_again(
    tmp_path: Path, clock: HandClock, way: Callable[[Database], Iterator[None]], words: str
) -> None:
    database = open_database(str(tmp_path / "office.db"), clock=clock)
    hall = Hall(database, clock)
    hall.waiting()
    trouble = way(database)
    next(trouble)
    error = None
    for _ticket in range(200):
        try:
            hall.waiting()
        except DatabaseUnavailableError as caught:
            error = caught
            break
    assert error is not None
    assert words in error.message
    picture = database.read(status, at=clock())
    issued = sum(service.issued for service in picture.services)
    next(trouble, None)
    assert hall.waiting().number == issued + 1
    assert database.read(verify).difference is None
    database.close()


def test_a_file_with_a_damaged_page_is_said_to_be_damaged_wherever_it_is(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "office.db"
    database = open_database(str(path), clock=clock)
    hall = Hall(database, clock)
    hall.serving()
    hall.waiting()
    database.close()
    whole, said = path.read_bytes(), 0
    for page in range(0, len(whole), 4096):
        path.write_bytes(whole[:page] + bytes([0xA5]) * 4096 + whole[page + 4096 :])
        error = damage_met(Database(str(path)), clock)
        assert error is None or isinstance(error, DamagedError), error
        said += error is not None
        assert "damaged" in bad(path), page
    assert said > 5
    path.write_bytes(whole)
    assert not bad(path)


def damage_met(database: Database, clock: HandClock) -> DatabaseUnavailableError | None:
    """Return what is said when the office is looked at and worked in."""
    try:
        database.read(status, at=clock())
        database.write(issue, service="land", at=clock())
    except DatabaseUnavailableError as error:
        return error
    finally:
        database.close()
    return None


@pytest.fixture
def role(postgres: Server, postgres_url: str, clock: HandClock) -> Iterator[Callable[[str, str], str]]:
    """Return a function that makes a role with these properties, and gives the URL by which it comes."""
    open_database(postgres_url, clock=clock).close()
    page = postgres.folder / "data" / "pg_hba.conf"
    before = page.read_text()
    admin = psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)
    made: list[str] = []

    def make(properties: str, password: str) -> str:
        name = f"role_{len(made)}"
        made.append(name)
        admin.execute(f"CREATE ROLE {name} LOGIN {properties}")
        page.write_text(f"local all {name} scram-sha-256\n" + page.read_text())
        admin.execute("SELECT pg_reload_conf()")
        while not _is_asked_for_a_password(postgres_url, name):
            pass
        return postgres_url.replace("queueapp@", f"{name}:{password}@")

    yield make
    page.write_text(before)
    for name in made:
        admin.execute(f"DROP OWNED BY {name}")
        admin.execute(f"DROP ROLE {name}")
    admin.execute("SELECT pg_reload_conf()")
    admin.close()


def _is_asked_for_a_password(url: str, name: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", "").replace("queueapp@", f"{name}@")).close()
    except psycopg.OperationalError as error:
        return "password" in str(error)
    return False


def test_what_a_server_refuses_is_said(role: Callable[[str, str], str], postgres_url: str, clock: HandClock) -> None:
    humble = role("PASSWORD 'right'", "right")
    for address, words in (
        (role("PASSWORD 'right'", "wrong"), "refused the name or the password"),
        (postgres_url.replace("queueapp@", "nobody@"), "refused the name or the password"),
        (postgres_url.replace("/test_", "/no_test_"), "no database of that name"),
        (postgres_url.replace("host=", "host=/nowhere"), "does not answer"),
        (role("CONNECTION LIMIT 0 PASSWORD 'right'", "right"), "no room for another terminal"),
        (humble, "right to it is missing"),
    ):
        assert words in refusal(Database(address).revision).message
        assert words in bad(address)
        assert "right@" not in bad(address)
    reader = role("PASSWORD 'right'", "right")
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("GRANT SELECT, UPDATE, INSERT ON ALL TABLES IN SCHEMA public TO PUBLIC")
        admin.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")
        admin.execute("ALTER ROLE role_3 SET default_transaction_read_only = on")
    opened = Database(reader)
    assert opened.revision() == 1
    assert "only be read" in refusal(lambda: opened.write(issue, service="land", at=clock())).message
    opened.close()


def test_doctor_finds_a_sound_office_good_and_says_what_is_still_missing(address: str) -> None:
    open_database(address).close()
    assert levels(checkup(address)) == {"good", "warning"}
    assert not bad(address)
    warnings = warned(address)
    assert "queueapp pin NAME" in warnings
    assert "queueapp backup --prove FILE" in warnings
    database = open_database(address)
    make_at_close(database, at=now() - timedelta(days=20))
    assert "last of 1 backups" in warned(address)
    make_at_close(database, at=now())
    database.close()
    assert "backup" not in warned(address)
    newest = kept_in(folder_of(database))[-1]
    newest.write_bytes(b"damaged")
    assert "not as it was written" in bad(address)


def test_doctor_names_a_day_that_nobody_closed_and_a_clock_that_is_wrong(address: str) -> None:
    early = now() - timedelta(days=2)
    database = open_database(address, clock=lambda: early)
    database.write(issue, service="land", at=early)
    day = business_day(early, "Asia/Ho_Chi_Minh").isoformat()
    assert f"queueapp close-day --day {day}" in warned(address)
    database._driver.execute("UPDATE head SET clock_offset = 600000000")
    assert "queueapp clock accept" in warned(address)
    database._driver.execute("UPDATE head SET clock_offset = 0")
    database.write(issue, service="land", at=now() + timedelta(hours=1))
    assert "Set the machine's clock right" in bad(address)
    database.close()


def test_doctor_names_what_is_open_to_others_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    assert "queueapp init" in warned(path)
    assert "its folder is missing" in bad(tmp_path / "nowhere" / "office.db")
    assert "it is a folder" in bad(tmp_path)
    database = open_database(str(path))
    made = make_at_close(database, at=now())
    database.close()
    assert "can be read by others" not in warned(path)
    path.chmod(0o644)
    made.chmod(0o640)
    made.parent.chmod(0o755)
    for advice in (f"chmod 600 {path}", f"chmod 600 {made}", f"chmod 700 {made.parent}"):
        assert advice in warned(path)


def test_doctor_names_a_file_that_is_no_database_a_newer_one_and_a_locked_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "office.db"
    path.write_bytes(b"no database at all" * 500)
    assert "restore a backup" in bad(path)
    path.unlink()
    open_database(str(path)).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer queueapp (9999). Install the newer version" in bad(path)
    other.execute("UPDATE alembic_version SET version_num = ?", (REVISIONS[-1],))
    monkeypatch.setattr("queueapp.sqlite_file.BUSY_TIMEOUT_MS", 10)
    other.execute("BEGIN EXCLUSIVE")
    assert "keeps it locked" in bad(path)
    other.close()
    assert not bad(path)


def test_doctor_names_settings_that_cannot_be_used_and_they_can_be_applied_anew(address: str, clock: HandClock) -> None:
    database = open_database(address, clock=clock)
    database._driver.execute("""UPDATE office SET settings = '{"limits": {"undo_seconds": "x"}}'""")
    assert "queueapp config apply FILE.toml" in bad(address)
    database.write(configure, default_settings(), at=clock.advance(minutes=1))
    assert not bad(address)
    assert database.write(issue, service="land", at=clock.advance(minutes=1)).ticket is not None
    database.close()


def test_nothing_is_half_done_when_the_write_fails_at_its_end(hall: Hall) -> None:
    hall.called()
    before = hall.database.revision()

    def torn(session: Any, *, at: Any) -> None:
        start(session, counter=1, at=at)
        issue(session, service="land", at=at)
        raise OSError("No space left on device")

    assert "disk is full" in refusal(lambda: hall.do(torn)).message
    assert hall.database.revision() == before
    assert hall.database.read(verify).difference is None
    assert hall.ticket(start, counter=1).state == "serving"
    assert hall.waiting(service="civil_status").code == "H-001"
    assert hall.ticket(call, counter=2).code == "H-001"
