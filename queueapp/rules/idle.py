"""Which of several free counters should call the next ticket."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Idle(NamedTuple):
    """A counter that is free: how many fields it serves, and since when it has nobody (None: all day)."""

    number: int
    fields: int
    since: datetime | None = None


def who_takes(idle: Iterable[Idle]) -> int | None:
    """Return the counter that should take the next ticket: the one with the fewest fields, then the longest idle.

    So those who can serve more stay free for whom nobody else serves.
    """
    found = min(idle, key=lambda each: (each.fields, each.since is not None, each.since, each.number), default=None)
    return None if found is None else found.number
