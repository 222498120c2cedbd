"""Lives through one day of a hall, event by event: who is called when and where.

The hall decides as the office does: a counter that gets free calls by the discipline; a new citizen goes at once to a
free counter that serves the field, to the one with the fewest fields, of those to the one that has been free longest.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

from queueapp.rules.halls import Hall
from queueapp.rules.open_desks import Discipline, OpenDesk, Queue
from queueapp.rules.order import Called

Leg = tuple[int, float]
NOBODY = -1
NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes on a day, in columns by order of arrival; minutes are those of a counter at full speed.

    Whoever `is_absent` when called costs the counter these minutes, and is gone. `legs` are the (field, minutes) that
    somebody goes on to afterwards, one after the other; the credit for having waited is kept.
    """

    at: Sequence[float]
    field: Sequence[int]
    is_priority: Sequence[bool]
    minutes: Sequence[float]
    is_absent: Sequence[bool]
    legs: Sequence[tuple[Leg, ...]]


@dataclass(slots=True)
class Course:
    """How a day went: when each citizen was first called (NEVER: not at all) and to which counter; when all was done.

    `busy` are the minutes that each counter worked.
    """

    called: list[float]
    desk: list[int]
    ended: float = 0.0
    busy: list[float] = dataclasses.field(default_factory=list)


def live(crowd: Crowd, hall: Hall, choose: Discipline) -> Course:
    """Return how a day goes; the same crowd, hall and discipline go the same way."""
    return _Day(crowd, hall, choose).run()


class _Day:
    __slots__ = (
        *("_at_desk", "_busy", "_choose", "_course", "_crowd", "_desks", "_desks_of", "_ends", "_field", "_free"),
        *("_free_since", "_is_open", "_legs", "_minutes", "_queues", "_open_desks"),
    )

    def __init__(self, crowd: Crowd, hall: Hall, choose: Discipline) -> None:
        desks, fields = hall.desks, range(len(hall.minutes))
        self._crowd, self._choose, self._ends, self._desks = crowd, choose, hall.ends, desks
        self._queues = [Queue(minutes, field) for field, minutes in enumerate(hall.minutes)]
        self._open_desks = [
            OpenDesk(tuple(self._queues[field] for field in desk.fields), desk.shares) for desk in desks
        ]
        by_fields = sorted(range(len(desks)), key=lambda number: len(desks[number].fields))
        self._desks_of = [[number for number in by_fields if field in desks[number].fields] for field in fields]
        self._is_open = [desk.shifts is None for desk in desks]
        self._free_since = [NEVER] * len(desks)  # NEVER while it is busy or nobody sits there
        self._free = 0
        self._at_desk = [NOBODY] * len(desks)
        self._field, self._minutes, self._legs = list(crowd.field), list(crowd.minutes), list(crowd.legs)
        self._busy = [(desk.next_open(0.0), number) for number, desk in enumerate(desks)]
        heapify(self._busy)
        self._course = Course([NEVER] * len(crowd.at), [NOBODY] * len(crowd.at), busy=[0.0] * len(desks))

    def run(self) -> Course:
        """Take what happens next until nothing does."""
        crowd, busy = self._crowd, self._busy
        while busy and busy[0][0] <= 0.0:
            self._gets_free(*busy[0])
        for citizen, (at, field, is_priority) in enumerate(zip(crowd.at, crowd.field, crowd.is_priority, strict=True)):
            while busy and busy[0][0] < at:
                self._gets_free(*busy[0])
            if not (self._free and self._goes_at_once(citizen, field, at)):
                queue = self._queues[field]
                (queue.priority if is_priority else queue.normal).append((at, citizen))
        while busy and busy[0][0] < NEVER:
            self._gets_free(*busy[0])
        return self._course

    def _gets_free(self, now: float, desk: int) -> None:
        """Let the counter that is done first call its next citizen, or wait for one."""
        leaver = self._at_desk[desk]
        if leaver >= 0:
            self._course.ended = now
            if self._legs[leaver]:
                self._moves_on(leaver, now)
        if not self._is_open[desk] and (opens := self._desks[desk].next_open(now)) > now:
            self._at_desk[desk] = NOBODY
            heapreplace(self._busy, (opens, desk))
            return
        line = self._choose(self._open_desks[desk], now)
        if line is None:
            heappop(self._busy)
            self._at_desk[desk] = NOBODY
            self._free_since[desk] = now
            self._free += 1
        else:
            heapreplace(self._busy, (self._begins(line.popleft()[1], desk, now), desk))

    def _begins(self, citizen: int, desk: int, now: float) -> float:
        """Let a citizen be called to a counter; return when the counter is free again."""
        course = self._course
        if course.called[citizen] == NEVER:
            course.called[citizen] = now
            course.desk[citizen] = desk
        caller, is_priority = self._open_desks[desk], self._crowd.is_priority[citizen]
        caller.in_a_row = caller.in_a_row + 1 if is_priority else 0
        if caller.weights:
            caller.calls.append(Called(is_priority, self._field[citizen]))
        self._at_desk[desk] = citizen
        minutes = self._minutes[citizen]
        course.busy[desk] += minutes
        return self._ends(now, minutes)

    def _goes_at_once(self, citizen: int, field: int, now: float) -> bool:
        """Send a citizen to a free counter, if there is one: few fields before many, then the longest free."""
        best, since = NOBODY, NEVER
        for desk in self._desks_of[field]:
            if best >= 0 and len(self._desks[desk].fields) > len(self._desks[best].fields):
                break
            if self._free_since[desk] < since and (self._is_open[desk] or self._sits(desk, now)):
                best, since = desk, self._free_since[desk]
        if best < 0:
            return False
        self._free_since[best] = NEVER
        self._free -= 1
        heappush(self._busy, (self._begins(citizen, best, now), best))
        return True

    def _sits(self, desk: int, now: float) -> bool:
        """Whether somebody sits at a free counter; whose shift has ended while it was free is free no more."""
        opens = self._desks[desk].next_open(now)
        if opens <= now:
            return True
        self._free_since[desk] = NEVER
        self._free -= 1
        heappush(self._busy, (opens, desk))
        return False

    def _moves_on(self, citizen: int, now: float) -> None:
        """Let a citizen wait for the next field, among those who came at the same time."""
        (field, self._minutes[citizen]), *later = self._legs[citizen]
        self._field[citizen] = field
        self._legs[citizen] = tuple(later)
        if self._free and self._goes_at_once(citizen, field, now):
            return
        queue = self._queues[field]
        line = queue.priority if self._crowd.is_priority[citizen] else queue.normal
        came = (self._crowd.at[citizen], citizen)
        line.insert(next((place for place, other in enumerate(line) if other > came), len(line)), came)
