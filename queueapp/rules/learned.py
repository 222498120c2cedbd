"""Keeps what an estimator has learned of earlier days as plain values, and makes an estimator of them again.

It is taken after the end of a day: what is only of today is not in it. A year of it is no larger than a month.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from queueapp.rules.estimate import Estimator
from queueapp.rules.experience import Experience, PerCounter
from queueapp.rules.lines import Line
from queueapp.rules.opened import Opened
from queueapp.rules.pace import Open, Pace
from queueapp.rules.promise import KEPT, Promise, make_ends
from queueapp.rules.tuning import SETTINGS, Tuning

VERSION = 2
DIGITS = 4  # of a logarithm: a hundredth of a per cent

Plain = dict[str, Any]


def as_plain(estimator: Estimator) -> Plain:
    """Return what was learned, fit for JSON."""
    return {
        "version": VERSION,
        "lines": {service: _plain_line(line) for service, line in estimator.lines.items()},
        "pool": _plain_line(estimator.pool),
        "calibration": estimator.calibration,
        "by_field": [[*key, _rounded(values)] for key, values in estimator.promise.by_field.items()],
        "by_bin": [[place, _rounded(values)] for place, values in estimator.promise.by_bin.items()],
        "ends": [[place, lower.share, upper.share] for place, (lower, upper) in estimator.promise.ends.items()],
        "errors": [[knob, value, error] for (knob, value), error in estimator.tuning.errors.items()],
        "tickets": estimator.tuning.tickets,
        "chosen": dict(estimator.tuning.chosen),
        "usual": dict(estimator.tuning.usual),
    }


def from_plain(plain: Mapping[str, Any], *, is_shared: bool = False, hours: Open = ()) -> Estimator:
    """Return an estimator of today; what another version of the program wrote is not used, and learning begins anew."""
    if plain.get("version") != VERSION or set(plain["chosen"]) != set(SETTINGS):
        return Estimator(is_shared=is_shared, hours=hours)
    tuning = Tuning(usual=plain["usual"])
    tuning.chosen = dict(plain["chosen"])
    tuning.tickets = plain["tickets"]
    tuning.errors = {(knob, value): error for knob, value, error in plain["errors"]}
    estimator = Estimator(
        is_shared=is_shared,
        hours=hours,
        lines={service: _line(line) for service, line in plain["lines"].items()},
        pool=_line(plain["pool"]),
        promise=_promise(plain),
        tuning=tuning,
        calibration=plain["calibration"],
    )
    estimator.begin_day()
    return estimator


def _plain_line(line: Line) -> Plain:
    pace, known = line.pace, line.experience.by_ahead
    return {
        "start": pace.start,
        "stated": line.stated,
        "priority": [line.priority, line.minutes],
        "opened": [pace.opened.minutes, pace.opened.counters],
        "calls": pace.calls,
        "busy": pace.busy,
        "by_ahead": [[ahead, tickets, minutes] for ahead, (tickets, minutes) in known.items()],
        "per_counter": [line.per_counter.tickets, line.per_counter.logs],
    }


def _line(plain: Mapping[str, Any]) -> Line:
    tickets, logs = plain["per_counter"]
    experience = Experience({ahead: (count, minutes) for ahead, count, minutes in plain["by_ahead"]})
    experience.begin_day()
    minutes, counters = plain["opened"]
    pace = Pace(
        start=plain["start"],
        calls=list(plain["calls"]),
        busy=list(plain["busy"]),
        opened=Opened(list(minutes), list(counters)),
    )
    priority, minutes = plain["priority"]
    per_counter = PerCounter(tickets, logs)
    return Line(pace, experience, per_counter, stated=plain["stated"], priority=priority, minutes=minutes)


def _promise(plain: Mapping[str, Any]) -> Promise:
    promise = Promise(
        by_field={(service, place): deque(values, KEPT) for service, place, values in plain["by_field"]},
        by_bin={place: deque(values, KEPT) for place, values in plain["by_bin"]},
    )
    for place, lower, upper in plain["ends"]:
        ends = make_ends()
        ends[0].share, ends[1].share = lower, upper
        promise.ends[place] = ends
    return promise


def _rounded(values: deque[float]) -> list[float]:
    return [round(value, DIGITS) for value in values]
