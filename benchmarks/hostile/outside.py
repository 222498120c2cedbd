"""Hostile text through the real processes: `batch`, the other commands, and the application on a terminal."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.hostile.imports import toml_text
from benchmarks.hostile.judging import Tally, judge_csv, judge_output, judge_terminal, progress
from benchmarks.hostile.lines import answer_lines, judge_answers
from benchmarks.hostile.office import settings_of
from benchmarks.hostile.texts import Hostile
from benchmarks.hostile.writing import Lines
from queueapp.cli.batch import Batch
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.queries.verifying import verify
from tests.journey.seat import Seat

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60
FUNCTION_KEYS = {
    **{f"F{number}": f"\x1bO{letter}" for number, letter in enumerate("PQRS", 1)},
    **{
        f"F{number}": f"\x1b[{code}~"
        for number, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
    },
}
OTHER_KEYS = (
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\r",
    "\x1b",
    "\t",
    "\x7f",
    "\x10",
    "\x14",
    *"abcdefghijklmnoprstuvwxyz0123456789/+-",
)
QUIT = "\x11"


def queueapp(folder: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder, on the database there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUEUEAPP")}
    environment |= {"QUEUEAPP_LANG": "en", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "queueapp", *words]
    return subprocess.run(
        command, input=given, capture_output=True, cwd=folder, env=environment, timeout=PATIENCE, check=False
    )


def prepare(folder: Path, hostile: Hostile) -> Lines:
    """Make an office of hostile names, and return a source of lines for it."""
    settings = settings_of(hostile)
    (folder / "office.toml").write_text(settings.to_toml(), encoding="utf-8")
    done = queueapp(folder, "init", "--config", "office.toml")
    assert done.returncode == 0, done.stderr
    return Lines(hostile, settings)


def run(folder: Path, seed: int, *, lines: int = 300, words: int = 20) -> Tally:
    """Send lines through the real `batch`, then ask every command that prints what was kept, and refuse hostile words."""
    tally = Tally("commands", "commands", "batch lines", "cells")
    hostile = Hostile(seed)
    asked = [
        line
        for line in (source.line() for source in [prepare(folder, hostile)] for _each in range(lines))
        if line.strip()
    ]
    done = queueapp(folder, "batch", given=b"".join(line + b"\n" for line in asked))
    tally.check((done.returncode, done.stderr) == (0, b""), "batch", (done.returncode, done.stderr))
    judge_answers(tally, asked, done.stdout)
    _asked(tally, folder)
    for _each in range(words):
        _words(tally, folder, hostile)
        progress(f"{tally.counted['commands']} commands")
    return tally.done()


def _asked(tally: Tally, folder: Path) -> None:
    for command in (
        "events",
        "status",
        "closing",
        "stuck",
        "report --csv day.csv",
        "ticket D-001",
        "config show",
        "doctor",
        "verify",
    ):
        for more in ((), ("--json",)):
            words = command.replace("day.csv", "day2.csv" if more else "day.csv").split()
            _command(tally, folder, *words, *more, may=(0, 1))
    judge_csv(tally, (folder / "day.csv").read_bytes().decode("utf-8-sig"))
    shown = queueapp(folder, "config", "show").stdout
    (folder / "again.toml").write_bytes(shown)
    _command(tally, folder, "config", "check", "again.toml", may=(0,))


def _words(tally: Tally, folder: Path, hostile: Hostile) -> None:
    """Give hostile words where a command takes some."""
    text = _word(hostile)
    (folder / "bad.toml").write_text(toml_text(hostile), encoding="utf-8", errors="replace")
    (folder / "bad.csv").write_text(
        f"arrival,service\n{hostile.text()},{hostile.text()}\n", encoding="utf-8", errors="replace"
    )
    choices: tuple[tuple[str, ...], ...] = (
        ("config", "check", "bad.toml"),
        ("replay", "bad.csv"),
        ("void", "D-002", "--reason", text),
        ("issue", "land", "--note", text, "--name", text),
        ("issue", text),
        (text,),
        ("--as", text, "issue", "land"),
        ("ticket", text),
        ("counter", text),
        ("config", "check", text),
        ("close-day", "--unserved", text),
        ("report", "--day", text),
        ("--lang", text, "status"),
        ("pin", text),
        ("status", text),
        ("issue", "land", "--key", text),
    )
    _command(tally, folder, *hostile.chance.choice(choices), may=(0, 1, 2))


def _word(hostile: Hostile) -> str:
    """Return a text that can be a word of a command line: no NUL, no half character, no option."""
    text = hostile.text().replace("\0", "").encode("utf-8", "ignore").decode()[:3000]
    return "x" + text if text.startswith("-") else text or "\x1b]0;31337\x07"


def _command(tally: Tally, folder: Path, *words: str, may: tuple[int, ...]) -> None:
    tally.counted["commands"] += 1
    done = queueapp(folder, *words)
    name = ascii(" ".join(words))[:120]
    tally.check(done.returncode in may, f"{name}: status {done.returncode}", done.stderr)
    judge_output(tally, done.stdout, name)
    judge_output(tally, done.stderr, name)


class Recorded(Seat):
    """A seat that keeps every byte that the application wrote to its terminal."""

    raw = b""

    def look(self, seconds: float) -> None:
        """Take what was written, until nothing comes for so long."""
        while select.select([self._master], [], [], seconds)[0]:
            try:
                read = os.read(self._master, 65536)
            except OSError:
                return
            if not read:
                return
            self.raw += read
            self._stream.feed(read)

    def type(self, text: str, errors: str = "strict") -> None:
        """Send bytes to the application; as much as it takes."""
        with contextlib.suppress(OSError):
            os.write(self._master, text.encode("utf-8", errors))

    @property
    def is_running(self) -> bool:
        """Whether the application has not been left."""
        return self._process.poll() is None


def run_terminal(folder: Path, seed: int, keys: int, *, lines: int = 150, is_torn: bool = True) -> Tally:
    """Press random keys, and paste, in the application on a terminal of its own; look at every byte it wrote.

    Where it `is_torn` some of what is pasted is not UTF-8.
    """
    tally = Tally("terminal", "keys", "bytes", "pastes")
    hostile = Hostile(seed)
    _fill(tally, folder, hostile, lines)
    seat = Recorded(folder, "--lang", "en", columns=100, lines=30)
    try:
        _until_ready(seat)
        for place in range(keys):
            if not seat.is_running:
                break
            _press(tally, seat, hostile, place, is_torn=is_torn)
        tally.check(seat.is_running, "the application ended", seat.text[-600:])
        seat.look(0.3)
        seat.type("\x1b\x1b" + QUIT)
        until = time.monotonic() + 5
        while seat.is_running and time.monotonic() < until:
            seat.look(0.1)
    finally:
        seat.close()
    tally.counted["bytes"] = len(seat.raw)
    tally.check(b"Traceback" not in seat.raw, "a traceback", seat.text[-800:])
    judge_terminal(tally, seat.raw, "terminal")
    database = Database(str(folder / "queueapp.db"), first=keep_up)
    verdict = database.read(verify)
    tally.check(verdict.difference is None, "verify", verdict.difference)
    database.close()
    return tally.done()


def _fill(tally: Tally, folder: Path, hostile: Hostile, lines: int) -> None:
    """Make an office with names, notes and reasons for the screens to show."""
    settings = settings_of(hostile)
    database = Database(str(folder / "queueapp.db"), first=keep_up)
    database.write(found, settings, at=now())
    source = Lines(hostile, settings)
    answer_lines(tally, Batch(database, now), [_issue(hostile, source) for _each in range(lines)], source)
    database.close()


def _issue(hostile: Hostile, source: Lines) -> bytes:
    line: dict[str, Any] = source.request()
    if hostile.chance.random() < 0.5:  # most of what is seen: names, notes, reasons
        counter = hostile.chance.randint(1, 4)
        line = hostile.chance.choice(
            (
                {"do": "issue", "service": "land", "name": hostile.text(), "note": hostile.text()},
                {"do": "call", "counter": counter},
                {"do": "start", "counter": counter},
                {"do": "hold", "counter": counter, "reason": hostile.text()},
                {"do": "transfer", "counter": counter, "to": "land", "note": hostile.text()},
            )
        )
    return json.dumps(line).encode()


def _until_ready(seat: Recorded) -> None:
    until = time.monotonic() + PATIENCE
    while "F8" not in seat.text and time.monotonic() < until:
        seat.look(0.1)


def _press(tally: Tally, seat: Recorded, hostile: Hostile, place: int, *, is_torn: bool) -> None:
    chance = hostile.chance
    tally.counted["keys"] += 1
    if place % 7 == 3:
        seat.type(chance.choice(tuple(FUNCTION_KEYS.values())))
        seat.look(0.03)
        pasted = hostile.text()[:400].replace("\x1b[201~", "").replace(QUIT, "")
        seat.type(f"\x1b[200~{pasted}\x1b[201~\r", errors="surrogatepass" if is_torn else "ignore")
        tally.counted["pastes"] += 1
    elif chance.random() < 0.6:
        seat.type(chance.choice(tuple(FUNCTION_KEYS.values())))
    else:
        seat.type(chance.choice(OTHER_KEYS))
    seat.look(0.02)
