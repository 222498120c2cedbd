"""Teaches an estimator a day that is over: its waits in the order in which they began and ended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from queueapp.rules.estimate import Estimator
from queueapp.rules.pace import Open
from queueapp.rules.promised import Promised
from queueapp.rules.tuning import SETTINGS, Tuning

SHARED_SAY = 0.5  # of the line of all fields, where all counters serve several, before anything is learned
OPEN_SAY = 0.5  # of the counters open now, before anything is learned: the office knows them, no log has to guess
_CALL, _ISSUE = 0, 1  # what happens in one instant: calls of those who waited, then issues


@dataclass(frozen=True, slots=True)
class Wait:
    """One stretch of waiting for a field, in minutes after local midnight.

    It `is_first` of its ticket, or one after a call in vain or another field; `ended` in a call, unless somebody left.
    """

    ticket: int
    service: str
    began: float
    ended: float
    is_call: bool
    is_first: bool
    is_priority: bool
    promised: Promised | None = None


def ready(estimator: Estimator | None, *, sharing: float, hours: Open) -> Estimator:
    """Return an estimator for a day: a new one where nothing was learned, or where counters are shared only now.

    `sharing` is the part of the counters that serve several fields.
    """
    if estimator is None or estimator.is_shared != bool(sharing):
        lines = {} if estimator is None else estimator.lines
        estimator = Estimator(lines=lines, tuning=Tuning(_usual(sharing)))
    estimator.is_shared, estimator.hours = bool(sharing), hours
    estimator.begin_day()
    return estimator


def _usual(sharing: float) -> dict[str, float]:
    usual = {knob: values[0] for knob, values in SETTINGS.items()}
    return usual | {"open": OPEN_SAY, "pool": SHARED_SAY * sharing}


def teach(estimator: Estimator, waits: Sequence[Wait], open_minutes: float) -> None:
    """Let an estimator learn a day."""
    for _at, kind, wait in sorted(_events(waits), key=lambda event: event[:2]):
        if kind == _ISSUE:
            _issue(estimator, wait)
        elif wait.is_first and _is_told(wait):
            (estimator.call if wait.is_call else lambda ticket, _at: estimator.leave(ticket))(wait.ticket, wait.ended)
        elif wait.is_call:
            for line in (estimator.line(wait.service), estimator.pool):
                line.pace.called(wait.ended, wait.began, estimator.hours)
    came = Counter(wait.service for wait in waits if wait.is_first and wait.is_priority)
    for service, line in estimator.lines.items():
        line.had_priority(came[service], open_minutes)
    estimator.end_day()


def _events(waits: Sequence[Wait]) -> list[tuple[float, int, Wait]]:
    began = [(wait.began, _ISSUE, wait) for wait in waits if wait.is_first and _is_told(wait)]
    return began + [(wait.ended, _CALL if wait.ended > wait.began else _ISSUE + 1, wait) for wait in waits]


def _is_told(wait: Wait) -> bool:
    """Whether it was told a wait, or would have been: not one whom a free counter called at once."""
    return wait.promised is None or wait.promised.estimate.basis != "at_once"


def _issue(estimator: Estimator, wait: Wait) -> None:
    promised = wait.promised
    if promised is None:
        estimator.issue(wait.ticket, wait.service, wait.began)
        return
    before = promised.estimate.ahead + promised.estimate.coming
    pair = (before, before + promised.elsewhere)
    estimator.issue(wait.ticket, wait.service, wait.began, before=pair, counters=promised.counters)
