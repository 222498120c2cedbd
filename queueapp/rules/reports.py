"""What an office reports of a stretch of days: one value, from which every form of it is made."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from queueapp.rules.catalogue_views import ProcedureMissing
from queueapp.rules.date_ranges import DateRange
from queueapp.rules.letterhead import Letterhead
from queueapp.rules.periods import Period
from queueapp.rules.summaries import Correction


@dataclass(frozen=True, slots=True)
class DayFacts:
    """How a day stands: closed or not, interrupted for how long, calls out of order, what was put right since."""

    is_closed: bool
    outage_minutes: float
    picked: int
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of some days as they stand `at` a local moment, with the facts of each day that had tickets.

    `missing` are the papers that were asked for in addition. `received` are by field the dossiers of those who were
    served with the outcome `done`: so many, at most, were handed in at the counters.
    """

    office: str
    letterhead: Letterhead
    is_training: bool
    dates: DateRange
    at: datetime
    period: Period
    days: dict[date, DayFacts]
    missing: tuple[ProcedureMissing, ...]
    received: dict[str, int]

    @property
    def unclosed(self) -> tuple[date, ...]:
        """The days that nobody has closed: their figures may still change."""
        return tuple(day for day, facts in self.days.items() if not facts.is_closed)

    @property
    def outage_minutes(self) -> float:
        """For how many minutes work was interrupted."""
        return sum(facts.outage_minutes for facts in self.days.values())

    @property
    def picked(self) -> int:
        """How many calls were out of order."""
        return sum(facts.picked for facts in self.days.values())

    @property
    def corrections(self) -> tuple[tuple[date, Correction], ...]:
        """What was put right after the closing of each day."""
        return tuple((day, each) for day, facts in self.days.items() for each in facts.corrections)

    def unserved(self) -> dict[tuple[str, str, str | None], int]:
        """Return how many were not served, by field, end and reason, in the order of the fields."""
        places = {code: place for place, code in enumerate(self.period.names)}
        found = Counter(
            (each.service, each.end, each.reason) for those in self.period.unserved.values() for each in those
        )
        order = sorted(found, key=lambda key: (places.get(key[0], len(places)), key[0], key[1], key[2] or ""))
        return {key: found[key] for key in order}
