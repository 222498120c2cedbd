"""Answers when reception must stop issuing: the light of each field's next ticket, and how many the day still carries.

A terminal remembers how long services take and what room there is, until a minute or something of the field changes.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select

from queueapp.models import services, spans, tickets
from queueapp.queries.day_so_far import DaySoFar, day_so_far
from queueapp.queries.estimates import Turn, next_turns
from queueapp.queries.lines import scale
from queueapp.queries.rows import today
from queueapp.rules.estimated import Estimate
from queueapp.rules.forecast import Asked, Open
from queueapp.rules.points import Scale
from queueapp.rules.stopped import Room, ServiceMinutes, Stop
from queueapp.rules.stopping import closing_of, dossiers_each, light, room, service_minutes, softened
from queueapp.session import Session
from queueapp.statement import Statement

_LAST_DAYS = timedelta(days=14)  # whose services are looked at
_MOST_SERVICES = 3000
_STALE = timedelta(minutes=10)
_SERVICES = Statement(
    select(services.c.code, spans.c.started_at, spans.c.ended_at)
    .select_from(tickets)
    .join(spans, spans.c.ticket_id == tickets.c.id)
    .join(services, services.c.id == spans.c.service_id)
    .where(
        tickets.c.office_id == bindparam("office"),
        tickets.c.day >= bindparam("since"),
        spans.c.kind == "serving",
        spans.c.ended_by == "finish",
        ~spans.c.is_undone,
        ~tickets.c.is_unreliable,
        ~tickets.c.is_from_roll,
    )
    .order_by(spans.c.id.desc())
    .limit(bindparam("limit"))
)
_DOSSIERS = Statement(
    select(services.c.code, tickets.c.day == bindparam("today"), func.sum(tickets.c.dossiers), func.count())
    .select_from(tickets)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.day >= bindparam("since"), tickets.c.state != "void")
    .group_by(services.c.code, tickets.c.day == bindparam("today"))
)


@dataclass(frozen=True, slots=True)
class FieldStop:
    """The light for the next ordinary ticket of a field, and the room that is left, where it can be reckoned."""

    stop: Stop
    room: Room | None = None


@dataclass(slots=True)
class _Known:
    """What a terminal remembers of services and of room; `rooms` with what each was reckoned from."""

    day: date
    read_at: datetime
    minutes: Mapping[str, list[float]]
    each: Mapping[str, float]
    rooms: dict[str, tuple[object, Room | None]] = field(default_factory=dict)
    _of: dict[tuple[str, float], ServiceMinutes] = field(default_factory=dict)

    def of(self, code: str, stated: float) -> ServiceMinutes:
        """Return how long a service of a field takes."""
        if (code, stated) not in self._of:
            everywhere = [minutes for found in self.minutes.values() for minutes in found]
            self._of[code, stated] = service_minutes(self.minutes.get(code, ()), everywhere, stated)
        return self._of[code, stated]


def stop_at_issue(session: Session, service: str, its_turn: Turn, *, at: datetime) -> Stop | None:
    """Return the light for a ticket that is issued now; None where nothing is said."""
    if its_turn.promised is None:
        return None
    day = today(session, at)
    now = day_so_far(session, day)
    known = _known(session, day, at)
    return _stop(session, now, known, service, its_turn.promised.estimate, is_shut=its_turn.is_shut, at=at)


def stops(session: Session, *, at: datetime) -> dict[str, FieldStop]:
    """Return the light and the room of each field today; a field of which nothing can be said is absent."""
    day, by = today(session, at), scale(session, at)
    now = day_so_far(session, day)
    if closing_of(now.forecast.estimator.hours) is None or _rule(session) == "off":
        return {}
    known = _known(session, day, at)
    found = {}
    for each in next_turns(session, at=at):
        code, estimate = each.asked.service, each.turn.estimate
        if estimate is None:
            continue
        stop = _stop(session, now, known, code, estimate, is_shut=each.turn.is_shut, at=at)
        if stop is not None:
            found[code] = FieldStop(stop, _room(now, known, each.asked, by, each.desks, estimate))
    return found


def _rule(session: Session) -> str:
    return str(session.office.settings.get("stopping", {}).get("rule", "refuse"))


def _stop(
    session: Session, now: DaySoFar, known: _Known, code: str, estimate: Estimate, *, is_shut: bool, at: datetime
) -> Stop | None:
    forecast = now.forecast
    service, counters = known.of(code, forecast.usual.get(code, 0)), 0 if is_shut else None
    stop = light(forecast.minute(at), estimate, service, forecast.estimator.hours, counters=counters)
    has_history = forecast.estimator.has_history(code)
    return None if stop is None else softened(stop, _rule(session), has_history=has_history)


def _room(now: DaySoFar, known: _Known, asked: Asked, by: Scale, desks: Open, estimate: Estimate) -> Room | None:
    """Return the room of a field, reckoned anew only where its minute, its queue or its pace is another."""
    code, forecast = asked.service, now.forecast
    hours, minute = forecast.estimator.hours, forecast.minute(by.at)
    service, each = known.of(code, forecast.usual.get(code, 0)), round(known.each.get(code, 1.0), 2)
    told = (round(estimate.minutes), round(estimate.high), estimate.basis, len(asked.queue), asked.ahead)
    basis = (int(minute), told, desks, service, each, hours)
    kept = known.rooms.get(code)
    if kept is not None and kept[0] == basis:
        return kept[1]

    def stop_of(more: int) -> Stop:
        later = forecast.expect(asked, by, desks, more)
        stop = None if later is None else light(minute, later, service, hours)
        if stop is None:
            raise LookupError(more)
        return stop

    try:
        left = room(stop_of, each)
    except LookupError:
        left = None
    known.rooms[code] = (basis, left)
    return left


def _known(session: Session, day: date, at: datetime) -> _Known:
    known = session.memory.get("stops")
    if not isinstance(known, _Known) or known.day != day or abs(at - known.read_at) >= _STALE:
        known = session.memory["stops"] = _read(session, day, at)
    return known


def _read(session: Session, day: date, at: datetime) -> _Known:
    since, office = day - _LAST_DAYS, session.office.id
    minutes: defaultdict[str, list[float]] = defaultdict(list)
    for code, began, ended in session.rows(_SERVICES, office=office, since=since, limit=_MOST_SERVICES):
        minutes[code].append((ended - began).total_seconds() / 60)
    sums: dict[tuple[str, bool], tuple[int, int]] = {
        (code, bool(is_today)): (int(dossiers), int(number))
        for code, is_today, dossiers, number in session.rows(_DOSSIERS, office=office, since=since, today=day)
    }
    each = {}
    for code in {code for code, _is_today in sums}:
        before, number = sums.get((code, False), (0, 0))
        each[code] = dossiers_each(*sums.get((code, True), (0, 0)), before / number if number else 1.0)
    return _Known(day, at, minutes, each)
