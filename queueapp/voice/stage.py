"""One announcement at a time on this machine, and what was heard to its end, whoever is killed.

The process that plays (`performing`) is none of the speaker's: it goes on when the speaker dies, holds the lock that it
was given for as long as something is heard, and writes down what it has played to the end before it lets go. Whoever
holds the lock therefore knows what was heard. What was cut off is not written down, and is said again.
"""

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from queueapp.i18n import N_, _, language
from queueapp.processes import kill_group, lock, unlock
from queueapp.voice.joining import Sound
from queueapp.voice.refusing import VoiceError

LOCK, NOTE, SOUND = "speaking.lock", "told.json", "speaking-"
PATIENCE = 30.0  # seconds beyond the sound itself after which a process that plays is given up
BETWEEN_LOOKS = 0.02


@dataclass(frozen=True, slots=True)
class Noted:
    """The last announcement that was told: its mark, why nobody heard it, if so, and what played it."""

    mark: str
    trouble: str = ""
    player: str = ""


class Stage:
    """Where announcements are played; `folder` keeps the lock and the note."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def enter(self) -> int | None:
        """Take the lock; None while something is being played (VoiceError when the folder cannot be used)."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = lock(self._folder / LOCK)
        except OSError as error:
            cause = error.strerror or error
            raise VoiceError(
                N_("In the folder {path} nothing can be written: {cause}."), path=self._folder, cause=cause
            ) from None
        if handle is not None:
            for left in (*self._folder.glob(f"{SOUND}*.wav"), *self._folder.glob(f".{NOTE}-*")):
                left.unlink(missing_ok=True)
        return handle

    def leave(self, handle: int) -> None:
        """Give up the lock; what was begun keeps it."""
        unlock(handle)

    def noted(self) -> Noted | None:
        """Return what was told last; to be asked by whoever holds the lock."""
        try:
            kept = json.loads((self._folder / NOTE).read_text(encoding="utf-8"))
            return Noted(str(kept["mark"]), str(kept.get("trouble", "")), str(kept.get("player", "")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note(self, mark: str, trouble: str = "") -> None:
        """Write down that an announcement needs no more telling; it is on the disk when this returns (OSError)."""
        write_note(self._folder / NOTE, mark, trouble)

    def perform(self, handle: int, mark: str, sound: Sound) -> "Performance":
        """Let a process of its own play an announcement; it keeps the lock for as long as something is heard."""
        path = self._folder / f"{SOUND}{mark}.wav"
        path.write_bytes(sound.content)
        words = [sys.executable, "-P", "-m", "queueapp.voice.performing", str(path), mark, str(self._folder / NOTE)]
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*words, f"{sound.seconds:.3f}", str(handle)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(handle,) if os.name == "posix" else (),
            env=os.environ | {"QUEUEAPP_LANG": language()},
            start_new_session=True,
        )
        return Performance(process, sound.seconds)


@dataclass(slots=True)
class Performance:
    """A process that plays an announcement."""

    process: "subprocess.Popen[bytes]"
    seconds: float

    def is_over(self, within: float) -> bool:
        """Wait for its end for so many seconds at most, and say whether it has come."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(within)
            return True
        return False

    def give_up(self) -> None:
        """Kill it, with what it has started."""
        kill_group(self.process.pid)
        self.process.wait()


def write_note(path: Path, mark: str, trouble: str, player: str = "") -> None:
    """Put a note in the place of the last one, on the disk and whole."""
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, json.dumps({"mark": mark, "trouble": trouble, "player": player}).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    unfinished.replace(path)


def trouble_words(seconds: float) -> str:
    """Return what is said of an announcement whose process did not end."""
    return _("The player did not end within {seconds} seconds and was given up.").format(seconds=round(seconds))
