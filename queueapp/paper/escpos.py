"""Turns a picture into the bytes that a thermal printer obeys, and reads such bytes back, strictly."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

INIT = b"\x1b@"
RASTER = b"\x1dv0\x00"  # then bytes a row, and rows, each in two bytes, the low one first
FEED = b"\x1bd"  # then how many lines
CUT = b"\x1dVB\x00"  # feeds to the knife, and cuts but for a bridge; a printer without a knife does nothing
BAND = 128  # rows at a time: a cheap printer keeps no more
FEED_LINES = 3
WIDEST, TALLEST = 200, 20_000  # bytes a row and rows that a slip may have

# A printer looks for these in everything that comes, in pictures too, and obeys at once: status, recover, open the
# drawer or switch off. One black dot more beside a lone dot breaks each of them.
_AT_ONCE = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
_BROKEN = 0x18


class StreamError(ValueError):
    """Bytes that are no slip of ours; says where and why."""


def as_bytes(picture: "Image") -> bytes:
    """Return what prints a picture of one bit a dot and cuts: init, raster in bands, feed, cut, and nothing else."""
    picture = printable(picture)
    across, rows = picture.width // 8, _rows(picture)
    stream = bytearray(INIT)
    for top in range(0, picture.height, BAND):
        band = rows[top * across : (top + BAND) * across]
        stream += RASTER + across.to_bytes(2, "little") + (len(band) // across).to_bytes(2, "little") + band
    return bytes(stream + FEED + bytes([FEED_LINES]) + CUT)


def printable(picture: "Image") -> "Image":
    """Return the picture without the few rows of dots that a printer would take for a command (ValueError: no slip)."""
    if picture.mode != "1" or picture.width % 8 or not 0 < picture.width // 8 <= WIDEST:
        raise ValueError("a picture for paper has one bit a dot and a width in whole bytes")
    if not 0 < picture.height <= TALLEST:
        raise ValueError(f"a picture for paper has 1 to {TALLEST} rows")
    return _picture(_tamed(_rows(picture)), picture.width // 8)


def decode(data: bytes) -> "Image":
    """Return the picture that these bytes print (StreamError unless they are one slip, whole, and nothing besides)."""
    parts = list(commands(data))
    names = [name for name, _data in parts]
    if "raster" not in names or names != ["init", *["raster"] * (len(names) - 3), "feed", "cut"]:
        raise StreamError(f"a slip is init, raster, feed, cut; here are {', '.join(names[:9])}")
    widths = {len(rows) // _height(band) for name, band in parts if name == "raster" and (rows := band[4:])}
    if len(widths) != 1:
        raise StreamError("the bands of a slip are equally wide")
    return _picture(b"".join(band[4:] for name, band in parts if name == "raster"), widths.pop())


def commands(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Read a stream command by command: name, and what belongs to it (StreamError at the first that is not allowed)."""
    place = 0
    while place < len(data):
        name, head, length = _next(data, place)
        body = data[place + head : place + head + length]
        if len(body) < length:
            raise StreamError(f"{name} at byte {place} breaks off")
        place += head + length
        yield name, body


def _next(data: bytes, place: int) -> tuple[str, int, int]:
    """Return the name of the command at `place`, the length of its head, and of what follows."""
    if data.startswith(INIT, place):
        return "init", len(INIT), 0
    if data.startswith(FEED, place):
        return "feed", len(FEED), 1
    if data.startswith(CUT, place):
        return "cut", len(CUT), 0
    if data.startswith(RASTER, place):
        size = data[place + len(RASTER) : place + len(RASTER) + 4]
        across, rows = int.from_bytes(size[:2], "little"), int.from_bytes(size[2:], "little")
        if not (0 < across <= WIDEST and 0 < rows <= BAND):
            raise StreamError(f"raster at byte {place} has no possible size")
        begin = place + len(RASTER) + 4
        if any(word in data[place : begin + across * rows] for word in _AT_ONCE):
            raise StreamError(f"raster at byte {place} holds a command that is obeyed at once")
        return "raster", len(RASTER), 4 + across * rows
    raise StreamError(f"byte {place} begins no command that is allowed: {data[place : place + 4].hex(' ')}")


def _height(band: bytes) -> int:
    return int.from_bytes(band[2:4], "little")


def _rows(picture: "Image") -> bytes:
    """Return the dots, eight a byte, black as 1."""
    return bytes(byte ^ 0xFF for byte in picture.tobytes())


def _picture(rows: bytes, across: int) -> "Image":
    from PIL import Image  # noqa: PLC0415 - only what is printed needs it

    return Image.frombytes("1", (across * 8, len(rows) // across), bytes(byte ^ 0xFF for byte in rows))


def _tamed(rows: bytes) -> bytes:
    for word in _AT_ONCE:
        rows = rows.replace(word, bytes([_BROKEN]) + word[1:])
    return rows
