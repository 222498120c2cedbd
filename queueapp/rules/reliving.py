"""Makes a hall and a crowd of a recorded day, and lives the day again as it was."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from queueapp.rules.halls import Desk, Hall, Stretch
from queueapp.rules.replaying import Leg, Recorded
from queueapp.rules.simulation import Crowd

INSTANT = 0.01  # minutes before a break: who was called before it is called before it again


Fields = Mapping[str, int]  # of a counter, in its order, with the weight of each


def hall_of(record: Recorded, counters: Mapping[int, Fields] | None = None) -> Hall:
    """Return the hall of a day, with other counters where they are given: their fields; none for one that stays shut.

    A counter is without its clerk when it was that day; one that did not exist is open all day.
    """
    places = {service: place for place, service in enumerate(record.services)}
    was = {
        number: {field: record.weights.get(number, {}).get(field, 1) for field in fields}
        for number, fields in record.counters.items()
    }
    present: dict[int, Fields] = {**was, **(counters or {})}
    return Hall(
        desks=tuple(
            _desk(
                {places[field]: weight for field, weight in fields.items() if field in places},
                record.away.get(number, ()),
            )
            for number, fields in sorted(present.items())
            if fields
        ),
        minutes=tuple(_mean([leg.minutes for leg in record.legs if leg.service == service]) for service in places),
        hours=record.hours,
    )


def _desk(weights: Mapping[int, int], away: Sequence[Stretch]) -> Desk:
    return Desk(tuple(weights), shifts_around(away), tuple(weights.values()))


def shifts_around(away: Sequence[Stretch]) -> tuple[Stretch, ...] | None:
    """Return when somebody sits at a counter that is left in some stretches; None where it never is."""
    if not away:
        return None
    begins = [0.0, *(end for _begin, end in away)]
    ends = [*(begin for begin, _end in away), math.inf]
    return tuple((begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end)


def crowd_of(record: Recorded) -> Crowd:
    """Return who came, with what each took of a counter, the clerk's pause included; being on hold takes none."""
    places = {service: place for place, service in enumerate(record.services)}
    tickets: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in sorted(record.legs, key=lambda each: (each.ready, each.called)):
        tickets[leg.ticket].append(leg)
    people = sorted(tickets.values(), key=lambda legs: (legs[0].ready, legs[0].called))

    def minutes(leg: Leg) -> float:
        return leg.minutes + leg.pause

    return Crowd(
        at=[legs[0].ready for legs in people],
        field=[places[legs[0].service] for legs in people],
        is_priority=[legs[0].is_priority for legs in people],
        minutes=[minutes(legs[0]) for legs in people],
        is_absent=[legs[0].is_absent for legs in people],
        legs=[tuple((places[leg.service], minutes(leg)) for leg in legs[1:]) for legs in people],
    )


def as_it_was(record: Recorded) -> list[tuple[float, float]]:
    """Return of each first, answered call how long it was waited for, on record and lived again: (then, again).

    Every ticket goes to the counter that it went to, in the order in which that counter called. All times are new: a
    counter calls when it is free and its clerk has paused, a ticket is ready when its leg before has ended. Who was
    called before or after a break, or when the clerk was back, is so again.
    """
    hall = hall_of(record)
    breaks = [at for at, _length in record.hours.breaks]
    back = {number: [*breaks, *(end for _begin, end in record.away[number])] for number in record.counters}
    free: dict[int, float] = {}
    ended: dict[str, float] = {}
    found = []
    for leg in record.legs:
        ready = leg.ready if leg.is_first else ended[leg.ticket] + leg.delay
        begins = max(ready, free.get(leg.counter, 0.0)) + leg.pause
        begins = max([begins, *(end for end in back[leg.counter] if end <= leg.called)])
        begins = min([begins, *(at - INSTANT for at in breaks if leg.called < at)])
        free[leg.counter] = ended[leg.ticket] = hall.ends(begins, leg.minutes)
        if leg.is_first and not leg.is_absent:
            found.append((leg.called - leg.ready, begins - leg.ready))
    return found


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
