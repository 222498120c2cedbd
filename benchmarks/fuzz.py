"""Thousands of odd lines through `batch`: every line is answered, none as unforeseen.

`python benchmarks/fuzz.py [--lines 20000] [--seed 1] [--db URL]`; it ends with status 1 when anything is wrong.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from queueapp.cli.batch import Batch
from queueapp.cli.requests import NOT_YET, REQUESTS, Field
from queueapp.clock import now
from queueapp.i18n import use_language
from queueapp.terminal import open_database

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 2**70, 1.5, "", "land", "tax", "D-001", "d2", "D-000", "D-999999", "2026-11-23", "0001-01-01",
    "9999-12-31", "own", "elderly", "[/]", "\x1b[2J", "\ud800", "é" * 300, [], {}, "a\x00b", "2026-11-23T08:00:00+07:00",
    "9999-12-31T23:59:59-14:00",
)  # fmt: skip
ENVELOPE = ("key", "as", "at", "id", "nonsense")


def line(chance: random.Random) -> dict[str, Any]:
    """Return a request that is right, but for a field or two."""
    do = chance.choice([*REQUESTS, *NOT_YET, "dance"])
    fields = REQUESTS[do].fields if do in REQUESTS else ()
    made = {"do": do} | {field.name: right(chance, field) for field in fields if field.is_required}
    names = [*(field.name for field in fields), *ENVELOPE]
    return made | {name: chance.choice(ODD) for name in chance.sample(names, chance.choice([0, 0, 0, 1, 1, 2]))}


def right(chance: random.Random, field: Field) -> Any:
    """Return a value that the field may have."""
    if field.kind == "number":
        return chance.randint(1, 4)
    if field.name == "ticket":
        return f"D-{chance.randint(1, 80):03d}"
    return chance.choice(["land", "civil_status", "social_affairs"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    use_language("en")
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(given.db or str(Path(folder) / "fuzz.db"))
        batch = Batch(database, now)
        for _each in range(given.lines):
            asked = line(chance)
            answer = batch.answer(json.dumps(asked).encode())
            code = "ok" if answer["ok"] else answer["error"]["code"]
            if code != "ok" and "unforeseen" in answer["error"]["message"]:
                code = "unforeseen"
                print(asked, answer)
            counted[code] += 1
        database.close()
    print(f"{given.lines} lines:", dict(counted.most_common()))
    return 1 if counted["unforeseen"] or not counted["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
