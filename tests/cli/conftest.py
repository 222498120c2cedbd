"""The command line as a subprocess."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON object of every line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, file_with_tables: Path) -> Run:
    """Return a function that runs queueapp in a folder of its own, in English unless it is told otherwise.

    `office.db` is there with its tables and no office yet, as after the first moment of a first start.
    """
    shutil.copy(file_with_tables, tmp_path / "office.db")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUEUEAPP")}

    def run_queueapp(*words: str, given: str | bytes = b"", lang: str = "en", db: str = "office.db") -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "queueapp", *words],
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            cwd=tmp_path,
            env=environment | {"QUEUEAPP_LANG": lang, "QUEUEAPP_DB": db},
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_queueapp


def lines(*requests: dict[str, Any]) -> str:
    """Return requests as JSON Lines."""
    return "".join(json.dumps(request) + "\n" for request in requests)
