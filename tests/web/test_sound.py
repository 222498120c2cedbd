"""The browser's board says what the speaker says: the office's own recordings, else a bell."""

from array import array
from pathlib import Path

import pytest

from queueapp.rules.spoken import announcement
from queueapp.voice.joining import RATE, as_wave
from queueapp.voice.recordings import Recordings
from queueapp.web.sound import SoundMaker, chime


def recorded(folder: Path, code: str, counter: int) -> Recordings:
    """Put a short recording of its own kind in the folder for each clip of a call."""
    folder.mkdir()
    for place, clip in enumerate(dict.fromkeys(each.clip for each in announcement(code, counter)), 1):
        samples = array("h", [1000 * place % 30_000, -900] * (RATE // 50))
        (folder / f"{clip}.wav").write_bytes(as_wave(samples))
    return Recordings(folder)


def test_a_call_is_said_by_the_recordings_of_the_office(tmp_path: Path) -> None:
    own = recorded(tmp_path / "own", "D-012", 3)
    expected = own.sound(announcement("D-012", 3)).content
    assert SoundMaker(tmp_path / "office.db").sound_of("D-012", 3, "vi", "own") == expected
    assert expected != chime()


def test_without_recordings_and_without_a_program_that_makes_them_a_bell_rings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert SoundMaker(tmp_path / "office.db").sound_of("D-012", 3, "vi", "") == chime()
