"""kill -9 of working processes: nothing acknowledged is lost, no number twice or missing, no double call, once each.

`python benchmarks/kill.py [--kills 10000] [--workers 6] [--seed 1]` on SQLite. `--postgres` instead cuts connections at
COMMIT (`--cuts 2000`) and crashes the server (`--crashes 10`) with a server of its own. Workers issue, call, start,
finish, undo, and close the day, each command with a key; what was in doubt is repeated with its key, and so are some
acknowledged ones, on purpose: the answer must be the first one. `--seeded` breaks the program on purpose and ends with
status 1 unless every fault is found. A run in which nothing was done fails.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from queueapp import gate
from queueapp.cli.batch import Batch
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations import issuing, moving, once
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.queries.verifying import verify
from queueapp.settings import Settings, default_settings

FIELDS = ("land", "civil_status", "social_affairs")
REFUSALS = {
    "nobody_waiting",
    "counter_busy",
    "counter_idle",
    "counter_closed",
    "wrong_state",
    "not_waiting",
    "unknown_ticket",
    "undo_expired",
    "undo_superseded",
    "open_tickets",
    "day_closed",
}


def founded(address: str, counters: int) -> None:
    """Make an office with a counter for every worker."""
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number + 1, "services": list(FIELDS)} for number in range(counters)]
    database = Database(address)
    database.write(found, Settings.model_validate(settings), is_training=True, at=now())
    database.close()


def command(chance: random.Random, counter: int) -> dict[str, Any]:
    """Return something to do at a counter."""
    here = {"counter": counter}
    return chance.choice(
        [
            *[{"do": "issue", "service": chance.choice(FIELDS)}] * 12,
            *[{"do": "call", **here}] * 10,
            *[{"do": "start", **here}] * 10,
            *[{"do": "finish", **here}] * 10,
            *[{"do": "undo", **here}] * 6,
            {"do": "no_show", **here},
            {"do": "hold", **here},
            {"do": "put_back", **here},
            {"do": "close_day", "reason": "proof", "unserved": {}},
        ]
    )


def work(
    address: str, counter: int, seed: int, to: int, doubtful: list[dict[str, Any]], told: dict[str, str], closed: int
) -> None:
    """Do one thing after the other until killed; write each command before it is done, and each answer after it.

    It begins with what is in doubt, and repeats some of what was `told` before. It lives a day later for every day that
    was `closed`.
    """
    chance = random.Random(seed)
    batch = Batch(Database(address, first=keep_up), lambda: now() + timedelta(days=closed))

    def say(line: dict[str, Any]) -> None:
        os.write(to, (json.dumps(line) + "\n").encode())

    def do(request: dict[str, Any]) -> None:
        say({"doing": request})
        answer = batch.answer(json.dumps(request).encode())
        while not answer["ok"] and answer["error"]["code"] == "database_unavailable":  # in doubt: the same key again
            time.sleep(0.02)
            answer = batch.answer(json.dumps(request).encode())
        say({"answer": answer, "key": request["key"]})

    for request in doubtful:
        do(request)
    for key in chance.sample(sorted(told), min(2, len(told))):
        do(json.loads(told[key]))
    number = 0
    while True:
        number += 1
        request = command(chance, counter)
        if request["do"] == "close_day":
            left = batch.answer(b'{"do": "closing"}').get("open_tickets", [])
            request["unserved"] = {ticket["code"]: "left" for ticket in left}
        do({**request, "key": f"{counter}-{seed}-{number}"})


class Watch:
    """What the workers said: every command, the first answer to each key, what is in doubt, what was wrong."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.requests: dict[str, dict[str, Any]] = {}
        self.wrong: list[str] = []
        self.done: Counter[str] = Counter()
        self.repeated = 0

    def hear(self, said: bytes) -> list[dict[str, Any]]:
        """Take in what a worker said until it was killed; return what it left in doubt."""
        doubtful: dict[str, dict[str, Any]] = {}
        for raw in said.split(b"\n")[:-1]:
            line = json.loads(raw)
            if "doing" in line:
                doubtful[line["doing"]["key"]] = line["doing"]
                self.requests[line["doing"]["key"]] = line["doing"]
            else:
                self._answered(line["key"], line["answer"])
                doubtful.pop(line["key"], None)
        return list(doubtful.values())

    def _answered(self, key: str, answer: dict[str, Any]) -> None:
        request = self.requests[key]
        if not answer["ok"]:
            if answer["error"]["code"] not in REFUSALS:
                self.wrong.append(f"{request}: {answer['error']}")
            return
        fact = json.dumps(answer, sort_keys=True)
        if request["do"] == "close_day":
            fact = ""  # a report is read anew; that the day was closed once is seen in the events
        first = self.answers.setdefault(key, fact)
        if first != fact:
            self.wrong.append(f"another answer to {key}: {first[:150]} / {fact[:150]}")
        self.repeated += first is not fact
        self.done[request["do"]] += 1


