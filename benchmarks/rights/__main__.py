"""Who may do what, cell by cell, and how often a PIN can be guessed.

`python -m benchmarks.rights [--guesses 10000]`. Every role, and nobody, times every operation, through the store as the
screens use it, through `batch`, and through the command line: allowed or `not_allowed` as `rules/rights.py` says, and
every refusal is an event. Then a PIN is guessed without pause for hours of the machine's own count of time, across
restarts of the program and jumps of the clock: at most five guesses are looked at in any quarter of an hour, and the
waits grow. `--seeded` breaks rights and lock-out on purpose, and ends with status 1 unless every fault is found.
"""

import argparse
import sys
import time

from benchmarks.rights.cells import matrix
from benchmarks.rights.guessing import guesses
from benchmarks.rights.seeds import FAULTS, seeded


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guesses", type=int, default=10_000)
    parser.add_argument("--seeded", action="store_true")
    given = parser.parse_args()
    if given.seeded:
        missed = seeded()
        print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} seeded faults found; missed: {missed}")
        return 1 if missed else 0
    begun = time.monotonic()
    tally = matrix()
    cells, refused, wrong = tally.cells, tally.refused, tally.wrong
    print(f"{cells} cells of role × operation × channel, {refused} refusals written down; wrong: {wrong[:5] or 'none'}")
    answered, bad = guesses(given.guesses, 1)
    print(f"{given.guesses} guesses, {answered} looked at; wrong: {bad or 'nothing'}; {time.monotonic() - begun:.0f} s")
    return 1 if wrong or bad else 0


if __name__ == "__main__":
    sys.exit(main())
