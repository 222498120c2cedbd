"""Random days of all verbs, each closed: the identity holds, and the tables say what the events alone say.

`python benchmarks/days.py [--days 10000] [--seed 1] [--db URL]`. Every operation is held against a small model of our
own; closing must ask exactly for the open tickets; the chain is walked from the last seal after every day and from the
beginning at the end. `--seeded` breaks the queue on purpose, and ends with status 1 unless every fault is found.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.seeding import replaced
from queueapp.database import Database
from queueapp.operations import closing, moving, serving, undoing
from queueapp.operations.counters import close_counter, open_counter, pause, unpause
from queueapp.queries.verifying import verify
from queueapp.session import Session
from tests.store.test_state_machine import FIELDS, SKILLS, Queue

STEPS = (15, 60)
# How often each verb is tried; most at a counter where it is possible.
WEIGHTS = {
    "issue": 10,
    "call": 10,
    "start": 8,
    "finish": 6,
    "finish_missing": 1,
    "precheck": 1,
    "send_to_fix": 2,
    "return_from_fix": 2,
    "serve": 1,
    "recall": 1,
    "no_show": 2,
    "hold": 2,
    "resume": 2,
    "transfer": 2,
    "put_back": 1,
    "leave": 1,
    "void": 1,
    "bring_back": 2,
    "set_priority": 1,
    "undo": 6,
    "pick": 1,
    "counter_verb": 1,
}
STATES = {
    "recall": "called",
    "start": "called",
    "no_show": "called",
    "finish": "serving",
    "finish_missing": "serving",
    "send_to_fix": "serving",
    "hold": "serving",
    "transfer": "serving",
    "put_back": "called",
}


class Walk:
    """Walks a queue and its model through days at random."""

    def __init__(self, queue: Queue, chance: random.Random) -> None:
        self._queue = queue
        self._chance = chance
        self.done: Counter[str] = Counter()

    def day(self) -> None:
        """Live one day and close it."""
        for _step in range(self._chance.randint(*STEPS)):
            self.step()
        self._queue.states_spans_and_events_agree()
        self._queue.close_the_day()
        self._queue.next_day()

    def step(self) -> None:
        """Do one thing, mostly one that is possible."""
        verb = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        given = self._given(verb)
        before = sum(len(each.verbs) for each in self._queue.tickets)
        getattr(self._queue, verb)(**given)
        if sum(len(each.verbs) for each in self._queue.tickets) != before:
            self.done[verb] += 1

    def _given(self, verb: str) -> dict[str, Any]:
        chance, counter = self._chance, self._counter(verb)
        place = chance.randrange(31)
        field = chance.choice(sorted(FIELDS))
        papers = chance.sample(["form", "photo", "identity card"], chance.randint(1, 3))
        return {
            "issue": lambda: {"service": field, "priority": chance.choice([None, None, None, "elderly"])},
            "serve": lambda: {"counter": counter, "service": field},
            "pick": lambda: {"counter": counter, "place": place},
            "transfer": lambda: {"counter": counter, "to": field},
            "put_back": lambda: {"counter": counter, "position": chance.choice(["own", "front", "end"])},
            "resume": lambda: {"counter": counter, "place": place},
            "finish_missing": lambda: {"counter": counter, "papers": papers},
            "precheck": lambda: {"papers": papers},
            "send_to_fix": lambda: {"counter": counter, "minutes": chance.choice([1, 30])},
            "return_from_fix": lambda: {"place": place},
            "leave": lambda: {"place": place},
            "void": lambda: {"place": place},
            "bring_back": lambda: {"place": place},
            "set_priority": lambda: {"place": place, "priority": chance.choice([None, "elderly"])},
            "undo": lambda: {"place": 2 if chance.random() < 0.8 else place, "wait": chance.choice([0] * 9 + [61])},
            "counter_verb": lambda: {"counter": counter, "verb": chance.choice(self._counter_verbs())},
        }.get(verb, lambda: {"counter": counter})()

    def _counter_verbs(self) -> list[Callable[..., Any]]:
        return [open_counter, open_counter, open_counter, unpause, pause, close_counter]

    def _counter(self, verb: str) -> int:
        queue, chance = self._queue, self._chance
        wanted = STATES.get(verb)
        numbers = sorted(SKILLS)
        fitting = [
            number
            for number in numbers
            if ((queue.at(number) is None) if wanted is None else getattr(queue.at(number), "state", None) == wanted)
        ]
        return chance.choice(fitting) if fitting and chance.random() < 0.9 else chance.choice(numbers)


def live(
    days: int, seed: int, address: str | None = None, progress: Callable[[int], None] | None = None
) -> Counter[str]:
    """Live so many days on a new database and return what was done; AssertionError at the first contradiction."""
    queue = Queue()
    if address is not None:
        queue.database = Database(address)
    try:
        queue.found()
        walk = Walk(queue, random.Random(seed))
        for number in range(days):
            walk.day()
            if progress is not None:
                progress(number + 1)
        verdict = queue.database.read(verify)
        assert (verdict.difference, verdict.days) == (None, days), verdict.difference
    finally:
        queue.finish_with_it()
    return walk.done


def _silent_record(good: Any, verb_left_out: str) -> Any:
    def record(session: Session, verb: str, **given: Any) -> int:
        return session.head.seq if verb == verb_left_out else int(good(session, verb, **given))

    return record


def _no_span(*_given: Any, **_named: Any) -> None:
    return None


def _drops(good: Any, ends: tuple[str, ...]) -> Any:
    return lambda session, day: [ticket for ticket in good(session, day) if ticket.state not in ends]


FAULTS: dict[str, Callable[[], Any]] = {
    "a finish without its event": lambda: replaced(moving, "record", _silent_record(moving.record, "finish")),
    "a call without its event": lambda: replaced(moving, "record", _silent_record(moving.record, "call")),
    "a span that is not ended": lambda: replaced(moving, "end_span", _no_span),
    "closing forgets the held": lambda: replaced(closing, "open_tickets", _drops(closing.open_tickets, ("held",))),
    "closing forgets the waiting": lambda: replaced(
        closing, "open_tickets", _drops(closing.open_tickets, ("waiting",))
    ),
    "an undo leaves the span": lambda: replaced(undoing, "_take_back_span", _no_span),
    "an undo goes back too far": lambda: replaced(
        undoing, "row_before", lambda events, _seq: dict(events[0][1]["set"])
    ),
    "a place that is not kept": lambda: replaced(
        serving, "place_in", lambda _queue, position, issued_at, at: at if position == "own" else issued_at
    ),
}


def seeded(days: int = 60) -> list[str]:
    """Return the faults that were put in and not found."""
    missed = []
    for name, fault in FAULTS.items():
        try:
            with fault():
                live(days, seed=7)
        except Exception:
            continue
        missed.append(name)
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db")
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    done: Counter[str] = Counter()
    lived = 0
    while lived < given.days:  # a new database every thousand days, so that each begins from nothing too
        some = min(1000, given.days - lived)
        done += live(some, given.seed + lived, given.db, lambda day, so_far=lived: print(f"\r{so_far + day}", end=""))
        lived += some
    seconds = time.monotonic() - begun
    print(f"\r{lived} days, {sum(done.values())} operations done in {seconds:.0f} s: no contradiction")
    print(dict(sorted(done.items())))
    return 0 if lived and all(done[verb] for verb in WEIGHTS if verb != "counter_verb") else 1


if __name__ == "__main__":
    sys.exit(main())
