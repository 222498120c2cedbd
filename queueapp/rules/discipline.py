"""What a log shows of how its queue was run: which queues share servers, how far ahead priority goes, who is at work.

A live office knows all this from its settings; a log tells it only by what has happened so far.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

ADVANCES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 120.0)  # minutes
SAME_SERVERS = 0.25  # of the calls of two queues by the same servers, from which they count as shared
AT_WORK = 15.0  # minutes after an end in which a server still counts as being there


@dataclass(slots=True)
class Discipline:
    """How one office's queue is run, from the calls seen so far."""

    advance: float = 0.0  # minutes that the highest priority goes before the others
    is_shared: bool = False
    _first: int = 0
    _inversions: Counter[float] = field(default_factory=Counter)
    _servers: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _waiting: dict[int, tuple[float, bool]] = field(default_factory=dict)

    def place(self, issued: float, priority: int) -> float:
        """Return the place of a ticket: when it was issued, or as much earlier as its priority gives it."""
        return issued - self.advance if self._is_first(priority) else issued

    def issued(self, ticket: int, at: float, priority: int) -> None:
        """Note that somebody waits."""
        self._first = max(self._first, priority)
        self._waiting[ticket] = (at, self._is_first(priority))

    def called(self, ticket: int, queue: str, server: str) -> None:
        """Learn from a call: who was passed over under each advance that priority might have."""
        issued, is_first = self._waiting.pop(ticket)
        if server:
            self._servers[queue][server] += 1
        for advance in ADVANCES if self._first else ():
            place = issued - advance * is_first
            self._inversions[advance] += sum(other - advance * first < place for other, first in self._waiting.values())

    def left(self, ticket: int) -> None:
        """Note that somebody waits no more."""
        self._waiting.pop(ticket, None)

    def end_day(self) -> None:
        """Take what the day has shown."""
        self._waiting.clear()
        if self._first:
            self.advance = min(ADVANCES, key=lambda advance: (self._inversions[advance], advance))
        self.is_shared = _are_shared(self._servers)

    def _is_first(self, priority: int) -> bool:
        return 0 < priority == self._first


def _are_shared(servers: Mapping[str, Counter[str]]) -> bool:
    """Say whether most calls are made by servers whom several queues share."""
    total = sum(calls.total() for calls in servers.values())
    shared = sum(
        calls.total()
        for queue, calls in servers.items()
        if any(_alike(calls, other) >= SAME_SERVERS for name, other in servers.items() if name != queue)
    )
    return total > 0 and 2 * shared > total


def _alike(one: Counter[str], other: Counter[str]) -> float:
    return sum(min(count / one.total(), other[server] / other.total()) for server, count in one.items())


@dataclass(slots=True)
class AtWork:
    """Which servers are there: those who serve, or have just served, and in which queue they last did."""

    until: dict[str, tuple[float, str]] = field(default_factory=dict)

    def serves(self, server: str, queue: str, at: float, ended: float | None) -> None:
        """Note that a server took somebody; its end is not known before it comes, only that it works until then."""
        if server:
            self.until[server] = (max(at, ended or at), queue)

    def count(self, at: float, queue: str | None = None) -> int:
        """Return how many are at work, in one queue or in all."""
        return sum(until + AT_WORK > at and queue in {None, last} for until, last in self.until.values())
