"""Plays one announcement as a process of its own, and writes down when it was heard to its end.

`python -m queueapp.voice.performing SOUND MARK NOTE SECONDS LOCK`, see `stage.py`. It holds the lock that it was given.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

from queueapp.i18n import DEFAULT_LANGUAGE, use_language
from queueapp.voice.playing import EXTRA, CutOffError, play
from queueapp.voice.refusing import VoiceError
from queueapp.voice.stage import write_note

CUT_OFF = 1


def main(sound: str, mark: str, note: str, seconds: float, lock: int) -> int:
    """Play the sound, and note it as told: with the trouble where no player could. What was cut off is not noted."""
    if hasattr(signal, "alarm"):
        signal.alarm(round(seconds + 2 * EXTRA))  # whatever hangs, the next announcement comes
    use_language(os.environ.get("QUEUEAPP_LANG", DEFAULT_LANGUAGE))
    trouble = player = ""
    try:
        player = play(sound, seconds, lock)
    except CutOffError:
        return CUT_OFF
    except VoiceError as error:
        trouble = error.message
    with contextlib.suppress(OSError):  # a full disk: whoever waits for this process sees that it ended well
        write_note(Path(note), mark, trouble, player)
    with contextlib.suppress(OSError):
        Path(sound).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5])))
