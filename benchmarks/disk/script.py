"""A scripted day for the proofs: every kind of operation, each with its key, and how a database is looked over."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from queueapp.cli.batch import Batch
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.queries.verifying import verify
from queueapp.settings import default_settings

_VERBS: list[dict[str, Any]] = [
    {"do": "issue", "service": "land"},
    {"do": "issue", "service": "land", "note": "a note"},
    {"do": "issue", "service": "civil_status", "priority": "elderly"},
    {"do": "call", "counter": 1},
    {"do": "undo", "counter": 1},
    {"do": "call", "counter": 1},
    {"do": "call", "counter": 2},
    {"do": "start", "counter": 1},
    {"do": "start", "counter": 2},
    {"do": "hold", "counter": 2, "minutes": 30},
    {"do": "finish", "counter": 1},
    {"do": "undo", "ticket": "D-001"},
    {"do": "finish", "counter": 1},
    {"do": "issue", "service": "social_affairs"},
    {"do": "call", "counter": 4},
    {"do": "start", "counter": 4},
    {"do": "transfer", "counter": 4, "to": "land", "come_back": True},
    {"do": "leave", "ticket": "X-001"},
    {"do": "bring_back", "ticket": "X-001"},
    {"do": "set_priority", "ticket": "D-002", "priority": "merit", "reason": "card shown"},
    {"do": "pause", "counter": 3, "reason": "lunch"},
    {"do": "resume", "counter": 2, "ticket": "H-001"},
    {"do": "void", "ticket": "D-002", "reason": "twice"},
    {"do": "unpause", "counter": 3},
]
_CLOSING = {
    "do": "close_day",
    "reason": "proof",
    "unserved": {"H-001": "served", "X-001": "carried_over"},
}


def day(*, short: bool = False, is_closed: bool = True) -> list[dict[str, Any]]:
    """Return the requests of a day, each with a key of its own."""
    chosen = [*(_VERBS[:9] if short else _VERBS), *([] if short or not is_closed else [_CLOSING])]
    return [{**request, "key": f"k{number}"} for number, request in enumerate(chosen)]


def founded(path: Path) -> None:
    """Make an office for exercise at `path`."""
    database = Database(str(path))
    database.write(found, default_settings(), is_training=True, at=now())
    database.close()


def opened(path: Path) -> Database:
    """Return the database at `path`, not yet opened."""
    return Database(str(path), first=keep_up)


def asked(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one request."""
    return batch.answer(json.dumps(request).encode())


def wrong_in(path: Path, acknowledged: list[str]) -> str | None:
    """Return what is wrong in a database in which these keys were answered; None when all is there and sound."""
    database = opened(path)
    try:
        damage = database.damage()
        if damage is not None:
            return f"damaged: {damage}"
        verdict = database.read(verify)
        if verdict.difference is not None:
            return f"parted: {verdict.difference.row}"
    finally:
        database.close()
    connection = sqlite3.connect(path)
    try:
        kept = {row[0] for row in connection.execute("SELECT key FROM request")}
        numbers = connection.execute(
            "SELECT COUNT(*) FROM (SELECT day, issued_for_id, COUNT(*) n, MAX(number) m FROM ticket GROUP BY 1, 2) "
            "WHERE n <> m"
        ).fetchone()[0]
    finally:
        connection.close()
    lost = [key for key in acknowledged if key not in kept]
    if lost:
        return f"lost: {lost}"
    return "numbers twice or missing" if numbers else None
