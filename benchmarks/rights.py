"""Who may do what, cell by cell, and how often a PIN can be guessed.

`python benchmarks/rights.py [--guesses 10000]`. Every role, and nobody, times every operation, through the store as the
screens use it, through `batch`, and through the command line: allowed or `not_allowed` as `rules/rights.py` says, and
every refusal is an event. Then a PIN is guessed without pause for hours of the machine's own count of time, across
restarts of the program and jumps of the clock: at most five guesses are looked at in any quarter of an hour, and the
waits grow. `--seeded` breaks rights and lock-out on purpose, and ends with status 1 unless every fault is found.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.clock import Clockwork
from benchmarks.seeding import replaced
from queueapp.cli.batch import Batch
from queueapp.cli.requests import OPERATIONS, Request
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations import leaving, rights, signing
from queueapp.operations.catalogue import edit_catalogue
from queueapp.operations.keeping import accept_clock, keep_up
from queueapp.operations.office import configure, found
from queueapp.operations.personal import purge
from queueapp.operations.rights import require_to
from queueapp.operations.signing import hashed, set_pin, sign_in
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import LockedOutError, QueueError, WrongPinError
from queueapp.rules.rights import RIGHTS, may
from queueapp.session import Session
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
    "number": 901,
    "issued": "07:30",
}
# What stands for no operation of its own in the table of requests.
OTHERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "accept_clock": (accept_clock, {}),
    "edit_catalogue": (edit_catalogue, {"wanted": (), "is_whole": False}),
    "purge": (purge, {"before": now().date(), "until": now()}),
    "backup": (require_to, {"right": "backup"}),
    "restore": (require_to, {"right": "restore"}),
    "export": (require_to, {"right": "export"}),
    "set_pin": (set_pin, {"name": "clerk", "pin": PIN, "make_hash": lambda _pin: _kept()}),
}


@dataclass
class Tally:
    """What was tried, how often it was refused for lack of right, and which cells were wrong."""

    cells: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def judge(self, channel: str, role: str | None, right: str, answer: dict[str, Any]) -> None:
        """Hold an answer against the table."""
        is_refused = not answer["ok"] and answer["error"]["code"] == "not_allowed"
        is_allowed = role is not None and may(role, right, {})
        self.cells += 1
        self.refused += is_refused
        if is_allowed == is_refused:
            self.wrong.append(f"{channel} {role} {right}: {answer}")


def office(path: str, *, at: datetime | None = None) -> Settings:
    """Make an office with one person of each role, each with a PIN."""
    moment = at or now()
    settings = default_settings()
    staff = [StaffSettings(name=role, role=role) for role in ROLES]
    settings = settings.model_copy(update={"staff": staff})
    database = Database(path, first=keep_up)
    database.write(found, settings, at=moment)
    for name in ("admin", "receptionist", "clerk", "supervisor"):
        by = None if name == "admin" else "admin"
        database.write(set_pin, name=name, pin=PIN, make_hash=lambda _pin: _kept(), staff=by, at=moment)
    database.close()
    return settings


@cache
def _kept() -> str:
    return hashed(PIN)


def given_for(fields: Any) -> dict[str, Any]:
    """Return something for every field that is required."""
    given = {field.name: VALUES.get(field.name, "x") for field in fields if field.is_required}
    return given | ({"ticket": "D-001"} if any(field.name == "ticket" for field in fields) else {})


def by_batch(path: str, operations: Sequence[Request], tally: Tally) -> None:
    """Try every operation as every role through `batch`."""
    for role in (*ROLES, None):
        database = Database(path, first=keep_up)
        batch = Batch(database, now, staff=role)
        for request in operations:
            answer = batch.answer(json.dumps({"do": request.do, **given_for(request.fields)}).encode())
            tally.judge("batch", role, request.do, answer)
        database.close()


async def by_store(path: str, settings: Settings, operations: Sequence[Request], tally: Tally) -> None:
    """Try every operation as every role as the screens do it, and what is no operation of the queue."""
    store = Store(lambda: Database(path, first=keep_up))
    others = {**OTHERS, "configure": (configure, {"settings": settings})} if operations else {}
    for role in (*ROLES, None):
        cells = [(request.do, request.function(), _named(request)) for request in operations]
        cells += [(right, operation, given) for right, (operation, given) in others.items()]
        for right, operation, given in cells:
            try:
                await store.write(operation, staff=role, at=now(), **given)
                answer: dict[str, Any] = {"ok": True}
            except QueueError as error:
                answer = {"ok": False, "error": {"code": error.code}}
            tally.judge("screen", role, right, answer)
    store.close()


def _named(request: Request) -> dict[str, Any]:
    given = given_for(request.fields)
    return {name: date.fromisoformat(value) if name == "day" else value for name, value in given.items()}


def by_command(path: str, operations: Sequence[Request], tally: Tally) -> None:
    """Try every operation as every role on the command line."""
    root = Path(__file__).parent.parent
    for role in (*ROLES, None):
        environment = os.environ | {"QUEUEAPP_LANG": "en"} | ({"QUEUEAPP_PIN": PIN} if role else {})
        for request in operations:
            given = given_for(request.fields)
            words = [str(given[each.name]) for each in request.fields if each.is_required]
            words += [f"--{name}={value}" for name, value in given.items() if not _is_word(request, name)]
            who = ["--as", role] if role else []
            command = [sys.executable, "-m", "queueapp", "--db", path, "--json", *who, request.do.replace("_", "-")]
            done = subprocess.run(
                [*command, *words], capture_output=True, text=True, check=False, env=environment, cwd=root
            )
            if not done.stdout.startswith("{") or "Traceback" in done.stderr:
                tally.wrong.append(f"command {role} {request.do}: {done.stdout} {done.stderr}")
                continue
            tally.judge("command", role, request.do, json.loads(done.stdout))


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


def matrix(*, operations: Sequence[Request] = OPERATIONS, with_commands: bool = True) -> Tally:
    """Try every cell of role, operation and channel, and count whether each refusal was written down."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        settings = office(path)
        by_batch(path, operations, tally)
        asyncio.run(by_store(path, settings, operations, tally))
        if with_commands:
            by_command(path, operations, tally)
        written = refusals(path)
    if not tally.refused:
        tally.wrong.append("idle")
    if written != tally.refused:
        tally.wrong.append(f"{tally.refused} refused, {written} written down")
    untried = set(RIGHTS) - {each.do for each in operations} - {*OTHERS, "configure", "pick"}
    if untried:
        tally.wrong.append(f"not tried: {sorted(untried)}")
    return tally


