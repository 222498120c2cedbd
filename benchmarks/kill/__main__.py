"""Processes killed and connections cut while they work: nothing acknowledged is lost, nothing is done twice.

`python -m benchmarks.kill [--kills 10000] [--workers 6] [--seed 1]`: kill -9 of terminals that issue, call, start,
finish, undo and close days on one SQLite file (in memory where there is such a folder: what a killed process has written
is the system's, whatever the disk). `--postgres [--cuts 2000] [--crashes 10]`: connections cut at COMMIT by a proxy, and
crashes of the server. Every command has a key; what is in doubt is repeated with its key, and so is much of what was
answered. Afterwards: every answer's key is kept and was answered the same each time, every verb happened as often as it
was asked for, numbers run without a hole, calls kept the order, the chain is whole. A run in which any of it never
happened fails. `--seeded` puts faults in, and fails unless each is found.
"""

import argparse
import sys
import time
from collections import Counter

from benchmarks.kill import on_sqlite
from benchmarks.kill.seeds import FAULTS, missed
from benchmarks.kill.watch import Watch

PART = 1000  # kills on one file
SEEDED = (30, 6, 3, 0.1)  # kills, workers, seed, longest time between two: enough for each fault to be hit
SEEDED_CUTS = (40, 0, 4, 3)
ON_POSTGRES = (
    "an answer before the commit",
    "a lost key",
    "a key kept in another transaction",
    "a retry that acts twice",
    "a call out of order",
)


def _told(watch: Watch) -> str:
    done = ", ".join(f"{count} {verb}" for verb, count in watch.done.most_common())
    return (
        f"{watch.done.total()} acknowledged ({done}); {watch.repeated} repeated; "
        f"in doubt {watch.doubts.total()}, of them {watch.doubts[True]} done"
    )


def _on_sqlite(kills: int, workers: int, seed: int) -> list[str]:
    wrong: list[str] = []
    for part in range(0, kills, PART):
        begun, many = time.monotonic(), min(PART, kills - part)
        watch, found = on_sqlite.run(many, workers, seed + part)
        wrong += found
        print(f"{part + many} kills, {time.monotonic() - begun:.0f} s: {_told(watch)}", flush=True)
    return wrong


def _on_postgres(cuts: int, crashes: int, workers: int, seed: int) -> list[str]:
    from benchmarks.kill import on_postgres
    from tests.postgres import binaries

    programs = binaries()
    if programs is None:
        return ["PostgreSQL is not installed"]
    watch, counts, wrong = on_postgres.run(programs, cuts, crashes, workers, seed)
    made = ", ".join(f"{count} {cut.name}" for cut, count in counts.cuts.items())
    print(f"cuts: {made}; {counts.passed} COMMITs passed; {crashes} crashes; {_told(watch)}")
    for trouble, count in Counter(watch.troubles).most_common(5):
        print(f"  {count} × {trouble}")
    return wrong


def _seeded(*, is_postgres: bool) -> list[str]:
    if not is_postgres:
        return [*_unfounded(on_sqlite.run(*SEEDED)[1]), *missed(lambda: on_sqlite.run(*SEEDED))]
    from benchmarks.kill import on_postgres
    from tests.postgres import binaries, running

    programs = binaries()
    if programs is None:
        return ["PostgreSQL is not installed"]
    with running(programs) as server:

        def run() -> tuple[Watch, list[str]]:
            watch, _counts, wrong = on_postgres.run_on(server, programs, *SEEDED_CUTS)
            return watch, wrong

        return [*_unfounded(run()[1]), *missed(run, ON_POSTGRES)]


def _unfounded(wrong: list[str]) -> list[str]:
    """Return what a short run finds without a fault, but for verbs that did not come up in it."""
    return [f"without a fault: {each}" for each in wrong if not each.startswith("idle")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--cuts", type=int, default=2_000)
    parser.add_argument("--crashes", type=int, default=10)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    begun = time.monotonic()
    if given.seeded:
        wrong = _seeded(is_postgres=given.postgres)
        of = len(ON_POSTGRES if given.postgres else FAULTS)
        print(f"{of} faults put in; missed, or wrong without one: {wrong or 'none'}; {time.monotonic() - begun:.0f} s")
        return 1 if wrong else 0
    if given.postgres:
        wrong = _on_postgres(given.cuts, given.crashes, given.workers, given.seed)
    else:
        wrong = _on_sqlite(given.kills, given.workers, given.seed)
    print(f"{time.monotonic() - begun:.0f} s; wrong: {len(wrong)}", *wrong[:10], sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
