"""The process that speaks beside a board: begun when it is wanted, begun anew when it dies, ended with the board."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

AGAIN = 30.0  # seconds before one that ended by itself is begun anew
MOST_SENTENCES = 20


def command() -> list[str]:
    """Return the words that begin the process; where the office's data is stands in its environment."""
    return [sys.executable, "-P", "-m", "queueapp", "speak", "--parent", str(os.getpid())]


class SpeakingChild:
    """Speaks for one board. Nothing here waits: beginning, listening and ending are done on threads of their own."""

    THREAD = "speaking"

    def __init__(self, address: str, words: Callable[[], list[str]] = command) -> None:
        self._address = address
        self._words = words
        self._said: deque[str] = deque(maxlen=MOST_SENTENCES)
        self._process: subprocess.Popen[str] | None = None
        self._begun_at: float | None = None
        self._is_closed = False

    def want(self, language: str) -> None:
        """Let it speak, if it does not yet; what it lacks is said in `language`."""
        is_due = self._begun_at is None or time.monotonic() - self._begun_at > AGAIN
        if not self._is_closed and is_due and (self._process is None or self._process.poll() is not None):
            self._begun_at = time.monotonic()
            threading.Thread(target=self._live, args=(language,), name=self.THREAD, daemon=True).start()

    def news(self) -> list[str]:
        """Return what the voice lacks, each sentence once."""
        return [self._said.popleft() for _sentence in range(len(self._said))]

    def close(self) -> None:
        """Let it end, without waiting for that: what is being announced is announced to its end, and noted."""
        self._is_closed = True
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()

    def _live(self, language: str) -> None:
        around = os.environ | {"QUEUEAPP_DB": self._address, "QUEUEAPP_LANG": language}
        around.pop("QUEUEAPP_PIN", None)
        try:
            self._process = process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                self._words(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                env=around,
            )
        except OSError as error:  # the machine has no room for another process; it is tried again
            self._said.append(str(error))
            return
        if self._is_closed:
            process.terminate()
        with process:
            for line in process.stderr or ():
                self._said.append(line.strip())
