"""What processes owe each other on one machine: a lock that outlives whoever took it, and an end with the parent."""

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def lock(path: Path) -> int | None:
    """Take the lock on a side file and return its handle; None while somebody has it (OSError: no such folder).

    It is held until every process that was given the handle has closed it or has died. Where the system has no such
    lock (Windows) it is given to everybody.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
    return handle


def unlock(handle: int) -> None:
    """Give up our part of a lock; it stays with those who were given the handle."""
    os.close(handle)


def ending_with_parent(*, niceness: int = 0) -> Callable[[], None] | None:
    """Return what a process does before it begins, so that it is killed when its parent dies, however that dies.

    None where the system has no such thing: there it goes on to its own end.
    """
    if not Path("/proc/self").exists():
        return None
    import ctypes  # noqa: PLC0415 - only who starts such a process needs it

    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def begin() -> None:
        prctl(_END_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        if niceness:
            os.nice(niceness)

    return begin


def kill_group(pid: int) -> None:
    """Kill a process that began a group of its own, and all that it left in the group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            os.kill(pid, signal.SIGTERM)
