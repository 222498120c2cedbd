"""Hostile text through every door: no crash, no character that acts, no cell that starts a formula.

`python -m benchmarks.hostile [--pure 1000000] [--lines 100000] [--names 3000] [--keys 3000] [--seed 1]`; 0 leaves a part
out. Names, notes and reasons full of control characters, sequences for terminals and printers, bidi, combining floods,
half characters, markup, formulas, code: through the pure functions; through `batch` and the imports of settings and
recorded days, with everything that is kept looked at afterwards; through the real commands as processes; on the screens,
with random keys and pastes; and in the application on a terminal of its own, whose every byte is looked at. It ends with
status 1 when anything is wrong or nothing was done. `--seeded` puts faults in, and fails unless each is found.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from benchmarks.hostile import lines, outside, pure, screens
from benchmarks.hostile.judging import Tally
from benchmarks.hostile.seeds import FAULTS, seeded, sound
from queueapp.i18n import use_language

SHARE = 25_000  # texts that one process takes at a time
SUBPROCESS_LINES = 300
SUBPROCESS_WORDS = 60


def parts(given: argparse.Namespace) -> Iterator[Tally]:
    """Run the parts that are asked for."""
    if given.pure:
        yield _pure(given.pure, given.seed)
    if given.lines:
        yield lines.run(given.lines, given.seed)
        with tempfile.TemporaryDirectory() as folder:
            words = min(SUBPROCESS_WORDS, given.lines)
            yield outside.run(Path(folder), given.seed, lines=min(SUBPROCESS_LINES, given.lines), words=words)
    if given.names or given.keys:
        yield asyncio.run(screens.run(given.names, given.keys, given.seed))
        with tempfile.TemporaryDirectory() as folder:
            yield outside.run_terminal(Path(folder), given.seed, max(20, given.keys // 10))


def _pure(count: int, seed: int) -> Tally:
    shares = [min(SHARE, count - begun) for begun in range(0, count, SHARE)]
    total = Tally("pure functions", *pure.NEEDED)
    with ProcessPoolExecutor(
        min(os.cpu_count() or 1, len(shares)), initializer=use_language, initargs=("en",)
    ) as processes:
        for tally in processes.map(pure.run, shares, range(seed * 1_000, seed * 1_000 + len(shares))):
            total.add(tally)
    return total.done()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pure", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--names", type=int, default=3_000)
    parser.add_argument("--keys", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    use_language("en")
    if given.seeded:
        wrong, missed = sound(), seeded()
        print(
            f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}; wrong without: {wrong}"
        )
        return 1 if missed or wrong else 0
    tallies = []
    for tally in parts(given):
        tallies.append(tally)
        print(tally.line())
        for wrong_one in tally.wrong:
            print("  wrong:", wrong_one)
    return 1 if not tallies or any(tally.wrongs for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
