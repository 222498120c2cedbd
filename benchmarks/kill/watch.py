"""What the workers said, taken together: every command, the first answer to each key, what was in doubt, what was wrong."""

import json
from collections import Counter

from benchmarks.kill.worker import Json

NEEDED = ("issue", "call", "start", "finish", "undo", "close_day")
REFUSALS = {
    "nobody_waiting",
    "counter_busy",
    "counter_idle",
    "wrong_state",
    "not_waiting",
    "unknown_ticket",
    "undo_expired",
    "undo_superseded",
    "open_tickets",
    "day_closed",
}
_READ_ANEW = {"report", "backup", "backup_failed"}  # what a closed day's answer shows beside what the command did
_UNKNOWN = "not known"


class Watch:
    """Hears the workers out after their end."""

    def __init__(self) -> None:
        self.requests: dict[str, Json] = {}
        self.answers: dict[str, Json] = {}
        self.refused: set[str] = set()
        self.done: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self.repeated = 0
        self.doubts: Counter[bool] = Counter()
        self.wrong: list[str] = []
        self._kept: set[str] = set()

    def hear(self, said: bytes, doubtful_before: list[Json]) -> list[Json]:
        """Take in what a worker said until it was killed; return what it left in doubt, old and new."""
        doubtful = {request["key"]: request for request in doubtful_before}
        for raw in said.split(b"\n")[:-1]:  # what comes after the last line's end was not said to the end
            line = json.loads(raw)
            if "doing" in line:
                request = line["doing"]
                self.requests[request["key"]] = doubtful[request["key"]] = request
            elif "answer" in line:
                self._answered(line["key"], line["answer"])
                doubtful.pop(line["key"])
            elif "doubt" in line:
                self._doubted(line["doubt"], is_kept=line["kept"])
            elif "unavailable" in line:
                self._unavailable(line["unavailable"])
            else:
                self.wrong.append(f"died by itself: {line}")
        return list(doubtful.values())

    def idle(self) -> list[str]:
        """Return what never happened: a run in which it did not proves nothing."""
        missing = [verb for verb in NEEDED if not self.done[verb]]
        missing += ["a repetition"] if not self.repeated else []
        missing += ["a doubt"] if not self.doubts.total() else []
        return [f"idle: never {', '.join(missing)}; done: {dict(self.done)}"] if missing else []

    def _answered(self, key: str, answer: Json) -> None:
        if not answer["ok"]:
            self._refused(key, answer["error"])
            return
        self.refused.discard(key)
        fact = {name: value for name, value in answer.items() if name not in _READ_ANEW}
        if key not in self.answers:
            self.answers[key] = fact
            self.done[self.requests[key]["do"]] += 1
            return
        self.repeated += 1
        if self.answers[key] != fact:
            self.wrong.append(f"another answer to {key}: {str(self.answers[key])[:150]} / {str(fact)[:150]}")

    def _refused(self, key: str, error: Json) -> None:
        if key in self.answers or key in self._kept:
            self.wrong.append(f"done, and refused when repeated: {self.requests[key]}: {error}"[:300])
        if error["code"] not in REFUSALS:
            self.wrong.append(f"{self.requests[key]}: {error}"[:300])
        self.refused.add(key)

    def _doubted(self, key: str, *, is_kept: bool) -> None:
        self.doubts[is_kept] += 1
        if is_kept:
            self._kept.add(key)
        elif key in self.answers:
            self.wrong.append(f"lost: {key}")

    def _unavailable(self, message: str) -> None:
        self.troubles[message] += 1
        if _UNKNOWN in message:
            self.wrong.append(message)
