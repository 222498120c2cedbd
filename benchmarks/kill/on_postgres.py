"""Connections cut at COMMIT and crashes of the server, while terminals work on one PostgreSQL database.

The server is one of its own, in memory where there is such a folder: a crash of the server, like the end of a process,
leaves what it has written with the system. The terminals reach it through a proxy and are not killed before the end.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from benchmarks.kill.crew import at_work, founded
from benchmarks.kill.looking import look
from benchmarks.kill.on_sqlite import memory
from benchmarks.kill.proxy import Counts, Cut, Plan, proxied
from benchmarks.kill.watch import Watch
from tests.postgres import RUNUSER, Server, running

SHARE = 0.5  # of the COMMITs that are cut
TURN = 0.01  # seconds between two looks at how far the proxy is
STALLED = 60.0  # seconds without a cut: then nobody works any more


def run(programs: Path, cuts: int, crashes: int, workers: int, seed: int) -> tuple[Watch, Counts, list[str]]:
    """Run on a server of its own; return what was heard, the cuts, and what is wrong."""
    with _in_memory(), running(programs) as server:
        return run_on(server, programs, cuts, crashes, workers, seed)


def run_on(
    server: Server, programs: Path, cuts: int, crashes: int, workers: int, seed: int, share: float = SHARE
) -> tuple[Watch, Counts, list[str]]:
    """Let workers work on a new database of a server that may crash; return what `run` does."""
    url = make_url(server.new_database())
    direct = url.render_as_string(hide_password=False)
    founded(direct, workers)
    with (
        tempfile.TemporaryDirectory(dir=memory()) as folder,
        proxied(server.folder / ".s.PGSQL.5432", Plan(cuts, share, seed)) as (port, counts),
    ):
        through = url.set(host="127.0.0.1", port=port, query={"sslmode": "disable"})
        stalled: list[str] = []
        with at_work(through.render_as_string(hide_password=False), workers, seed, Path(folder)) as crew:
            stalled += _until(counts, cuts, crashes, lambda: crash(programs, server.folder))
        return crew.watch, counts, [*stalled, *look(direct, crew.watch), *_cuts_seen(crew.watch, counts, cuts)]


def crash(programs: Path, folder: Path) -> None:
    """Let the server crash as when its machine is reset, and start it again."""
    prefix = [RUNUSER, "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [*prefix, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "-w", "restart"]
    subprocess.run([*words, "-l", str(folder / "log")], check=True, cwd=folder, stdout=subprocess.DEVNULL)


def _until(counts: Counts, cuts: int, crashes: int, crash_now: Callable[[], None]) -> list[str]:
    """Wait until all cuts are made, with crashes spread over them; return what is wrong if nothing goes on any more."""
    moments = [cuts * (2 * number + 1) // (2 * crashes) for number in range(crashes)]
    made, since = 0, time.monotonic()
    while made < cuts or moments:
        if moments and made >= moments[0]:
            del moments[0]
            crash_now()
        if (present := counts.cuts.total()) > made:
            made, since = present, time.monotonic()
        elif time.monotonic() - since > STALLED:
            return [f"stalled: {made} of {cuts} connections were cut"]
        time.sleep(TURN)
    return []


def _cuts_seen(watch: Watch, counts: Counts, cuts: int) -> Iterator[str]:
    """Find what does not agree between the cuts that were made and what the workers found afterwards."""
    made = counts.cuts
    if made.total() != cuts:
        yield f"{made.total()} connections were cut, not {cuts}"
    yield from (f"idle: no connection was cut {cut.name}" for cut in Cut if cuts > 2 * len(Cut) and not made[cut])
    if watch.doubts[True] < made[Cut.AFTER]:
        yield f"cut after the commit: {made[Cut.AFTER]}, found done: {watch.doubts[True]}"
    if watch.doubts[False] < made[Cut.BEFORE]:
        yield f"cut before the commit: {made[Cut.BEFORE]}, found not done: {watch.doubts[False]}"


@contextmanager
def _in_memory() -> Iterator[None]:
    """Let temporary folders lie in memory for a while."""
    before = tempfile.tempdir
    tempfile.tempdir = str(memory() or tempfile.gettempdir())
    try:
        yield
    finally:
        tempfile.tempdir = before
