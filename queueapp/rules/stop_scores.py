"""Says how good the rule of stopping is on a replayed log: what it would have warned of, and what was really late.

A ticket is served in time when it is called so long before closing that a service is done by then. The log holds only
tickets that were issued: where an office stopped in time by itself, nobody is in it whom the rule could have caught.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from queueapp.rules.certainties import Share
from queueapp.rules.estimated import Estimate
from queueapp.rules.evaluating import Replayed, Scored
from queueapp.rules.intervals import wilson
from queueapp.rules.stopped import ServiceMinutes, Stop
from queueapp.rules.stopping import light_until, stated_minutes

LAST_CALL = 10.0  # minutes before closing


@dataclass(frozen=True, slots=True)
class Closings:
    """When a log's offices close: as a rule and by weekday (Monday is 0), and how long before it the last call is."""

    usual: float | None = None
    by_weekday: Mapping[int, float] = field(default_factory=dict)
    last_call: float = LAST_CALL

    def of(self, day: date) -> float | None:
        """Return when they close on a day, in minutes after midnight; None where nobody said it."""
        return self.by_weekday.get(day.weekday(), self.usual)

    @property
    def service(self) -> ServiceMinutes:
        """The minutes of a service that a log does not say: those between the last call and closing."""
        return stated_minutes(self.last_call)

    def stop(self, at: float, estimate: Estimate, closing: float) -> Stop:
        """Return what the rule says of a ticket, on a day that closes then."""
        return light_until(closing, at, estimate, self.service)


@dataclass(frozen=True, slots=True)
class Caught:
    """Of the tickets not served in time: how many had red, and red or amber; of those served in time the same.

    `late_days` are the days of a queue on which some were not: tickets of one such day are late together.
    """

    tickets: int
    late_days: int
    by_red: Share
    by_either: Share
    wrongly_red: Share
    wrongly_either: Share


@dataclass(frozen=True, slots=True)
class StopScores:
    """The figures of those who had somebody before them, of all tickets after the days that only teach, by office."""

    scored: Caught
    all: Caught
    by_office: list[tuple[str, Caught]]


def score_stops(replayed: Replayed, closings: Closings) -> StopScores:
    """Return how the rule would have done on a replayed log, ticket by ticket as it was issued."""
    first = first_day(replayed)
    later = [each for each in replayed.all if each.ticket.day >= first]
    offices = sorted({each.office for each in replayed.scored})
    by_office = [
        (name, caught([each for each in replayed.scored if each.office == name], closings)) for name in offices
    ]
    return StopScores(caught(replayed.scored, closings), caught(later, closings), by_office)


def first_day(replayed: Replayed) -> date:
    """Return the first day that does not only teach."""
    days = sorted({each.ticket.day for each in replayed.all})
    return days[replayed.warm_up] if replayed.warm_up < len(days) else date.max


def caught(tickets: Sequence[Scored], closings: Closings) -> Caught:
    """Return the figures of some tickets; those issued after the last call, or never called, are not counted."""
    seen = [known for each in tickets if (known := _seen(each, closings)) is not None]
    late = [shown for shown, is_late, _place in seen if is_late]
    in_time = [shown for shown, is_late, _place in seen if not is_late]
    return Caught(
        tickets=len(seen),
        late_days=len({place for _shown, is_late, place in seen if is_late}),
        by_red=_share(late, {"red"}),
        by_either=_share(late, {"red", "amber"}),
        wrongly_red=_share(in_time, {"red"}),
        wrongly_either=_share(in_time, {"red", "amber"}),
    )


def _seen(each: Scored, closings: Closings) -> tuple[str, bool, tuple[str, str, date]] | None:
    """Return the light that a ticket would have had, whether it was not served in time, and its queue's day."""
    closing, ticket = closings.of(each.ticket.day), each.ticket
    if closing is None or ticket.called is None or ticket.issued > closing - closings.last_call:
        return None
    stop = closings.stop(ticket.issued, each.estimate, closing)
    return stop.light, ticket.called > closing - closings.last_call, (each.office, ticket.queue, ticket.day)


def _share(lights: Sequence[str], counted: set[str]) -> Share:
    return wilson(sum(light in counted for light in lights), len(lights))
