"""A person's seat at a terminal: a process on a pseudo-terminal, its keys and what its screen shows."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte

KEYS = {
    "F2": "\x1bOQ",
    "F4": "\x1bOS",
    "F5": "\x1b[15~",
    "F6": "\x1b[17~",
    "F7": "\x1b[18~",
    "ctrl+q": "\x11",
}
PATIENCE = 30.0  # seconds before a text that does not come fails the test


class Seat:
    """One application process and its screen."""

    def __init__(self, folder: Path, *words: str, lang: str = "en", columns: int = 80, lines: int = 24) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QUEUEAPP")}
        environment |= {"TERM": "xterm-256color", "QUEUEAPP_LANG": lang, "COLORTERM": "truecolor"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "queueapp", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Press keys; a word that is no key is typed."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def sees(self, *texts: str) -> None:
        """Wait until the screen shows all `texts`."""
        until = time.monotonic() + PATIENCE
        while not all(text in self.text for text in texts):
            left = until - time.monotonic()
            assert left > 0, f"not seen: {texts}\n{self.text}"
            self._read(left)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def leave(self, *, says_yes_to: str = "") -> int:
        """Quit, answering yes where the terminal asks `says_yes_to`, and return the exit status."""
        self.press("ctrl+q")
        if says_yes_to:
            self.sees(says_yes_to)
            self.press("y")
        return self.ended()

    def ended(self) -> int:
        """Wait for the end, reading what is still painted (who writes to a full line waits), and return the status."""
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            self._read(0.2)
        return self._process.wait(timeout=1)

    def close(self) -> None:
        """Make sure that nothing is left."""
        if self._process.poll() is None:
            self.kill()
        os.close(self._master)

    def _read(self, seconds: float) -> None:
        ready, _write, _error = select.select([self._master], [], [], seconds)
        if ready:
            with contextlib.suppress(OSError):  # the other end has gone
                self._stream.feed(os.read(self._master, 65536))


@contextlib.contextmanager
def seated(folder: Path, *words: str, lang: str = "en", columns: int = 80, lines: int = 24) -> Iterator[Seat]:
    """Sit down at a terminal, and leave nothing behind."""
    seat = Seat(folder, *words, lang=lang, columns=columns, lines=lines)
    try:
        yield seat
    finally:
        seat.close()
