"""The sound of a call, as bytes that a browser plays."""

import io
import math
import struct
import wave
from functools import cache

RATE = 22_050
_NOTES = ((659.3, 0.35), (523.3, 0.65))  # hertz, seconds: two strokes of a bell
_LOUDNESS = 0.5


def spoken(code: str, counter: int, languages: str) -> bytes | None:  # noqa: ARG001 - what a voice needs to know
    """Return the call of `code` to `counter` as WAV (`languages`: vi, or both); None where there is no voice."""
    return None


def sound_of(code: str, counter: int, languages: str) -> bytes:
    """Return what the hall hears of a call as WAV: the voice, else a chime."""
    return spoken(code, counter, languages) or chime()


@cache
def chime() -> bytes:
    """Return two strokes of a bell as WAV."""
    samples = [
        _LOUDNESS * math.sin(2 * math.pi * hertz * n / RATE) * math.exp(-4 * n / (RATE * seconds))
        for hertz, seconds in _NOTES
        for n in range(int(RATE * seconds))
    ]
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(b"".join(struct.pack("<h", round(32_767 * sample)) for sample in samples))
    return out.getvalue()
