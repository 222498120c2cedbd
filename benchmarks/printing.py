"""A printer that hangs, dies in the middle or answers garbage: no number waits for it, none is lost, no slip comes twice.

`python -m benchmarks.printing` issues numbers for three minutes beside each bad printer, then gives a good one, and
compares. `--seeded` breaks the program on purpose: each fault must be found.
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.seeding import replaced
from queueapp import printing as printing_module
from queueapp.database import Database
from queueapp.models import prints, tickets
from queueapp.operations import printing as operations
from queueapp.operations.issuing import issue
from queueapp.operations.office import configure
from queueapp.operations.outbox import doubt_prints
from queueapp.operations.printing import print_slip
from queueapp.paper.content import Content
from queueapp.paper.escpos import decode
from queueapp.paper.picture import draw
from queueapp.printing import Outbox, Printing, print_waiting
from queueapp.settings import Settings, default_settings
from queueapp.statement import Statement
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database
from tests.devices.fakes import FakePrinter, answering

GARBAGE = dict.fromkeys((1, 2, 4), b"\xff\x00\x1b\x1bK")
MANNERS: dict[str, dict[str, Any]] = {
    "no printer": {},
    "good": {"answers": answering()},
    "hangs": {"manner": "stuck"},
    "dies in the middle": {"manner": "dying"},
    "answers garbage": {"answers": GARBAGE},
    "is not there": {},
}
_PRINTS = Statement(select(prints.c.ticket_id, prints.c.state, prints.c.content).order_by(prints.c.id))
_NUMBERS = Statement(select(tickets.c.id, tickets.c.number).order_by(tickets.c.number))


@dataclass
class Run:
    """What came of one printer: how long each number took (ms), also in an office without one, and what is wrong."""

    name: str
    milliseconds: list[float] = field(default_factory=list)
    without: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    on_paper: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Say it."""
        median = statistics.median(self.milliseconds)
        ratio = f" {median / statistics.median(self.without):.2f}×"
        longest = max(self.milliseconds)
        states = ", ".join(f"{state} {n}" for state, n in sorted(self.states.items()))
        return (
            f"{self.name}: {len(self.milliseconds)} numbers, median {median:.2f} ms{ratio}, longest {longest:.0f} ms; "
            f"{states or 'nothing printed'}; slips on paper {self.on_paper}; wrong: {len(self.wrong)}"
        )


def settings(target: str | None) -> Settings:
    """Return the settings of an office with a printer there."""
    given = {"connection": "network", "target": target} if target else {"connection": "none"}
    return Settings.model_validate(default_settings().model_dump() | {"printer": given})


async def _day(run: Run, store: Store, plain: Store, target: str | None, seconds: float, pause: float) -> None:
    terminal = Terminal(store, clock=store.clock)
    await store.write(configure, settings(target), at=store.clock())
    offices = [(terminal, run.milliseconds), (Terminal(plain, clock=plain.clock), run.without)]
    printing = Printing(terminal, lambda: None)
    until, beat_at = time.monotonic() + seconds, 0.0
    while time.monotonic() < until:
        if time.monotonic() - beat_at >= 1:
            beat_at = time.monotonic()
            printing.beat()
        # One number here and one in the office without a printer, each first in turns: what the machine does besides,
        # and what the first warms for the second, hits both.
        done = None
        for office, taken in offices if len(run.without) % 2 else reversed(offices):
            begun = time.perf_counter()
            issued = await office.write(issue, service="land", at=office.clock())
            taken.append((time.perf_counter() - begun) * 1000)
            done = issued if office is terminal else done
        for _asked in range(2):  # a repeated request asks for no second slip
            await terminal.write(print_slip, ticket=done.ticket.code, at=store.clock())
        await asyncio.sleep(pause)
    for _second in range(25):  # what is on its way ends within its bound
        if printing._task is None or printing._task.done():
            break
        await asyncio.sleep(1)