def run(
    address: str, kills: int, workers: int, seed: int, *, cut: "Callable[[], None] | None" = None, every: int = 1
) -> Watch:
    """Let workers work and kill them one after the other, at every `every`th turn; return what was seen."""
    chance = random.Random(seed)
    watch = Watch()
    alive: dict[int, tuple[int, int]] = {}
    doubts: dict[int, list[dict[str, Any]]] = {}

    def hire(counter: int) -> None:
        reads, writes = os.pipe()
        told = {key: json.dumps(watch.requests[key]) for key in list(watch.answers)[-40:]}
        child = os.fork()
        if child == 0:
            os.close(reads)
            with contextlib.suppress(BaseException):
                work(
                    address,
                    counter,
                    chance.randrange(1 << 30) + watch.done.total(),
                    writes,
                    doubts.get(counter, []),
                    told,
                    watch.done["close_day"],
                )
            os._exit(0)
        os.close(writes)
        alive[counter] = (child, reads)
        chance.random()

    def bury(counter: int, *, how: int = signal.SIGKILL) -> None:
        child, reads = alive.pop(counter)
        os.kill(child, how)
        said = b""
        while block := os.read(reads, 1 << 16):
            said += block
        os.close(reads)
        os.waitpid(child, 0)
        doubts[counter] = watch.hear(said)

    for counter in range(1, workers + 1):
        hire(counter)
    for kill in range(kills):
        time.sleep(chance.uniform(0.001, 0.06))
        if cut is not None:
            cut()
        if kill % every:
            continue
        counter = kill // every % workers + 1
        bury(counter)
        hire(counter)
    for counter in list(alive):
        bury(counter)
    return watch


def look(address: str, watch: Watch) -> list[str]:
    """Return what is wrong in the database after all."""
    wrong = list(watch.wrong)
    database = Database(address)
    try:
        damage, verdict = database.damage(), database.read(verify)
        if damage is not None:
            wrong.append(f"damage: {damage}")
        if verdict.difference is not None:
            wrong.append(f"parted: {verdict.difference}")
        connection = database._driver
        kept = {row[0] for row in connection.execute("SELECT key FROM request").fetchall()}
        wrong += [f"lost: {key}" for key in watch.answers if key not in kept]
        series = "SELECT COUNT(*), MAX(number) FROM ticket GROUP BY day, issued_for_id"
        wrong += ["numbers twice or missing" for n, last in connection.execute(series).fetchall() if n != last]
        wrong += _order(connection)
        wrong += _once(connection, watch)
    finally:
        database.close()
    if not all(watch.done[verb] for verb in ("issue", "call", "start", "finish", "undo", "close_day")):
        wrong.append(f"idle: {dict(watch.done)}")
    return wrong


def _order(connection: Any) -> list[str]:
    """Return calls that left somebody waiting who stood before: the log says who waited when."""
    rows = connection.execute("SELECT seq, verb, ticket_id, CAST(detail AS VARCHAR) FROM event ORDER BY seq").fetchall()
    waiting: dict[int, tuple[Any, ...]] = {}
    states: dict[int, dict[str, Any]] = {}
    wrong = []
    for seq, verb, ticket, text in rows:
        detail = json.loads(text)
        if ticket is None or "set" not in detail:
            continue
        if verb == "call":
            mine = waiting.get(ticket)
            day = states.get(ticket, {}).get("day")
            better = [
                other
                for other, key in waiting.items()
                if mine is not None and key < mine and states[other]["day"] == day
            ]
            if mine is None or better:
                wrong.append(f"event {seq}: ticket {ticket} called before {better[:3]}")
        row = states.setdefault(ticket, {})
        row.update(detail["set"])
        if row["state"] == "waiting":
            waiting[ticket] = (
                not row.get("is_first"),
                row.get("priority") is None,
                row["place"],
                row["number"],
                ticket,
            )
        else:
            waiting.pop(ticket, None)
    return wrong[:5]


