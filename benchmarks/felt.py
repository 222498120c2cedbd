"""What a person feels: start, key, idle; each beside a bare Textual application in the same run.

`python benchmarks/felt.py start` · `python benchmarks/felt.py key` · `python benchmarks/felt.py idle`
"""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

ROUNDS = 15
KEYS = 60
HERE = Path(__file__).parent
SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>]")


class Seat:
    """A process on a pseudo-terminal, of which the bytes it draws are seen."""

    def __init__(self, words: list[str], folder: str, size: tuple[int, int] = (80, 24)) -> None:
        self.begun = time.perf_counter()
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        environment = os.environ | {"TERM": "xterm-256color", "QUEUEAPP_LANG": "en", "COLORTERM": "truecolor"}
        self.process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment, start_new_session=True
        )
        os.close(slave)
        self.drawn = b""

    def until(self, text: str, seconds: float = 20) -> float:
        """Wait for `text` among what is drawn from now on, and return the moment."""
        limit = time.perf_counter() + seconds
        while text.encode() not in SEQUENCE.sub(b"", self.drawn):
            if not select.select([self.master], [], [], max(0, limit - time.perf_counter()))[0]:
                raise TimeoutError(text, SEQUENCE.sub(b"", self.drawn)[-2000:].decode(errors="replace"))
            self.drawn += os.read(self.master, 65536)
        moment = time.perf_counter()
        self.drawn = b""
        return moment

    def press(self, key: str) -> float:
        """Press a key and return the moment."""
        while select.select([self.master], [], [], 0)[0]:
            os.read(self.master, 65536)
        self.drawn = b""
        os.write(self.master, key.encode())
        return time.perf_counter()

    def rest(self, seconds: float) -> None:
        """Let time pass, reading away what is drawn."""
        limit = time.perf_counter() + seconds
        while (left := limit - time.perf_counter()) > 0:
            if select.select([self.master], [], [], left)[0]:
                os.read(self.master, 65536)

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def queueapp(folder: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "queueapp", "--db", f"{folder}/felt.db", *words]


def bare() -> list[str]:
    return [sys.executable, str(HERE / "bare.py")]


def time_of(words: list[str], text: str, folder: str) -> float:
    seat = Seat(words, folder)
    taken = seat.until(text) - seat.begun
    seat.close()
    return taken


def plain(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


def ratio(name: str, ours: list[float], theirs: list[float], aim: str) -> None:
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"{name}: {a / b:.2f}x  (medians {a * 1000:.1f} and {b * 1000:.1f} ms; aim {aim})")


def start(folder: str) -> None:
    subprocess.run(queueapp(folder, "init"), check=True, capture_output=True)
    frames, figures, others, imports = [], [], [], []
    for _round in range(ROUNDS):
        frames.append(time_of(queueapp(folder), "Where do you work", folder))
        others.append(time_of(bare(), "bare is here", folder))
        figures.append(time_of(queueapp(folder), "Nobody is waiting", folder))
        imports.append(plain("import textual, sqlmodel"))
    ratio("start to the painted home frame, against a bare Textual app's", frames, others, "within 1.3x")
    ratio("start to the first live figures, against importing textual and sqlmodel", figures, imports, "within 1.3x")


def key(folder: str) -> None:
    reception, other = Seat(queueapp(folder, "reception"), folder), Seat(bare(), folder)
    reception.until("Latest tickets")
    other.until("bare is here")
    reception.rest(1)
    ours, theirs, plain_keys = [], [], []
    for number in range(1, KEYS + 1):
        begun = reception.press("1")
        ours.append(reception.until("D - " + " ".join(f"{number:03d}")) - begun)
        begun = other.press("n")
        theirs.append(other.until(f"{number:03d}"[-1]) - begun)
        reception.rest(0.15)
        begun = reception.press("+")
        plain_keys.append(reception.until("2 dossiers") - begun)
        reception.rest(0.05)
        reception.press("-")
        reception.rest(0.05)
        other.rest(0.05)
    reception.close()
    other.close()
    ratio(
        "key that writes nothing to its words on the screen, against a label", plain_keys[5:], theirs[5:], "within 2x"
    )
    ratio("key that issues a ticket to its slip on the screen, against a label", ours[5:], theirs[5:], "within 2x")


def idle(folder: str) -> None:
    seat = Seat(queueapp(folder, "counter", "1"), folder)
    seat.until("Nobody is waiting")
    seat.rest(3)
    before, begun = seat.cpu_seconds(), time.perf_counter()
    seat.rest(30)
    share = (seat.cpu_seconds() - before) / (time.perf_counter() - begun)
    seat.close()
    print(f"idle processor time of an open counter screen: {share:.2%} of a core over 30 s (aim under 1 %)")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        {"start": start, "key": key, "idle": idle}[sys.argv[1]](folder)


if __name__ == "__main__":
    main()
