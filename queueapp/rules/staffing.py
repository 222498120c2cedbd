"""Says by formula how many counters an hour needs: Erlang B, C and A, square root, and two ways through a day.

Loads are in busy counters (arrivals a minute times minutes each), times in minutes. The formulas assume that anybody
may go to any counter, that arrivals are random, and that an hour has settled; `rules/simulation.py` assumes none of it.
"""

import math
from collections.abc import Callable, Iterable, Sequence

MOST_COUNTERS = 500
HOUR = 60.0
STEPS_A_HOUR = 60


def erlang_b(counters: int, load: float) -> float:
    """Return the share of arrivals that find all counters busy where nobody can wait."""
    blocked = 1.0
    for number in range(1, counters + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(counters: int, load: float) -> float:
    """Return the share of arrivals that must wait; 1 where the counters cannot keep up."""
    if load >= counters:
        return 1.0
    blocked = erlang_b(counters, load)
    return blocked / (1 - load / counters * (1 - blocked))


def waits_beyond(counters: int, load: float, minutes_each: float, limit: float) -> float:
    """Return the share of arrivals that wait longer than `limit`; 1 where the counters cannot keep up."""
    if load >= counters:
        return 1.0
    return erlang_c(counters, load) * math.exp(-(counters - load) * limit / minutes_each)


def mean_wait(counters: int, load: float, minutes_each: float, variation: float = 1.0) -> float:
    """Return the mean wait; infinite where the counters cannot keep up.

    `variation` is the service's coefficient of variation: 1 is the formula's own, others are corrected for.
    """
    if load >= counters:
        return math.inf
    return erlang_c(counters, load) * minutes_each / (counters - load) * (1 + variation**2) / 2


def erlang_a(counters: int, load: float, minutes_each: float, patience: float) -> tuple[float, float]:
    """Return the share of arrivals that must wait, and the share that leaves, if people wait `patience` on average.

    The chances of each number of people present are summed until they no longer count.
    """
    served, leaves, arrivals = 1 / minutes_each, 1 / patience, load / minutes_each
    weight, total, waiting, lost, number = 1.0, 1.0, 0.0, 0.0, 0
    if counters == 0:
        waiting = 1.0
    while True:
        number += 1
        weight *= arrivals / (min(number, counters) * served + max(number - counters, 0) * leaves)
        total += weight
        if number >= counters:
            waiting += weight
            lost += weight * (number - counters) * leaves
        if number > counters and weight < total * 1e-15:
            break
    return waiting / total, lost / total / arrivals if arrivals else 0.0


def needed(load: float, minutes_each: float, *, limit: float, share: float) -> int:
    """Return the fewest counters by Erlang C with which `share` of the arrivals wait at most `limit`; at least 1."""
    return _first(lambda counters: 1 - waits_beyond(counters, load, minutes_each, limit) >= share)


def square_root(load: float, beta: float = 0.5) -> int:
    """Return the counters by the rule of the square root: the load, and a reserve that grows with its root."""
    return max(1, math.ceil(load + beta * math.sqrt(load)))


def sipp(arrivals: Sequence[float], minutes_each: float, *, limit: float, share: float) -> list[int]:
    """Return the counters by hour, each hour for itself; `arrivals` are those of an hour, as a rate an hour."""
    return [needed(each / HOUR * minutes_each, minutes_each, limit=limit, share=share) for each in arrivals]


def offered(arrivals: Iterable[float], minutes_each: float) -> list[float]:
    """Return the mean busy counters of each hour if nobody had to wait; they lag behind the arrivals by a service.

    They follow m' = arrivals - m / minutes_each from an empty hall. The mean over the hour is its load.
    """
    step = HOUR / STEPS_A_HOUR
    keep = math.exp(-step / minutes_each)
    busy, loads = 0.0, []
    for rate in arrivals:
        settled = rate / HOUR * minutes_each
        passed = []
        for _minute in range(STEPS_A_HOUR):
            busy = settled + (busy - settled) * keep
            passed.append(busy)
        loads.append(math.fsum(passed) / STEPS_A_HOUR)
    return loads


def mol(arrivals: Iterable[float], minutes_each: float, *, limit: float, share: float) -> list[int]:
    """Return the counters by hour by the modified offered load (`offered`) and Erlang C."""
    return [needed(load, minutes_each, limit=limit, share=share) for load in offered(arrivals, minutes_each)]


def _first(is_enough: Callable[[int], bool]) -> int:
    return next((number for number in range(1, MOST_COUNTERS) if is_enough(number)), MOST_COUNTERS)
