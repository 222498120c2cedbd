"""Answers how long a ticket will wait, from what earlier days taught and from how the day goes so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from queueapp.queries.day_so_far import day_so_far
from queueapp.queries.desks import open_now
from queueapp.queries.lines import ahead_in, scale
from queueapp.queries.rows import today, waiting_on
from queueapp.rules.estimated import Estimate
from queueapp.rules.forecast import Asked, Open
from queueapp.rules.order import Waiting
from queueapp.rules.promised import Promised
from queueapp.session import Session

_NEXT = 10**9  # the number of a ticket that is not issued yet: after all others of its moment


@dataclass(frozen=True, slots=True)
class Turn:
    """When a ticket has its turn: how many are before it, and what can be said of its wait.

    Its field `is_shut` where all counters that serve it are closed, though the office is at work.
    """

    ahead: int
    promised: Promised | None = None
    is_shut: bool = False

    @property
    def estimate(self) -> Estimate | None:
        """The wait from now on; None where too little is known."""
        return None if self.promised is None else self.promised.estimate


def new_turn(session: Session, service_id: int, *, is_priority: bool, is_first: bool, at: datetime) -> Turn:
    """Return when a ticket that is issued now would have its turn."""
    return turn(session, Waiting(0, is_priority, at, _NEXT, is_first, service_id), today(session, at), at=at)


def turn(session: Session, ticket: Waiting, day: date, *, at: datetime) -> Turn:
    """Return when a waiting ticket has its turn, as far as is known now; of another day only who is before it."""
    waiting, service_id = waiting_on(session, day), ticket.service
    queue = [each for each in waiting if each.service == service_id]
    ahead = ahead_in(session, ticket, queue, service_id, day, at=at)
    if day != today(session, at):
        return Turn(ahead)
    now = day_so_far(session, day)
    elsewhere = 0 if len(queue) == len(waiting) else _elsewhere(waiting, ticket)
    asked = Asked(now.codes[service_id], ticket, queue, ahead, elsewhere)
    desks = open_now(session, now, waiting, is_idle_asked=not ahead).get(asked.service)
    if desks is None:
        return Turn(ahead)  # no counter serves its field: whatever is said would be made up
    return Turn(ahead, now.forecast.promise(asked, scale(session, at), desks), desks.is_shut)


def _elsewhere(waiting: Sequence[Waiting], ticket: Waiting) -> int:
    """Return how many wait for other fields since before a ticket."""
    return sum(each.service != ticket.service and each.place <= ticket.place for each in waiting)


def expected(session: Session, *, at: datetime) -> dict[str, Estimate]:
    """Return how long the next ticket of each field would wait; a field of which too little is known is absent."""
    by, forecast = scale(session, at), day_so_far(session, today(session, at)).forecast
    found = {asked.service: forecast.expect(asked, by, desks) for asked, desks in next_asked(session, at=at)}
    return {code: estimate for code, estimate in found.items() if estimate is not None}


def next_asked(session: Session, *, at: datetime) -> Iterator[tuple[Asked, Open]]:
    """Return the next ordinary ticket of each field that a counter serves, as it is asked about, and its counters."""
    day = today(session, at)
    now = day_so_far(session, day)
    waiting = waiting_on(session, day)
    desks = open_now(session, now, waiting)
    for service_id, code in now.codes.items():
        if code in desks:
            queue = [each for each in waiting if each.service == service_id]
            mine = Waiting(0, False, at, _NEXT, False, service_id)
            ahead = ahead_in(session, mine, queue, service_id, day, at=at)
            yield Asked(code, mine, queue, ahead, len(waiting) - len(queue)), desks[code]
