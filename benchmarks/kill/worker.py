"""A terminal at work: one thing after the other until it is killed, each said before it is done and after."""

import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from queueapp.cli.batch import Batch
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.session import Session

Json = dict[str, Any]
Say = Callable[[Json], None]

FIELDS = ("land", "civil_status", "social_affairs")
# What a terminal does next, by where its counter's ticket stands, and how often. Some of it is refused: what a terminal
# knows of its counter may be old.
_NEXT = {
    "free": {"issue": 14, "call": 12, "undo": 4, "again": 3, "close_day": 2, "start": 1},
    "called": {"issue": 4, "start": 12, "undo": 3, "again": 2, "no_show": 1, "put_back": 1, "call": 1},
    "serving": {"issue": 4, "finish": 12, "undo": 3, "again": 2, "hold": 1},
}
# What a refusal tells of the counter.
_STANDS = {"counter_idle": "free", "nobody_waiting": "free", "counter_busy": "called", "wrong_state": "serving"}
VERBS = ("issue", "call", "start", "finish", "undo", "no_show", "hold", "put_back", "close_day")
ENDS = ("left", "sent_home", "carried_over", "served")
CLOSINGS = 12  # tries to close a day: the others go on working between the question and the answer
PAUSE = 0.01  # seconds before a database that did not answer is asked again


class Terminal:
    """One terminal at a counter. It lives a day later for every day that was closed."""

    def __init__(self, address: str, counter: int, name: str, say: Say) -> None:
        self._database = Database(address, first=keep_up)
        self._batch = Batch(self._database, self._moment)
        self._counter = counter
        self._name = name
        self._say = say
        self._chance = random.Random(name)
        self._closed = 0
        self._stands = "free"
        self._number = 0
        self._told: list[Json] = []

    def settle(self, doubtful: list[Json]) -> None:
        """Repeat with its key what nobody knows of whether it was done."""
        self._closed = self._stubborn(_closed_days)
        for request in doubtful:
            self._doubt(request["key"])
            self._do(request)

    def work(self, told: list[Json]) -> None:
        """Work without end; now and then repeat something that was answered, also of what others were `told`."""
        self._told = list(told)
        while True:
            choice = _NEXT[self._stands]
            self.do(self._chance.choices(list(choice), list(choice.values()))[0])

    def do(self, verb: str) -> None:
        """Do one thing at this counter."""
        if verb == "again":
            if self._told:
                self._do(self._chance.choice(self._told))
        elif verb == "close_day":
            self._close()
        elif verb == "issue":
            self._do({"do": verb, "service": self._chance.choice(FIELDS), "key": self._key()})
        else:
            self._learn(self._do({"do": verb, "counter": self._counter, "key": self._key()}))

    def close(self) -> None:
        """Give the connection back."""
        self._database.close()

    def _learn(self, answer: Json) -> None:
        """Remember where the counter's ticket stands by now."""
        state = answer["ticket"]["state"] if answer["ok"] else _STANDS.get(answer["error"]["code"], "free")
        self._stands = state if state in _NEXT else "free"

    def _key(self) -> str:
        self._number += 1
        return f"{self._name}-{self._number}"

    def _moment(self) -> datetime:
        return now() + timedelta(days=self._closed)

    def _close(self) -> None:
        for _try in range(CLOSINGS):
            left = self._batch.answer(b'{"do": "closing"}')
            if not left["ok"] or left["closed"]:
                return
            ends = {ticket["code"]: self._chance.choice(ENDS) for ticket in left["open_tickets"]}
            day = {"do": "close_day", "day": left["day"], "reason": "proof", "unserved": ends}
            answer = self._do({**day, "key": self._key()})
            if answer["ok"]:
                self._closed = self._stubborn(_closed_days)
                return
            if answer["error"]["code"] not in {"open_tickets", "wrong_state"}:
                return

    def _do(self, request: Json) -> Json:
        self._say({"doing": request})
        answer = self._batch.answer(json.dumps(request).encode())
        while not answer["ok"] and answer["error"]["code"] == "database_unavailable":
            self._say({"unavailable": answer["error"]["message"]})
            time.sleep(PAUSE)
            self._doubt(request["key"])
            answer = self._batch.answer(json.dumps(request).encode())
        self._say({"answer": answer, "key": request["key"]})
        if answer["ok"]:
            self._told.append(request)
        elif answer["error"]["code"] == "day_closed":
            self._closed = self._stubborn(_closed_days)
        return answer

    def _doubt(self, key: str) -> None:
        """Say whether a command in doubt was done: how often the answer alone was lost is worth knowing."""
        self._say({"doubt": key, "kept": self._stubborn(_is_kept, key)})

    def _stubborn(self, query: Callable[..., Any], *given: Any) -> Any:
        while True:
            try:
                return self._database.read(query, *given)
            except DatabaseUnavailableError:
                time.sleep(PAUSE)


def _is_kept(session: Session, key: str) -> bool:
    mark = "?" if session.is_file else "%s"
    return session._driver.execute(f"SELECT 1 FROM request WHERE key = {mark}", (key,)).fetchone() is not None


def _closed_days(session: Session) -> int:
    return int(session._driver.execute("SELECT COUNT(*) FROM day WHERE closed_at IS NOT NULL").fetchone()[0])
