"""Starts commands as processes that begin with the program already read, which is most of what a start costs.

`Starter` is the tests' side. Run as a program, this module is the other side: it reads queueapp once and, for each
order on its standard input (a socket), forks a process that takes over the order's files, folder and environment and
then runs `python -m queueapp` as if it had just begun.
"""

import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

LONGEST_ORDER = 1_000_000
PATIENCE = 60.0  # seconds before a command that does not end fails the test


class Starter:
    """Runs commands one after the other, each in a process of its own."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(PATIENCE)
        with theirs:
            self._process = subprocess.Popen([sys.executable, __file__], stdin=theirs.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._line.close()
        self._process.wait(PATIENCE)

    def run(
        self, words: Sequence[str], *, given: bytes, folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run queueapp with these words and this standard input; return its status, its output and its errors."""
        order = json.dumps([list(words), os.fspath(folder), dict(environment)]).encode()
        with tempfile.TemporaryFile() as input_, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            input_.write(given)
            input_.seek(0)
            files = [input_.fileno(), output.fileno(), errors.fileno()]
            socket.send_fds(self._line, [order], files)
            status = int(self._line.recv(LONGEST_ORDER))
            output.seek(0)
            errors.seek(0)
            return status, output.read(), errors.read()


def _serve(line: socket.socket) -> list[str]:
    """Fork for each order, and tell how its process ended; return an order's words in the new process."""
    while True:
        order, files, _flags, _address = socket.recv_fds(line, LONGEST_ORDER, 3)
        if not order:
            sys.exit()
        words, folder, environment = json.loads(order)
        child = os.fork()
        if child == 0:
            line.close()
            _take_over(files, folder, environment)
            return [str(word) for word in words]
        for file in files:
            os.close(file)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _take_over(files: list[int], folder: str, environment: dict[str, str]) -> None:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process lives
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )


def _read_the_program() -> None:
    import queueapp.backups.making  # noqa: PLC0415
    import queueapp.cli.batch  # noqa: PLC0415
    import queueapp.cli.commands  # noqa: F401, PLC0415

    gc.freeze()  # what was read is shared by all, as long as nobody counts it anew


if __name__ == "__main__":
    _read_the_program()
    sys.argv[1:] = _serve(socket.socket(fileno=os.dup(0)))
    runpy.run_module("queueapp", run_name="__main__", alter_sys=True)
