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
OWN_RUNS: set[int] = set()  # what this very process has begun


def is_alive(other: "Other", at: datetime) -> bool:
    """Say whether another terminal still runs: by its process on this machine, by its last sign of life elsewhere."""
    if other.host != socket.gethostname():
        return at - other.beat_at < REMOTE_SILENCE
    boot, _colon, started = other.boot.partition(":")
    if boot != Machine().uptime()[0]:
        return False
    try:
        os.kill(other.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, as another user
        return not started or process_start(other.pid) in {"", started}
    if started and process_start(other.pid) not in {"", started}:
        return False  # its number was given to another process
    return other.pid != os.getpid() or other.id in OWN_RUNS  # else an earlier process had our number


def own_mark(machine: Machine) -> str:
    """Return by what this process is known from others that had its number: the machine's start and its own."""
    boot, started = machine.uptime()[0], process_start(os.getpid())
    return f"{boot}:{started}" if started else boot


def process_start(pid: int) -> str:
    """Return when a process of this machine began, by the machine's own count; empty where the system does not say."""
    try:
        # The name of the program stands in brackets and may hold anything; the 20th field after it is the moment.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
