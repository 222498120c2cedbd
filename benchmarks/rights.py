"""Who may do what, cell by cell, and how often a PIN can be guessed.

`python benchmarks/rights.py [--guesses 10000]`. Every role, and nobody, times every operation, through the store as the
screens use it, through `batch`, and through the command line: allowed or `not_allowed` as `rules/rights.py` says, and
every refusal is an event. Then a PIN is guessed without pause for hours of the machine's own count of time, across
restarts of the program and jumps of the clock: at most five guesses are looked at in any quarter of an hour.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.clock import Clockwork
from queueapp.cli.batch import Batch
from queueapp.cli.requests import OPERATIONS
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.keeping import accept_clock, keep_up
from queueapp.operations.office import configure, found
from queueapp.operations.personal import purge
from queueapp.operations.rights import require_to
from queueapp.operations.signing import hashed, set_pin, sign_in
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import LockedOutError, QueueError, WrongPinError
from queueapp.rules.rights import RIGHTS, may
from queueapp.settings import Settings, StaffSettings, default_settings
from queueapp.store import Store

ROLES = ("receptionist", "clerk", "supervisor", "admin")
PIN = "918273"
VALUES = {
    "service": "land",
    "counter": 1,
    "ticket": "D-001",
    "reason": "because",
    "to": "land",
    "day": "2026-11-23",
    "voucher": "V-AAAAAA",
}
# What stands for no operation of its own in the table of requests.
OTHERS: dict[str, Any] = {
    "accept_clock": (accept_clock, {}),
    "purge": (purge, {"before": now().date(), "until": now()}),
    "backup": (require_to, {"right": "backup"}),
    "restore": (require_to, {"right": "restore"}),
}


def office(path: str) -> Settings:
    """Make an office with one person of each role, each with a PIN."""
    settings = default_settings()
    staff = [StaffSettings(name=role, role=role) for role in ROLES]
    settings = settings.model_copy(update={"staff": staff})
    database = Database(path, first=keep_up)
    database.write(found, settings, at=now())
    kept = hashed(PIN)
    for name in ("admin", "receptionist", "clerk", "supervisor"):
        by = None if name == "admin" else "admin"
        database.write(set_pin, name=name, pin=PIN, make_hash=lambda _pin: kept, staff=by, at=now())
    database.close()
    return settings


def given_for(fields: Any) -> dict[str, Any]:
    """Return something for every field that is required."""
    given = {field.name: VALUES.get(field.name, "x") for field in fields if field.is_required}
    return given | ({"ticket": "D-001"} if any(field.name == "ticket" for field in fields) else {})


def by_batch(path: str) -> list[str]:
    """Try every operation as every role through `batch`; return the cells that are wrong."""
    wrong = []
    for role in (*ROLES, None):
        batch = Batch(Database(path, first=keep_up), now, staff=role)
        for request in OPERATIONS:
            answer = batch.answer(json.dumps({"do": request.do, **given_for(request.fields)}).encode())
            wrong += _judged("batch", role, request.do, answer)
        batch._database.close()
    return wrong


def _judged(channel: str, role: str | None, right: str, answer: dict[str, Any]) -> list[str]:
    is_refused = not answer["ok"] and answer["error"]["code"] == "not_allowed"
    is_allowed = role is not None and may(role, right, {})
    return [] if is_allowed != is_refused else [f"{channel} {role} {right}: {answer}"]


async def by_store(path: str, settings: Settings) -> list[str]:
    """Try every operation as every role as the screens do it; return the cells that are wrong."""
    wrong = []
    store = Store(lambda: Database(path, first=keep_up))
    others = {**OTHERS, "configure": (configure, {"settings": settings})}
    for role in (*ROLES, None):
        cells = [(request.do, request.function(), _named(request)) for request in OPERATIONS]
        cells += [(right, operation, given) for right, (operation, given) in others.items()]
        for right, operation, given in cells:
            try:
                await store.write(operation, staff=role, at=now(), **given)
                answer: dict[str, Any] = {"ok": True}
            except QueueError as error:
                answer = {"ok": False, "error": {"code": error.code}}
            wrong += _judged("screen", role, right, answer)
    store.close()
    return wrong


def _named(request: Any) -> dict[str, Any]:
    from datetime import date

    given = given_for(request.fields)
    return {name: date.fromisoformat(value) if name == "day" else value for name, value in given.items()}


def by_command(path: str) -> list[str]:
    """Try every operation as every role on the command line; return the cells that are wrong."""
    wrong = []
    for role in (*ROLES, None):
        for request in OPERATIONS:
            given = given_for(request.fields)
            words = [str(given[field.name]) for field in request.fields if field.is_required]
            words += [f"--{name}={value}" for name, value in given.items() if not _is_word(request, name)]
            who = ["--as", role] if role else []
            environment = os.environ | {"QUEUEAPP_LANG": "en"} | ({"QUEUEAPP_PIN": PIN} if role else {})
            command = [
                sys.executable,
                "-m",
                "queueapp",
                "--db",
                path,
                "--json",
                *who,
                request.do.replace("_", "-"),
                *words,
            ]
            root = Path(__file__).parent.parent
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=root)
            if not done.stdout.startswith("{") or "Traceback" in done.stderr:
                wrong.append(f"command {role} {request.do}: {done.stdout} {done.stderr}")
                continue
            wrong += _judged("command", role, request.do, json.loads(done.stdout))
    return wrong


def _is_word(request: Any, name: str) -> bool:
    return any(field.name == name and field.is_required for field in request.fields)


def refusals(path: str) -> int:
    """Return how many refusals are in the log."""
    database = Database(path)
    total = last = 0
    while events := database.read(events_after, last):
        total += sum(event.verb == "refuse" for event in events)
        last = events[-1].seq
    database.close()
    return total


def guesses(count: int, seed: int) -> tuple[int, list[str]]:
    """Guess a PIN so often; return how many guesses were looked at, and what was wrong."""
    chance, work, wrong = random.Random(seed), Clockwork(), []
    looked: deque[timedelta] = deque()
    answered = 0
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        office(path)
        database = Database(path, first=keep_up, machine=work.machine())
        for number in range(count):
            work.passed += timedelta(seconds=chance.choice([0.1, 1, 1, 3]))
            if number % 97 == 0:
                work.ahead = chance.choice([timedelta(0), timedelta(hours=1), timedelta(days=3), -timedelta(hours=5)])
            if number % 151 == 0:
                database.close()
                database = Database(path, first=keep_up, machine=work.machine())
            try:
                sign_in(database, "supervisor", f"{chance.randrange(10**6):06d}", at=work.wall())
                wrong.append("guessed")
            except LockedOutError:
                continue
            except WrongPinError:
                answered += 1
                looked.append(work.passed)
                while work.passed - looked[0] > timedelta(minutes=15):
                    looked.popleft()
                if len(looked) > 5:
                    wrong.append(f"{len(looked)} guesses within a quarter of an hour")
        database.close()
    if not answered:
        wrong.append("idle")
    return answered, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guesses", type=int, default=10_000)
    given = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        settings = office(path)
        wrong = by_batch(path)
        between = refusals(path)
        wrong += asyncio.run(by_store(path, settings))
        wrong += by_command(path)
        written = refusals(path)
    cells = (len(ROLES) + 1) * (3 * len(OPERATIONS) + len(OTHERS) + 1)
    print(f"{cells} cells of role × operation × channel, {written} refusals written down; wrong: {wrong[:5] or 'none'}")
    if (
        not between
        or written < between * 2
        or set(RIGHTS) - {each.do for each in OPERATIONS} - {*OTHERS, "configure", "pick", "export", "set_pin"}
    ):
        wrong.append("a right was not tried, or a refusal not written down")
    answered, bad = guesses(given.guesses, 1)
    print(f"{given.guesses} guesses, {answered} looked at; wrong: {bad or 'nothing'}; {time.monotonic() - begun:.0f} s")
    return 1 if wrong or bad else 0


if __name__ == "__main__":
    sys.exit(main())
