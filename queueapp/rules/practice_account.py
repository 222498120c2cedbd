"""What became of a day of practice, beside what the simulated hall made of the same crowd."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from queueapp.rules.measures import measure
from queueapp.rules.practice import Times
from queueapp.rules.simulation import Course, Crowd
from queueapp.rules.summaries import Measure, Visit
from queueapp.rules.views import SpanView

AT_COUNTER = ("called", "serving")


@dataclass(frozen=True, slots=True)
class Waited:
    """Waits so far, in office minutes: of all, without priority, with it; how many were called."""

    all: Measure
    normal: Measure
    priority: Measure
    called: int


@dataclass(frozen=True, slots=True)
class Own:
    """What the learner's counter did: how many served and absent, minutes at the counter, how often it called.

    `idle` is for how many minutes on average it had nobody before a call while the one it then called already waited.
    """

    served: int
    absent: int
    calls: int
    at_counter: Measure
    idle: Measure


@dataclass(frozen=True, slots=True)
class Account:
    """A practice until the office minute `until`: who came and left, the learner's counter, the waits, the reference's.

    `reference_calls` is how many the same counter called in the simulated hall; at reception there is no `own`. Before
    a number was issued its citizen stood `at_reception`, where so many are `asking` now.
    """

    until: float
    came: int
    left: int
    waited: Waited
    reference: Waited
    reference_calls: int
    own: Own | None
    at_reception: Measure
    asking: int


@dataclass(frozen=True, slots=True)
class Reception:
    """Since which office minute the citizen of a number is there, and since when those who have none, with priority."""

    since: Mapping[str, float] = field(default_factory=dict)
    asking: Sequence[tuple[float, bool]] = ()


def account(
    visits: Sequence[Visit],
    people: Crowd,
    course: Course,
    times: Times,
    reception: Reception,
    *,
    until: float,
    counter: int | None,
) -> Account:
    """Return what became of a practice until an office minute; `course` is how the same crowd is simulated.

    Who was not called yet has waited until then: so both are measured alike, however early the practice ends.
    """
    came = [(visit, times.minute(visit.issued_at)) for visit in visits]
    came = [(visit, issued) for visit, issued in came if issued <= until]
    asking = [(until - since, False, is_priority) for since, is_priority in reception.asking if since <= until]
    there = [place for place, at in enumerate(people.at) if at <= until]
    return Account(
        until=until,
        came=len(came) + len(asking),
        left=sum(visit.state == "left" for visit, _issued in came),
        waited=_waited(
            [
                (*_wait(visit, times, until, reception.since.get(visit.code, issued)), visit.is_priority)
                for visit, issued in came
            ]
            + asking
        ),
        reference=_waited(
            [
                (
                    min(course.called[place], until) - people.at[place],
                    course.called[place] <= until,
                    people.is_priority[place],
                )
                for place in there
            ]
        ),
        reference_calls=sum(course.desk[place] + 1 == counter and course.called[place] <= until for place in there),
        own=None if counter is None else _own(visits, times, counter),
        at_reception=measure([max(0.0, issued - reception.since.get(visit.code, issued)) for visit, issued in came]),
        asking=len(asking),
    )


def _wait(visit: Visit, times: Times, until: float, since: float) -> tuple[float, bool]:
    """Return how long a citizen waited for the first call, and whether it came; who left waited until then."""
    first = visit.spans[0] if visit.spans else None
    if first is None or first.ended_at is None:
        return until - since, False
    return times.minute(first.ended_at) - since, any(span.kind == "called" for span in visit.spans)


def _waited(waits: Sequence[tuple[float, bool, bool]]) -> Waited:
    return Waited(
        all=measure([wait for wait, _called, _is_priority in waits]),
        normal=measure([wait for wait, _called, is_priority in waits if not is_priority]),
        priority=measure([wait for wait, _called, is_priority in waits if is_priority]),
        called=sum(called for _wait, called, _is_priority in waits),
    )


def _own(visits: Sequence[Visit], times: Times, counter: int) -> Own:
    mine = sorted(
        ((span, _ready(visit.spans, place)) for visit in visits for place, span in enumerate(visit.spans)
         if span.kind in AT_COUNTER and span.counter == counter),
        key=lambda each: each[0].started_at,
    )  # fmt: skip
    idle, lengths, free = [], [], 0.0
    for span, ready in mine:
        begins = times.minute(span.started_at)
        if span.kind == "called":
            idle.append(max(0.0, begins - max(free, times.minute(ready.started_at) if ready is not None else begins)))
        free = begins if span.ended_at is None else times.minute(span.ended_at)
        if span.kind == "serving" and span.ended_at is not None:
            lengths.append((span.ended_at - span.started_at).total_seconds() / 60)
    return Own(
        served=sum(span.kind == "serving" and span.ended_by in {"finish", "transfer"} for span, _ready in mine),
        absent=sum(span.ended_by == "no_show" for span, _ready in mine),
        calls=sum(span.kind == "called" for span, _ready in mine),
        at_counter=measure(lengths),
        idle=measure(idle),
    )


def _ready(spans: Sequence[SpanView], place: int) -> SpanView | None:
    """Return the waiting that a call ended."""
    before = spans[place - 1] if place else None
    return before if before is not None and before.kind == "waiting" else None


def is_slow(own: Own, *, at_least: int = 3, minutes: float = 1.0) -> bool:
    """Whether a counter often had nobody while somebody waited for it; with few calls nothing is said."""
    return own.idle.n >= at_least and (own.idle.mean or 0.0) > minutes


def is_behind(own: Own, reference: int, *, at_least: int = 4) -> bool:
    """Whether a counter called less than half as often as the simulated one, although its hall may not show it."""
    return reference >= at_least and own.calls * 2 < reference


def is_slow_reception(account: Account, *, minutes: float = 1.0) -> bool:
    """Whether citizens stood at reception for long."""
    return account.own is None and (account.at_reception.mean or 0.0) > minutes


def is_longer(account: Account, share: float = 0.1) -> bool:
    """Whether people waited clearly longer than in the reference."""
    mine, theirs = account.waited.all.mean, account.reference.all.mean
    return mine is not None and theirs is not None and mine > max(theirs * (1 + share), theirs + 0.5)
