"""Joins clips to one announcement: of any usual format, freed of silence, as loud as asked, of known length."""

import itertools
import sys
import wave
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from queueapp.i18n import N_
from queueapp.rules.spoken import Spoken
from queueapp.voice.refusing import VoiceError

RATE = 22_050  # samples a second, each of 16 bits, one channel
SILENCE = 330  # of 32,767: what is weaker at a clip's ends (1 %) is cut off
MARGIN = 0.02  # seconds that are left there: a soft consonant begins below that
LONGEST_CLIP = 20.0  # seconds
_WIDTHS = (1, 2, 3, 4)
_MOST = 32_767
_FASTEST = 192_000


@dataclass(frozen=True, slots=True)
class Sound:
    """An announcement as a WAV file's content, and for how many seconds it is heard."""

    content: bytes
    seconds: float


def joined(told: Iterable[Spoken], clips: Mapping[str, "array[int]"], volume: int = 100) -> Sound:
    """Return the clips one after the other with their pauses, at `volume` percent."""
    samples = array("h")
    for each in told:
        samples.extend(clips[each.clip])
        samples.extend(array("h", bytes(2 * round(each.pause * RATE))))
    if volume != 100:  # noqa: PLR2004 - a percentage
        samples = array("h", [sample * volume // 100 for sample in samples])
    return Sound(as_wave(samples), len(samples) / RATE)


def as_wave(samples: "array[int]") -> bytes:
    """Return samples as a WAV file's content."""
    kept = BytesIO()
    with wave.open(kept, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(_swapped(samples).tobytes())
    return kept.getvalue()


def read_clip(path: Path) -> "array[int]":
    """Return a clip's samples at our rate, without silence at its ends (VoiceError when it is no usable recording)."""
    try:
        with wave.open(str(path), "rb") as reader:
            channels, width, rate = reader.getnchannels(), reader.getsampwidth(), reader.getframerate()
            count = reader.getnframes()
            is_usable = width in _WIDTHS and 1 <= channels <= 2 and 0 < rate <= _FASTEST  # noqa: PLR2004 - mono, stereo
            if not is_usable or not 0 < count <= LONGEST_CLIP * rate:
                raise VoiceError(_NOT_USABLE, path=path)
            raw = reader.readframes(count)
    except (OSError, EOFError, wave.Error) as error:
        raise VoiceError(N_("The recording {path} cannot be read: {cause}."), path=path, cause=error) from None
    samples = trimmed(at_our_rate(_as_mono(_as_16_bits(raw, width), channels), rate))
    if not samples:
        raise VoiceError(N_("In the recording {path} nothing is heard."), path=path)
    return samples


_NOT_USABLE = N_("The recording {path} must be WAV (PCM, 8 to 32 bits, one or two channels, at most 20 seconds).")


def _as_16_bits(raw: bytes, width: int) -> "array[int]":
    if width == 1:  # without a sign, as WAV has it
        return array("h", [(byte - 128) * 256 for byte in raw])
    whole = raw[: len(raw) // width * width]
    # Of more than 16 bits the two upper bytes are kept; a file's bytes stand the lower one first.
    kept = whole if width == 2 else b"".join(whole[at + width - 2 : at + width] for at in range(0, len(whole), width))  # noqa: PLR2004
    samples = array("h")
    samples.frombytes(kept)
    return _swapped(samples)


def _as_mono(samples: "array[int]", channels: int) -> "array[int]":
    if channels == 1:
        return samples
    return array("h", [(left + right) // 2 for left, right in zip(samples[0::2], samples[1::2], strict=False)])


def at_our_rate(samples: "array[int]", rate: int) -> "array[int]":
    """Return samples of another rate as ours: the mean of a faster one's, between two of a slower one's."""
    if rate == RATE or not samples:
        return samples
    step, count, last = rate / RATE, int(len(samples) * RATE / rate), len(samples) - 1
    if step > 1:
        ends = [min(len(samples), int(index * step)) for index in range(count + 1)]
        return array(
            "h",
            [sum(samples[a : max(b, a + 1)]) // max(1, b - a) for a, b in itertools.pairwise(ends)],
        )
    between = [divmod(index * step, 1) for index in range(count)]
    return array(
        "h",
        [round(samples[int(at)] * (1 - part) + samples[min(last, int(at) + 1)] * part) for at, part in between],
    )


def trimmed(samples: "array[int]") -> "array[int]":
    """Return samples without the silence at both ends, but for a small margin."""
    first = next((index for index, sample in enumerate(samples) if abs(sample) > SILENCE), None)
    if first is None:
        return array("h")
    last = next(index for index in range(len(samples) - 1, -1, -1) if abs(samples[index]) > SILENCE)
    margin = round(MARGIN * RATE)
    return samples[max(0, first - margin) : last + 1 + margin]


def _swapped(samples: "array[int]") -> "array[int]":
    """Return samples with their bytes in the order of a WAV file, or from it: the lower one first."""
    if sys.byteorder == "little":
        return samples
    other = array("h", samples)  # pragma: no cover - machines of the other order are rare
    other.byteswap()
    return other