def _once(connection: Any, watch: Watch) -> list[str]:
    """Return verbs that happened more or less often than they were answered and are kept by key."""
    kept = connection.execute("SELECT request FROM request").fetchall()
    asked = Counter(json.loads(row[0])["do"] for row in kept)
    happened = dict(connection.execute("SELECT verb, COUNT(*) FROM event GROUP BY verb").fetchall())
    verbs = ("issue", "call", "start", "finish", "undo", "hold", "no_show", "put_back")
    return [
        f"{verb}: {asked[verb]} by key, {happened.get(verb, 0)} in the log"
        for verb in verbs
        if asked[verb] != happened.get(verb, 0)
    ] + ([] if watch.repeated else ["nothing was repeated"])


def sqlite_run(kills: int, workers: int, seed: int) -> tuple[Watch, list[str]]:
    """Run on a new file, and look it over."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "kill.db")
        founded(address, workers)
        watch = run(address, kills, workers, seed)
        return watch, look(address, watch)


def postgres_run(cuts: int, crashes: int, workers: int, seed: int) -> tuple[Watch, list[str]]:
    """Run on a server of its own: kill backends at random, at COMMIT too, and let the server crash."""
    from tests.postgres import binaries, running

    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed")
    with running(programs) as server:
        url = server.new_database()
        founded(url, workers)
        chance = random.Random(seed)
        control = _connect(url)
        seen = {"cuts": 0, "crashes": 0}
        every = max(1, cuts // max(1, crashes)) if crashes else 0

        def cut() -> None:
            nonlocal control
            try:
                backends = control.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                    "ORDER BY query = 'COMMIT' DESC, random() LIMIT 1"
                ).fetchall()
                for (pid,) in backends:
                    control.execute("SELECT pg_terminate_backend(%s)", (pid,))
                    seen["cuts"] += 1
                if every and chance.random() < 1 / every:
                    seen["crashes"] += 1
                    crash(programs, server.folder)
                    control = _connect(url)
            except Exception:
                control = _connect(url)

        watch = run(url, cuts, workers, seed, cut=cut, every=20)
        wrong = look(url, watch)
        print(seen)
        return watch, wrong + ([] if seen["cuts"] >= cuts // 2 else [f"only {seen['cuts']} connections were cut"])


def crash(programs: Path, folder: Path) -> None:
    """Let the server crash as in a power cut, and start it again."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [*prefix, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "-w", "restart"]
    subprocess.run([*words, "-l", str(folder / "log")], check=True, cwd=folder, stdout=subprocess.DEVNULL)


def _connect(url: str) -> Any:
    import psycopg

    plain_url = "postgresql" + url[url.index("://") :]
    for _try in range(100):
        with contextlib.suppress(psycopg.OperationalError):
            return psycopg.connect(plain_url, autocommit=True)
        time.sleep(0.1)
    raise SystemExit("the server does not come back")


@contextlib.contextmanager
def replaced(owner: Any, name: str, other: Any) -> Iterator[None]:
    """Put a faulty thing in the place of a good one for a while."""
    good = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, good)


@contextlib.contextmanager
def _no_lock() -> Iterator[None]:
    """Read the number outside the lock, as SQLModel's own transaction would."""
    good_write, good_turn = Database._write, gate.Gate.turn

    def write(self: Any, operation: Any, *given: Any, at: Any, **named: Any) -> Any:
        driver = self._connected() and self._driver

        class Hasty:
            def execute(self, sql: str, *rest: Any) -> Any:
                return driver.execute("BEGIN" if sql == "BEGIN IMMEDIATE" else sql, *rest)

        self._driver = Hasty()
        try:
            return good_write(self, operation, *given, at=at, **named)
        finally:
            self._driver = driver

    @contextlib.contextmanager
    def no_turn(_self: Any) -> Iterator[None]:
        yield

    with replaced(Database, "_write", write), replaced(gate.Gate, "turn", no_turn):
        yield
    assert good_turn is gate.Gate.turn


