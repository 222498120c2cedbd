"""kill -9 of processes that work on one SQLite file.

The file may lie in memory: what a process has written belongs to the system and outlives the process, on any disk.
That a power cut keeps it too is another proof (`benchmarks/disk/power.py`).
"""

import gc
import random
import tempfile
import time
from functools import cache
from pathlib import Path

from benchmarks.kill.crew import at_work, founded
from benchmarks.kill.looking import look
from benchmarks.kill.watch import Watch
from benchmarks.kill.worker import Terminal

MEMORY = Path("/dev/shm")
SHORTEST, LONGEST = 0.001, 0.028  # seconds from one kill to the next


def memory() -> Path | None:
    """Return a folder in memory, where there is one."""
    return MEMORY if MEMORY.is_dir() else None


def run(kills: int, workers: int, seed: int, longest: float = LONGEST) -> tuple[Watch, list[str]]:
    """Let workers work on a new file and kill them at random; return what was heard and what is wrong.

    `longest` is the longest time between two kills in seconds: in a short run each worker is to come to more.
    """
    warm_up()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        folder = Path(name)
        address = str(folder / "kill.db")
        founded(address, workers)
        with at_work(address, workers, seed, folder) as crew:
            for _kill in range(kills):
                counter = chance.choice(crew.counters)
                crew.strike(counter)
                time.sleep(chance.uniform(SHORTEST, longest))  # the process dies meanwhile, and the others work
                crew.bury(counter)
                crew.hire(counter)
        return crew.watch, look(address, crew.watch)


@cache
def warm_up() -> None:
    """Live a day in this process, so that no worker has to prepare each statement anew: it would be killed over it."""
    with tempfile.TemporaryDirectory(dir=memory()) as name:
        address = str(Path(name) / "warm.db")
        founded(address, 1)
        terminal = Terminal(address, 1, "warm", lambda _line: None)
        for verb in _DAY.split():
            terminal.do(verb)
        terminal.close()
    gc.collect()
    gc.freeze()  # what is shared with the workers stays shared


_DAY = (
    "issue issue issue call start undo finish start finish call no_show call put_back again call start hold close_day"
)
