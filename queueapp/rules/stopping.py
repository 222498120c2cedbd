"""When reception must stop issuing: whether the next ticket of a field is still served today, and how many more are.

Green: it is done before closing even if it takes longer than expected. Amber: as expected it is, but that is not sure.
Red: as expected it is not. Times are minutes after local midnight, as everywhere in the rules of time; the estimate is
by the clock, so that breaks are in it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from queueapp.rules.estimated import Estimate
from queueapp.rules.measures import percentile
from queueapp.rules.pace import Open
from queueapp.rules.stopped import MOST_ROOM, Because, Light, Room, ServiceMinutes, Stop

CAUTION = 0.5  # of the way from the expected call to the upper end of its range, from which it is not sure
LONGER = 1.4  # the 80th percentile of services against their mean, where they were not measured: lognormal, CV 0.8
UPPER_SHARE = 0.8  # of services that are done within the longer minutes
FEWEST_SERVICES = 20
FEW_LEFT = 5  # sure tickets below which the hall is told; our choice
USUAL_TICKETS = 20.0  # tickets of today from which their dossiers count as much as the usual ones


def service_minutes(field: Sequence[float], office: Sequence[float], stated: float) -> ServiceMinutes:
    """Return how long a service of a field takes, from its recent ones, else the office's, else as stated."""
    if len(field) >= FEWEST_SERVICES:
        return _measured(field, "field")
    if len(office) >= FEWEST_SERVICES:
        return _measured(office, "office")
    return stated_minutes(stated)


def stated_minutes(mean: float) -> ServiceMinutes:
    """Return services of which only the mean is stated."""
    return ServiceMinutes(mean, mean * LONGER, 0, "stated")


def closing_of(hours: Open) -> float | None:
    """Return when the day's last session ends; None on a day without hours, of which nothing is said."""
    return max((end for _begin, end in hours), default=None)


def light(
    at: float, estimate: Estimate, service: ServiceMinutes, hours: Open, *, counters: int | None = None
) -> Stop | None:
    """Return the light for a ticket issued at `at` with this estimate; None on a day without hours.

    A ticket with priority has its own estimate, and so its own light. `counters` are those at work for the field, the
    paused ones too; None where that says nothing, as before opening.
    """
    closing = closing_of(hours)
    return None if closing is None else light_until(closing, at, estimate, service, counters=counters)


def light_until(
    closing: float, at: float, estimate: Estimate, service: ServiceMinutes, *, counters: int | None = None
) -> Stop:
    """Return the same for a day that is known to close then.

    Red refuses people, so it never stands on a guess (a first estimate) and never where a counter is free and waits
    for somebody: there the worst is amber.
    """
    called = estimate.minutes + CAUTION * (estimate.high - estimate.minutes)
    expected, upper = at + estimate.minutes + service.mean, at + called + service.longer
    shown, because = _decided(at, expected, upper, closing, estimate.basis)
    if shown == "green" and counters == 0:
        shown, because = "amber", "no_counter"
    return Stop(shown, because, expected, upper, closing, service)


def softened(stop: Stop, rule: str, *, has_history: bool) -> Stop | None:
    """Return a stop as an office sees it that has set `rule` (refuse, warn or off).

    A field without a history of earlier days is never refused, not after closing either; nor is one whose office only
    warns. None: no lights.
    """
    if rule == "off":
        return None
    return replace(stop, light="amber") if stop.light == "red" and (rule == "warn" or not has_history) else stop


def is_nearly_out(stop: Stop | None, room: Room | None) -> bool:
    """Say whether the hall is told that few numbers are left, before anybody queues for nothing."""
    return stop is not None and stop.light != "red" and room is not None and room.sure < FEW_LEFT


def room(stop_of: Callable[[int], Stop], each: float = 1.0) -> Room:
    """Return how many more tickets there is room for; `stop_of(n)` is the answer for one with `n` more before it.

    It is asked as if all came now: who comes later finds fewer before it, but has less time. The more stand before a
    ticket the later it is expected, so the last one is found by halving; the upper end may fall from one place in the
    line to the next, so the sure ones are counted one by one. What only holds a red light back makes no room.
    """

    def fits(more: int) -> bool:
        stop = stop_of(more)
        return stop.expected <= stop.closing

    at_most = _most(fits)
    sure = next((more for more in range(at_most) if stop_of(more).light != "green"), at_most)
    return Room(sure, at_most, each)


def dossiers_each(dossiers: int, tickets: int, usual: float = 1.0) -> float:
    """Return how many dossiers a ticket carries: today's, and those of a usual day while today's are few."""
    return (dossiers + USUAL_TICKETS * usual) / (tickets + USUAL_TICKETS)


def _measured(minutes: Sequence[float], basis: Literal["field", "office"]) -> ServiceMinutes:
    mean = math.fsum(minutes) / len(minutes)
    return ServiceMinutes(mean, max(mean, percentile(sorted(minutes), UPPER_SHARE)), len(minutes), basis)


def _decided(at: float, expected: float, upper: float, closing: float, basis: str) -> tuple[Light, Because]:
    if at >= closing:
        return "red", "closed"
    if expected > closing:
        if basis == "first":
            return "amber", "first"
        return ("amber", "free") if basis == "at_once" else ("red", "expected")
    return ("amber", "upper") if upper > closing else ("green", "fits")


def _most(fits: Callable[[int], bool]) -> int:
    """Return how many tickets fit, one behind the other."""
    low, step = 0, 1
    while low + step <= MOST_ROOM and fits(low + step - 1):
        low, step = low + step, 2 * step
    high = min(low + step, MOST_ROOM + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle - 1) else (low, middle)
    return low
