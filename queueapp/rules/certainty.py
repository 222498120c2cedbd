"""Says of a group's figures how sure they are, and what is known of those who were not called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from queueapp.rules.censored import Wait, describe
from queueapp.rules.certainties import Censored, Certainty, Running, Share, Spread
from queueapp.rules.figures import WAIT_THRESHOLDS, minutes_of
from queueapp.rules.first_calls import first_wait, is_waiter, office_minutes
from queueapp.rules.hours import Hours
from queueapp.rules.intervals import median_interval, upper_bound, wilson
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.rules.measures import FEWEST_FOR_P90, percentile
from queueapp.rules.summaries import Visit

FEWEST_FOR_P95 = 59
_MINUTE = timedelta(minutes=1)
_ALWAYS = ("served", "sent_home", "carried_over")  # have a share in the service level however long they waited


@dataclass(frozen=True, slots=True)
class Timed:
    """A visit with its wait until the call that counts; None where nobody knows it."""

    visit: Visit
    wait: Wait | None


def timed(visits: Sequence[Visit], *, day: date, timezone: str, hours: Hours, at: datetime) -> list[Timed]:
    """Return the citizens of a day who stood in the queue, with their waits in the office's minutes."""
    elapsed = office_minutes(hours, day, timezone)
    return [
        Timed(visit, first_wait(visit, elapsed=elapsed, day=day, timezone=timezone, at=at))
        for visit in visits
        if is_waiter(visit)
    ]


def certainty(
    visits: Sequence[Visit], waits: Sequence[Timed], *, at: datetime, service: str | None = None
) -> Certainty:
    """Return how sure the figures are of all, or of a field; `waits` are those of `visits` (`timed`), of any days.

    As everywhere, minutes count where they were spent, citizens and their first call where the ticket was issued.
    """
    own = [each for each in waits if service is None or each.visit.issued_for == service]
    minutes = minutes_of(visits, service)
    return Certainty(
        waiting=spread(minutes["waiting"]),
        service=spread(minutes["service"]),
        first_call=censored(own),
        within={str(limit): within(own, limit) for limit in WAIT_THRESHOLDS},
        running=running(visits, at=at, service=service),
    )


def spread(minutes: Sequence[float]) -> Spread:
    """Return a duration with how sure it is; nothing is given below its least number of citizens."""
    ordered = sorted(minutes)
    n, middle = len(ordered), median_interval(ordered)
    return Spread(
        n=n,
        median=percentile(ordered, 0.5) if n else None,
        low=middle[0] if middle else None,
        high=middle[1] if middle else None,
        p90=percentile(ordered, 0.9) if n >= FEWEST_FOR_P90 else None,
        p90_at_most=upper_bound(ordered, 0.9),
        p95=percentile(ordered, 0.95) if n >= FEWEST_FOR_P95 else None,
        p95_at_most=upper_bound(ordered, 0.95),
    )


def censored(waits: Sequence[Timed]) -> Censored:
    """Return what is known of the waits until the first call, of all who took a number."""
    known = [each.wait for each in waits if each.wait is not None]
    return describe(known, unknown=len(waits) - len(known))


def within(waits: Sequence[Timed], limit: int) -> Share:
    """Return the share who were served and had waited at most `limit` minutes.

    It is a share of: served, sent home, carried over, and absent, gone or still here after a longer wait than that.
    """
    known = [each for each in waits if each.wait is not None]
    counted = [each for each in known if each.visit.state in _ALWAYS or _waited_over(each, limit)]
    return wilson(sum(each.visit.state == "served" and not _waited_over(each, limit) for each in counted), len(counted))


def _waited_over(each: Timed, limit: int) -> bool:
    return each.wait is not None and each.wait.minutes > limit


def running(visits: Sequence[Visit], *, at: datetime, service: str | None = None) -> Running:
    """Return the mean service up to `at`; of the completed alone it would be too short, as the long ones still run."""
    trusted = [
        each for each in visits if not each.is_unreliable and (each.state == "served" or each.state in OPEN_STATES)
    ]
    spans = [[s for s in each.spans if s.kind == "serving" and service in {None, s.service}] for each in trusted]
    served = [(each, own) for each, own in zip(trusted, spans, strict=True) if own]
    total = sum(
        ((span.ended_at or max(at, span.started_at)) - span.started_at for _e, own in served for span in own),
        timedelta(),
    )
    done = sum(each.state == "served" for each, _own in served)
    return Running(done, len(served) - done, total / _MINUTE / done if done else None)