def _answers_early() -> Any:
    """Answer before the commit."""

    @contextlib.contextmanager
    def hasty(self: Any, end: str) -> Iterator[None]:
        yield
        if random.random() < 0.1:
            self._driver.execute("ROLLBACK")
        else:
            self._driver.execute(end)

    return replaced(Database, "_transaction", hasty)


def _forgets_keys() -> Any:
    """Keep no key."""
    return replaced(once, "_KEEP", once._FOUND)


def _splits() -> Any:
    """Write the event in a second transaction."""
    good = moving.record

    def late(session: Any, *given: Any, **named: Any) -> int:
        session._driver.execute("COMMIT")
        time.sleep(0.002)
        session._driver.execute("BEGIN IMMEDIATE")
        return good(session, *given, **named)

    return replaced(moving, "record", late)


def _keeps_key_first() -> Any:
    """Keep the key in a transaction of its own, before the work."""
    good = once.once

    def hasty(session: Any, operation: Any, key: Any, *, at: Any, **given: Any) -> Any:
        answer = good(session, operation, None, at=at, **given)
        session._driver.execute("COMMIT")
        time.sleep(0.002)
        session._driver.execute("BEGIN IMMEDIATE")
        good(session, lambda *_given, **_named: answer, key, at=at, **given) if key else None
        return answer

    from queueapp.cli import asking

    return replaced(asking, "once", hasty)


def _skips_a_number() -> Any:
    """Draw a number too far now and then."""
    good = issuing._next_number
    return replaced(
        issuing, "_next_number", lambda session, field, day: good(session, field, day) + (random.random() < 0.3)
    )


def _calls_the_last() -> Any:
    """Call who waits shortest."""
    from queueapp.operations import calling
    from queueapp.rules.order import Why, turn

    def wrong(waiting: Any, _at: Any) -> Any:
        return (max(waiting, key=turn), Why("longest_wait", 0)) if waiting else None

    return replaced(calling, "choose", wrong)


def _undo_twice() -> Any:
    """Let an undo be undone."""
    from queueapp.operations import undoing

    return replaced(undoing, "_allow", lambda *_given: None)


FAULTS: dict[str, Callable[[], Any]] = {
    "a number read outside the lock": _no_lock,
    "an answer before the commit": _answers_early,
    "a key that is not kept": _forgets_keys,
    "a key kept in a second transaction": _keeps_key_first,
    "an event in a second transaction": _splits,
    "a number left out": _skips_a_number,
    "a call out of order": _calls_the_last,
    "an undo of an undo": _undo_twice,
}


def seeded(kills: int = 40) -> list[str]:
    """Return the faults that were put in and not found."""
    missed = []
    for name, fault in FAULTS.items():
        try:
            with fault():
                _watch, wrong = sqlite_run(kills, 6, 3)
        except (AssertionError, sqlite3.Error, KeyError, IndexError):
            continue
        if not [each for each in wrong if not each.startswith(("idle", "nothing"))]:
            missed.append(name)
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--cuts", type=int, default=2000)
    parser.add_argument("--crashes", type=int, default=10)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    done: Counter[str] = Counter()
    wrong: list[str] = []
    repeated = 0
    if given.postgres:
        watch, wrong = postgres_run(given.cuts, given.crashes, given.workers, given.seed)
        done, repeated = watch.done, watch.repeated
    else:
        for part in range(0, given.kills, 1000):
            watch, found_wrong = sqlite_run(min(1000, given.kills - part), given.workers, given.seed + part)
            done, repeated, wrong = done + watch.done, repeated + watch.repeated, wrong + found_wrong
            print(f"\r{part}", end="", flush=True)
    seconds = time.monotonic() - begun
    print(
        f"\r{given.cuts if given.postgres else given.kills} in {seconds:.0f} s, {done.total()} acknowledged, {repeated} repeated by key"
    )
    print(dict(sorted(done.items())))
    print("wrong:", wrong[:10] or "nothing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
