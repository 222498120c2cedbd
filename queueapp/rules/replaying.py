"""Takes a recorded day apart so that it can be lived again: who was ready when, who sat where, how long each took.

A leg is one stay of a ticket at a counter, from the call until the counter is free of it. What a clerk let pass before
a call that could have been made is the pause of that leg, unless it is long: then nobody sat there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from queueapp.clock import zone
from queueapp.rules.halls import Hours, Stretch
from queueapp.rules.points import CallRule
from queueapp.rules.summaries import Visit
from queueapp.rules.views import SpanView

DEFAULT_RULE = CallRule()
GRACE = 5.0  # minutes into a break in which a call is only the last before it, or the first after
AWAY = 5.0  # minutes: somebody waits that long for a counter that does nothing because nobody sits there


@dataclass(frozen=True, slots=True)
class Leg:
    """One stay at a counter; all in office minutes but `minutes`, which is the clock's.

    `delay` is what lay between the leg before and being ready for this one, such as being on hold; it is nought for the
    first. `pause` is what the clerk let pass before the call. Who `is_absent` was called in vain.
    """

    ticket: str
    service: str
    counter: int
    ready: float
    called: float
    ended: float
    minutes: float
    delay: float
    is_first: bool
    is_absent: bool
    is_priority: bool
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter was opened or taken up again (`is_open`), or paused or closed."""

    at: datetime
    counter: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded day: its legs in the order of the calls, and the counters with their fields.

    `weights` are those that a counter gives its fields, where they are not all the same, and `calling` is the office's
    call rule: as they are set now, not as they may have been that day.

    `away` is when nobody sat at a counter; `uncalled` counts the tickets that no counter ever called, which are left
    out: they took nobody's time.
    """

    day: date
    hours: Hours
    legs: tuple[Leg, ...]
    counters: Mapping[int, tuple[str, ...]]
    away: Mapping[int, tuple[Stretch, ...]]
    uncalled: int
    weights: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    calling: CallRule = DEFAULT_RULE

    @property
    def services(self) -> tuple[str, ...]:
        """The fields of the day, in no order that matters."""
        known = [service for services in self.counters.values() for service in services]
        return tuple(dict.fromkeys([*known, *(leg.service for leg in self.legs)]))


def recorded(
    visits: Sequence[Visit],
    *,
    day: date,
    hours: Hours,
    timezone: str,
    counters: Mapping[int, Sequence[str]],
    seats: Sequence[Seat] = (),
) -> Recorded:
    """Return a day taken apart; a counter serves the fields that it is set to, and those that it served that day.

    `seats` are what is on record of counters opened, paused and closed, in order.
    Where anybody was called in a break, the office was open in it, and the day is counted without breaks.
    """
    midnight = datetime.combine(day, time(), tzinfo=zone(timezone))
    if any(_is_called_in_a_break(visit, hours, midnight) for visit in visits):
        hours = replace(hours, breaks=(), length=hours.length + sum(length for _at, length in hours.breaks))
    found: list[Leg] = []
    uncalled = 0
    for visit in visits:
        stays = _legs(visit, hours, midnight)
        uncalled += not stays
        found += stays
    found.sort(key=lambda leg: (leg.called, leg.ended))
    served: dict[int, dict[str, None]] = {number: dict.fromkeys(fields) for number, fields in counters.items()}
    for leg in found:
        served.setdefault(leg.counter, {})[leg.service] = None
    skills = {number: tuple(fields) for number, fields in sorted(served.items())}
    away: dict[int, tuple[Stretch, ...]] = {}
    legs: list[Leg] = []
    for number, fields in skills.items():
        theirs, stretches = _paused([leg for leg in found if leg.counter == number], fields, found)
        legs += theirs
        said = [(_office(seat.at, hours, midnight), seat.is_open) for seat in seats if seat.counter == number]
        away[number] = _joined([*stretches, *_shut(said, min((leg.called for leg in theirs), default=math.inf))])
    legs.sort(key=lambda leg: (leg.called, leg.ended))
    return Recorded(day, hours, tuple(legs), skills, away, uncalled)


def _is_called_in_a_break(visit: Visit, hours: Hours, midnight: datetime) -> bool:
    for span in visit.spans:
        minute = (span.started_at - midnight).total_seconds() / 60
        edges = [(hours.to_clock(at) - length, hours.to_clock(at)) for at, length in hours.breaks]
        if span.kind == "called" and any(begin + GRACE < minute < end - GRACE for begin, end in edges):
            return True
    return False


def _legs(visit: Visit, hours: Hours, midnight: datetime) -> list[Leg]:
    def office(at: datetime) -> float:
        return _office(at, hours, midnight)

    found: list[Leg] = []
    ready, freed = max(0.0, office(visit.issued_at)), None
    for stay in _stays(visit.spans):
        first, last = stay[0], stay[-1]
        if last.ended_at is None or first.counter is None:
            break
        before = next((span for span in reversed(visit.spans) if span.ended_at == first.started_at), None)
        if found and before is not None:
            ready = office(before.started_at) if before.kind == "waiting" else office(first.started_at)
        found.append(
            Leg(
                ticket=visit.code,
                service=first.service,
                counter=first.counter,
                ready=ready,
                called=max(office(first.started_at), ready),
                ended=max(office(last.ended_at), ready),
                minutes=(last.ended_at - first.started_at).total_seconds() / 60,
                delay=0.0 if freed is None else max(0.0, ready - freed),
                is_first=not found,
                is_absent=all(span.kind == "called" for span in stay),
                is_priority=visit.is_priority,
            )
        )
        freed = found[-1].ended
    return found


def _stays(spans: Sequence[SpanView]) -> list[list[SpanView]]:
    """Return the spans at a counter, those together that follow each other at the same one."""
    stays: list[list[SpanView]] = []
    before: SpanView | None = None
    for span in spans:
        if span.kind in {"called", "serving"}:
            if stays and before is stays[-1][-1] and before.counter == span.counter:
                stays[-1].append(span)
            else:
                stays.append([span])
        before = span
    return stays


def _paused(mine: Sequence[Leg], fields: Sequence[str], every: Sequence[Leg]) -> tuple[list[Leg], list[Stretch]]:
    """Return a counter's legs with the pause before each, and the stretches in which nobody sat there.

    A counter that never called again while others called who waited for it has gone for good.
    """
    theirs = [leg for leg in every if leg.service in fields]
    legs, away, free = [], [], 0.0
    for leg in mine:
        # Of those it could have called, the first to be ready whom nobody had called by then; at the latest this one.
        since = min(other.ready for other in theirs if other.called >= leg.called)
        is_back = leg.called - max(free, since) > AWAY
        legs.append(replace(leg, pause=0.0 if is_back else max(0.0, leg.called - max(free, leg.ready))))
        if is_back:
            away.append((free, leg.called))
        free = max(free, leg.ended)
    if any(other.called - max(other.ready, free) > AWAY for other in theirs if other.called > free):
        away.append((free, math.inf))
    return legs, away


def _shut(said: Sequence[tuple[float, bool]], first_call: float) -> list[Stretch]:
    """Return when a counter was paused or closed; one that is opened before it calls at all was shut until then."""
    found: list[Stretch] = []
    since = 0.0 if said and said[0][1] and said[0][0] <= first_call else None
    for at, is_open in said:
        if is_open and since is not None:
            found.append((since, at))
            since = None
        elif not is_open and since is None:
            since = at
    return found if since is None else [*found, (since, math.inf)]


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for begin, end in sorted(stretches):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _office(at: datetime, hours: Hours, midnight: datetime) -> float:
    return hours.of_clock((at - midnight).total_seconds() / 60)
