"""Disks that take nothing more: full, or only to be read."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.disk.script import founded, opened, wrong_in
from queueapp.clock import now
from queueapp.operations.issuing import issue
from queueapp.queries.hall import status
from queueapp.rules.errors import DatabaseUnavailableError


@contextlib.contextmanager
def _file_limit(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def full_by_limit(rounds: int) -> list[str]:
    """Fill the disk by a limit of the file's size: a clear refusal, nothing lost, and on when there is space again."""
    found = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "office.db"
            founded(path)
            # A limit of the file's size reaches SQLite as a failed write, a full disk as a full disk.
            with _file_limit(path.stat().st_size + 4096 * (number % 5)):
                found += _until_full(path, "the disk failed")
            found += _goes_on(path)
    return found


def full_by_mount(rounds: int) -> list[str] | None:
    """Fill a small disk of its own; None where nothing may be mounted."""
    found = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            size = 700 + 40 * (number % 5)
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", name]
            if subprocess.run(mount, check=False, capture_output=True).returncode:
                return None
            try:
                path = Path(name) / "office.db"
                founded(path)
                ballast = Path(name) / "ballast"
                with contextlib.suppress(OSError), ballast.open("wb") as file:
                    for _block in range(1000):
                        file.write(bytes(4096))
                        file.flush()
                found += _until_full(path, "the disk is full")
                ballast.unlink()
                found += _goes_on(path)
            finally:
                subprocess.run(["umount", name], check=False)
    return found


def _until_full(path: Path, words: str) -> list[str]:
    """Issue until the disk is full; the refusal must say so in `words`, and what was issued before must be there."""
    database = opened(path)
    issued = 0
    try:
        for _ticket in range(3000):
            try:
                database.write(issue, service="land", note="x" * 400, at=now())
                issued += 1
            except DatabaseUnavailableError as error:
                if words not in error.message:
                    return [f"said: {error.message}"]
                break
        else:
            return ["the disk was never full"]
        counted = database.read(status, at=now()).services[0].issued
        return [] if counted == issued else [f"{issued} issued, {counted} there"]
    finally:
        database.close()


def _goes_on(path: Path) -> list[str]:
    database = opened(path)
    try:
        before = database.read(status, at=now()).services[0].issued
        database.write(issue, service="land", at=now())
        after = database.read(status, at=now()).services[0].issued
    finally:
        database.close()
    wrong = wrong_in(path, [])
    return [] if after == before + 1 and wrong is None else [f"{before} → {after}: {wrong}"]


def read_only() -> str | None:
    """Try to write to a file that may only be read; None when all is as it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "office.db"
        founded(path)
        path.chmod(0o444)
        folder.chmod(0o555)
        # Root may write everywhere; without that capability it is held to the rights of the file.
        held = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        words = [*held, sys.executable, "-m", "queueapp", "--lang", "en", "--db", str(path), "issue", "land"]
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
        folder.chmod(0o755)
    if done.returncode == 3 and "may only be read" in done.stderr and "Traceback" not in done.stderr:
        return None
    return f"{done.returncode} {done.stdout} {done.stderr}"
