"""When simulated counters call, how long work takes at what time of the day, and what a citizen needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

DEFAULT_SERVICE_SECONDS = 600.0


class Hours(Protocol):
    """When counters call, and how long work takes at what time of the day."""

    def opens(self, at: datetime) -> datetime:
        """Return when counters call from `at` on."""

    def ends(self, at: datetime, seconds: float) -> datetime:
        """Return when work of so many seconds ends."""


class Always:
    """Counters that call at any time, and work at one speed."""

    def opens(self, at: datetime) -> datetime:
        """Return the moment itself."""
        return at

    def ends(self, at: datetime, seconds: float) -> datetime:
        """Return the moment so many seconds later."""
        return at + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Stay:
    """What a citizen needs at a counter: seconds of it, the field that comes `then`; who is absent needs nothing."""

    seconds: float = DEFAULT_SERVICE_SECONDS
    is_absent: bool = False
    then: str | None = None
