"""Says whether another terminal's process still runs."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from queueapp.clock import Machine

if TYPE_CHECKING:
    from queueapp.operations.running import Other

REMOTE_SILENCE = timedelta(minutes=3)  # after which a terminal of another machine counts as gone
HOLDER_SILENCE = timedelta(seconds=60)  # after which who follows the log counts as gone, also one that only hangs
OWN_RUNS: set[int] = set()  # what this very process has begun


def is_alive(other: "Other", at: datetime) -> bool:
    """Say whether another terminal still runs: by its process on this machine, by its last sign of life elsewhere."""
    if other.host != socket.gethostname():
        return at - other.beat_at < REMOTE_SILENCE
    if not _is_running(other.pid, other.boot):
        return False
    return other.pid != os.getpid() or other.id in OWN_RUNS  # else an earlier process had our number


def _is_running(pid: int, mark: str) -> bool:
    """Say whether a process of this machine runs, and is not another one that was given its number."""
    boot, _colon, started = mark.partition(":")
    if boot != Machine().uptime()[0]:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, as another user
    return not _has_ended(pid) and (not started or process_start(pid) in {"", started})


def own_holder() -> str:
    """Return by what this process is known as the one that follows the log."""
    return f"{socket.gethostname()}:{os.getpid()}:{own_mark(Machine())}"


def is_holder_alive(holder: str, beat_at: datetime, at: datetime) -> bool:
    """Say whether the process known as `holder` still follows the log: it runs, and gave a sign of life lately."""
    host, _colon, rest = holder.partition(":")
    pid, _colon, mark = rest.partition(":")
    if at - beat_at >= HOLDER_SILENCE or not pid.isdecimal():
        return False
    return host != socket.gethostname() or _is_running(int(pid), mark)


def own_mark(machine: Machine) -> str:
    """Return by what this process is known from others that had its number: the machine's start and its own."""
    boot, started = machine.uptime()[0], process_start(os.getpid())
    return f"{boot}:{started}" if started else boot


def process_start(pid: int) -> str:
    """Return when a process of this machine began, by the machine's own count; empty where the system does not say."""
    return _status_of(pid, 19)


def _has_ended(pid: int) -> bool:
    """Say whether a process was ended and only nobody has asked yet how: it has a number and does nothing."""
    return _status_of(pid, 0) in {"Z", "X"}


def _status_of(pid: int, place: int) -> str:
    """Return what the system says of a process at this place behind its name; empty where it does not say."""
    try:
        # The name of the program stands in brackets and may hold anything.
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return told[place]
    except (OSError, IndexError):
        return ""
