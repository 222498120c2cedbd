"""A player that is not heard: it reads out of a WAV file's samples what is announced, and takes as long as it lasts.

`python benchmarks/fake_player.py LOG SOUND`. Each clip of the proofs is one level of its own, so that nothing but the
sound itself says what was announced. It writes a line to the log at the beginning and one at the end.
"""

import json
import os
import sys
import time
import wave
from array import array
from itertools import groupby


def levels_of(path: str) -> tuple[list[int], float]:
    """Return the levels of the clips one after the other, and how many seconds they last with their pauses."""
    with wave.open(path, "rb") as reader:
        samples = array("h", reader.readframes(reader.getnframes()))
        seconds = reader.getnframes() / reader.getframerate()
    return [level for level, _run in groupby(samples) if level], seconds


def main(log: str, path: str) -> None:
    levels, seconds = levels_of(path)
    to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(what: str) -> None:
        line = {"what": what, "levels": levels, "seconds": seconds, "at": time.monotonic(), "pid": os.getpid()}
        os.write(to, (json.dumps(line) + "\n").encode())

    write("begin")
    time.sleep(seconds)
    write("end")


if __name__ == "__main__":
    main(*sys.argv[-2:])
