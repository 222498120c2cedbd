"""Printers on a wire, through the system, and as a folder: a pseudo-terminal, a pipe, programs that stand for CUPS."""

import contextlib
import io
import os
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from queueapp.paper.escpos import as_bytes, printable
from queueapp.paper.picture import draw, on_paper
from queueapp.paper.printers import Printer, PrinterError, has_printer, printer_for
from tests.devices.fakes import FINE, NO_PAPER, generated

SLIP = generated(3)
DATA = as_bytes(draw(SLIP, 58))
FAST = 4_000_000  # bits a second: the line itself needs no time that counts


def printer(connection: str, target: str, seconds: float = 3) -> Printer:
    return printer_for({"connection": connection, "target": target, "paper_mm": 58}, seconds=seconds)


def failed(asked: Printer, name: str = "slip") -> PrinterError:
    begun = time.monotonic()
    with pytest.raises(PrinterError) as raised:
        asked.send(DATA, name=name)
    assert time.monotonic() - begun < asked.seconds + 1.5
    return raised.value


class Line:
    """The far end of a serial line."""

    def __init__(self, answers: dict[int, int] | None, *, is_read: bool = True) -> None:
        self.far, self.near = os.openpty()
        self.path, self.came, self._answers = os.ttyname(self.near), b"", answers
        if is_read:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                came = os.read(self.far, 4096)
            except OSError:
                return
            if came[:2] == b"\x10\x04":
                if self._answers is not None:
                    os.write(self.far, bytes([self._answers[came[2]]]))
                came = came[3:]
            self.came += came

    def close(self) -> None:
        os.close(self.far)
        os.close(self.near)


def until(is_so: Callable[[], bool]) -> None:
    """Wait until the far end has read what was sent."""
    end = time.monotonic() + 5
    while not is_so() and time.monotonic() < end:
        threading.Event().wait(0.01)
    assert is_so()


def test_a_serial_printer_gets_the_slip_and_is_asked_first() -> None:
    line = Line({1: FINE, 2: FINE, 4: FINE})
    assert printer("serial", line.path).send(DATA, name="slip") == ()
    until(lambda: line.came == DATA)
    line.close()


def test_a_serial_printer_without_paper_gets_nothing() -> None:
    line = Line({1: FINE, 2: FINE, 4: NO_PAPER})
    error = failed(printer("serial", line.path))
    assert (error.is_begun, line.came, "no paper" in error.message) == (False, b"", True)
    line.close()


def test_a_serial_line_that_does_not_move_is_given_up_in_time() -> None:
    line = Line(None, is_read=False)
    assert failed(printer("serial", f"{line.path},{FAST}", 1)).is_begun
    line.close()


@pytest.mark.parametrize("target", ["/dev/nowhere", "/dev/nowhere,9600", "/dev/null,fast", "COM1,0"])
def test_a_serial_line_that_is_not_there_has_begun_nothing(target: str) -> None:
    assert not failed(printer("serial", target)).is_begun


def test_a_slow_line_gets_the_time_that_it_needs() -> None:
    assert printer("serial", "/dev/ttyS0,9600", 20).seconds_for(b"\0" * 9600) == 30


class Pipe:
    """A pipe that stands for a device file; `is_full` when it takes nothing any more."""

    def __init__(self, folder: Path, *, is_full: bool = False) -> None:
        self.path = str(folder / "lp0")
        os.mkfifo(self.path)
        self._reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self._writer = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while is_full:
                os.write(self._writer, b"\0" * 4096)

    def come(self, work: Callable[[], object]) -> bytes:
        """Return what comes while `work` is done."""
        came: list[bytes] = []
        os.set_blocking(self._reader, True)

        def read() -> None:
            with os.fdopen(self._reader, "rb") as file:
                came.append(file.read())

        thread = threading.Thread(target=read)
        thread.start()
        work()
        os.close(self._writer)
        thread.join(5)
        return came[0]


def test_a_device_file_gets_the_slip(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path)
    asked = printer("device", pipe.path)
    assert asked.look() == ()
    assert pipe.come(lambda: asked.send(DATA, name="slip")) == DATA


def test_a_device_that_takes_nothing_is_given_up_in_time(tmp_path: Path) -> None:
    assert failed(printer("device", Pipe(tmp_path, is_full=True).path, 1)).is_begun


def test_a_disk_is_no_printer(tmp_path: Path) -> None:
    disk = tmp_path / "sda"
    try:
        os.mknod(disk, stat.S_IFBLK | 0o600, os.makedev(7, 0xFFFF))  # a disk that is not there
    except PermissionError:
        pytest.skip("only root makes a disk's file")
    error = failed(printer("device", str(disk)))
    assert (error.is_begun, "is a disk" in error.message) == (False, True)


