"""Brings the queue to a state through the real operations, in sentences."""

from typing import Any

from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.once import once
from queueapp.operations.serving import hold
from queueapp.rules.views import Answer, TicketView
from tests.conftest import HandClock


class Hall:
    """One database and its clock; every verb takes a minute unless it is told otherwise."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database = database
        self.clock = clock

    def do(self, operation: Any, *, after: float = 60, **given: Any) -> Answer:
        """Do an operation after so many seconds."""
        answer: Answer = self.database.write(operation, at=self.clock.advance(seconds=after), **given)
        return answer

    def once(self, operation: Any, key: str | None, *, after: float = 60, **given: Any) -> Answer:
        """Do an operation that carries a key."""
        at = self.clock.advance(seconds=after)
        answer: Answer = self.database.write(once, operation, key, at=at, **given)
        return answer

    def ticket(self, operation: Any, *, after: float = 60, **given: Any) -> TicketView:
        """Do an operation and return the ticket it answers."""
        answer = self.do(operation, after=after, **given)
        assert answer.ticket is not None
        return answer.ticket

    def waiting(self, service: str = "land", **given: Any) -> TicketView:
        """Return a ticket that waits."""
        return self.ticket(issue, service=service, **given)

    def called(self, counter: int = 1, service: str = "land", **given: Any) -> TicketView:
        """Return a ticket that is called to a counter."""
        self.waiting(service, **given)
        return self.ticket(call, counter=counter)

    def serving(self, counter: int = 1, service: str = "land", **given: Any) -> TicketView:
        """Return a ticket that is being served."""
        self.called(counter, service, **given)
        return self.ticket(start, counter=counter)

    def held(self, counter: int = 1, service: str = "land", **given: Any) -> TicketView:
        """Return a ticket that is on hold."""
        self.serving(counter, service, **given)
        return self.ticket(hold, counter=counter)
