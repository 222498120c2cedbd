"""Simulated clerks who work through arrivals with the real operations, in simulated time.

Arrivals are issued when they come; whoever is free calls as soon as somebody waits for them, the counter with the
fewest fields first, of those the longest idle (as `rules/idle.py` would have it), starts at once (a record knows no way
to the counter, and no minute is made up), and finishes after the recorded service. A citizen who does not come is
called as often as the field's recall limit asks, half a minute apart, and then marked absent.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from queueapp.cli.workday import DEFAULT_SERVICE_SECONDS, Always, Hours, Stay
from queueapp.database import Database
from queueapp.i18n import N_
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish, transfer
from queueapp.queries.tickets import ticket as ticket_of
from queueapp.rules.errors import NobodyWaitingError, QueueError
from queueapp.rules.recorded import Arrival
from queueapp.rules.views import TicketView

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
    hours: Hours = field(default_factory=Always)
    issued: int = 0
    _follows_record: bool = False
    _waiting: list[TicketView] = field(default_factory=list)
    _heap: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _arrivals: dict[tuple[object, str], Arrival] = field(default_factory=dict)
    _desks: dict[int, Desk] = field(default_factory=dict)

    def expect(
        self, arrivals: Sequence[Arrival], since: datetime, asks: Callable[[Arrival], None] | None = None
    ) -> None:
        """Put arrivals on the day's plan; the counters are idle from `since` on. With `asks` a person issues."""
        self._follows_record = any(arrival.counter is not None for arrival in arrivals)
        self._desks = {number: Desk(number, served, since) for number, served in self.counters.items()}
        for arrival in arrivals:
            self._plan(arrival.at, self._issuing(arrival) if asks is None else _asking(asks, arrival))

    def next_at(self) -> datetime | None:
        """Return when the next thing happens; None when the day is over."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Do the next thing."""
        at, _order, act = heapq.heappop(self._heap)
        act(at)

    def stay(self, ticket: TicketView) -> Stay:
        """Return what the citizen with a ticket needs in the field for which it waits, or is served, now."""
        arrival = self._arrivals.get((ticket.day, ticket.code))
        if arrival is None:
            return Stay()
        legs = [(arrival.service, arrival.service_seconds), *arrival.then]
        place = next((n for n, (service, _seconds) in enumerate(legs) if service == ticket.service), 0)
        seconds, later = legs[place][1], legs[place + 1 :]
        return Stay(
            DEFAULT_SERVICE_SECONDS if seconds is None else seconds, arrival.is_no_show, later[0][0] if later else None
        )

    def arrived(self) -> dict[str, datetime]:
        """Return when the citizen of each number came."""
        return {code: arrival.at for (_day, code), arrival in self._arrivals.copy().items()}

    def came(self, ticket: TicketView, arrival: Arrival, at: datetime) -> None:
        """Know who has a ticket that somebody else issued, and let whoever is idle call."""
        self.issued += 1
        self._arrivals[ticket.day, ticket.code] = arrival
        self._waiting.append(ticket)
        if arrival.leaves_at is not None:
            self._plan(max(at, arrival.leaves_at), lambda later: self._leaves(ticket.code, later))
        self.wake(at)

    def _plan(self, at: datetime, act: Step) -> None:
        heapq.heappush(self._heap, (at, next(self._order), act))

    def _issuing(self, arrival: Arrival) -> Step:
        def act(at: datetime) -> None:
            given = {"service": arrival.service, "priority": arrival.priority, "dossiers": arrival.dossiers}
            # Whoever came has come: a day that could carry no more would still have issued the number.
            ticket = self._write(issue, at, **given, override=AS_RECORDED)
            if ticket is not None:
                self.came(ticket, arrival, at)

        return act

    def _leaves(self, code: str, at: datetime) -> None:
        if self.database.read(ticket_of, code, at=at).state == "waiting":
            self._write(leave, at, ticket=code)

    def wake(self, at: datetime) -> None:
        """Let whoever is idle look whether somebody waits."""
        idle = [desk for desk in self._desks.values() if desk.idle_since is not None]
        for desk in sorted(idle, key=lambda each: (len(each.services), each.idle_since, each.number)):
            self._call(desk, at)

    def _call(self, desk: Desk, at: datetime) -> None:
        opens = self.hours.opens(at)
        if opens > at:
            self._plan(opens, lambda later: self._try_again(desk, later))
            return
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
        stay = self.stay(ticket)
        if stay.is_absent:
            self._plan_in_vain(desk, ticket, at)
            return
        self._write(start, at, counter=desk.number)
        ended = finish if stay.then is None else partial(transfer, to=stay.then)
        self._plan(self.hours.ends(at, stay.seconds), lambda later: self._end(desk, ended, later))

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
        self.wake(at)

    def _write(self, operation: Callable[..., Any], at: datetime, **given: Any) -> TicketView | None:
        try:
            ticket: TicketView | None = self.database.write(operation, at=at, **given).ticket
        except QueueError:
            if not self.is_patient:
                raise
            return None
        return ticket


def _asking(asks: Callable[[Arrival], None], arrival: Arrival) -> Step:
    return lambda _at: asks(arrival)
