"""The workers of a run: hired as processes, killed, and replaced by one that begins with what was left in doubt."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.kill.watch import Watch
from benchmarks.kill.worker import FIELDS, Json, Terminal
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.office import found
from queueapp.settings import Settings, default_settings

PATIENCE = 30  # seconds in which what is in doubt must be settled at the end
RECENT = 40  # how many of the last answered commands a new worker may repeat


def founded(address: str, counters: int) -> None:
    """Make an office with a counter for every worker."""
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number + 1, "services": list(FIELDS)} for number in range(counters)]
    database = Database(address)
    database.write(found, Settings.model_validate(settings), is_training=True, at=now())
    database.close()


@dataclass(frozen=True, slots=True)
class _Hired:
    """A worker: its process, the file of what it says, and what it began with in doubt."""

    process: int
    said: Path
    doubtful: list[Json]


class Crew:
    """So many workers on one database, each at its own counter; what they say goes into files of `folder`."""

    def __init__(self, address: str, workers: int, seed: int, folder: Path) -> None:
        self.watch = Watch()
        self.counters = range(1, workers + 1)
        self._address = address
        self._seed = seed
        self._folder = folder
        self._hired = count(1)
        self._alive: dict[int, _Hired] = {}
        self._doubts: dict[int, list[Json]] = {}

    def hire(self, counter: int) -> None:
        """Let a new process work at a counter."""
        told = [self.watch.requests[key] for key in list(self.watch.answers)[-RECENT:]]
        self._alive[counter] = self._start(counter, self._doubts.pop(counter, []), told)

    def strike(self, counter: int) -> None:
        """Kill the process at a counter, with all that it started."""
        os.killpg(self._alive[counter].process, signal.SIGKILL)

    def bury(self, counter: int) -> None:
        """Hear what a killed process said."""
        self._doubts[counter] = self._ended(self._alive.pop(counter), -signal.SIGKILL)

    def end(self) -> None:
        """Kill all, and let one more process repeat everything that is still in doubt."""
        self.kill()
        doubtful = [request for left in self._doubts.values() for request in left]
        if self._ended(self._start(0, doubtful, None), 0):
            self.watch.wrong.append("what was in doubt could not be settled")

    def kill(self) -> None:
        """Kill all who still work."""
        for counter in self._alive:
            self.strike(counter)
        for counter in list(self._alive):
            self.bury(counter)

    def _start(self, counter: int, doubtful: list[Json], told: list[Json] | None) -> _Hired:
        name = f"{self._seed}-{next(self._hired)}"
        said = self._folder / f"{name}.said"
        process = os.fork()
        if process == 0:  # pragma: no cover - is killed
            os.setpgid(0, 0)
            os.chdir(self._folder)  # where PostgreSQL's backups go
            os._exit(_lived(self._address, counter, name, said, doubtful, told))
        with contextlib.suppress(OSError):  # whoever comes first
            os.setpgid(process, process)
        return _Hired(process, said, doubtful)

    def _ended(self, hired: _Hired, expected: int) -> list[Json]:
        """Wait for the end of a worker, hear what it said, and return what it left in doubt."""
        status = os.waitstatus_to_exitcode(os.waitpid(hired.process, 0)[1])
        if status != expected:
            self.watch.wrong.append(f"a worker ended by itself: {status}")
        spoken = hired.said.read_bytes() if hired.said.exists() else b""  # it may be killed before it can say anything
        hired.said.unlink(missing_ok=True)
        return self.watch.hear(spoken, hired.doubtful)


def _lived(
    address: str, counter: int, name: str, said: Path, doubtful: list[Json], told: list[Json] | None
) -> int:  # pragma: no cover - is killed
    """Repeat what is in doubt, then work until killed, or not at all if nothing was `told`; return the exit status."""
    to = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(line: Json) -> None:
        os.write(to, (json.dumps(line) + "\n").encode())

    if told is None:
        signal.alarm(PATIENCE)
    try:
        terminal = Terminal(address, counter, name, say)
        terminal.settle(doubtful)
        if told is not None:
            terminal.work(told)
        terminal.close()
    except BaseException as error:
        say({"died": f"{type(error).__name__}: {error}"})
        return 1
    return 0


@contextlib.contextmanager
def at_work(address: str, workers: int, seed: int, folder: Path) -> Iterator[Crew]:
    """Hire a whole crew; at the end all are killed and what is in doubt is settled."""
    crew = Crew(address, workers, seed, folder)
    try:
        for counter in crew.counters:
            crew.hire(counter)
        yield crew
    except BaseException:
        crew.kill()
        raise
    crew.end()
