"""A connection that is cut at COMMIT: nobody knows whether it was done, and it is done once."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from benchmarks.kill.proxy import Cut, Plan, Proxy, proxied
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations import once
from queueapp.operations.issuing import issue
from queueapp.operations.office import found
from queueapp.operations.once import surely
from queueapp.queries.hall import status
from queueapp.queries.verifying import verify
from queueapp.rules.errors import InDoubtError
from queueapp.settings import default_settings
from tests.postgres import Server


@pytest.fixture
def office(postgres: Server) -> str:
    """Give the address of an office on a server."""
    address = postgres.new_office()
    database = Database(address)
    database.write(found, default_settings(), at=now())
    database.close()
    return address


@pytest.fixture(params=list(Cut))
def cut_once(
    request: pytest.FixtureRequest, postgres: Server, office: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """Give a database whose first COMMIT is cut, each in one of three ways."""
    monkeypatch.setattr(Proxy, "decide", lambda proxy: _first(proxy, request.param))
    with proxied(postgres.folder / ".s.PGSQL.5432", Plan(1, 1, 1)) as (port, _counts):
        url = make_url(office).set(host="127.0.0.1", port=port, query={})
        database = Database(url.render_as_string(hide_password=False))
        yield database
        database.close()


def _first(proxy: Proxy, cut: Cut) -> Cut | None:
    proxy._left -= 1
    return cut if proxy._left == 0 else None


def test_a_key_pressed_once_issues_one_ticket_although_its_answer_was_lost(cut_once: Database, office: str) -> None:
    done = surely(cut_once, issue, service="land", at=now())
    assert done.ticket.code == "D-001"
    assert surely(cut_once, issue, service="land", at=now()).ticket.code == "D-002"
    direct = Database(office)
    assert direct.read(status, at=now()).services[0].issued == 2
    assert direct.read(verify).difference is None
    direct.close()


def test_where_the_server_stays_away_it_is_said_that_it_may_have_been_done(
    postgres: Server, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "PATIENCE", 0.5)
    monkeypatch.setattr(Proxy, "decide", lambda _proxy: Cut.BEFORE)
    with proxied(postgres.folder / ".s.PGSQL.5432", Plan(1, 1, 1)) as (port, _counts):
        url = make_url(office).set(host="127.0.0.1", port=port, query={})
        database = Database(url.render_as_string(hide_password=False))
        with pytest.raises(InDoubtError, match="may have been done"):
            surely(database, issue, service="land", at=now())
        database.close()
    direct = Database(office)
    assert direct.read(status, at=now()).services[0].issued == 0
    direct.close()
