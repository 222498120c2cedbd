"""By what the waiting are weighed: the office's call rule, its minutes, and the points of a ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from queueapp.clock import zone
from queueapp.rules.hours import hours_said

RULES = ("points", "first_come", "strict", "alternate")
Stretches = tuple[tuple[datetime, datetime], ...]
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class CallRule:
    """How an office chooses whom to call; the defaults are our recommendation.

    points: a normal ticket has a point for each minute waited, one with priority `bonus_minutes` and `factor` for each
    minute, and after `cap` priority calls in a row at a counter a normal ticket has its turn (0: never). first_come:
    priority counts for nothing. strict: priority before all others, but for the cap. alternate: so with a cap of one.
    """

    rule: str = "points"
    bonus_minutes: int = 10
    factor: int = 3
    cap: int = 2

    @property
    def is_strict(self) -> bool:
        """Whether priority goes before all others, whatever they waited."""
        return self.rule in {"strict", "alternate"}

    @property
    def limit(self) -> int:
        """How many priority calls in a row a counter makes while a normal ticket waits; 0 means any number."""
        if self.rule == "first_come":
            return 0
        return 1 if self.rule == "alternate" else self.cap

    def points(self, waited: timedelta, *, is_priority: bool) -> timedelta:
        """Return the points of a ticket; a minute is a point."""
        if self.rule != "points" or not is_priority:
            return waited
        return _minutes(self.bonus_minutes) + self.factor * waited

    def wait_for(self, points: timedelta, *, is_priority: bool) -> timedelta:
        """Return the longest wait that gives a ticket no more than so many points."""
        if self.rule != "points" or not is_priority:
            return points
        return (points - _minutes(self.bonus_minutes)) // self.factor


@cache
def _minutes(n: int) -> timedelta:
    return timedelta(minutes=n)  # made once: it is asked for each ticket that is weighed


def call_rule_of(settings: Mapping[str, Any]) -> CallRule:
    """Return the call rule in an office's settings."""
    said = settings.get("calling", {})
    return CallRule(**{each.name: said[each.name] for each in fields(CallRule) if each.name in said})


class Scale(NamedTuple):
    """What weighs the waiting at a moment; without `stretches` every minute counts, else those within them."""

    at: datetime
    rule: CallRule = CallRule()
    stretches: Stretches = ()

    def waited(self, place: datetime) -> timedelta:
        """Return the office's time since `place`; negative for a place that is still to come."""
        stretches = self.stretches
        if place >= self.at or not stretches:
            return self.at - place
        total = _NOTHING
        for start, end in stretches:  # written out: some hundred tickets are weighed for one line
            if place < end and start < self.at:
                total += (end if end < self.at else self.at) - (start if place < start else place)
        return total

    def place_with(self, points: timedelta, *, is_priority: bool) -> datetime:
        """Return a place that gives no more than so many points now."""
        return self.at - self.rule.wait_for(points, is_priority=is_priority)


def scale_of(settings: Mapping[str, Any], timezone: str, at: datetime) -> Scale:
    """Return what weighs the waiting of an office at a moment."""
    day = at.astimezone(zone(timezone)).date()
    said = tuple(hours_said(settings.get("hours", {}), day))
    return Scale(at, call_rule_of(settings), _stretches(said, day, timezone))


@lru_cache(maxsize=8)
def _stretches(said: Sequence[str], day: date, timezone: str) -> Stretches:
    """Return when waiting counts on a day: not before the office opens, not at lunch, but on after it closes.

    Who still waits after closing is still to be served; on a day without hours every minute counts.
    """
    found = sorted(tuple(time.fromisoformat(each) for each in session.split("-")) for session in said)
    if not found:
        return ()
    there = zone(timezone)
    opening = [datetime.combine(day, each[0], there) for each in found]
    closing = [datetime.combine(day, each[1], there) for each in found]
    closing[-1] = datetime.combine(day + timedelta(days=1), time(), there)
    return tuple(zip(opening, closing, strict=True))
