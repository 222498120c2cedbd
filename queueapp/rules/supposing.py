"""Says what a recorded day would have been with other counters or another rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from queueapp.rules.disciplines import DISCIPLINES
from queueapp.rules.halls import Hall
from queueapp.rules.open_desks import Discipline
from queueapp.rules.outcomes import Outcome, outcome
from queueapp.rules.own_rule import OwnRule
from queueapp.rules.reliving import Fields, as_it_was, crowd_of, hall_of
from queueapp.rules.replaying import Recorded
from queueapp.rules.simulation import live

OFFICE_RULE = "office"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited: how many, on average, the longest, all together in hours; what was done after closing.

    `normal` and `priority` are the mean waits without priority and with it; None where nobody came so.
    """

    n: int
    mean: float
    normal: float | None
    priority: float | None
    longest: float
    hours: float
    overtime: float
    unserved: int
    fields: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Supposed:
    """A recorded day and what it would have been.

    `then` is the mean wait on record and `again` that of the same assignment lived again, over `n` citizens: they part
    where the record contradicts itself. `before` is the day with its counters under the office's rule as it is set now:
    what it is off by is what the record does not say of the clerks, so it is how far the rest can be trusted. `after`
    is with what was supposed; the two are compared with each other, not with the record.
    """

    n: int
    then: float
    again: float
    before: Waits
    after: Waits

    @property
    def error(self) -> float:
        """By which share of the recorded mean the day lived again is off; nought where nobody waited."""
        return (self.again - self.then) / self.then if self.then else 0.0

    @property
    def rule_error(self) -> float:
        """By which share of the recorded mean the day simulated by the office's rule is off."""
        return (self.before.mean - self.then) / self.then if self.then else 0.0

    @property
    def hours_saved(self) -> float:
        """How many hours less are waited, by all together; negative if more."""
        return self.before.hours - self.after.hours


def suppose(record: Recorded, counters: Mapping[int, Fields] | None = None, rule: str | None = None) -> Supposed:
    """Return what a day would have been with other counters (by number) and by another rule than the office's own."""
    pairs = as_it_was(record)
    own: Discipline = OwnRule(record.calling)
    n = len(pairs)
    return Supposed(
        n=n,
        then=math.fsum(then for then, _again in pairs) / n if n else 0.0,
        again=math.fsum(again for _then, again in pairs) / n if n else 0.0,
        before=_waits(record, hall_of(record), own),
        after=_waits(record, hall_of(record, counters), DISCIPLINES[rule] if rule and rule != OFFICE_RULE else own),
    )


def _waits(record: Recorded, hall: Hall, rule: Discipline) -> Waits:
    crowd = crowd_of(record)
    found: Outcome = outcome(crowd, live(crowd, hall, rule), hall)
    total, n = math.fsum(found.waits), len(found.waits)
    return Waits(
        n=n,
        mean=total / n if n else 0.0,
        normal=_mean(*found.normal),
        priority=_mean(*found.priority),
        longest=found.waits[-1] if n else 0.0,
        hours=total / 60,
        overtime=found.overtime,
        unserved=found.unserved,
        fields={
            service: minutes / count
            for service, (count, minutes) in zip(record.services, found.fields, strict=True)
            if count
        },
    )


def _mean(n: int, minutes: float) -> float | None:
    return minutes / n if n else None
