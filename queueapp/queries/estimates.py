"""Answers how long a ticket will wait, from what earlier days taught and from how the day goes so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from queueapp.queries.day_so_far import day_so_far
from queueapp.queries.desks import open_now
from queueapp.queries.lines import ahead_in, scale
from queueapp.queries.rows import today, waiting_on
from queueapp.rules.estimated import Estimate
from queueapp.rules.forecast import Asked, Open
from queueapp.rules.order import Waiting
from queueapp.rules.promised import Promised
from queueapp.session import Session

_FRESH = timedelta(seconds=30)  # for so long what a screen has shown may be promised, if nothing has happened since
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


@dataclass(frozen=True, slots=True)
class Next:
    """The next ordinary ticket of a field, as it is asked about, the field's counters, and its turn."""

    asked: Asked
    desks: Open
    turn: Turn


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """What a terminal remembers of the next tickets: reckoned at `at`, after the event `seq` with its hash."""

    seq: int
    hash: str | None
    at: datetime
    of: Mapping[int, Next]


def new_turn(session: Session, service_id: int, *, is_priority: bool, is_first: bool, at: datetime) -> Turn:
    """Return when a ticket that is issued now would have its turn.

    Of an ordinary one the terminal's screen has shown it a moment ago: where nothing has happened since, that stands.
    """
    known = session.memory.get("next")
    if not (is_priority or is_first) and isinstance(known, _Foreseen) and service_id in known.of:
        is_same = (known.seq, known.hash) == (session.head.seq, session.head.hash)
        if is_same and timedelta(0) <= at - known.at <= _FRESH and today(session, at) == today(session, known.at):
            return known.of[service_id].turn
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
    turns = {each.asked.service: each.turn.estimate for each in next_turns(session, at=at)}
    return {code: estimate for code, estimate in turns.items() if estimate is not None}


def next_turns(session: Session, *, at: datetime) -> tuple[Next, ...]:
    """Return the next ordinary ticket of each field that a counter serves."""
    known, head = session.memory.get("next"), (session.head.seq, session.head.hash, at)
    if not isinstance(known, _Foreseen) or (known.seq, known.hash, known.at) != head:
        known = session.memory["next"] = _Foreseen(*head, dict(_foreseen(session, at)))
    return tuple(known.of.values())


def _foreseen(session: Session, at: datetime) -> Iterator[tuple[int, Next]]:
    day, by = today(session, at), scale(session, at)
    now = day_so_far(session, day)
    waiting = waiting_on(session, day)
    served = open_now(session, now, waiting)
    for service_id, code in now.codes.items():
        desks = served.get(code)
        if desks is None:
            continue  # no counter serves it
        queue = [each for each in waiting if each.service == service_id]
        mine = Waiting(0, False, at, _NEXT, False, service_id)
        ahead = ahead_in(session, mine, queue, service_id, day, at=at)
        asked = Asked(code, mine, queue, ahead, len(waiting) - len(queue))
        yield service_id, Next(asked, desks, Turn(ahead, now.forecast.promise(asked, by, desks), desks.is_shut))
