"""PostgreSQL's own check of tables and indexes: used where the server's administrator installed it."""

from pathlib import Path

import psycopg
import pytest

from queueapp.backups.making import make
from queueapp.backups.proving import prove
from queueapp.database import Database
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.settings import default_settings
from tests.conftest import MORNING
from tests.postgres import Server

# An index over a function that later says something else is what a damaged index looks like from outside.
LIE = """
CREATE FUNCTION said(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE TABLE claim (n integer);
INSERT INTO claim SELECT generate_series(1, 100);
CREATE INDEX claim_said ON claim (said(n));
CREATE OR REPLACE FUNCTION said(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT -n';
"""


@pytest.fixture
def office(postgres: Server) -> Database:
    """Give an office on PostgreSQL with a ticket."""
    database = Database(postgres.new_office(), first=keep_up)
    database.write(found, default_settings(), is_training=True, at=MORNING)
    database.write(issue, service="land", at=MORNING)
    return database


def as_administrator(office: Database, sql: str) -> None:
    plain = office.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql)


def test_the_servers_own_check_is_used_where_there_is_one(office: Database) -> None:
    assert office.facts()["amcheck"] == "off"
    assert office.damage() is None
    as_administrator(office, "CREATE EXTENSION amcheck")
    assert office.facts()["amcheck"] == "on"
    assert office.damage() is None
    as_administrator(office, LIE)
    found_wrong = office.damage()
    assert found_wrong is not None
    assert "claim_said" in found_wrong
    assert office.write(issue, service="land", at=MORNING).ticket is not None
    office.close()


def test_a_backup_leaves_the_servers_extensions_to_the_server(office: Database, tmp_path: Path) -> None:
    as_administrator(office, "CREATE EXTENSION amcheck")
    make(office, tmp_path / "one.backup", at=MORNING)
    assert prove(tmp_path / "one.backup", server=office).difference is None
    assert b"amcheck" not in (tmp_path / "one.backup").read_bytes()
    office.close()
