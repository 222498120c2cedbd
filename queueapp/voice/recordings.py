"""Keeps the recordings: a WAV file for each clip in a folder, to be replaced by a person's own of the same name."""

import contextlib
import math
import os
import shutil
import subprocess
import tempfile
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from queueapp.i18n import N_
from queueapp.rules.spoken import CHIME, VI, Spoken, words_of
from queueapp.voice.joining import RATE, Sound, as_wave, joined, read_clip
from queueapp.voice.refusing import VoiceError

ENDING = ".wav"
SPEED = {VI: "145", "en": "155"}  # words a minute: slow enough for a hall
PATIENCE = 20.0  # seconds for one clip
_LOUDNESS, _HIGHEST = 4500.0, 29_000.0  # of 32,767: the mean power of a word, and its highest peak
_CHIME_TONES = ((880.0, 0.0), (659.3, 0.28))  # hertz, and when each begins
_CHIME_SECONDS, _CHIME_LOUDNESS, _FADING = 1.1, 9000, 4.5

NO_ESPEAK = N_(
    "There are no recordings yet, and espeak-ng, which makes the first set, is not installed"
    " (Debian: apt-get install espeak-ng)."
)


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip: its name, what it says, and whether its file is there."""

    name: str
    words: str
    is_there: bool


class Recordings:
    """The recordings in a folder; each is read once, and anew when its file has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[int, array[int]]] = {}

    def path(self, clip: str) -> Path:
        """Return where a clip lies."""
        return self.folder / f"{clip}{ENDING}"

    def listed(self, names: Iterable[str]) -> list[Clip]:
        """Return these clips with what each of them says."""
        return [Clip(name, words_of(name), self.path(name).is_file()) for name in names]

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return which of these clips are not there."""
        return [name for name in names if not self.path(name).is_file()]

    def make(self, names: Iterable[str]) -> list[str]:
        """Make those of these clips that are not there, and return which; one that is there is never touched.

        VoiceError when espeak-ng is needed and missing, or fails; what was made before stays.
        """
        missing = self.missing(names)
        if not missing:
            return []
        espeak = shutil.which("espeak-ng")
        if espeak is None and missing != [CHIME]:
            raise VoiceError(NO_ESPEAK)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in missing:
                self._keep(name, chime() if name == CHIME else _spoken_by(espeak or "", name))
        except OSError as error:
            cause = error.strerror or error
            raise VoiceError(
                N_("In the folder {path} nothing can be written: {cause}."), path=self.folder, cause=cause
            ) from None
        return missing

    def sound(self, told: tuple[Spoken, ...], volume: int = 100) -> Sound:
        """Return an announcement (VoiceError when a recording is missing or of no use: half a number is never told)."""
        return joined(told, {each.clip: self._samples(each.clip) for each in told}, volume)

    def _samples(self, clip: str) -> "array[int]":
        path = self.path(clip)
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            raise VoiceError(N_("The recording {path} is missing: queueapp voice make"), path=path) from None
        known = self._read.get(clip)
        if known is None or known[0] != changed:
            known = self._read[clip] = (changed, read_clip(path))
        return known[1]

    def _keep(self, name: str, content: bytes) -> None:
        """Write a new file, whole or not at all, and never over another."""
        handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=f".{name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            with contextlib.suppress(FileExistsError):  # a person's own was put there meanwhile
                os.link(unfinished, self.path(name))
        finally:
            Path(unfinished).unlink(missing_ok=True)


def _spoken_by(espeak: str, name: str) -> bytes:
    """Return a clip as espeak-ng says it: letters and digits as words, because it reads “A012” as one number."""
    language = name.partition("-")[0]
    words = words_of(name) or chr(int(name.rpartition("-u")[2], 16))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        given = [espeak, "-v", language, "-s", SPEED[language], "-a", "90", "-w", str(path), "--", words]
        try:
            run = subprocess.run(given, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - no shell
        except subprocess.TimeoutExpired:
            run = None
        if run is None or run.returncode != 0 or not path.exists():
            raise VoiceError(N_("espeak-ng could not say “{words}”."), words=words)
        return as_wave(levelled(read_clip(path)))


def levelled(samples: "array[int]") -> "array[int]":
    """Return samples as loud as the other words, which the same voice says louder or softer, and never cut off."""
    power = math.sqrt(sum(sample * sample for sample in samples) / len(samples))
    gain = min(_LOUDNESS / max(power, 1.0), _HIGHEST / max(map(abs, samples)))
    return array("h", [round(sample * gain) for sample in samples])


def chime() -> bytes:
    """Return two falling tones that make the hall listen."""
    samples = array("h")
    for index in range(round(_CHIME_SECONDS * RATE)):
        at = index / RATE
        tones = (
            math.sin(math.tau * hertz * (at - begun)) * math.exp(-_FADING * (at - begun))
            for hertz, begun in _CHIME_TONES
            if at >= begun
        )
        samples.append(round(_CHIME_LOUDNESS * sum(tones)))
    return as_wave(samples)
