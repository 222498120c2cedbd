"""Builds the shim between a process and its files, starts a process under it, and speaks to it from within."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from enum import IntEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
UNDER = "QUEUEAPP_UNDER_SHIM"


class Mode(IntEnum):
    """What the shim does with each change of a file."""

    PASS = 0
    RECORD = 1
    FAIL = 2
    END = 3


class Fault(IntEnum):
    """How an operation fails."""

    EIO = 0
    ENOSPC = 1
    SHORT = 2


def can_build() -> bool:
    """Say whether there is a C compiler."""
    return shutil.which("cc") is not None


def run_under(arguments: list[str]) -> int:
    """Run a script of this project again with the shim loaded, and return its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "shim.so"
        source = Path(__file__).with_name("shim.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
        environment = os.environ | {"LD_PRELOAD": str(library), UNDER: str(library), "PYTHONPATH": str(ROOT)}
        return subprocess.run([sys.executable, *arguments], env=environment, check=False).returncode


def is_under() -> bool:
    """Say whether this process has the shim."""
    return UNDER in os.environ


class Shim:
    """The shim of this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ[UNDER])
        self._library.shim_count.restype = ctypes.c_long

    def set(
        self,
        mode: Mode,
        folder: Path,
        *,
        at: int = -1,
        many: int = 1,
        fault: Fault = Fault.EIO,
        record_to: int = -1,
    ) -> None:
        """Say what is to happen from now on with files below `folder`; the count begins anew."""
        arguments = (ctypes.c_long(at), ctypes.c_long(many), int(fault), record_to)
        self._library.shim_set(int(mode), str(folder).encode(), *arguments)

    def count(self) -> int:
        """Return how many changes of files there were."""
        return int(self._library.shim_count())

    def mark(self, number: int) -> None:
        """Write into the record that an answer was given."""
        self._library.shim_mark(ctypes.c_uint64(number))
