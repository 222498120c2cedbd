"""Recordings for the tests: short levels, so that what is heard can be read out of the samples."""

import wave
from array import array
from pathlib import Path

from queueapp.rules.spoken import all_clips
from queueapp.voice.joining import RATE, as_wave


def recorded(path: Path, samples: "array[int]", *, rate: int = RATE, channels: int = 1, width: int = 2) -> Path:
    """Write a recording of any form; samples are of 16 bits and one channel."""
    frames = [_bytes(sample, width) * channels for sample in samples]
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(b"".join(frames))
    return path


def _bytes(sample: int, width: int) -> bytes:
    if width == 1:
        return bytes([sample // 256 + 128])
    return bytes(width - 2) + sample.to_bytes(2, "little", signed=True)


def level(height: int, seconds: float, rate: int = RATE) -> "array[int]":
    """Return so many seconds of one level."""
    return array("h", [height] * round(seconds * rate))


def short_clips(folder: Path, languages: str = "both", seconds: float = 0.01) -> Path:
    """Put every clip into a folder, each of a level of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, name in enumerate(all_clips(languages)):
        (folder / f"{name}.wav").write_bytes(as_wave(level(600 + 150 * index, seconds)))
    return folder
