"""The set of recordings: made once, replaced by a person's own, never told in part."""

import os
import shutil
from pathlib import Path

import pytest

from queueapp.rules.spoken import all_clips, announcement
from queueapp.voice.folders import recordings_folder, stage_folder
from queueapp.voice.joining import RATE, read_clip
from queueapp.voice.recordings import Recordings
from queueapp.voice.refusing import VoiceError
from tests.voice.clips import level, recorded, short_clips


@pytest.fixture
def espeak() -> str:
    """Give espeak-ng; skip where it is not installed, unless QUEUEAPP_REQUIRE_PROOFS is set."""
    found = shutil.which("espeak-ng")
    if found is None:
        sentence = "espeak-ng is not installed (Debian: apt-get install espeak-ng)"
        if os.environ.get("QUEUEAPP_REQUIRE_PROOFS"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


@pytest.mark.usefixtures("espeak")
def test_espeak_says_every_clip_loud_enough_and_not_too_long(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "voice")
    names = (*all_clips("vi"), "en-call", "en-counter", "en-0", "en-letter-w")
    assert recordings.make(names) == list(names)
    for name in names:
        samples = read_clip(recordings.path(name))
        peak, power = max(map(abs, samples)), (sum(each * each for each in samples) / len(samples)) ** 0.5
        assert 0.1 < len(samples) / RATE < 1.6, name
        assert 8_000 < peak <= 29_100, name
        assert 1_500 < power < 6_000, name
    assert recordings.make(names) == []
    assert {each.stat().st_mode & 0o077 for each in (tmp_path / "voice").iterdir()} == {0}
    assert 4.0 < recordings.sound(announcement("D-012", 3)).seconds < 8.0


@pytest.mark.usefixtures("espeak")
def test_a_persons_own_recording_is_never_touched(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    own = recorded(recordings.path("vi-7"), level(9_000, 0.3)).read_bytes()
    made = recordings.make(("vi-7", "vi-8"))
    assert made == ["vi-8"]
    assert recordings.path("vi-7").read_bytes() == own


def test_without_espeak_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoiceError, match="apt-get install espeak-ng"):
        Recordings(tmp_path / "voice").make(all_clips("vi"))
    assert Recordings(short_clips(tmp_path / "own")).make(all_clips("both")) == []


def test_an_announcement_with_a_missing_recording_is_refused_whole(tmp_path: Path) -> None:
    recordings = Recordings(short_clips(tmp_path))
    recordings.path("vi-1").unlink()
    assert recordings.sound(announcement("D-022", 3)).seconds > 0
    with pytest.raises(VoiceError, match="vi-1"):
        recordings.sound(announcement("D-012", 3))


def test_a_recording_that_was_replaced_is_heard_at_once(tmp_path: Path) -> None:
    recordings = Recordings(short_clips(tmp_path))
    before = recordings.sound(announcement("D-012", 3)).seconds
    recorded(recordings.path("vi-2"), level(9_000, 0.51))
    os.utime(recordings.path("vi-2"), ns=(1, 1))
    assert recordings.sound(announcement("D-012", 3)).seconds == pytest.approx(before + 0.5, abs=0.001)


def test_where_recordings_and_notes_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = Path("/var/lib/queueapp/office.db")
    assert recordings_folder(file, "") == Path("/var/lib/queueapp/office.db-voice")
    assert recordings_folder(file, "chi-lan") == Path("/var/lib/queueapp/chi-lan")
    assert recordings_folder(file, "/srv/voice") == Path("/srv/voice")
    assert recordings_folder(None, "") == Path("queueapp-voice")
    assert stage_folder(file, "") == Path("/var/lib/queueapp/office.db-voice")
    assert stage_folder(None, "postgresql://a@b/c") == stage_folder(None, "postgresql://a@b/c")
    assert stage_folder(None, "postgresql://a@b/c") != stage_folder(None, "postgresql://a@b/d")
    assert stage_folder(None, "postgresql://a@b/c").is_relative_to(tmp_path)