def day(name: str, *, seconds: float, pause: float = 0.3) -> Run:
    """Issue numbers beside a printer, then let a good one print what waits, and look at what came of it."""
    run = Run(name)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        address, bad, target = str(Path(folder) / "office.db"), None, None
        if name == "is not there":
            with FakePrinter() as gone:
                target = gone.target
        elif name != "no printer":
            bad = stack.enter_context(FakePrinter(**MANNERS[name]))
            target = bad.target
        store = Store(lambda: open_database(address))
        plain = Store(lambda: open_database(f"{address}-plain"))
        asyncio.run(_day(run, store, plain, target, seconds, pause))
        plain.close()
        store.close()
        good = stack.enter_context(FakePrinter(answers=answering()))
        database = open_database(address)
        if name != "no printer":
            database.write(configure, settings(good.target), at=store.clock())
            _print_the_rest(database)
        _judge(run, database, bad, good)
        database.close()
    return run


def _print_the_rest(database: Database) -> None:
    from queueapp.terminal import clock_of

    # The terminal has gone: what it was printing is in nobody's hands.
    database.write(doubt_prints, is_alive=lambda _other, _at: False, at=clock_of(database)())
    until, outbox = time.monotonic() + 60, Outbox(clock_of(database))
    while time.monotonic() < until:
        print_waiting(database, outbox)
        found = {state for _ticket, state, _content in database.read(lambda session: session.rows(_PRINTS))}
        if not found & {"pending", "printing"}:
            return
        time.sleep(1)


def _judge(run: Run, database: Database, bad: FakePrinter | None, good: FakePrinter) -> None:
    numbers = database.read(lambda session: session.rows(_NUMBERS))
    rows = database.read(lambda session: session.rows(_PRINTS))
    if [number for _key, number in numbers] != list(range(1, len(run.milliseconds) + 1)):
        run.wrong.append("a number is missing")
    run.states.update(state for _ticket, state, _content in rows)
    if run.name == "no printer":
        return
    asked = Counter(ticket for ticket, _state, _content in rows)
    run.wrong += [f"ticket {key} asked for {asked[key]} slips" for key, _number in numbers if asked[key] != 1]
    run.wrong += [f"a slip is still {state}" for state in ("pending", "printing") if run.states[state]]
    pictures = {draw(Content.from_json(content), 80).tobytes(): (ticket, state) for ticket, state, content in rows}
    came = Counter(_whole(pictures, data) for printer in (bad, good) if printer is not None for data in printer.slips)
    run.on_paper = sum(n for which, n in came.items() if which is not None)
    for which, n in came.items():
        if which is not None and n > 1:
            run.wrong.append(f"the slip of ticket {which} came {n} times")
    run.wrong += [
        f"ticket {key} is said to be printed" for key, state, _c in rows if state == "printed" and not came[key]
    ]


def _whole(pictures: dict[bytes, tuple[int, str]], data: bytes) -> int | None:
    """Return whose slip came out whole; None for one that broke off."""
    try:
        found = pictures.get(decode(data).tobytes())
    except ValueError:
        return None
    return None if found is None else found[0]


async def _in_the_way(call: Callable[[], Any]) -> Any:
    return call()


SEEDED: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "the screen waits for the printer": lambda: replaced(printing_module, "_beside", _in_the_way),
    "what may be out is printed again": lambda: replaced(printing_module, "_print", _again),
    "what was not sent counts as printed": lambda: replaced(printing_module, "_print", _blind),
    "a slip is asked for twice": lambda: replaced(operations, "prints_of", lambda *_given: []),
}
_print = printing_module._print


def _again(job: Any, given: Any) -> tuple[str, str | None]:
    _print(job, given)
    return _print(job, given)


def _blind(job: Any, given: Any) -> tuple[str, str | None]:
    _print(job, given)
    return "printed", None


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        seeded()
        return
    for name in MANNERS:
        run = day(name, seconds=given.seconds if name == "hangs" else min(given.seconds, 30))
        print(run.line(), run.wrong[:5] or "", flush=True)


def seeded() -> None:
    """Break the program on purpose; each fault must be found."""
    found = 0
    for name, fault in SEEDED.items():
        with fault():
            manner = "is not there" if name.startswith("what was not") else "good"
            run = day("hangs" if name.startswith("the screen") else manner, seconds=4)
        is_slow = max(run.milliseconds) > 1000 or len(run.milliseconds) < 10
        is_found = bool(run.wrong) or (name.startswith("the screen") and is_slow)
        found += is_found
        print(f"{'found' if is_found else 'MISSED'}: {name}: {run.wrong[:2] or is_slow}", flush=True)
    print(f"{found} of {len(SEEDED)} seeded faults found")


if __name__ == "__main__":
    main()
