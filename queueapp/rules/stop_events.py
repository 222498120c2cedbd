"""Replays recorded decisions to stop issuing: how long the queue then stood empty, and what our rule would have said.

Two answers are kept apart: the room that the estimator saw at that moment, and what the empty time would have carried
at the speed at which those who waited were then really called.
"""

import csv
import io
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from queueapp.i18n import N_
from queueapp.rules.errors import BadRequestError
from queueapp.rules.estimate import Estimator
from queueapp.rules.evaluating import Questions
from queueapp.rules.recorded import RecordRefusedError
from queueapp.rules.stop_scores import Closings
from queueapp.rules.stopped import Light, Room, Stop
from queueapp.rules.stopping import room

COLUMNS = (
    "office",
    "queue",
    "day",
    "stop_min",
    "waiting_at_stop",
    "counters_at_stop",
    "queue_empty_min",
    "counters_open_until_min",
)


@dataclass(frozen=True, slots=True)
class StopEvent:
    """An office stopped issuing for a queue; the minutes after midnight, and who waited."""

    office: str
    queue: str
    day: date
    stop: float
    waiting: float
    counters: int
    emptied: float  # when the last of them was called
    open_until: float

    @property
    def idle(self) -> float:
        """The minutes for which the counters were open after the queue had run empty."""
        return max(0.0, self.open_until - self.emptied)

    @property
    def carried(self) -> float:
        """How many more would have been called in that time, as fast as those who waited were."""
        minutes = self.emptied - self.stop
        return self.waiting * self.idle / minutes if minutes > 0 else 0.0


@dataclass(slots=True)
class Judged:
    """What our rule would have said at the moments of stops, as far as the log shows them."""

    closings: Closings
    events: Sequence[StopEvent]
    answers: dict[StopEvent, tuple[Light, Room]] = field(default_factory=dict)

    def questions(self) -> Questions:
        """Return what the replay must ask for it."""
        asked: defaultdict[tuple[str, date], list[tuple[float, Callable[[Estimator], None]]]] = defaultdict(list)
        for event in self.events:
            asked[event.office, event.day].append((event.stop, self._asking(event)))
        return asked

    def since(self, first: date) -> dict[StopEvent, tuple[Light, Room]]:
        """Return the answers from a day on: before it the estimator only learns."""
        return {event: answer for event, answer in self.answers.items() if event.day >= first}

    def _asking(self, event: StopEvent) -> Callable[[Estimator], None]:
        def ask(estimator: Estimator) -> None:
            closing = self.closings.of(event.day)
            if closing is None or event.queue not in estimator.lines:
                return
            stop_of = _stop_of(estimator, event, self.closings, closing)
            self.answers[event] = (stop_of(0).light, room(stop_of))

        return ask


def _stop_of(estimator: Estimator, event: StopEvent, closings: Closings, closing: float) -> Callable[[int], Stop]:
    ahead, pool = estimator.line(event.queue).ahead(event.stop), estimator.pool.ahead(event.stop)

    def stop_of(more: int) -> Stop:
        estimate = estimator.expect(
            event.queue, event.stop, ahead=ahead + more, pool_ahead=pool + more, counters=event.counters or None
        )
        return closings.stop(event.stop, estimate, closing)

    return stop_of


def read_stops(text: str) -> list[StopEvent]:
    """Return the stops of a CSV; BadRequestError when it is none, or a row cannot be used."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise BadRequestError(N_("The file is no list of stops: it has no column {column}."), column=missing[0])
    events: list[StopEvent] = []
    problems: list[tuple[int, str, str]] = []
    for row in rows:
        try:
            events.append(_event(row))
        except ValueError:
            problems.append((rows.line_num, N_("not a stop ({value})"), ",".join(row[name] for name in COLUMNS)))
    if problems:
        raise RecordRefusedError(problems)
    return events


def _event(row: Mapping[str, str]) -> StopEvent:
    numbers = [float(row[name]) for name in COLUMNS[3:]]
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        raise ValueError(numbers)
    stop, waiting, counters, emptied, open_until = numbers
    return StopEvent(
        row["office"].strip(),
        row["queue"].strip(),
        date.fromisoformat(row["day"].strip()),
        stop,
        waiting,
        round(counters),
        emptied,
        open_until,
    )
