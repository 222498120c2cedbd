"""Says what is wrong with a text that came out, and keeps count."""

import csv
import io
import itertools
import json
import math
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.hostile.texts import MARK

MOST_KEPT = 20
FORMULA = ("=", "+", "-", "@")
SEPARATORS = (";", ",", "\t")
CONTROLS = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")  # but for the end of a line
ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    rb"|\x1b[\]P_^X].*?(?:\x07|\x1b\\|\xc2\x9c)"  # OSC, DCS and the like, which Textual does not need
    rb"|\x1b[()][0-9A-Za-z]|\x1b[=>78]",
    re.DOTALL,
)
POINTER = re.compile(rb"\x1b\]22;[a-z-]+\x07")  # the shape of the mouse's pointer, which Textual sets
BELL = re.compile(rb"(\x1b\[[0-?]*[ -/]*[@-~])\x07+(?=\x1b)")  # by itself, between two sequences: a line that is full
LOUD = re.compile(rb"\x1b[\]P_^X]")


class Tally:
    """What one part counted, and what was wrong."""

    def __init__(self, part: str, *needed: str) -> None:
        self.part = part
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.wrongs = 0
        self._needed = needed
        self._begun = time.monotonic()

    def check(self, is_right: bool, what: str, found: object = "") -> None:
        """Note what is wrong unless it `is_right`."""
        if not is_right:
            self.wrongs += 1
            if len(self.wrong) < MOST_KEPT:
                self.wrong.append(f"{what}: {ascii(found)[:300]}")

    def quiet(self, text: str, what: str) -> None:
        """Check that a line holds no character that acts: none of control, format, surrogate, private, unassigned."""
        self.check(is_quiet(text), f"{what} is not quiet", text)

    def quiet_lines(self, text: str, what: str) -> None:
        """Check every line of a text; only line feeds part them."""
        for line in text.split("\n"):
            self.quiet(line, what)

    def add(self, other: "Tally") -> None:
        """Take in what another process counted of the same part."""
        self.counted += other.counted
        self.wrongs += other.wrongs
        self.wrong = [*self.wrong, *other.wrong][:MOST_KEPT]

    def done(self) -> "Tally":
        """End the part: where nothing was counted, nothing was proved."""
        self._seconds = time.monotonic() - self._begun
        for name in self._needed:
            self.check(self.counted[name] > 0, "idle", name)
        self.check(bool(self._needed), "idle", self.part)
        return self

    def line(self) -> str:
        """Return the part's figures in one line."""
        figures = ", ".join(f"{count:,} {name}" for name, count in self.counted.items())
        first = self.counted[self._needed[0]] if self._needed else 0
        rate = first / self._seconds if self._seconds else 0
        return f"{self.part}: {figures}; {self._seconds:.0f} s, {rate:,.0f}/s; wrong: {self.wrongs}"


def is_quiet(text: str) -> bool:
    """Say whether a line holds only letters, marks, figures, signs, symbols and spaces.

    Python's own idea of printable is asked, not the code that is tried: it leaves out Cc, Cf, Cs, Co, Cn, Zl, Zp and
    every space but the plain one.
    """
    return text.isprintable()


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value of JSON, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)


def strict(raw: bytes | str) -> Any:
    """Return what JSON says; ValueError where only Python would take it."""
    return json.loads(raw, parse_constant=_refuse, parse_float=_finite)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _finite(text: str) -> float:
    if math.isinf(float(text)):
        raise ValueError(text)
    return float(text)


def starts_formula(cell: str) -> bool:
    """Say whether a spreadsheet could take a cell for a formula, full width and small forms included."""
    first = cell.lstrip()[:1]
    return first in FORMULA if first < "\x80" else unicodedata.normalize("NFKC", first).startswith(FORMULA)


def judge_csv(tally: Tally, text: str, said: list[str] | None = None) -> None:
    """Check a CSV of ours: every row parses back, no cell starts a formula, by whichever separator it is cut.

    `said` are texts that must stand in cells of their own, an apostrophe before what would act.
    """
    tally.quiet_lines(text.replace("\r\n", "\n"), "CSV")
    for separator in SEPARATORS:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=separator == ";"))
        for row in rows:
            for cell in row:
                tally.check(not starts_formula(cell), f"a cell (cut at {separator!r}) starts a formula", cell)
        if separator == ";":
            tally.counted["cells"] += sum(map(len, rows))
            for table in _tables(rows)[1:3]:  # the figures, and who was not served
                tally.check(len(set(map(len, table))) == 1, "rows of a table differ in width", table[:3])
            if said is not None:
                kept = {cell.replace("'", "") for row in rows for cell in row}
                for each in said:
                    tally.check(each.replace("'", "") in kept, "not in the CSV", each)


def _tables(rows: list[list[str]]) -> list[list[list[str]]]:
    """Return the tables of a CSV, which empty rows part."""
    return [list(table) for is_table, table in itertools.groupby(rows, key=bool) if is_table]


def judge_output(tally: Tally, raw: bytes, what: str) -> None:
    """Check what a command wrote: UTF-8, no control byte but the end of a line, no traceback, nothing unforeseen."""
    found = CONTROLS.search(raw)
    tally.check(found is None, f"{what}: a control byte", raw[max(0, found.start() - 40) :][:90] if found else b"")
    text = raw.decode("utf-8", "surrogateescape")
    tally.quiet_lines(text, what)
    tally.check("Traceback" not in text, f"{what}: a traceback", text[-400:])
    tally.check("unforeseen" not in text, f"{what}: unforeseen", text[-400:])


def judge_terminal(tally: Tally, raw: bytes, what: str) -> None:
    """Check what was written to a terminal: only sequences of the application's own, no control byte between them."""
    raw = BELL.sub(rb"\1", POINTER.sub(b"", raw))
    tally.check(LOUD.search(raw) is None, f"{what}: an OSC, DCS, APC, PM or SOS sequence", _around(raw, LOUD))
    for escape in ESCAPES.findall(raw):
        tally.check(MARK.encode() not in escape, f"{what}: a sequence out of a text", escape)
    plain = ESCAPES.sub(b"", raw).translate(None, b"\r\n\x0f")
    tally.check(
        CONTROLS.search(plain) is None and b"\x1b" not in plain, f"{what}: a control byte", _around(plain, CONTROLS)
    )
    text = plain.decode("utf-8", "replace")
    tally.check(is_quiet(text), f"{what}: a character that acts", [each for each in text if not is_quiet(each)][:5])


def _around(raw: bytes, pattern: re.Pattern[bytes]) -> bytes:
    found = pattern.search(raw)
    return raw[max(0, found.start() - 30) : found.start() + 40] if found else b""


def progress(word: str) -> None:
    """Say how far it is, where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r{word}        ", end="", file=sys.stderr, flush=True)
