"""The chain names the first changed row, and the database itself refuses the change."""

import random

import pytest

from benchmarks.tampering import Tamperer
from queueapp.database import Database, Session
from queueapp.operations.calling import call
from queueapp.operations.closing import close_day
from queueapp.operations.counters import pause
from queueapp.operations.issuing import issue
from queueapp.operations.serving import hold
from queueapp.operations.undoing import undo
from queueapp.queries.verifying import verify
from tests.factories import Hall


def lived(hall: Hall) -> None:
    """Live two days, the first closed, the second open."""
    hall.serving(counter=1)
    hall.waiting(note="a note")
    hall.called(counter=2, service="civil_status")
    hall.do(undo, counter=2, after=3)
    hall.do(hold, counter=1)
    hall.do(pause, counter=3, reason="lunch")
    hall.clock.advance(minutes=10 * 60)
    ends = {"D-001": "served", "D-002": "carried_over", "H-001": "sent_home"}
    hall.do(close_day, unserved=ends)
    hall.clock.advance(minutes=14 * 60)
    hall.serving(counter=1)
    hall.waiting(service="civil_status")
    hall.do(call, counter=4)


def test_what_was_lived_agrees_also_from_the_last_seal(hall: Hall) -> None:
    lived(hall)
    whole = hall.database.read(verify)
    assert (whole.difference, whole.days, whole.tickets) == (None, 1, 5)
    later = hall.database.read(verify, from_seal=True)
    assert later.difference is None
    assert (later.tickets, later.head) == (2, whole.head)
    assert later.from_seq + later.events == whole.events


def test_progress_is_told(hall: Hall) -> None:
    lived(hall)
    told: list[tuple[int, int]] = []
    hall.database.read(verify, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 10


def test_a_changed_row_is_named_whatever_is_changed(hall: Hall) -> None:
    lived(hall)
    tamperer = Tamperer(hall.database, random.Random(1))
    edits = 0
    for _edit in range(120):
        with tamperer.edit() as what:
            if what is not None:
                edits += 1
                verdict = hall.database.read(verify)
                assert verdict.difference is not None, what
                assert verdict.difference.row
    assert edits > 40
    assert hall.database.read(verify).difference is None
    tamperer.close()


STATEMENTS = (
    "UPDATE event SET verb = 'x'",
    "DELETE FROM event",
    "DELETE FROM ticket",
    "DELETE FROM span",
    "UPDATE day SET reason = 'x' WHERE closed_at IS NOT NULL",
    "DELETE FROM day",
    "UPDATE ticket SET number = 99",
    "INSERT INTO event (office_id, seq, at, verb, detail) VALUES (1, 9999, 1, 'x', '{}')",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_itself_refuses(hall: Hall, statement: str) -> None:
    lived(hall)

    def change(session: Session, *, at: object) -> None:  # noqa: ARG001
        session._driver.execute(statement)

    with pytest.raises(Exception, match=r"never|after the last"):
        hall.database.write(change, at=hall.clock())
    assert hall.database.read(verify).difference is None


def test_a_cut_tail_is_found(hall: Hall) -> None:
    lived(hall)
    tamperer = Tamperer(hall.database, random.Random(1))
    tamperer.driver.execute("DELETE FROM event WHERE seq > 12")
    assert hall.database.read(verify).difference is not None
    tamperer.driver.execute("UPDATE head SET seq = 12, hash = (SELECT hash FROM event WHERE seq = 12)")
    assert hall.database.read(verify).difference is not None
    tamperer.close()


def test_an_empty_office_agrees(database: Database, hall: Hall) -> None:
    verdict = database.read(verify)
    assert (verdict.difference, verdict.events) == (None, 1)
    hall.do(issue, service="land")
    assert database.read(verify, from_seal=True).difference is None
