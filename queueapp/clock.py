"""Tells the time, which everything else receives as an argument."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def is_plausible(at: datetime) -> bool:
    """Say whether a moment given from outside lies in this century, and so in no calendar's trouble."""
    return EARLIEST_YEAR <= at.year < LATEST_YEAR


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone called `name` (IANA); ZoneInfoNotFoundError when there is none."""
    return ZoneInfo(name)


def business_day(at: datetime, timezone: str) -> date:
    """Return the office's local date of the moment `at`."""
    return at.astimezone(zone(timezone)).date()


@dataclass(frozen=True)
class FastClock:
    """A clock that starts at `start` and runs `speed` times as fast as time does; for exercise only."""

    start: datetime
    speed: float
    _begun: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        """Return the simulated present."""
        return self.start + timedelta(seconds=(time.monotonic() - self._begun) * self.speed)

    def seconds_until(self, at: datetime) -> float:
        """Return how many real seconds pass until the simulated moment `at`; never negative."""
        return max(0.0, (at - self()).total_seconds() / self.speed)
