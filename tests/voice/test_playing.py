"""Playing: really, into a device that nobody hears; by a command; one at a time; noted when heard to the end."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from queueapp.processes import unlock
from queueapp.rules.spoken import Spoken
from queueapp.voice.joining import Sound, joined
from queueapp.voice.playing import CutOffError, Player, play, players
from queueapp.voice.refusing import VoiceError
from queueapp.voice.stage import Noted, Stage
from tests.voice.clips import level

PATIENCE = 30.0


@pytest.fixture
def sound() -> Sound:
    """Give a sound of a fifth of a second."""
    return joined((Spoken("a", 0.0),), {"a": level(3_000, 0.2)})


@pytest.fixture
def file(tmp_path: Path, sound: Sound) -> str:
    """Give the sound as a file."""
    path = tmp_path / "sound.wav"
    path.write_bytes(sound.content)
    return str(path)


def command(code: str) -> Player:
    return Player("fake", (sys.executable, "-I", "-S", "-c", code))


def test_the_first_program_that_is_there_plays_and_the_environment_may_say_another(tmp_path: Path) -> None:
    here = {"aplay": "/usr/bin/aplay", "paplay": "/usr/bin/paplay"}
    assert [each.name for each in players({}, find=here.get)][:2] == ["paplay", "aplay"]
    assert players({}, find=here.get)[1].words == ("/usr/bin/aplay", "-q")
    assert players({"QUEUEAPP_PLAYER": "none"}, find=here.get) == ()
    assert players({"QUEUEAPP_PLAYER": "null"}) == (Player("null"),)
    own = players({"QUEUEAPP_PLAYER": f"{tmp_path}/play --loud"})
    assert own == (Player(f"{tmp_path}/play", (f"{tmp_path}/play", "--loud")),)


def test_a_null_device_really_plays(file: str) -> None:
    begun = time.monotonic()
    assert play(file, 0.2, using=(Player("null"),)) == "null"
    assert time.monotonic() - begun >= 0.2


def test_one_that_refuses_at_once_leaves_it_to_the_next(file: str) -> None:
    refusing = command("import sys; sys.exit('no sound card')")
    assert play(file, 0.2, using=(refusing, Player("gone", ("/no/such/player",)), command("pass"))) == "fake"
    with pytest.raises(VoiceError, match=r"no sound card.*No such file"):
        play(file, 0.2, using=(refusing, Player("gone", ("/no/such/player",))))


def test_without_any_player_it_is_said_what_to_install(file: str) -> None:
    with pytest.raises(VoiceError, match="on the board and are not heard"):
        play(file, 0.2, using=())


def test_what_was_ended_from_outside_was_not_heard(file: str) -> None:
    with pytest.raises(CutOffError):
        play(file, 0.2, using=(command("import os; os.kill(os.getpid(), 9)"), command("pass")))


def performed(stage: Stage, sound: Sound, mark: str) -> int:
    handle = stage.enter()
    assert handle is not None
    performance = stage.perform(handle, mark, sound)
    stage.leave(handle)
    assert stage.enter() is None  # something is being played, whoever asks
    assert performance.is_over(PATIENCE)
    return int(performance.process.returncode)


def test_what_was_heard_to_its_end_is_written_down_before_the_lock_is_free(
    tmp_path: Path, sound: Sound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUEUEAPP_PLAYER", "null")
    stage = Stage(tmp_path / "stage")
    assert performed(stage, sound, "7-abc") == 0
    assert stage.noted() == Noted("7-abc", "", "null")
    handle = stage.enter()
    assert handle is not None
    unlock(handle)
    assert sorted(each.name for each in (tmp_path / "stage").iterdir()) == ["speaking.lock", "told.json"]


def test_what_could_not_be_played_is_written_down_with_its_trouble(
    tmp_path: Path, sound: Sound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUEUEAPP_PLAYER", "/no/such/player")
    stage = Stage(tmp_path)
    assert performed(stage, sound, "8-abc") == 0
    noted = stage.noted()
    assert noted is not None
    assert noted.mark == "8-abc"
    assert "/no/such/player" in noted.trouble


def test_what_plays_outlives_the_speaker_and_keeps_the_lock(
    tmp_path: Path, sound: Sound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUEUEAPP_PLAYER", "null")
    stage = Stage(tmp_path)
    speaker = os.fork()
    if speaker == 0:  # pragma: no cover - is killed
        handle = stage.enter()
        stage.perform(handle or 0, "9-abc", sound)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(speaker, 0)
    until = time.monotonic() + PATIENCE
    while (handle := stage.enter()) is None and time.monotonic() < until:
        os.sched_yield()
    assert handle is not None
    assert stage.noted() == Noted("9-abc", "", "null")
    unlock(handle)


def test_when_what_plays_is_killed_the_sound_stops_and_nothing_is_noted(
    tmp_path: Path, sound: Sound, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = tmp_path / "began"
    code = f"import time, pathlib; pathlib.Path({str(began)!r}).touch(); time.sleep(60)"
    monkeypatch.setenv("QUEUEAPP_PLAYER", f"{sys.executable} -I -S -c '{code.replace(chr(39), chr(34))}'")
    stage = Stage(tmp_path / "stage")
    handle = stage.enter()
    assert handle is not None
    performance = stage.perform(handle, "10-abc", sound)
    stage.leave(handle)
    until = time.monotonic() + PATIENCE
    while not began.exists() and time.monotonic() < until:
        os.sched_yield()
    os.kill(performance.process.pid, signal.SIGKILL)
    while (handle := stage.enter()) is None and time.monotonic() < until:
        os.sched_yield()  # the player holds the lock too, until it has ended with its parent
    assert handle is not None
    assert stage.noted() is None
    unlock(handle)
    performance.process.wait()


def test_a_note_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assert stage.noted() is None
    for content in ("", "{", "[]", '{"trouble": ""}', "null"):
        (tmp_path / "told.json").write_text(content, encoding="utf-8")
        assert stage.noted() is None
    stage.note("11-abc", "nobody")
    assert stage.noted() == Noted("11-abc", "nobody")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VoiceError, match="nothing can be written"):
        Stage(tmp_path / "file").enter()
