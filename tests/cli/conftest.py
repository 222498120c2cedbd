"""The command line as a subprocess."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.starter import Starter


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


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Give what starts the commands."""
    with Starter() as started:
        yield started


@pytest.fixture
def run(tmp_path: Path, file_with_tables: Path, starter: Starter) -> Run:
    """Return a function that runs queueapp in a folder of its own, in English unless it is told otherwise.

    `office.db` is there with its tables and no office yet, as after the first moment of a first start.
    """
    return runner(tmp_path, file_with_tables, starter)


def runner(folder: Path, file_with_tables: Path, starter: Starter) -> Run:
    """Return what runs queueapp in a folder."""
    shutil.copy(file_with_tables, folder / "office.db")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUEUEAPP")}

    def run_queueapp(
        *words: str,
        given: str | bytes = b"",
        lang: str = "en",
        db: str = "office.db",
        pin: str = "",
        player: str = "none",
    ) -> Ran:
        status, out, err = starter.run(
            words,
            given=given.encode() if isinstance(given, str) else given,
            folder=folder,
            environment=environment
            | {"QUEUEAPP_LANG": lang, "QUEUEAPP_DB": db, "QUEUEAPP_PLAYER": player}
            | ({"QUEUEAPP_PIN": pin} if pin else {}),
        )
        return Ran(status, out.decode(), err.decode())

    return run_queueapp


def lines(*requests: dict[str, Any]) -> str:
    """Return requests as JSON Lines."""
    return "".join(json.dumps(request) + "\n" for request in requests)
