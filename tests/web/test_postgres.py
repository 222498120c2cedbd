"""The pages of an office on PostgreSQL, also when its server drops the line."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.settings import default_settings
from tests.conftest import HandClock
from tests.factories import Hall
from tests.postgres import Server
from tests.web.conftest import serving


@pytest.fixture
def hall(postgres: Server, clock: HandClock) -> Hall:
    """Give the hall of a new office on PostgreSQL."""
    database = Database(postgres.new_office(), first=keep_up)
    database.write(found, default_settings(), is_training=True, at=clock())
    return Hall(database, clock)


def cut(hall: Hall) -> None:
    """Let the server drop every line to the office's database."""
    url = make_url(str(hall.database.url))
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname="postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.database,))


async def test_a_board_goes_on_after_the_server_dropped_the_line(hall: Hall) -> None:
    async with serving(hall) as served:
        board = await served.listen()
        await board.next()
        hall.called(counter=1)
        while len(board.calls) < 1:
            await board.next()
        hall.database.close()
        cut(hall)
        hall.called(counter=2, service="civil_status")
        while len(board.calls) < 2:
            await board.next()
        assert board.calls == ["D-001", "H-001"]
        assert "Bảng gọi số" in await served.text("/board")
    hall.database.close()