def restarted(path: str, work: Clockwork) -> Database:
    """Return the database as a program that has just begun opens it."""
    return Database(path, first=keep_up, machine=work.machine())


@dataclass
class Watch:
    """When guesses were looked at, by a count that nobody can set, and what was wrong with that."""

    looked: list[timedelta] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def look(self, passed: timedelta) -> None:
        """Notice that a guess was looked at."""
        self.looked.append(passed)
        lately = [each for each in self.looked[-6:] if passed - each <= timedelta(minutes=15)]
        if len(lately) > 5:
            self.wrong.append(f"{len(lately)} guesses within a quarter of an hour")
        if len(self.looked) > 6:  # after five in a row each further one waits longer than the one before
            wait, before = self.looked[-1] - self.looked[-2], self.looked[-2] - self.looked[-3]
            if wait < min(before * 1.5, timedelta(hours=24)):
                self.wrong.append(f"a wait of {wait} after one of {before}")


def guesses(count: int, seed: int, *, pace: int = 1) -> tuple[int, list[str]]:
    """Guess a PIN so often, or until something is wrong; return how many guesses were looked at, and what was wrong.

    With a `pace` as many times more time passes between two guesses, for a short run.
    """
    chance, work, watch = random.Random(seed), Clockwork(), Watch()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "office.db")
        office(path, at=work.wall())
        database = restarted(path, work)
        for number in range(count):
            work.passed += timedelta(seconds=chance.choice([0.1, 1, 1, 3]) * pace)
            if number % (97 // pace) == 0:
                work.ahead = chance.choice([timedelta(0), timedelta(hours=1), timedelta(days=3), -timedelta(hours=5)])
            if number % (151 // pace) == 0:
                database.close()
                database = restarted(path, work)
            try:
                sign_in(database, "supervisor", f"{chance.randrange(10**6):06d}", at=work.wall())
                watch.wrong.append("guessed")
            except LockedOutError:
                continue
            except WrongPinError:
                watch.look(work.passed)
            if watch.wrong:
                break
        database.close()
    return len(watch.looked), watch.wrong if watch.looked else ["idle"]


def _unguarded(operation: Any) -> Any:
    return operation.__wrapped__


def _silent(_right: str, _person: int | None) -> Callable[[Any, datetime], None]:
    return lambda _session, _at: None


def _trusting(session: Session, right: str, person: str | None) -> None:
    if person is not None:
        _require_right(session, right, person)


_require_right = rights.require_right


def _forgetful(path: str, work: Clockwork) -> Database:
    """Return the database of a program that kept wrong PINs in its memory only."""
    database = Database(path, first=keep_up, machine=work.machine())
    database.write(_forget, at=work.wall())
    return database


def _forget(session: Session, *, at: datetime) -> None:
    person = signing.person_named(session, "supervisor")
    session.run(signing._TRY, person=person.id, count=0, until=None, boot=None, running=None)


def _by_wall(session: Session, person: signing.Person, at: datetime) -> timedelta:
    return timedelta(0) if person.locked_until is None else person.locked_until - (session.wall or at)


def _in_matrix() -> list[str]:
    return matrix(with_commands=False).wrong


def _in_guesses() -> list[str]:
    return guesses(400, 1, pace=10)[1]


_SELF = sys.modules[__name__]
FAULTS: dict[str, tuple[Callable[[], Any], Callable[[], list[str]]]] = {
    "an operation without its right": (lambda: replaced(leaving, "void", _unguarded(leaving.void)), _in_matrix),
    "a refusal that is not written down": (lambda: replaced(rights, "_written", _silent), _in_matrix),
    "who gives no name may do everything": (lambda: replaced(rights, "require_right", _trusting), _in_matrix),
    "a role that may do too much": (
        lambda: replaced(rights, "may", lambda role, right, changed: role == "clerk" or may(role, right, changed)),
        _in_matrix,
    ),
    "a lock-out that forgets on restart": (lambda: replaced(_SELF, "restarted", _forgetful), _in_guesses),
    "a lock-out by the clock on the wall": (lambda: replaced(signing, "_left", _by_wall), _in_guesses),
    "no lock-out": (lambda: replaced(signing, "wait_after", lambda _failures: None), _in_guesses),
    "waits that do not grow": (
        lambda: replaced(signing, "wait_after", lambda failures: timedelta(minutes=15) if failures >= 5 else None),
        _in_guesses,
    ),
}


def is_found(name: str) -> bool:
    """Say whether a fault that is put in is found."""
    fault, look = FAULTS[name]
    with fault():
        try:
            return bool(look())
        except Exception:
            return True


def seeded() -> list[str]:
    """Return the faults that were put in and not found."""
    return [name for name in FAULTS if not is_found(name)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guesses", type=int, default=10_000)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    tally = matrix()
    cells, refused, wrong = tally.cells, tally.refused, tally.wrong
    print(f"{cells} cells of role × operation × channel, {refused} refusals written down; wrong: {wrong[:5] or 'none'}")
    answered, bad = guesses(given.guesses, 1)
    print(f"{given.guesses} guesses, {answered} looked at; wrong: {bad or 'nothing'}; {time.monotonic() - begun:.0f} s")
    return 1 if wrong or bad else 0


if __name__ == "__main__":
    sys.exit(main())
