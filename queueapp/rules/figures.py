"""Computes the figures of a day from its tickets and their spans.

A citizen counts under the field that issued the ticket; minutes count where they were spent. Durations are those of
citizens who were served and whose times are reliable, over citizens: a citizen who has no span of a kind is absent from
that duration, not a nought in it. The definitions are those of the report's contract.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from queueapp.clock import business_day, zone
from queueapp.rules.curves import curves
from queueapp.rules.kept import NOTHING, broken, kept
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.rules.measures import measure
from queueapp.rules.summaries import Closing, Curves, DaySummary, Figures, Unserved, Visit
from queueapp.rules.views import SpanView

WAIT_THRESHOLDS = (15, 30)  # minutes; the promises heard are 10 to 30, the law is silent
_MINUTE = timedelta(minutes=1)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Spent(NamedTuple):
    """Minutes of one citizen in one span: which duration they belong to, and where they count."""

    citizen: int
    duration: str
    service: str
    counter: int | None
    clerk: str | None
    hour: str
    minutes: float


def summarise(
    visits: Sequence[Visit],
    *,
    day: date,
    timezone: str,
    services: Sequence[str],
    counters: Sequence[int],
    at: datetime,
    chain_head: str | None = None,
    picked: int = 0,
    closing: Closing | None = None,
    has_curves: bool = True,
) -> DaySummary:
    """Return the figures of a day: by field, for all, by counter, by clerk, by local hour of issue.

    `services` and `counters` are listed even if nobody came there; `at` is the present, for those who still wait. No
    sheet holds the curves: they can be left out.
    """
    hours = [_hour(visit, timezone) for visit in visits]
    spent = [each for citizen, visit in enumerate(visits) for each in _spent(citizen, visit, hours[citizen])]
    issued_in: defaultdict[str, list[Visit]] = defaultdict(list)
    for hour, visit in zip(hours, visits, strict=True):
        issued_in[hour].append(visit)
    visits_of, spent_in = _by(visits, lambda visit: visit.issued_for), _by(spent, lambda each: each.service)
    ended_at, spent_at = _by(visits, lambda visit: visit.counter), _by(spent, lambda each: each.counter)
    ended_with, spent_with = _by(visits, lambda visit: visit.clerk), _by(spent, lambda each: each.clerk)
    # Who sends a citizen to put a form right need not be who ends the visit.
    sent_from = Counter(desk for visit in visits for desk in {span.counter for span in _sent_to_fix(visit)})
    sent_by = Counter(name for visit in visits for name in {span.clerk for span in _sent_to_fix(visit)})
    spent_by_hour = _by(spent, lambda each: each.hour)
    fields = list(dict.fromkeys([*services, *visits_of, *spent_in]))
    desks = sorted({*counters, *(desk for desk in (*ended_at, *spent_at, *sent_from) if desk is not None)})
    people = sorted({name for name in (*ended_with, *spent_with, *sent_by) if name is not None})
    return DaySummary(
        day=day,
        services={code: _figures(visits_of[code], spent_in[code]) for code in fields},
        all=_figures(visits, spent),
        counters={
            str(desk): _figures(ended_at[desk], spent_at[desk], is_issuing=False, reworked=sent_from[desk])
            for desk in desks
        },
        clerks={
            name: _figures(ended_with[name], spent_with[name], is_issuing=False, reworked=sent_by[name])
            for name in people
        },
        hours={start: _figures(issued_in[start], spent_by_hour[start]) for start in sorted(issued_in)},
        unserved=_unserved(visits, day, timezone, at),
        chain_head=chain_head,
        curves=curves(visits, timezone=timezone) if has_curves else Curves((), (), (), ()),
        picked=picked,
        clock_touched=sum(visit.is_clock_touched for visit in visits),
        from_roll=sum(visit.is_from_roll and visit.state != "void" for visit in visits),
        closing=closing,
        broken=broken(visits),
    )


def figures_of(visits: Sequence[Visit], service: str | None = None) -> Figures:
    """Return the figures of citizens of any days, of all or of one field."""
    spent = [each for citizen, visit in enumerate(visits) for each in _spent(citizen, visit, "")]
    own = [each for each in visits if service in {None, each.issued_for}]
    return _figures(own, [each for each in spent if service in {None, each.service}])


def minutes_of(visits: Sequence[Visit], service: str | None = None) -> dict[str, list[float]]:
    """Return the minutes of each duration by citizen, in all or as spent in one field: of those measured above."""
    spent = [each for citizen, visit in enumerate(visits) for each in _spent(citizen, visit, "")]
    sums = _per_citizen([each for each in spent if service in {None, each.service}])
    return {duration: list(sums[duration].values()) for duration in ("waiting", "way", "service", "held")}


def _by(items: Iterable[T], key: Callable[[T], K]) -> defaultdict[K, list[T]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _hour(visit: Visit, timezone: str) -> str:
    return f"{visit.issued_at.astimezone(zone(timezone)):%H}"


def _spent(citizen: int, visit: Visit, hour: str) -> list[Spent]:
    if visit.state != "served" or visit.is_unreliable:
        return []
    found = []
    for place, span in enumerate(visit.spans):
        last = _last_part(visit.spans, place)
        duration = _duration(visit.spans[last])
        if duration is None:
            continue
        # A wait counts for the counter that ended it: the one of the ticket's next span.
        at = visit.spans[last + 1] if span.kind == "waiting" and last + 1 < len(visit.spans) else span
        minutes = _minutes(span, span.started_at)
        found.append(Spent(citizen, duration, span.service, at.counter, at.clerk, hour, minutes))
    return found


def _last_part(spans: Sequence[SpanView], place: int) -> int:
    """Return where a stretch ends that an outage cut in two or more."""
    while spans[place].ended_by == "outage" and place + 1 < len(spans):
        place += 1
    return place


def _duration(span: SpanView) -> str | None:
    """Return the duration a span belongs to; a call that did not end in a service belongs to none."""
    if span.kind == "called":
        return "way" if span.ended_by == "start" else None
    return {"waiting": "waiting", "serving": "service", "held": "held"}[span.kind]


def _minutes(span: SpanView, until: datetime) -> float:
    return ((span.ended_at or until) - span.started_at) / _MINUTE


def _figures(
    visits: Sequence[Visit], spent: Sequence[Spent], *, is_issuing: bool = True, reworked: int | None = None
) -> Figures:
    ends = Counter(visit.state for visit in visits)
    sums = _per_citizen(spent)
    waits = list(sums["waiting"].values())
    return Figures(
        issued=len(visits) if is_issuing else None,
        served=ends["served"],
        no_show=ends["no_show"],
        left=ends["left"],
        sent_home=ends["sent_home"],
        carried_over=ends["carried_over"],
        void=ends["void"],
        still_open=sum(ends[state] for state in OPEN_STATES),
        dossiers=sum(visit.dossiers for visit in visits if visit.state != "void"),
        waiting=measure(waits),
        way=measure(list(sums["way"].values())),
        service=measure(list(sums["service"].values())),
        held=measure(list(sums["held"].values())),
        excluded_unreliable=sum(visit.state == "served" and visit.is_unreliable for visit in visits),
        wait_over={str(limit): sum(wait > limit for wait in waits) for limit in WAIT_THRESHOLDS},
        estimate=kept(visits) if is_issuing else dict(NOTHING),
        reworked=sum(bool(_sent_to_fix(visit)) for visit in visits) if reworked is None else reworked,
    )


def _sent_to_fix(visit: Visit) -> list[SpanView]:
    """Return the services that ended because a form was to be put right; a key that was taken back ended none."""
    return [span for span in visit.spans if span.ended_by == "send_to_fix" and visit.state != "void"]


def _per_citizen(spent: Sequence[Spent]) -> defaultdict[str, dict[int, float]]:
    """Return each duration's minutes by citizen."""
    sums: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for each in spent:
        of_citizen = sums[each.duration]
        of_citizen[each.citizen] = of_citizen.get(each.citizen, 0.0) + each.minutes
    return sums


def _unserved(visits: Sequence[Visit], day: date, timezone: str, at: datetime) -> tuple[Unserved, ...]:
    found = [
        Unserved(
            code=visit.code,
            service=visit.issued_for,
            end=visit.state,
            reason=visit.reason,
            waited=_waited(visit, day, timezone, at),
        )
        for visit in visits
        if visit.state != "served"
    ]
    return tuple(sorted(found, key=lambda each: each.code))


def _waited(visit: Visit, day: date, timezone: str, at: datetime) -> float | None:
    waits = [span for span in visit.spans if span.kind == "waiting"]
    is_known = all(
        business_day(span.ended_at, timezone) == day
        for span in waits
        if span.ended_at and span.ended_by == "end_of_day"
    )
    return sum(_minutes(span, max(at, span.started_at)) for span in waits) if is_known else None