def test_a_device_that_is_missing_or_an_ordinary_file_has_begun_nothing(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear", encoding="utf-8")
    error = failed(printer("device", str(tmp_path / "letter")))
    assert (error.is_begun, "ordinary file" in error.message) == (False, True)
    assert (tmp_path / "letter").read_text(encoding="utf-8") == "dear"
    assert not failed(printer("device", str(tmp_path / "lp9"))).is_begun


def stand_in(folder: Path, name: str, words: str) -> None:
    """Put a program on the way that does as CUPS's would."""
    (folder / name).write_text(f"#!{sys.executable}\nimport sys, time\n{words}\n", encoding="utf-8")
    (folder / name).chmod(0o700)


def test_cups_is_handed_the_bytes_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        tmp_path,
        "lp",
        f"open({str(tmp_path / 'came')!r}, 'wb').write(sys.stdin.buffer.read())\nprint('request id is', *sys.argv[1:])",
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    told = printer("cups", "slips").send(DATA, name="--help; rm -rf $HOME")
    assert told == ("request id is -d slips -o raw -t --help; rm -rf $HOME",)
    assert (tmp_path / "came").read_bytes() == DATA


def test_what_cups_refuses_was_not_begun_and_what_it_does_not_answer_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not failed(printer("cups", "slips")).is_begun
    stand_in(tmp_path, "lp", "sys.exit('lp: The printer or class does not exist.')")
    error = failed(printer("cups", "slips"))
    assert (error.is_begun, "does not exist" in error.message) == (False, True)
    stand_in(tmp_path, "lp", "time.sleep(60)")
    assert failed(printer("cups", "slips", 1)).is_begun


def test_a_folder_gets_each_slip_as_a_picture_and_keeps_those_before(tmp_path: Path) -> None:
    asked = printer("folder", str(tmp_path / "slips"))
    assert asked.look() == ()
    first, second = asked.print(SLIP, name="Phiếu ../../D-007"), asked.print(SLIP, name="Phiếu ../../D-007")
    assert [Path(path).name for path in (*first, *second)] == ["phieu-d-007.png", "phieu-d-007-2.png"]
    picture = Image.open(io.BytesIO(Path(first[0]).read_bytes()))
    assert picture.convert("1").tobytes() == on_paper(printable(draw(SLIP, 58))).tobytes()


def test_a_folder_that_cannot_be_has_begun_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert not failed(printer("folder", str(tmp_path / "file" / "slips"))).is_begun
    assert not failed(printer("folder", str(tmp_path / "file"))).is_begun


@pytest.mark.parametrize("target", ["printer", "04b8", "04b8:zz", "ffff:ffff"])
def test_a_usb_printer_that_is_not_there_has_begun_nothing(target: str) -> None:
    assert not failed(printer("usb", target)).is_begun


@pytest.mark.skipif(sys.platform == "win32", reason="there it may be a printer")
def test_the_spooler_of_windows_is_only_on_windows() -> None:
    error = failed(printer("windows", ""))
    assert (error.is_begun, "needs Windows" in error.message) == (False, True)


def test_an_office_without_a_printer_is_told_so() -> None:
    nothing: dict[str, Any] = {}
    assert (has_printer(nothing), has_printer({"connection": "none"}), has_printer({"connection": "usb"})) == (
        False,
        False,
        True,
    )
    with pytest.raises(PrinterError) as raised:
        printer_for(nothing)
    assert not raised.value.is_begun


class Stuck(Printer):
    """A printer whose driver does not come back."""

    connection = "network"

    def __init__(self, *, is_begun: bool) -> None:
        super().__init__("nowhere", seconds=0.2)
        self.is_begun, self.release, self.printed = is_begun, threading.Event(), threading.Event()

    def _look(self, attempt: Any) -> tuple[str, ...]:
        return self._send(b"", "", attempt)

    def _send(self, data: bytes, name: str, attempt: Any) -> tuple[str, ...]:  # noqa: ARG002
        if self.is_begun:
            attempt.start_sending()
        self.release.wait(10)
        attempt.start_sending()
        self.printed.set()
        return ()


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_driver_that_hangs_is_left_alone_and_never_prints_what_was_given_up_before_it_began(is_begun: bool) -> None:
    stuck = Stuck(is_begun=is_begun)
    assert failed(stuck).is_begun is is_begun
    stuck.release.set()
    assert not stuck.printed.wait(0.3)
