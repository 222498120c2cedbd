"""Which open tickets are stuck, and why: what nobody would notice until somebody complains."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from queueapp.rules.views import TicketView

# Our choice: long beyond what a call, a service or a hold takes in any log we know (p99 of services: 75 min).
CALLED_FOR = timedelta(minutes=10)
SERVING_FOR = timedelta(minutes=90)
HELD_FOR = timedelta(minutes=60)


def why_stuck(
    ticket: TicketView, *, at: datetime, day: date, served: Collection[str], closed_counters: Collection[int]
) -> str | None:
    """Return why an open ticket is stuck (a code), None when it is not.

    `served` are the fields that some open counter serves; `closed_counters` are closed.
    """
    long = at - ticket.since
    if ticket.day < day:
        return "old_day"
    if ticket.state == "waiting":
        return None if ticket.service in served else "nobody_serves"
    if ticket.counter in closed_counters and ticket.state != "held":
        return "closed_counter"
    limits = {"called": CALLED_FOR, "serving": SERVING_FOR, "held": HELD_FOR}
    if ticket.state == "held" and ticket.due_at is not None:
        return None
    return f"long_{ticket.state}" if long > limits[ticket.state] else None


def why_interrupted(ticket: TicketView) -> str:
    """Return what an outage has left unsure of an open ticket (a code)."""
    return "print_unsure" if ticket.state == "waiting" else "outage"


def covered(stretches: Iterable[tuple[datetime, datetime]], begin: datetime, end: datetime) -> timedelta:
    """Return how much of the time from `begin` to `end` lies in any of the stretches (from, to)."""
    total, reached = timedelta(0), begin
    for since, until in sorted(stretches):
        total += max(timedelta(0), min(until, end) - max(since, reached))
        reached = max(reached, min(until, end))
    return total
