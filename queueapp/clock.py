"""Tells the time, which everything else receives as an argument."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
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


@dataclass(frozen=True)
class Machine:
    """What a machine knows of time: the clock on its wall, and how long it has been running, which nobody can set."""

    wall: Clock = now
    uptime: Callable[[], tuple[str, int]] = field(default_factory=lambda: uptime)


def uptime() -> tuple[str, int]:
    """Return which start of the machine this is, and for how many microseconds it has been running, asleep or not."""
    clock_id = getattr(time, "CLOCK_BOOTTIME", None)
    running = time.clock_gettime_ns(clock_id) if clock_id is not None else time.monotonic_ns()
    return _boot(), running // 1000


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "this process"  # where the system does not tell, no two processes are compared


TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Reading:
    """What time it is by the office's own count, and by how much the clock on the wall has jumped away from it."""

    at: datetime
    offset: timedelta
    jump: timedelta | None = None


def read_clock(wall: datetime, last_at: datetime, offset: timedelta, elapsed: timedelta | None) -> Reading:
    """Return the office's time, which never goes back and never leaps with the clock on the wall.

    `last_at` is the last moment written down, `offset` by how much the wall was then known to be ahead, `elapsed` how
    long the machine has been running since (None when it was started anew, and only the wall can tell). Then a wall
    that was known to be behind and has caught up with the log is believed: it was set right.
    """
    at = wall - offset
    if elapsed is not None:
        expected = last_at + elapsed
        jump = at - expected
        if abs(jump) <= TOLERANCE:
            return Reading(max(at, last_at), offset)
        left = offset + jump
        return Reading(max(expected, last_at), left if abs(left) > TOLERANCE else timedelta(0), jump)
    has_caught_up = wall >= last_at - TOLERANCE
    if has_caught_up and (offset < timedelta(0) or (offset and at < last_at - TOLERANCE)):
        return Reading(max(wall, last_at), timedelta(0), -offset)
    if at >= last_at - TOLERANCE:
        return Reading(max(at, last_at), offset)
    return Reading(last_at, wall - last_at, at - last_at)
