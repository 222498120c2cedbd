"""Prints through the system: CUPS, the spooler of Windows, a folder of pictures where there is no printer."""

import io
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from queueapp.i18n import N_
from queueapp.paper.escpos import decode
from queueapp.paper.files import write_new_bytes
from queueapp.paper.picture import DOTS_AN_INCH, on_paper
from queueapp.paper.printer import Attempt, Printer, PrinterError, Told
from queueapp.text import fold


class CupsPrinter(Printer):
    """A queue of CUPS by its name. What is handed over the system prints when it can: it is out of our hands."""

    connection = "cups"

    def _look(self, attempt: Attempt) -> Told:
        done = self._run(["lpstat", "-p", self.target], b"", attempt)
        return tuple(done.splitlines()[:1])

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:
        attempt.start_sending()
        return tuple(self._run(["lp", "-d", self.target, "-o", "raw", "-t", name], data, attempt).splitlines()[:1])

    def _run(self, words: list[str], given: bytes, attempt: Attempt) -> str:
        program = shutil.which(words[0])
        if program is None:
            raise PrinterError(N_("CUPS is not installed here: there is no “{program}”."), program=words[0])
        try:
            done = subprocess.run(  # noqa: S603 - fixed words; the name of the queue is one of them, not a shell's
                [program, *words[1:]], input=given, capture_output=True, timeout=attempt.left(), check=False
            )
        except subprocess.TimeoutExpired:
            raise attempt.late() from None
        if done.returncode:  # then nothing stands in the queue
            cause = done.stderr.decode(errors="replace").strip() or str(done.returncode)
            raise PrinterError(N_("CUPS refused: {cause}"), cause=cause)
        return done.stdout.decode(errors="replace")


class WindowsPrinter(Printer):
    """A printer of Windows by its name, through its spooler; empty means the one that is the default."""

    connection = "windows"

    def _look(self, attempt: Attempt) -> Told:  # noqa: ARG002 - the bound is kept by whoever waits
        self._opened("queueapp").close()
        return ()

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:
        printer = self._opened(name)
        try:
            attempt.start_sending()
            printer._raw(data)  # noqa: SLF001 - the library's only way to send bytes as they are
        finally:
            printer.close()
        return ()

    def _opened(self, name: str) -> Any:
        from escpos.printer import Win32Raw  # noqa: PLC0415 - an extra

        if not Win32Raw.is_usable():
            raise PrinterError(N_("This connection needs Windows, and: pip install 'queueapp[printer]'."))
        printer = Win32Raw(self.target)
        printer.open(job_name=name)
        return printer


class FolderPrinter(Printer):
    """A folder into which each slip is put as a PNG; one that is missing is made."""

    connection = "folder"

    def _look(self, attempt: Attempt) -> Told:  # noqa: ARG002
        folder = self._folder()
        if not os.access(folder, os.W_OK):
            raise PermissionError(f"{folder}")
        return ()

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:
        file = io.BytesIO()
        on_paper(decode(data)).save(file, "PNG", dpi=(DOTS_AN_INCH, DOTS_AN_INCH))
        folder = self._folder()
        attempt.start_sending()
        try:
            return (str(write_new_bytes(folder, f"{_as_file(name)}.png", file.getvalue())),)
        except OSError as error:  # then no half file is left
            raise self._broken(error, is_begun=False) from None

    def _folder(self) -> Path:
        folder = Path(self.target)
        folder.mkdir(exist_ok=True)
        return folder


def _as_file(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", fold(name)).strip("-")[:60] or "slip"
