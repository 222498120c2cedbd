"""Shows on standard error how far a long command has come; where nobody watches, it says nothing."""

import time
from typing import TextIO

WIDTH = 30
BETWEEN = 0.1  # seconds


class Bar:
    """A bar with a percentage, drawn on a terminal only."""

    def __init__(self, words: str, output: TextIO) -> None:
        self._words = words
        self._output = output
        self._drawn = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Draw that `done` of `total` is done."""
        is_last = done >= total
        if not self._output.isatty() or (time.monotonic() - self._drawn < BETWEEN and not is_last):
            return
        self._drawn = time.monotonic()
        share = done / total if total else 1.0
        filled = round(WIDTH * share)
        line = f"\r{self._words} [{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%}  {done}/{total}"
        self._output.write(line if not is_last else "\r" + " " * (len(line) + 2) + "\r")
        self._output.flush()
