"""A command with a key is done once, whatever happens between the question and the answer."""

import pytest

from queueapp.database import Database
from queueapp.operations.calling import call
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.once import once
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import QueueError
from tests.conftest import HandClock
from tests.factories import Hall


def test_the_same_key_gets_the_first_answer_and_changes_nothing(hall: Hall) -> None:
    hall.waiting()
    first = hall.once(issue, "k1", service="land", priority="elderly")
    events = hall.database.read(events_after)
    hall.clock.advance(minutes=5)
    assert hall.once(issue, "k1", service="land", priority="elderly") == first
    assert hall.database.read(events_after) == events


def test_the_first_answer_stays_although_the_ticket_went_on(hall: Hall) -> None:
    first = hall.once(issue, "k1", service="land")
    called = hall.once(call, "k2", counter=1)
    assert hall.once(issue, "k1", service="land") == first
    assert hall.once(call, "k2", counter=1) == called
    assert called.why is not None


def test_a_key_of_another_request_is_refused(hall: Hall) -> None:
    hall.once(issue, "k1", service="land")
    for operation, given in ((issue, {"service": "civil_status"}), (call, {"counter": 1})):
        with pytest.raises(QueueError) as caught:
            hall.once(operation, "k1", **given)
        assert caught.value.code == "key_reused"


def test_a_refused_request_leaves_its_key_unused(hall: Hall) -> None:
    with pytest.raises(QueueError):
        hall.once(call, "k1", counter=1)
    hall.waiting()
    answer = hall.once(call, "k1", counter=1)
    assert answer.ticket is not None
    assert answer.ticket.code == "D-001"


def test_a_key_is_remembered_by_another_connection(hall: Hall, address: str, clock: HandClock) -> None:
    first = hall.once(issue, "k1", service="land")
    hall.database.close()
    other = Database(address)
    assert other.write(once, issue, "k1", at=clock(), service="land") == first
    other.close()


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "\x1b[2J"])
def test_a_key_that_is_no_line_is_refused(hall: Hall, key: str) -> None:
    with pytest.raises(QueueError) as caught:
        hall.once(issue, key, service="land")
    assert caught.value.code == "bad_request"


def test_without_a_key_the_same_request_is_two_requests(hall: Hall) -> None:
    numbers = [hall.once(issue, None, service="land").ticket for _each in range(2)]
    assert [each.number for each in numbers if each is not None] == [1, 2]
    hall.do(leave, ticket="D-001")
