"""What the database itself refuses, whatever a program tells it."""

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from queueapp.database import Database
from tests.factories import Hall

REFUSALS = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)
TICKET = (
    "INSERT INTO ticket (office_id, day, issued_for_id, number, service_id, state, dossiers, issued_at, place, calls,"
    " is_unreliable) VALUES (1, '2026-11-23', {service}, {number}, 1, '{state}', {dossiers}, 5, 5, 0, false)"
)
SPAN = (
    "INSERT INTO span (office_id, ticket_id, kind, service_id, counter_id, started_at, ended_at, ended_by)"
    " VALUES (1, {ticket}, '{kind}', 1, {counter}, {start}, {end}, {by})"
)


@pytest.fixture
def run(hall: Hall) -> Callable[[str], Any]:
    """Return a function that gives SQL straight to the driver of a hall with one waiting and one called ticket."""
    hall.called(counter=1)
    hall.waiting()
    execute: Callable[[str], Any] = hall.database._driver.execute
    return execute


def ticket(service: int = 1, number: int = 9, state: str = "waiting", dossiers: int = 1) -> str:
    return TICKET.format(service=service, number=number, state=state, dossiers=dossiers)


def span(*, ticket: int = 2, kind: str = "called", counter: str = "2", start: int = 5, end: str = "NULL") -> str:
    by = "NULL" if end == "NULL" else "'call'"
    return SPAN.format(ticket=ticket, kind=kind, counter=counter, start=start, end=end, by=by)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(ticket(number=1), id="a number twice in a day"),
        pytest.param(ticket(number=0), id="a number below one"),
        pytest.param(ticket(state="sleeping"), id="an unknown state"),
        pytest.param(ticket(state="served"), id="an end without its moment"),
        pytest.param(ticket(state="called"), id="a call without a counter"),
        pytest.param(ticket(service=77), id="a ticket of no field"),
        pytest.param(ticket(dossiers=0), id="no dossier"),
        pytest.param(span(ticket=2, kind="waiting", counter="NULL"), id="two open spans of a ticket"),
        pytest.param(span(ticket=77), id="a span of no ticket"),
        pytest.param(span(kind="dreaming"), id="an unknown kind"),
        pytest.param(span(ticket=1, start=9, end="5"), id="a span that runs backwards"),
        pytest.param(span(ticket=1, kind="waiting", counter="1", end="9"), id="a wait at a counter"),
        pytest.param("UPDATE ticket SET ended_at = 1, state = 'left' WHERE id = 2", id="an end before the issue"),
        pytest.param("UPDATE ticket SET number = 5 WHERE id = 1", id="a changed number"),
        pytest.param("UPDATE ticket SET issued_at = 1 WHERE id = 1", id="a changed time of issue"),
        pytest.param(
            "UPDATE ticket SET issued_at = 1, state = 'void', ended_at = 9, is_from_roll = true WHERE id = 2",
            id="a changed time of issue of what was no void number of the roll before",
        ),
        pytest.param("DELETE FROM ticket WHERE id = 2", id="a deleted ticket"),
        pytest.param("DELETE FROM span WHERE ticket_id = 2", id="a deleted span"),
        pytest.param("UPDATE event SET verb = 'void' WHERE seq = 2", id="a changed event"),
        pytest.param("DELETE FROM event WHERE seq = 2", id="a deleted event"),
        pytest.param(
            "INSERT INTO event (office_id, seq, at, verb, ticket_id, detail) VALUES (1, 99, 5, 'call', 77, '{}')",
            id="an event of no ticket",
        ),
        pytest.param(
            "INSERT INTO event (office_id, seq, at, verb, detail) VALUES (1, 2, 5, 'call', '{}')", id="an event twice"
        ),
        pytest.param(
            "INSERT INTO skill (counter_id, service_id, office_id, weight) VALUES (1, 77, 1, 1)", id="an orphan"
        ),
        pytest.param("UPDATE counter SET state = 'asleep' WHERE id = 1", id="an unknown state of a counter"),
    ],
)
def test_the_database_refuses(run: Callable[[str], Any], sql: str) -> None:
    with pytest.raises(REFUSALS):
        run(sql)


def test_only_the_time_of_a_void_number_of_the_roll_may_change(run: Callable[[str], Any]) -> None:
    run("UPDATE ticket SET state = 'void', ended_at = 9000000000000000, is_from_roll = true WHERE id = 2")
    run("UPDATE ticket SET issued_at = issued_at - 1 WHERE id = 2")
    with pytest.raises(REFUSALS):
        run("UPDATE ticket SET number = 7 WHERE id = 2")


def test_the_database_refuses_two_open_calls_at_a_counter(hall: Hall) -> None:
    hall.called(counter=1)
    hall.waiting()
    execute = hall.database._driver.execute
    execute("UPDATE span SET ended_at = started_at, ended_by = 'call' WHERE ticket_id = 2")
    with pytest.raises(REFUSALS):
        execute(span(ticket=2, counter="1"))
    execute(span(ticket=2, counter="2"))


def test_the_database_refuses_two_open_shifts(database: Database) -> None:
    execute = database._driver.execute
    execute("INSERT INTO staff (id, office_id, name, role, is_active) VALUES (1, 1, 'an', 'clerk', true)")
    shift = "INSERT INTO shift (office_id, counter_id, staff_id, opened_at) VALUES (1, {}, 1, 5)"
    execute(shift.format(1))
    with pytest.raises(REFUSALS):
        execute(shift.format(2))


def test_replacing_or_emptying_is_no_way_around(run: Callable[[str], Any], address: str) -> None:
    sql = (
        "TRUNCATE event"
        if address.startswith("postgres")
        else ("REPLACE INTO event (office_id, seq, at, verb, detail) VALUES (1, 2, 5, 'void', '{}')")
    )
    with pytest.raises(REFUSALS):
        run(sql)
