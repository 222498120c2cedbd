"""Replays a log through the estimator as a live office would have seen it, and says how good the estimates were.

Each ticket is estimated when it is issued, from what happened before: earlier days, and today up to that moment.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from queueapp.rules.baselines import Baselines
from queueapp.rules.discipline import AtWork, Discipline
from queueapp.rules.estimate import Estimator
from queueapp.rules.estimated import Estimate
from queueapp.rules.logs import Logged
from queueapp.rules.tuning import SETTINGS, Tuning

WARM_UP_SHARE, MOST_WARM_UP = 4, 7  # one day in four, at most a week
AT_ONCE = 0.05  # of the tickets called in the instant they came, from which the log itself says who queued
SHARED_SAY = 0.5  # of the pool's line before anything is learned

# Questions to an office's estimator at moments of a day, in minutes after midnight.
Questions = Mapping[tuple[str, date], Sequence[tuple[float, Callable[[Estimator], None]]]]

FEWEST_MINUTES = 2.0  # a person; what an office publishes below that is no measure
EVERY_QUEUE = ""  # the line of an office whose queues share their servers
# What happens in one instant: calls of those who waited, then issues, then calls and leaves in the instant of issue.
_CALL, _ISSUE, _AT_ONCE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Scored:
    """One ticket with how many were ahead, what it was promised, and what others would have said, in minutes."""

    office: str
    ticket: Logged
    ahead: int
    estimate: Estimate
    baselines: dict[str, float]

    @property
    def waited(self) -> float:
        """The minutes from issue to call; nought for one that was never called."""
        return 0.0 if self.ticket.called is None else self.ticket.called - self.ticket.issued


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replayed log: all its tickets, those of them that are scored, and what was replayed."""

    all: list[Scored]
    scored: list[Scored]
    tickets: int
    days: int
    warm_up: int
    is_by_wait: bool  # scored are those who did not come in at once, else those who had somebody before them


@dataclass(frozen=True, slots=True)
class _Issued:
    key: str
    ahead: int
    counters: int


@dataclass(slots=True)
class _Office:
    estimator: Estimator = field(default_factory=Estimator)
    discipline: Discipline = field(default_factory=Discipline)
    at_work: AtWork = field(default_factory=AtWork)
    baselines: defaultdict[str, Baselines] = field(default_factory=lambda: defaultdict(Baselines))
    issued: dict[int, _Issued] = field(default_factory=dict)

    def counters(self, ticket: Logged) -> int | None:
        """Return how many counters are open for a ticket that is issued: as published, else who is seen at work."""
        if ticket.counters is not None:
            return ticket.counters
        return self.at_work.count(ticket.issued, None if self.discipline.is_shared else ticket.queue) or None

    def end_day(self) -> None:
        self.estimator.end_day()
        self.discipline.end_day()
        for each in self.baselines.values():
            each.end_day()
        self.at_work.until.clear()
        self.issued.clear()
        if self.discipline.is_shared and not self.estimator.is_shared:
            self.estimator.is_shared = True
            usual = {knob: values[0] for knob, values in SETTINGS.items()} | {"pool": SHARED_SAY}
            self.estimator.tuning = Tuning(usual)


