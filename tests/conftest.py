"""What all tests share: a clock that is set by hand, a database on SQLite and on PostgreSQL, the recorded logs."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from queueapp.database import Database
from queueapp.i18n import use_language
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.settings import default_settings
from tests.postgres import Server, binaries, quick_folder, running

# The suite starts many processes: they share what one of them has compiled.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if quick_folder() is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


class HandClock:
    """A clock that moves when it is told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def advance(self, *, minutes: float = 0, seconds: float = 0) -> datetime:
        """Let time pass, and return the moment after it."""
        self.moment += timedelta(minutes=minutes, seconds=seconds)
        return self.moment


# Speed is measured beside a baseline, never asserted: a busy machine is no failure.
settings.register_profile("queueapp", deadline=None)
settings.load_profile("queueapp")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands at eight on a Monday morning in the office."""
    return HandClock(MORNING)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Give a PostgreSQL server; skip where it is not installed, unless QUEUEAPP_REQUIRE_POSTGRES is set."""
    programs = binaries()
    if programs is None:
        sentence = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("QUEUEAPP_REQUIRE_POSTGRES"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with running(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """Give the URL of a new, empty database."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file that has the tables and no office yet, to be copied: it is quicker than making them each time."""
    path = tmp_path_factory.mktemp("tables") / "office.db"
    first = Database(str(path))
    first.revision()
    first.close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path, file_with_tables: Path) -> Iterator[str]:
    """Give the address of a new database: a file, and a database on PostgreSQL."""
    if request.param == "sqlite":
        yield str(shutil.copy(file_with_tables, tmp_path / "office.db"))
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_office()
    yield url
    server.drop(url)


@pytest.fixture
def database(address: str, clock: HandClock) -> Iterator[Database]:
    """Give an open training database of the default office."""
    opened = Database(address, first=keep_up)
    opened.write(found, default_settings(), is_training=True, at=clock())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Give the folder of the recorded logs, which stay outside the project."""
    folder = os.environ.get("QUEUEAPP_DATA")
    if not folder:
        pytest.skip("QUEUEAPP_DATA does not name the folder of the recorded logs")
    return Path(folder)


def pytest_collection_finish() -> None:
    """Take what was imported out of the collector's rounds: it stays until the end."""
    gc.collect()
    gc.freeze()
