"""Slips of made-up tickets through a real port: what the printer received is what was drawn, and its QR is read.

`python -m benchmarks.slips [--tickets 300] [--names 20000]`. Each slip is printed on both widths to a fake printer that
listens on a port of this machine; the raster decoded from what it received must equal the picture, dot by dot, and
zbarimg (Debian: zbar-tools) must read from it the text that the QR was given. Names full of printer commands never
bring a command into the stream. `--seeded` first puts faults into the program, one after the other, and each must be
found. The last lines say how long a slip takes, as a ratio to compressing its picture as a PNG.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.seeding import replaced
from queueapp.paper import escpos, picture
from queueapp.paper.content import MOST_LINES, Content, Line
from queueapp.paper.escpos import StreamError, as_bytes, commands, decode, printable
from queueapp.paper.picture import as_png, draw, on_paper
from queueapp.paper.printers import printer_for
from tests.devices.fakes import FakePrinter, answering, generated, odd_name, scanned, scanner

WIDTHS = (80, 58)
A_SCAN = 50  # pictures


def main() -> int:
    """Prove, and say what was seen; 1 when something was wrong."""
    words = argparse.ArgumentParser()
    words.add_argument("--tickets", type=int, default=300)
    words.add_argument("--names", type=int, default=20_000)
    words.add_argument("--seeded", action="store_true")
    given = words.parse_args()
    program = scanner()
    if program is None:
        sys.exit("zbarimg is not installed (Debian: apt-get install zbar-tools)")
    if given.seeded:
        missed = [name for name, fault in SEEDED.items() if not _is_found(program, name, fault)]
        print(f"seeded faults: {len(SEEDED)}, missed: {missed or 'none'}")
        if missed:
            return 1
    wrong = [*_slips(program, given.tickets), *_names(given.names), *_pictures(100)]
    for each in wrong[:20]:
        print("WRONG", each)
    print(f"{given.tickets} tickets on {len(WIDTHS)} widths, {given.names} names: {len(wrong)} wrong")
    _speed()
    return 1 if wrong else 0


def _slips(program: str, tickets: int) -> Iterator[str]:
    """Print slips, and tell each that did not arrive as it was drawn or whose QR is not read."""
    kept: list[tuple[str, str, Path]] = []
    with tempfile.TemporaryDirectory() as folder, FakePrinter(answers=answering()) as printer:
        for seed in range(tickets):
            slip = generated(seed)
            for mm in WIDTHS:
                name = f"slip {seed} on {mm} mm"
                drawn = draw(slip, mm)
                printer_for({"connection": "network", "target": printer.target, "paper_mm": mm}).print(slip, name=name)
                try:
                    received = decode(printer.slips[-1])
                except StreamError as error:
                    yield f"{name}: {error}"
                    continue
                if received.tobytes() != printable(drawn).tobytes() or _differences(drawn, received) > 20:
                    yield f"{name}: what was received is not what was drawn"
                path = Path(folder) / f"{seed}-{mm}.png"
                on_paper(received).save(path)
                kept.append((name, slip.qr, path))
        for begin in range(0, len(kept), A_SCAN):
            yield from _unread(program, kept[begin : begin + A_SCAN])


def _unread(program: str, kept: list[tuple[str, str, Path]]) -> Iterator[str]:
    if scanned(program, [path for _name, _qr, path in kept]) == [qr for _name, qr, _path in kept]:
        return
    for name, qr, path in kept:
        read = scanned(program, [path])
        if read != [qr]:
            yield f"{name}: the QR says {read}, not {qr!r}"


def _differences(drawn: Any, received: Any) -> int:
    """Count the dots that were changed so that no printer takes them for a command."""
    pairs = zip(drawn.tobytes(), received.tobytes(), strict=True)
    return sum((one ^ other).bit_count() for one, other in pairs if one != other)


def _names(names: int) -> Iterator[str]:
    """Let names full of commands stand on slips; only what draws and cuts may be in the stream."""
    for seed in range(0, names, MOST_LINES):
        chance = random.Random(seed)
        lines = tuple(Line(odd_name(chance, 4), "small") for _n in range(MOST_LINES))
        try:
            found = {name for name, _data in commands(as_bytes(draw(Content(lines), 58)))}
        except StreamError as error:
            yield f"names from {seed}: {error}"
            continue
        if found != {"init", "raster", "feed", "cut"}:
            yield f"names from {seed}: {found}"


def _pictures(pictures: int) -> Iterator[str]:
    """Send random dots, in which everything occurs that a printer would obey at once."""
    for seed in range(pictures):
        dots = Image.frombytes("1", (576, 1000), random.Random(seed).randbytes(72_000))
        try:
            decode(as_bytes(dots))
        except StreamError as error:
            yield f"random dots {seed}: {error}"


def _is_found(program: str, name: str, fault: Callable[[], AbstractContextManager[None]]) -> bool:
    with fault():
        try:
            found = next(iter([*_slips(program, 4), *_names(3000), *_pictures(20)]), None)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
    print(f"seeded: {name}: {found or 'NOT FOUND'}")
    return found is not None


def _one_dot_less(image: Any) -> bytes:
    stream = bytearray(as_bytes(image))
    stream[500] ^= 0x08
    return bytes(stream)


def _names_as_commands(image: Any) -> bytes:
    return as_bytes(image)[:2] + b"\x1bp\x00\x19\xfa" + as_bytes(image)[2:]


def _without_last_band(image: Any) -> bytes:
    return as_bytes(image.crop((0, 0, image.width, image.height - 40)))


def _other_code(text: str, quiet: int) -> Any:
    return _modules_of(text[:-1] + ("a" if text[-1:] != "a" else "b"), quiet)


_modules_of = picture.modules_of
_PRINTER = sys.modules["queueapp.paper.printer"]
SEEDED: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "a dot is lost": lambda: replaced(_PRINTER, "as_bytes", _one_dot_less),
    "the drawer is opened": lambda: replaced(_PRINTER, "as_bytes", _names_as_commands),
    "the slip ends too early": lambda: replaced(_PRINTER, "as_bytes", _without_last_band),
    "what a printer obeys at once is left in pictures": lambda: replaced(escpos, "_tamed", lambda rows: rows),
    "the code says something else": lambda: replaced(picture, "modules_of", _other_code),
    "there is no code": lambda: replaced(picture, "_qr_picture", lambda *_given: Image.new("1", (8, 8), 1)),
}


def _speed() -> None:
    slips = [generated(seed) for seed in range(40)]
    for mm in WIDTHS:
        printed = _seconds(lambda slip, mm=mm: as_bytes(draw(slip, mm)), slips)
        png = _seconds(lambda slip, mm=mm: as_png(slip, mm), slips)
        print(f"{mm} mm: a slip is drawn and made bytes in {printed * 1000:.1f} ms, {printed / png:.2f} of its PNG")


def _seconds(work: Callable[[Content], object], slips: list[Content]) -> float:
    begun = time.perf_counter()
    for slip in slips:
        work(slip)
    return (time.perf_counter() - begun) / len(slips)


if __name__ == "__main__":
    sys.exit(main())
