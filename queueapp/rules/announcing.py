"""Which calls the hall is still to be told of, each once and in their order."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from queueapp.rules.views import CallView

STALE_AFTER = timedelta(minutes=2)


def to_announce(
    calls: Sequence[CallView], told_until: int, at: datetime, stale_after: timedelta = STALE_AFTER
) -> tuple[CallView, ...]:
    """Return the calls after number `told_until`, oldest first, without those too old to send anybody to a counter.

    A board that starts, or that could not read for a while, begins with what is still fresh and does not shout the
    morning again; a call whose ticket has left the counter meanwhile is told no more.
    """
    fresh = [call for call in calls if call.seq > told_until and call.is_present and at - call.at <= stale_after]
    return tuple(sorted(fresh, key=lambda call: call.seq))


def last_told(calls: Sequence[CallView], told_until: int) -> int:
    """Return up to which number the hall has been told, or need not be told, once `calls` are known."""
    return max([told_until, *(call.seq for call in calls)])


def latest_by_ticket(calls: Sequence[CallView], most: int) -> tuple[CallView, ...]:
    """Return the last call of each ticket, newest first, at most `most`: a recall does not fill the list."""
    shown: dict[str, CallView] = {}
    for call in sorted(calls, key=lambda each: each.seq, reverse=True):
        shown.setdefault(call.code, call)
    return tuple(shown.values())[:most]
