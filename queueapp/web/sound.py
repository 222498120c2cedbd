"""The sound of a call, as bytes that a browser plays."""

import io
import math
import struct
import wave
from functools import cache
from pathlib import Path

from queueapp.rules.spoken import announcement
from queueapp.voice.folders import recordings_folder
from queueapp.voice.recordings import Recordings
from queueapp.voice.refusing import VoiceError

RATE = 22_050
_NOTES = ((659.3, 0.35), (523.3, 0.65))  # hertz, seconds: two strokes of a bell
_LOUDNESS = 0.5


class SoundMaker:
    """Says calls as WAV from the office's recordings, as `queueapp speak` does; `file` is the database's, if any."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._recordings: Recordings | None = None

    def sound_of(self, code: str, counter: int, languages: str, folder: str) -> bytes:
        """Return what the hall hears of a call: the voice, else a chime where there are no recordings and no espeak-ng.

        `folder` is the setting of where the recordings lie.
        """
        told = announcement(code, counter, languages=languages)
        place = recordings_folder(self._file, folder)
        if self._recordings is None or self._recordings.folder != place:
            self._recordings = Recordings(place)
        try:
            self._recordings.make({each.clip for each in told})
            return self._recordings.sound(told).content
        except VoiceError:
            return chime()


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
