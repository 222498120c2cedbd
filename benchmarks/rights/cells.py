"""Every role, and nobody, times every operation, through every channel: who may do what, cell by cell."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.rights.office import PIN, ROLES, kept, office
from queueapp.cli.batch import Batch
from queueapp.cli.requests import OPERATIONS, Request
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.catalogue import edit_catalogue
from queueapp.operations.keeping import accept_clock, keep_up
from queueapp.operations.lending import take_field
from queueapp.operations.office import configure
from queueapp.operations.personal import purge
from queueapp.operations.rights import require_to
from queueapp.operations.signing import set_pin
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import QueueError
from queueapp.rules.rights import RIGHTS, may
from queueapp.settings import Settings
from queueapp.store import Store

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
    "take_field": (take_field, {"counter": 1, "service": "taxes"}),
    "purge": (purge, {"before": now().date(), "until": now()}),
    "backup": (require_to, {"right": "backup"}),
    "restore": (require_to, {"right": "restore"}),
    "export": (require_to, {"right": "export"}),
    "override_stop": (require_to, {"right": "override_stop"}),
    "set_pin": (set_pin, {"name": "clerk", "pin": PIN, "make_hash": lambda _pin: kept()}),
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
    root = Path(__file__).parent.parent.parent
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
