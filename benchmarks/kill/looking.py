"""The look over a database after all: what was told must be there, once, in order, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.kill.watch import Watch
from benchmarks.kill.worker import VERBS, Json
from queueapp.database import Database
from queueapp.queries.verifying import verify
from queueapp.rules.errors import QueueError

SHOWN = 5  # of one kind of fault

Event = tuple[int, str, int | None, Json]


def look(address: str, watch: Watch) -> list[str]:
    """Return what is wrong with what was heard, with the database, and between the two."""
    database = Database(address)
    try:
        wrong = [*watch.wrong[: 3 * SHOWN], *_parted(database)]
        driver = database._driver
        for found in (_keys(driver, watch), _numbers(driver, watch), _log(driver), _effects(driver), watch.idle()):
            wrong += list(found)[:SHOWN]
    finally:
        database.close()
    return wrong


def _parted(database: Database) -> Iterator[str]:
    try:
        damage, verdict = database.damage(), database.read(verify)
    except QueueError as error:
        yield f"not to be read: {error.message}"
        return
    if damage is not None:
        yield f"damaged: {damage}"
    if verdict.difference is not None:
        yield f"parted: {verdict.difference}"


def _keys(driver: Any, watch: Watch) -> Iterator[str]:
    """Find answers whose key is not kept, keys that nobody was answered, refusals that were done."""
    kept = {key for (key,) in driver.execute("SELECT key FROM request").fetchall()}
    yield from (f"lost: {key}" for key in watch.answers.keys() - kept)
    yield from (f"refused, yet done: {key}" for key in watch.refused & kept)
    yield from (f"kept, never answered: {key}" for key in kept - watch.answers.keys() - watch.refused)


def _numbers(driver: Any, watch: Watch) -> Iterator[str]:
    """Find numbers twice or missing, in the tables and on the slips that were handed out."""
    sql = "SELECT s.code, t.day, t.number FROM ticket t JOIN service s ON s.id = t.issued_for_id ORDER BY 1, 2, 3"
    there = [(code, str(day), number) for code, day, number in driver.execute(sql).fetchall()]
    for (code, day), most in {(code, day): number for code, day, number in there}.items():
        if [number for *series, number in there if series == [code, day]] != list(range(1, most + 1)):
            yield f"numbers twice or missing: {code} {day}"
    slips = Counter(
        (answer["ticket"]["issued_for"], answer["ticket"]["day"], answer["ticket"]["number"])
        for key, answer in watch.answers.items()
        if watch.requests[key]["do"] == "issue"
    )
    yield from (f"handed out {times} times: {slip}" for slip, times in slips.items() if times > 1)
    yield from (f"handed out, not there: {slip}" for slip in slips.keys() - set(there))
    yield from (f"there, not handed out: {ticket}" for ticket in set(there) - slips.keys())


def _log(driver: Any) -> Iterator[str]:
    """Live through the log: find calls out of order or of somebody who did not wait, and undos of what stays."""
    sql = "SELECT seq, verb, ticket_id, CAST(detail AS VARCHAR) FROM event ORDER BY seq"
    hall = _Hall()
    for seq, verb, ticket, text in driver.execute(sql).fetchall():
        wrong = hall.happened((seq, verb, ticket, json.loads(text)))
        if wrong is not None:
            yield f"event {seq}: {wrong}"


class _Hall:
    """Who waits in which order, as the log tells it so far."""

    def __init__(self) -> None:
        self._rows: dict[int, Json] = {}
        self._waiting: dict[int, tuple[Any, ...]] = {}
        self._last: dict[int, tuple[int, str]] = {}

    def happened(self, event: Event) -> str | None:
        """Take in one event; return what is wrong with it."""
        seq, verb, ticket, detail = event
        if ticket is None or "set" not in detail:
            return None
        wrong = self._called(ticket) if verb == "call" else self._undone(ticket, detail) if verb == "undo" else None
        row = self._rows.setdefault(ticket, {})
        row.update(detail["set"])
        self._waiting.pop(ticket, None)
        if row["state"] == "waiting":
            self._waiting[ticket] = _turn(row, ticket)
        self._last[ticket] = (seq, verb)
        return wrong

    def _called(self, ticket: int) -> str | None:
        mine = self._waiting.get(ticket)
        if mine is None:
            return f"ticket {ticket} was called and did not wait"
        day = self._rows[ticket]["day"]
        better = [each for each, key in self._waiting.items() if key < mine and self._rows[each]["day"] == day]
        return f"ticket {ticket} was called before {better[:3]}" if better else None

    def _undone(self, ticket: int, detail: Json) -> str | None:
        seq, verb = self._last[ticket]
        if (detail["undoes"], detail["undone"]) != (seq, verb) or verb == "undo":
            return f"took back {detail['undone']} {detail['undoes']}, the last was {verb} {seq}"
        return None


def _turn(row: Json, ticket: int) -> tuple[Any, ...]:
    """Return by what a waiting ticket has its turn, said once more here: the program's own rule may be wrong."""
    return (not row["is_first"], row["priority"] is None, row["place"], row["number"], ticket)


def _effects(driver: Any) -> Iterator[str]:
    """Find verbs that happened more or less often than they were asked for: every command carried a key."""
    kept = driver.execute("SELECT request FROM request").fetchall()
    asked = Counter(json.loads(text)["do"] for (text,) in kept)
    happened = dict(driver.execute("SELECT verb, COUNT(*) FROM event GROUP BY verb").fetchall())
    for verb in VERBS:
        if asked[verb] != happened.get(verb, 0):
            yield f"{verb}: {asked[verb]} kept by key, {happened.get(verb, 0)} in the log"
