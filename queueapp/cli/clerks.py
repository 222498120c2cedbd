"""Simulated clerks who work through arrivals with the real operations, in simulated time.

Arrivals are issued when they come; whoever is free calls as soon as somebody waits for them, the counter that has been
idle longest first, starts at once (a record knows no way to the counter, and no minute is made up), and finishes after
the recorded service. A citizen who does not come is called as often as the field's recall limit asks, half a minute
apart, and then marked absent.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.issuing import issue
from queueapp.operations.serving import finish
from queueapp.rules.errors import NobodyWaitingError, QueueError
from queueapp.rules.recorded import Arrival
from queueapp.rules.views import TicketView

DEFAULT_SERVICE_SECONDS = 600.0
BETWEEN_CALLS = timedelta(seconds=30)
AS_RECORDED = N_("as recorded")

Step = Callable[[datetime], None]


@dataclass
class Desk:
    """One counter and since when it is idle; None while it is busy."""

    number: int
    services: frozenset[str]
    idle_since: datetime | None


@dataclass
class Clerks:
    """The day as a heap of what happens next; `step` does the next thing.

    With `is_patient` a refusal by the queue is a person's doing at the same counter (the demo), and the clerk tries
    again; without it a refusal is a fault, and is raised.
    """

    database: Database
    counters: Mapping[int, frozenset[str]]
    recall_limits: Mapping[str, int]
    is_patient: bool = False
    issued: int = 0
    _follows_record: bool = False
    _waiting: list[TicketView] = field(default_factory=list)
    _heap: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _arrivals: dict[tuple[object, str], Arrival] = field(default_factory=dict)
    _desks: dict[int, Desk] = field(default_factory=dict)

    def expect(self, arrivals: Sequence[Arrival], since: datetime) -> None:
        """Put arrivals on the day's plan; the counters are idle from `since` on."""
        self._follows_record = any(arrival.counter is not None for arrival in arrivals)
        self._desks = {number: Desk(number, served, since) for number, served in self.counters.items()}
        for arrival in arrivals:
            self._plan(arrival.at, self._issuing(arrival))

    def next_at(self) -> datetime | None:
        """Return when the next thing happens; None when the day is over."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Do the next thing."""
        at, _order, act = heapq.heappop(self._heap)
        act(at)

    def _plan(self, at: datetime, act: Step) -> None:
        heapq.heappush(self._heap, (at, next(self._order), act))

    def _issuing(self, arrival: Arrival) -> Step:
        def act(at: datetime) -> None:
            given = {"service": arrival.service, "priority": arrival.priority, "dossiers": arrival.dossiers}
            ticket = self._write(issue, at, **given)
            if ticket is not None:
                self.issued += 1
                self._arrivals[ticket.day, ticket.code] = arrival
                self._waiting.append(ticket)
                self._wake(at)

        return act

    def _wake(self, at: datetime) -> None:
        idle = [desk for desk in self._desks.values() if desk.idle_since is not None]
        for desk in sorted(idle, key=lambda each: (each.idle_since, each.number)):
            self._call(desk, at)

    def _call(self, desk: Desk, at: datetime) -> None:
        given = {"ticket": self._recorded_for(desk), "reason": AS_RECORDED} if self._follows_record else {}
        if given and given["ticket"] is None:
            return
        try:
            answer = self.database.write(call, counter=desk.number, at=at, **given)
        except NobodyWaitingError:
            return
        except QueueError:
            if not self.is_patient:
                raise
            self._plan(at + BETWEEN_CALLS, lambda later: self._try_again(desk, later))
            return
        if answer.ticket is not None:
            desk.idle_since = None
            self._receive(desk, answer.ticket, at)

    def _recorded_for(self, desk: Desk) -> str | None:
        """Return the first ticket in line of those that the record has this counter serve, or leaves open."""
        mine = [
            ticket
            for ticket in self._waiting
            if ticket.service in desk.services
            and self._arrivals[ticket.day, ticket.code].counter in {None, desk.number}
        ]
        first = min(mine, key=lambda each: (each.priority is None, each.issued_at, each.number), default=None)
        if first is None:
            return None
        self._waiting.remove(first)
        return first.code

    def _try_again(self, desk: Desk, at: datetime) -> None:
        if desk.idle_since is not None:
            self._call(desk, at)

    def _receive(self, desk: Desk, ticket: TicketView, at: datetime) -> None:
        arrival = self._arrivals.get((ticket.day, ticket.code))
        if arrival is not None and arrival.is_no_show:
            self._plan_in_vain(desk, ticket, at)
            return
        seconds = arrival.service_seconds if arrival is not None else None
        length = timedelta(seconds=DEFAULT_SERVICE_SECONDS if seconds is None else seconds)
        self._write(start, at, counter=desk.number)
        self._plan(at + length, lambda later: self._end(desk, finish, later))

    def _plan_in_vain(self, desk: Desk, ticket: TicketView | None, at: datetime) -> None:
        if ticket is not None and ticket.calls < self.recall_limits.get(ticket.service, 0):
            self._plan(at + BETWEEN_CALLS, lambda later: self._call_again(desk, later))
        else:
            self._plan(at + BETWEEN_CALLS, lambda later: self._end(desk, no_show, later))

    def _call_again(self, desk: Desk, at: datetime) -> None:
        self._plan_in_vain(desk, self._write(recall, at, counter=desk.number), at)

    def _end(self, desk: Desk, operation: Callable[..., Any], at: datetime) -> None:
        self._write(operation, at, counter=desk.number)
        desk.idle_since = at
        self._wake(at)

    def _write(self, operation: Callable[..., Any], at: datetime, **given: Any) -> TicketView | None:
        try:
            ticket: TicketView | None = self.database.write(operation, at=at, **given).ticket
        except QueueError:
            if not self.is_patient:
                raise
            return None
        return ticket