def replay(
    tickets: Sequence[Logged],
    *,
    warm_up: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    questions: Questions | None = None,
) -> Replayed:
    """Return the scored tickets of a log; the `warm_up` days only teach: a quarter and at most 7 if it is not said.

    Each of the `questions` is put to the estimator of its office as it stands at its moment.
    """
    days = sorted({ticket.day for ticket in tickets})
    warm = min(MOST_WARM_UP, len(days) // WARM_UP_SHARE) if warm_up is None else warm_up
    first = days[warm] if warm < len(days) else date.max
    by_office: defaultdict[str, defaultdict[date, list[Logged]]] = defaultdict(lambda: defaultdict(list))
    for ticket in tickets:
        by_office[ticket.office][ticket.day].append(ticket)
    says_who_queued = _says_who_queued(tickets)
    everybody: list[Scored] = []
    for office, its_days in sorted(by_office.items()):
        state = _Office()
        for day, todays in sorted(its_days.items()):
            asked = (questions or {}).get((office, day), ())
            for ticket, estimate, said in _day(state, todays, asked):
                everybody.append(Scored(office, ticket, state.issued[ticket.line].ahead, estimate, said))
            state.end_day()
            if progress is not None:
                progress(len(everybody), len(tickets))
    scored = [
        each
        for each in everybody
        if each.ticket.day >= first
        and each.ticket.called is not None
        and (each.waited > 0 if says_who_queued else each.ahead > 0)
    ]
    return Replayed(everybody, scored, len(tickets), len(days), warm, says_who_queued)


def _says_who_queued(tickets: Sequence[Logged]) -> bool:
    at_once = sum(ticket.called == ticket.issued for ticket in tickets)
    return any(ticket.server for ticket in tickets) and at_once >= AT_ONCE * len(tickets)


def _day(
    office: _Office, tickets: Sequence[Logged], asked: Sequence[tuple[float, Callable[[Estimator], None]]]
) -> Iterator[tuple[Logged, Estimate, dict[str, float]]]:
    to_ask = deque(sorted(asked, key=lambda question: question[0]))
    for at, _turn, ticket, is_issue in _events(tickets):
        while to_ask and to_ask[0][0] < at:
            to_ask.popleft()[1](office.estimator)
        if is_issue:
            yield ticket, *_issue(office, ticket)
        else:
            _gone(office, ticket, at)
    for _at, ask in to_ask:
        ask(office.estimator)


def _events(tickets: Sequence[Logged]) -> list[tuple[float, int, Logged, bool]]:
    events = []
    passed_over = _passed_over(tickets)
    for ticket in tickets:
        events.append((ticket.issued, _ISSUE, ticket, True))
        gone = ticket.called if ticket.called is not None else ticket.left
        gone = passed_over.get(ticket.line) if gone is None else gone
        if gone is not None:
            events.append((gone, _CALL if gone > ticket.issued else _AT_ONCE, ticket, False))
    return sorted(events, key=lambda event: (event[0], event[1], event[2].issued, event[2].line))


def _passed_over(tickets: Sequence[Logged]) -> dict[int, float]:
    """Return when those whose end the log does not say are seen to be gone: when somebody after them is called."""
    soonest: dict[str, float] = {}
    gone: dict[int, float] = {}
    for ticket in sorted(tickets, key=lambda each: (each.issued, each.line), reverse=True):
        if ticket.called is not None:
            soonest[ticket.queue] = min(ticket.called, soonest.get(ticket.queue, ticket.called))
        elif ticket.left is None and ticket.queue in soonest:
            gone[ticket.line] = max(ticket.issued, soonest[ticket.queue])
    return gone


def _issue(office: _Office, ticket: Logged) -> tuple[Estimate, dict[str, float]]:
    estimator, at = office.estimator, ticket.issued
    counters = office.counters(ticket)
    if counters is not None and ticket.published is not None and ticket.published >= FEWEST_MINUTES:
        estimator.state(ticket.queue, max(1, counters) / ticket.published)
    place = office.discipline.place(at, ticket.priority)
    ahead = estimator.seen(ticket.queue).ahead(place)
    key = EVERY_QUEUE if estimator.is_shared else ticket.queue
    said = office.baselines[key].said(at, ahead, counters or 1, ticket.published)
    estimate = estimator.issue(ticket.line, ticket.queue, at, place=place, counters=counters)
    office.discipline.issued(ticket.line, at, ticket.priority)
    office.baselines[key].waiting[ticket.line] = at
    office.issued[ticket.line] = _Issued(key, ahead, counters or 1)
    return estimate, said


def _gone(office: _Office, ticket: Logged, at: float) -> None:
    issued = office.issued[ticket.line]
    baselines = office.baselines[issued.key]
    baselines.waiting.pop(ticket.line)
    if ticket.called is None:
        office.estimator.leave(ticket.line)
        office.discipline.left(ticket.line)
        return
    office.estimator.call(ticket.line, at)
    office.discipline.called(ticket.line, ticket.queue, ticket.server)
    office.at_work.serves(ticket.server, ticket.queue, at, ticket.ended)
    baselines.called(at, ticket.issued, issued.ahead, issued.counters)
