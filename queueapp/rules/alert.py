"""Says when a helpful move is worth an alert: once a jam has lasted, until it is over, without flicker.

A counter without anybody to call has somebody every now and then, so a move that cannot be found at one look is kept
for a while, with the moment at which it was found; a jam that is over is gone at once, and must last anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from queueapp.rules.moving import JAMMED_PEOPLE, Move, Place, Present, Standing
from queueapp.rules.views import CounterView, ServiceView

LASTING = timedelta(minutes=3)  # for which a jam has been seen before it is told
PATIENCE = timedelta(minutes=3)  # for which a move is kept that cannot be found again
BETTER = 1.5  # times what is saved, for another move to take the place of the one that is shown


@dataclass(frozen=True, slots=True)
class Jam:
    """A field that has been jammed since `since`, and the move that helped when it was found last, at `at`."""

    move: Move
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of the jams from one look to the next, and the field of which an alert is shown, if of any."""

    jams: tuple[Jam, ...] = ()
    shown: str | None = None

    @property
    def alert(self) -> Jam | None:
        """The jam that is shown."""
        return next((jam for jam in self.jams if jam.move.service == self.shown), None)


def looked(before: Watch, present: Present, moves: Sequence[Move], *, at: datetime) -> Watch:
    """Return what is known after a look that found these moves, the best first.

    A field whose minutes are assumed gives no alert: what a move would save there nobody knows yet.
    """
    known = {jam.move.service: jam for jam in before.jams if timedelta(0) <= at - jam.at <= PATIENCE}
    measured = {each.service for each in present.fields if each.is_measured}
    jams = {service: jam for service, jam in known.items() if not is_over(jam.move, present)}
    for service in dict.fromkeys(move.service for move in moves if move.service in measured):
        old = known.get(service)
        found = _chosen([move for move in moves if move.service == service], old)
        jams[service] = Jam(found, at, at) if old is None else replace(old, move=found, at=at)
    lasting = [jam for jam in jams.values() if jam.at - jam.since >= LASTING]
    return Watch(tuple(jams.values()), _to_show(lasting, before.shown))


def is_over(move: Move, present: Present) -> bool:
    """Say whether a move makes no sense any more: few wait, or its counter takes the field already, or is not open."""
    waiting = sum(each.waiting for each in present.fields if each.service == move.service)
    counter = next((place for place in present.places if place.number == move.counter), None)
    return waiting < JAMMED_PEOPLE or counter is None or move.service in counter.services


def still_holds(jam: Jam, services: Sequence[ServiceView], counters: Sequence[CounterView]) -> bool:
    """Say whether an alert still makes sense by what a screen knows, which may be newer than the last look."""
    fields = tuple(Standing(each.code, each.waiting, 0, 0.0) for each in services)
    places = tuple(Place(each.number, each.services) for each in counters if each.is_open)
    return not is_over(jam.move, Present(fields, places))


def _chosen(moves: Sequence[Move], old: Jam | None) -> Move:
    """Return the best move of a field; the counter that was named before stays while no other is much better."""
    best = moves[0]
    same = next((move for move in moves if old is not None and move.counter == old.move.counter), best)
    return best if best.hours_saved > BETTER * same.hours_saved else same


def _to_show(jams: Sequence[Jam], shown: str | None) -> str | None:
    best = max(jams, key=lambda jam: jam.move.hours_saved, default=None)
    if best is None:
        return None
    same = next((jam for jam in jams if jam.move.service == shown), best)
    return (best if best.move.hours_saved > BETTER * same.move.hours_saved else same).move.service
