"""Clips joined to announcements: of any usual form, of known length, as loud as asked."""

import wave
from array import array
from io import BytesIO
from pathlib import Path

import pytest

from queueapp.rules.spoken import Spoken
from queueapp.voice.joining import MARGIN, RATE, joined, read_clip, trimmed
from queueapp.voice.refusing import VoiceError
from tests.voice.clips import level, recorded


def samples_of(content: bytes) -> "array[int]":
    with wave.open(BytesIO(content), "rb") as reader:
        assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (1, 2, RATE)
        return array("h", reader.readframes(reader.getnframes()))


def test_clips_stand_one_after_the_other_with_their_pauses_and_the_length_is_known() -> None:
    clips = {"a": level(1000, 0.5), "b": level(-2000, 0.25)}
    sound = joined((Spoken("a", 0.1), Spoken("b", 0.0), Spoken("a", 0.15)), clips)
    samples = samples_of(sound.content)
    assert sound.seconds == pytest.approx(0.5 + 0.1 + 0.25 + 0.5 + 0.15)
    assert len(samples) == round(sound.seconds * RATE)
    assert [samples[round(at * RATE)] for at in (0.2, 0.55, 0.7, 1.0, 1.4)] == [1000, 0, -2000, 1000, 0]


@pytest.mark.parametrize(("volume", "height"), [(100, 10_000), (50, 5_000), (0, 0)])
def test_the_volume_is_that_of_the_office(volume: int, height: int) -> None:
    sound = joined((Spoken("a", 0.0),), {"a": level(10_000, 0.1)}, volume)
    assert set(samples_of(sound.content)) == {height}


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_a_persons_recording_of_any_usual_form_is_taken(tmp_path: Path, width: int, channels: int, rate: int) -> None:
    path = recorded(tmp_path / "own.wav", level(8_192, 0.5, rate), rate=rate, channels=channels, width=width)
    samples = read_clip(path)
    assert set(samples) == {8_192}
    assert len(samples) / RATE == pytest.approx(0.5, abs=0.001)


def test_silence_at_the_ends_is_cut_off_and_not_within() -> None:
    silence, margin, word = level(20, 0.5), level(20, MARGIN), level(5_000, 0.01)
    assert trimmed(silence + word + silence + word + silence) == margin + word + silence + word + margin
    assert trimmed(word) == word


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"RIFF....WAVEfmt ", "cannot be read"),
        (b"ID3 an mp3", "cannot be read"),
        (None, "cannot be read"),
        ("silent", "nothing is heard"),
        ("long", "at most 20 seconds"),
        ("three", "one or two channels"),
    ],
)
def test_what_is_no_recording_is_refused_by_its_name(tmp_path: Path, content: bytes | str | None, words: str) -> None:
    path = tmp_path / "vi-7.wav"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        told = {"silent": level(10, 0.1), "long": level(9_000, 21.0, 8_000), "three": level(9_000, 0.1)}[content]
        recorded(path, told, rate=8_000, channels=3 if content == "three" else 1)
    with pytest.raises(VoiceError) as refused:
        read_clip(path)
    assert "vi-7.wav" in refused.value.message
    assert words in refused.value.message
