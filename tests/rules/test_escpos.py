"""The bytes for a printer: they say the picture and nothing else, and what is anything else is refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from queueapp.paper.escpos import BAND, CUT, FEED, INIT, RASTER, StreamError, as_bytes, commands, decode, printable
from queueapp.paper.picture import draw
from tests.devices.fakes import generated

SLIP = as_bytes(draw(generated(1), 80))
ROW = RASTER + b"\x01\x00\x01\x00"


def picture(across: int, rows: bytes) -> Image.Image:
    return Image.frombytes("1", (across * 8, len(rows) // across), rows)


@given(st.integers(1, 72), st.integers(1, 3 * BAND), st.randoms(use_true_random=False))
def test_bytes_are_read_back_as_the_picture_that_was_sent(across: int, height: int, chance: random.Random) -> None:
    sent = picture(across, chance.randbytes(across * height))
    assert decode(as_bytes(sent)).tobytes() == printable(sent).tobytes()


def test_what_a_printer_obeys_at_once_is_broken_by_one_dot_each() -> None:
    rows = b"\x10\x04\x00\x10\x05\xff\x10\x14\x01\x00\x01\x10\x10\x04"
    sent = picture(1, bytes(byte ^ 0xFF for byte in rows))
    stream = as_bytes(sent)
    assert all(word not in stream for word in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    changed = [a ^ b for a, b in zip(sent.tobytes(), printable(sent).tobytes(), strict=True)]
    assert [bin(each).count("1") for each in changed].count(1) == 4
    assert sum(changed) == 4 * 0x08


@given(
    st.lists(st.sampled_from(["\x1bp\x00\x19\xfa", "\x1dV\x00", "\x10\x14\x01\x00\x01", "\x1b@", "D", "ữ"])),
    st.integers(0, 99),
)
def test_no_name_brings_a_command_of_its_own(parts: list[str], seed: int) -> None:
    hostile = generated(seed)
    lines = (type(hostile.lines[0])("".join(parts), "strong"), *hostile.lines[:3])
    stream = as_bytes(draw(type(hostile)(lines), 58))
    assert {name for name, _data in commands(stream)} == {"init", "raster", "feed", "cut"}


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"D-007",
        INIT,
        SLIP[:-1],
        SLIP[: len(SLIP) // 2],
        SLIP + b"\x1bp\x00\x19\xfa",
        SLIP + b"\n",
        SLIP + SLIP,
        b"\x1bp\x00\x19\xfa" + SLIP,
        SLIP.replace(CUT, b"\x1dV\x00"),
        SLIP.replace(FEED, b"\x1bt"),
        SLIP.replace(RASTER, b"\x1dv0\x01", 1),
        SLIP[len(INIT) :],
        INIT + FEED + b"\x03" + CUT,
        INIT + ROW + FEED + b"\x03" + CUT,
        INIT + RASTER + b"\x00\x00\x01\x00" + FEED + b"\x03" + CUT,
        INIT + RASTER + b"\x01\x00\xff\xff" + bytes(0xFFFF) + FEED + b"\x03" + CUT,
        INIT + ROW + b"\x00" + RASTER + b"\x02\x00\x01\x00\x00\x00" + FEED + b"\x03" + CUT,
        INIT + RASTER + b"\x02\x00\x01\x00\x10\x14" + FEED + b"\x03" + CUT,
        INIT + RASTER + b"\x02\x00\x01\x00\x10\x04" + FEED + b"\x03" + CUT,
    ],
)
def test_a_stream_that_is_no_slip_of_ours_is_refused(stream: bytes) -> None:
    with pytest.raises(StreamError):
        decode(stream)


@given(st.integers(0, 2**32), st.integers(0, 255))
def test_a_byte_put_in_anywhere_is_refused(place: int, byte: int) -> None:
    at = place % (len(SLIP) + 1)
    with pytest.raises(StreamError):
        decode(SLIP[:at] + bytes([byte]) + SLIP[at:])


def test_a_picture_that_is_no_slip_is_not_sent() -> None:
    for wrong in (Image.new("L", (8, 8)), Image.new("1", (9, 8)), Image.new("1", (8, 30_000)), Image.new("1", (8, 0))):
        with pytest.raises(ValueError, match="a picture for paper"):
            as_bytes(wrong)
