"""Random days by the rule of waiting points: nobody of a class is passed, overtaking is bounded, nobody starves.

`python -m benchmarks.calling [--days 10000] [--seed 1]`. Each day has fields, counters that serve some of them, arrivals
with priority or without, a lunch, and a rule of its own; whom a counter calls is asked of the product's own rule. Of
every call and every ticket it is proved that
  1. within a field and a class the order is that of the tickets,
  2. a normal ticket is passed at a counter that could call it only by one with priority, and by none that came later
     than (1 - 1/factor) of its wait plus bonus/factor minutes (office time); one with priority only by the cap,
  3. with m older normal tickets before it, it is called within (m + 1)(cap + 1) calls of any counter that serves it.
`--seeded` breaks the rule on purpose, and ends with status 1 unless every fault is found.
"""

import argparse
import heapq
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.seeding import replaced
from queueapp.rules import order
from queueapp.rules.idle import Idle, who_takes
from queueapp.rules.order import Called, Caller, Waiting, choose
from queueapp.rules.points import CallRule, Scale

OPENING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
_HOUR, _MINUTE, _INSTANT = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=2)
STRETCHES = ((OPENING, OPENING + 4 * _HOUR), (OPENING + 6 * _HOUR, OPENING + 16 * _HOUR))
REMEMBERED = 4  # calls; no cap below is higher


@dataclass
class Tally:
    """What was looked at, and what was wrong."""

    days: int = 0
    calls: int = 0
    overtakings: int = 0
    bounds: int = 0
    capped: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Waiter:
    """A normal ticket that waits: how often each counter may call yet before it must have called this one."""

    ticket: Waiting
    left: dict[int, int]


class Day:
    """One day at random, lived through by the rule."""

    def __init__(self, chance: random.Random, tally: Tally) -> None:
        self.chance, self.tally = chance, tally
        fields = chance.randint(1, 3)
        self.rule = (
            CallRule()
            if chance.random() < 0.5
            else CallRule("points", chance.choice([0, 5, 10, 20]), chance.randint(1, 4), chance.randint(1, 3))
        )
        self.skills = [
            set(chance.sample(range(fields), chance.randint(1, fields))) for _ in range(chance.randint(1, 4))
        ]
        self.calls: list[tuple[Called, ...]] = [()] * len(self.skills)
        self.waiting: list[Waiting] = []
        self.normal: dict[int, Waiter] = {}
        self.scale = Scale(OPENING, self.rule, STRETCHES)

    def arrivals(self) -> list[Waiting]:
        """Return who comes, in the order of their tickets: in the morning more, some before the door opens."""
        chance, served = self.chance, sorted(set().union(*self.skills))
        share = chance.choice([0.0, 0.2, 0.55, 0.8])
        moments = sorted(
            OPENING
            + timedelta(minutes=round(chance.triangular(-30, 500, chance.choice([0, 60, 240])), chance.choice([0, 3])))
            for _ in range(chance.randint(5, 120))
        )
        return [
            Waiting(n, chance.random() < share, at, n, service=chance.choice(served)) for n, at in enumerate(moments, 1)
        ]

    def live(self) -> None:
        """Let everybody come and be called."""
        coming, free, busy = self.arrivals(), list(range(len(self.skills))), list[tuple[datetime, int]]()
        since = [OPENING] * len(self.skills)
        mean = self.chance.choice([2, 6, 12, 25])
        while coming or self.waiting:
            for counter in self._takers(free, since):
                free.remove(counter)
                length = timedelta(minutes=min(self.chance.expovariate(1 / mean), 90))
                heapq.heappush(busy, (self.scale.at + length, counter))
            ends = [busy[0][0]] if busy else []
            at = min([*ends, *(each.place for each in coming[:1])])
            self.scale = self.scale._replace(at=max(at, self.scale.at))
            while coming and coming[0].place <= self.scale.at:
                self._come(coming.pop(0))
            while busy and busy[0][0] <= self.scale.at:
                freed = heapq.heappop(busy)[1]
                free.append(freed)
                since[freed] = self.scale.at
        self.tally.days += 1

    def _takers(self, free: list[int], since: list[datetime]) -> Iterator[int]:
        """Let the free counters call in the order in which they should, as long as somebody waits for them."""
        if self.scale.at < OPENING:
            return
        able = [each for each in free if any(other.service in self.skills[each] for other in self.waiting)]
        while able:
            counter = who_takes(Idle(each, len(self.skills[each]), since[each]) for each in able)
            if counter is None:
                return
            able.remove(counter)
            if self._call(counter):
                yield counter

    def _come(self, ticket: Waiting) -> None:
        if not ticket.is_priority:
            left = {}
            for counter, skills in enumerate(self.skills):
                if ticket.service in skills:
                    older = sum(each.ticket.service in skills for each in self.normal.values())
                    left[counter] = (older + 1) * (self.rule.cap + 1)
            self.normal[ticket.ticket_id] = Waiter(ticket, left)
        self.waiting.append(ticket)

    def _call(self, counter: int) -> bool:
        eligible = [each for each in self.waiting if each.service in self.skills[counter]]
        choice = choose(eligible, self.scale, Caller(self.calls[counter]))
        if choice is None:
            return False
        chosen = choice.ticket
        self.tally.calls += 1
        self.tally.capped += choice.why.rule == "cap"
        self._in_order(chosen, eligible, choice.why.rule)
        self._within(counter, chosen)
        self.waiting.remove(chosen)
        self.normal.pop(chosen.ticket_id, None)
        self.calls[counter] = (Called(chosen.is_priority, chosen.service), *self.calls[counter])[:REMEMBERED]
        return True

    def _in_order(self, chosen: Waiting, eligible: list[Waiting], rule: str) -> None:
        """Look at everybody who was there longer and is passed by this call."""
        waited, b = self.scale.waited, self.rule.factor
        for other in eligible:
            if (other.place, other.number) >= (chosen.place, chosen.number):
                continue
            if other.is_priority == chosen.is_priority:
                self._say(f"{chosen.number} was called before {other.number} of its class")
            elif other.is_priority and rule != "cap":
                self._say(f"normal {chosen.number} passed {other.number} with priority without the cap")
            elif not other.is_priority:
                self.tally.overtakings += 1
                wait = waited(other.place)
                bound = wait - wait / b + timedelta(minutes=self.rule.bonus_minutes) / b
                if wait - waited(chosen.place) > bound + _INSTANT:
                    self._say(f"{chosen.number} came {wait - waited(chosen.place)} after {other.number}, {wait} before")

    def _within(self, counter: int, chosen: Waiting) -> None:
        """Count the calls of this counter against what every normal ticket that it serves is promised."""
        for waiter in self.normal.values():
            if counter in waiter.left:
                self.tally.bounds += 1
                waiter.left[counter] -= 1
                if waiter.left[counter] < (0 if waiter.ticket is chosen else 1):
                    self._say(f"{waiter.ticket.number} should have been called by counter {counter}")

    def _say(self, wrong: str) -> None:
        self.tally.wrong.append(f"day {self.tally.days}: {wrong} ({self.rule})")


