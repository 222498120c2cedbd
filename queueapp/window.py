"""The window that a terminal runs in: what it sends that is no letter, and how it is closed."""

import asyncio
import codecs
import contextlib
import signal
import sys
from collections.abc import Callable
from functools import partial

ENDINGS = ("SIGHUP", "SIGTERM")  # the window was closed, the machine is shut down


def forgive_bytes() -> None:
    """Let a byte from the terminal that is not UTF-8 be a wrong character, not the end of the application."""
    with contextlib.suppress(ImportError):  # Windows has another driver, and no such trouble
        from textual.drivers import linux_driver  # noqa: PLC0415 - as above

        tolerant = codecs.getincrementaldecoder
        setattr(linux_driver, "getincrementaldecoder", lambda name: partial(tolerant(name), errors="replace"))  # noqa: B010


def heed_signals(leave: Callable[[], None]) -> None:
    """Leave as by the key when the window is closed or the process is told to end."""
    for name in ENDINGS:
        # Windows has no such signals, and a server of screens may have its own way.
        with contextlib.suppress(NotImplementedError, AttributeError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), leave)


def is_line_there() -> bool:
    """Whether somebody can still press a key: the other end of the terminal's line has not gone."""
    return sys.__stdin__ is not None and sys.__stdin__.isatty()
