"""A simulated scenario as a day of practice: its hours by the clock, and its crowd as people who come to an office."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from queueapp.rules.halls import Hall, Hours
from queueapp.rules.recorded import Arrival
from queueapp.rules.scenarios import FIELDS
from queueapp.rules.simulation import Crowd

IMPATIENT_SHARE = 0.05  # of those who come: so many leave, if nobody calls them within their patience
PATIENCE = (
    20.0,
    60.0,
)  # office minutes; that people leave, and these figures, are ours: the scenarios know nothing of it


@dataclass(frozen=True, slots=True)
class Times:
    """The hours of a hall on a day that begins at `midnight`, by the clock on the wall."""

    hall: Hall
    midnight: datetime

    def minute(self, at: datetime) -> float:
        """Return the office minute of a moment; before the opening it is 0."""
        return max(0.0, self.hall.hours.of_clock((at - self.midnight).total_seconds() / 60))

    def moment(self, minute: float) -> datetime:
        """Return the moment of an office minute."""
        return self.midnight + timedelta(minutes=self.hall.hours.to_clock(minute))

    def opens(self, at: datetime) -> datetime:
        """Return when counters call again: at once, but not before the opening nor at lunch."""
        return max(at, self.moment(self.minute(at)))

    def ends(self, at: datetime, seconds: float) -> datetime:
        """Return when work of so many seconds ends: later in an outage; through lunch it goes on."""
        minute = self.minute(at)
        without_breaks = replace(self.hall, hours=Hours(math.inf))
        return at + timedelta(minutes=without_breaks.ends(minute, seconds / 60) - minute)


def fields_for(services: Sequence[str]) -> tuple[str, ...]:
    """Return which of an office's fields stand for those of the scenarios: the same where it has them, else others."""
    others = [service for service in services if service not in FIELDS] or list(services)
    return tuple(field if field in services else others[place % len(others)] for place, field in enumerate(FIELDS))


def arrivals_of(
    people: Crowd, times: Times, fields: Sequence[str], priorities: Sequence[str], chance: random.Random
) -> list[Arrival]:
    """Return a crowd as people who come to an office; a few of them do not wait for ever."""
    return [
        Arrival(
            at=times.moment(at),
            service=fields[field],
            priority=chance.choice(priorities) if is_priority and priorities else None,
            service_seconds=minutes * 60,
            is_no_show=is_absent,
            then=tuple((fields[other], length * 60) for other, length in legs),
            leaves_at=times.moment(at + chance.uniform(*PATIENCE)) if chance.random() < IMPATIENT_SHARE else None,
        )
        for at, field, is_priority, minutes, is_absent, legs in zip(
            people.at, people.field, people.is_priority, people.minutes, people.is_absent, people.legs, strict=True
        )
    ]
