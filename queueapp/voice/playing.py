"""Plays a WAV file on this machine, by whatever it has for that."""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from queueapp.i18n import N_
from queueapp.processes import ending_with_parent
from queueapp.voice.refusing import VoiceError

# Each gets the file as its last word; the first that is there and does not refuse at once is used.
COMMANDS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
MINIAUDIO, NULL, WINSOUND, NONE = "miniaudio", "null", "winsound", "none"
AT_ONCE = 1.0  # seconds within which a player that fails has heard nothing: the next one is tried
EXTRA = 10.0  # seconds that a player may take beyond the sound itself
NO_PLAYER = N_(
    "Nothing on this machine plays sound: the calls are on the board and are not heard"
    " (Debian: apt-get install alsa-utils, or pip install 'queueapp[sound]')."
)


class CutOffError(Exception):
    """What played was ended from outside: it was not heard to its end, and is to be said again."""


@dataclass(frozen=True, slots=True)
class Player:
    """A way to play a file; `words` is a command, empty where it is done in this process."""

    name: str
    words: tuple[str, ...] = ()


def players(
    environment: Mapping[str, str] = os.environ, *, find: Callable[[str], str | None] = shutil.which
) -> tuple[Player, ...]:
    """Return what can play here, the best first; none where there is nothing.

    QUEUEAPP_PLAYER says which: a command, `miniaudio`, `null` (a device that plays in real time and is not heard), or
    `none`.
    """
    asked = environment.get("QUEUEAPP_PLAYER", "").strip()
    if asked == NONE:
        return ()
    if asked in {MINIAUDIO, NULL, WINSOUND}:
        return (Player(asked),)
    if asked:
        return (Player(shlex.split(asked)[0], tuple(shlex.split(asked))),)
    found = [Player(words[0], (path, *words[1:])) for words in COMMANDS if (path := find(words[0]))]
    if sys.platform == "win32":  # pragma: no cover - Windows
        found.append(Player(WINSOUND))
    if importlib.util.find_spec("miniaudio") is not None:
        found.append(Player(MINIAUDIO))
    return tuple(found)


def play(path: str, seconds: float, lock: int | None = None, using: tuple[Player, ...] | None = None) -> str:
    """Play a file of so many seconds to its end; VoiceError when nothing can. Return the name of what played it.

    CutOffError when it was ended from outside.
    A command is given the `lock`, so that it is held for as long as something is heard, and is killed with its parent.
    """
    causes = []
    for player in players() if using is None else using:
        begun = time.monotonic()
        cause = _tried(player, path, seconds, lock)
        if cause is None:
            return player.name
        causes.append(f"{player.name}: {cause}")
        if time.monotonic() - begun > AT_ONCE:
            break
    if not causes:
        raise VoiceError(NO_PLAYER)
    raise VoiceError(N_("The sound could not be played ({causes})."), causes="; ".join(causes))


def _tried(player: Player, path: str, seconds: float, lock: int | None) -> str | None:
    """Return why a player failed; None when it has played the file to its end."""
    if player.words:
        return _by_command(player, path, seconds, lock)
    try:
        if player.name == WINSOUND:  # pragma: no cover - Windows
            _by_winsound(path)
        else:
            _by_miniaudio(path, seconds, is_heard=player.name == MINIAUDIO)
    except Exception as error:  # noqa: BLE001 - a library of the sound card's: whatever it is, the calls go on
        return str(error) or type(error).__name__
    return None


def _by_command(player: Player, path: str, seconds: float, lock: int | None) -> str | None:
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, the words are the machine's own
            [*player.words, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(lock,) if lock is not None and os.name == "posix" else (),
            preexec_fn=ending_with_parent(),  # noqa: PLW1509 - this process has one thread
        )
    except (OSError, ValueError) as error:
        return str(error)
    try:
        _out, errors = process.communicate(timeout=seconds + EXTRA)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "timeout"
    if process.returncode < 0:
        raise CutOffError
    if process.returncode == 0:
        return None
    said = errors.decode(errors="replace").strip().splitlines()
    return said[0] if said else f"status {process.returncode}"


def _by_winsound(path: str) -> None:  # pragma: no cover - Windows
    import winsound  # noqa: PLC0415 - only there

    winsound.PlaySound(path, winsound.SND_FILENAME)  # type: ignore[attr-defined,unused-ignore]


def _by_miniaudio(path: str, seconds: float, *, is_heard: bool) -> None:
    import miniaudio  # noqa: PLC0415 - the extra `sound`, and slow to load

    ended = threading.Event()
    with wave.open(path, "rb") as reader:
        form = {"output_format": miniaudio.SampleFormat.SIGNED16, "nchannels": 1, "sample_rate": reader.getframerate()}
        backends = None if is_heard else [miniaudio.Backend.NULL]
        with miniaudio.PlaybackDevice(backends=backends, buffersize_msec=60, **form) as device:
            frames = _frames(reader, ended)
            next(frames)
            device.start(frames)
            if not ended.wait(seconds + EXTRA):
                raise TimeoutError


def _frames(reader: wave.Wave_read, ended: threading.Event) -> Generator[bytes, int, None]:
    """Give the device as many frames as it asks for; what it asks for well after the end says that all were heard."""
    wanted = yield b""
    width = reader.getsampwidth()
    while data := reader.readframes(wanted):
        wanted = yield data.ljust(wanted * width, b"\0")
    for _buffer in range(2):
        wanted = yield bytes(wanted * width)
    ended.set()
    while True:
        wanted = yield bytes(wanted * width)