def live(days: int, seed: int, progress: Callable[[int], None] = lambda _day: None) -> Tally:
    """Live so many days and return what was looked at."""
    chance, tally = random.Random(seed), Tally()
    for number in range(days):
        Day(chance, tally).live()
        progress(number + 1)
    return tally


_RIGHT = choose


def _changed(change: Callable[[CallRule], CallRule]) -> Any:
    """Return a choice by another rule than the office's."""
    return lambda waiting, scale, caller: _RIGHT(waiting, scale._replace(rule=change(scale.rule)), caller)


def _by_clock(waiting: list[Waiting], scale: Scale, caller: Caller) -> Any:
    return _RIGHT(waiting, scale._replace(stretches=()), caller)


def _forgetful(waiting: list[Waiting], scale: Scale, _caller: Caller) -> Any:
    return _RIGHT(waiting, scale)


_SELF = sys.modules[__name__]
FAULTS: dict[str, Callable[[], Any]] = {
    "a cap of one more": lambda: replaced(_SELF, "choose", _changed(lambda rule: replace(rule, cap=rule.cap + 1))),
    "no cap": lambda: replaced(_SELF, "choose", _changed(lambda rule: replace(rule, cap=0))),
    "a counter that forgets its calls": lambda: replaced(_SELF, "choose", _forgetful),
    "a bonus of a minute more": lambda: replaced(
        _SELF, "choose", _changed(lambda rule: replace(rule, bonus_minutes=rule.bonus_minutes + 1))
    ),
    "one a minute more": lambda: replaced(
        _SELF, "choose", _changed(lambda rule: replace(rule, factor=rule.factor + 1))
    ),
    "priority before all": lambda: replaced(_SELF, "choose", _changed(lambda rule: replace(rule, rule="strict"))),
    "priority counts for nothing": lambda: replaced(
        _SELF, "choose", _changed(lambda rule: replace(rule, rule="first_come"))
    ),
    "lunch adds points": lambda: replaced(_SELF, "choose", _by_clock),
    "the last number first": lambda: replaced(order, "ORDER", lambda each: (-each.number, each.place, each.ticket_id)),
}


def seeded(days: int = 300) -> list[str]:
    """Return the faults that were put in and not found."""
    missed = []
    for name, fault in FAULTS.items():
        with fault():
            if not live(days, seed=7).wrong:
                missed.append(name)
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    tally = live(given.days, given.seed, lambda day: print(f"\r{day}", end="") if day % 100 == 0 else None)
    print(
        f"\r{tally.days} days, {tally.calls} calls ({tally.capped} by the cap), {tally.overtakings} overtakings and "
        f"{tally.bounds} bounds of calls looked at in {time.monotonic() - begun:.0f} s; {len(tally.wrong)} violations"
    )
    print("\n".join(tally.wrong[:5]), end="")
    return 1 if tally.wrong or not tally.capped or not tally.overtakings else 0


if __name__ == "__main__":
    sys.exit(main())
