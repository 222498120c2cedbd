"""Runs one script with one event: for some seconds, with bounded output, and with nothing of ours but the event."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from queueapp.causes import cause_words
from queueapp.i18n import _
from queueapp.processes import ending_with_parent, kill_group

MOST_OUTPUT = 8_000  # bytes of what a script says that are kept; the rest is read and let go
CHUNK = 65_536
BETWEEN_LOOKS = 0.05
NICENESS = 10  # a script that computes leaves the machine to the counters


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended: `trouble` in words if it did not do well, and the beginning of what it said."""

    output: str
    trouble: str = ""


class CutOffError(Exception):
    """A script was ended because whoever runs it ends."""


def run(
    words: Sequence[str],
    given: bytes,
    environment: Mapping[str, str],
    seconds: float,
    goes_on: Callable[[], bool] = lambda: True,
) -> Ran:
    """Run a script with `given` on its standard input; what it leaves in its process group ends with it.

    It is asked all the time whether it `goes_on`: CutOffError if not.
    """
    if not words:
        return Ran("", _("There is no command."))
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; the office's own script
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=ending_with_parent(niceness=NICENESS),  # noqa: PLW1509 - this process has one thread
        )
    except (OSError, ValueError) as error:
        return Ran("", _("It could not be started: {cause}.").format(cause=cause_words(error)))
    try:
        output, is_over = _converse(process, given, time.monotonic() + seconds, goes_on)
    finally:
        kill_group(process.pid)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
    said = output.decode(errors="replace")
    if not is_over:
        return Ran(said, _("It did not end within {seconds} seconds and was killed.").format(seconds=round(seconds)))
    if process.returncode < 0:
        name = signal.Signals(-process.returncode).name
        return Ran(said, _("It was ended by {signal}.").format(signal=name))
    trouble = _("It ended with status {status}.").format(status=process.returncode) if process.returncode else ""
    return Ran(said, trouble)


def _converse(
    process: "subprocess.Popen[bytes]", given: bytes, until: float, goes_on: Callable[[], bool]
) -> tuple[bytes, bool]:
    """Give a script its event and read what it says, until it ends or its time is over; it need not read or close."""
    if process.stdin is None or process.stdout is None:  # pragma: no cover - both were asked for
        return b"", False
    to, out = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(to, False)
    os.set_blocking(out, False)
    left, kept, is_open = memoryview(given), bytearray(), True
    while time.monotonic() < until:
        if _has_ended(process):
            _read(out, kept)  # what it said before; a process that it left behind may hold the line open
            return bytes(kept), True
        if not goes_on():
            raise CutOffError
        readable, writable, _errors = select.select([out] if is_open else [], [to] if left else [], [], BETWEEN_LOOKS)
        if readable:
            is_open = _read(out, kept)
        if writable:
            left = _write(to, left)
            if not left:
                process.stdin.close()
        if not is_open and not left:
            time.sleep(BETWEEN_LOOKS)
    return bytes(kept), _has_ended(process)


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Say whether a script has ended, and leave its number to it: its group is still to be ended by that number."""
    if not hasattr(os, "waitid"):  # pragma: no cover - not on every system
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _read(out: int, kept: bytearray) -> bool:
    """Read what is there at this moment; say whether there may be more later."""
    try:
        data = os.read(out, CHUNK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    kept += data[: max(0, MOST_OUTPUT - len(kept))]
    return bool(data)


def _write(to: int, left: memoryview) -> memoryview:
    try:
        return left[os.write(to, left) :]
    except BlockingIOError:
        return left
    except OSError:  # it does not want to know
        return left[:0]
