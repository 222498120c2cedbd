"""What the alert of a jammed field costs: the reading, the simulation, and a key that is pressed meanwhile.

`python -m benchmarks.alerting [--keys 150] [--waiting 60]`. The day is a morning of 300 citizens served, and then a jam
beside idle counters. First the reading beside home's own question, in turns, and the simulation by itself. Then keys at
reception, in turns, each with something begun in the very moment in which it is pressed: nothing; a look; the reload that
any change at another terminal brings; the move found on the store's thread, as a screen would do that simply asked for
it. That one shows that the measurement can see a delay.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from queueapp import watching
from queueapp.app import QueueApp
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.office import found
from queueapp.operations.serving import finish
from queueapp.queries.hall import status
from queueapp.queries.moves import helpful_move, present
from queueapp.rules.moving import helpful_moves
from queueapp.settings import CounterSettings, default_settings
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ROUNDS, SERVED, TICK = 40, 300, 0.0005
WAYS = ("without a look", "with a look", "with a reload", "on the store's thread")


def jammed(path: str, waiting: int) -> datetime:
    """Make an office of twelve counters with a morning behind it and a jam of land; return the moment."""
    settings = default_settings()
    counters = [
        CounterSettings(
            number=number, services=["land"] if number <= 4 else [("civil_status", "social_affairs")[number % 2]]
        )
        for number in range(1, 13)
    ]
    database, at = Database(path), MORNING
    database.write(found, settings.model_copy(update={"counters": counters}), is_training=True, at=at)
    for _ in range(SERVED // len(counters)):
        for desk in counters:
            database.write(issue, service=desk.services[0], at=at)
            database.write(call, counter=desk.number, at=at)
            database.write(start, counter=desk.number, at=at)
        at += timedelta(minutes=15)
        for desk in counters:
            database.write(finish, counter=desk.number, at=at)
    for _ in range(waiting):
        database.write(issue, service="land", at=at)
    for number in range(1, 5):
        database.write(call, counter=number, at=at)
        database.write(start, counter=number, at=at)
    database.close()
    return at


def reading(path: str, at: datetime) -> None:
    """Print what the reading costs beside home's own question, and the simulation by itself."""
    database = Database(path)
    times: dict[str, list[float]] = {"home": [], "present": [], "simulation": []}
    for _ in range(ROUNDS):
        times["home"].append(taken(lambda: database.read(status, at=at)))
        times["present"].append(taken(lambda: database.read(present, at=at)))
        hall = database.read(present, at=at)
        times["simulation"].append(taken(lambda hall=hall: helpful_moves(hall.fields, hall.places)))  # type: ignore[misc]
    moves = helpful_moves(hall.fields, hall.places)
    database.close()
    if not moves:
        raise SystemExit("idle: no move was found")
    home, read, lived = (statistics.median(times[name]) for name in times)
    print(f"the reading: {read / home:.2f}x home's question ({read * 1000:.1f} and {home * 1000:.1f} ms)")
    print(f"the simulation: {lived * 1000:.1f} ms beside the store's thread, {len(moves)} moves; once a minute")


def taken(call_it: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call_it()
    return time.perf_counter() - begun


async def keys(path: str, at: datetime, count: int) -> None:
    """Print how long keys take in each way, in turns."""
    store = Store(lambda: open_database(path, clock=lambda: at))
    app = QueueApp(Terminal(store, clock=lambda: at), opens="reception", language="en")
    times: dict[tuple[str, str], list[float]] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await store.ready()
        await pilot.pause(0.5)
        for _number in range(count):
            for way in WAYS:
                for key in ("plus", "1"):
                    task = begin(app, way, at)
                    times.setdefault((key, way), []).append(await pressed(pilot, key))
                    if task is not None:
                        await task
                    await pilot.pause(0.02)
    store.close()
    for key, name in (("plus", "a key that writes nothing"), ("1", "the key that issues a ticket")):
        base = times[key, WAYS[0]][3:]
        for way in WAYS:
            these = times[key, way][3:]
            ratio = statistics.median(these) / statistics.median(base)
            late = statistics.quantiles(these, n=20)[-1]
            print(
                f"{name}, {way}: {ratio:.2f}x (median {statistics.median(these) * 1000:.1f}, p95 {late * 1000:.1f} ms)"
            )


def begin(app: QueueApp, way: str, at: datetime) -> "asyncio.Task[object] | None":
    if way == WAYS[1]:
        app._watching._looked_at = at - watching.EVERY
        app._watching.beat("reception")
        return app._watching._task  # type: ignore[return-value]
    if way == WAYS[2] and app.queue_screen is not None:
        app.queue_screen.reload()
    return asyncio.create_task(app.terminal.store.read(helpful_move, at=at)) if way == WAYS[3] else None


async def pressed(pilot: Pilot[None], key: str) -> float:
    """Press a key and return the seconds until what it does stands on the screen."""
    before, begun = painted(pilot), time.perf_counter()
    pilot.app.simulate_key(key)
    while painted(pilot) == before:  # noqa: ASYNC110 - nothing tells when a key's words are painted
        await asyncio.sleep(TICK)
    return time.perf_counter() - begun


def painted(pilot: Pilot[None]) -> tuple[str, str]:
    screen = pilot.app.screen
    return str(screen.query_one("#next").render()), str(screen.query_one("#slip").render())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=150)
    parser.add_argument("--waiting", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        at = jammed(path, given.waiting)
        reading(path, at)
        asyncio.run(keys(path, at, given.keys))


if __name__ == "__main__":
    main()
