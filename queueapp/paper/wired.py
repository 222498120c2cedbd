"""Prints over a wire of this machine: USB, a serial line, a device file."""

import os
import select
import stat
import time
from contextlib import suppress
from typing import Any

from queueapp.i18n import N_
from queueapp.paper.printer import CHUNK, Attempt, Printer, PrinterError, Told, refuse_trouble
from queueapp.paper.status import ASK, STATUS_SECONDS, read_status

SPEED = 115_200  # bits a second, unless the target says another; at 9600 a slip takes longer than a minute
BITS_A_BYTE = 10


def _without_extra() -> PrinterError:
    return PrinterError(N_("This connection needs a library more: pip install 'queueapp[printer]'."))


class UsbPrinter(Printer):
    """A printer by its numbers in hexadecimal, vendor and product, as `lsusb` shows them: `04b8:0202`."""

    connection = "usb"

    def _look(self, attempt: Attempt) -> Told:  # noqa: ARG002 - the bound is kept by whoever waits
        self._endpoints()
        return ()

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:  # noqa: ARG002 - the wire knows no names
        into, out_of = self._endpoints()
        try:
            from escpos.printer import Usb  # noqa: PLC0415 - an extra
        except ImportError:
            raise _without_extra() from None
        vendor, product = self._numbers()
        opened = Usb(vendor, product, in_ep=out_of, out_ep=into)
        try:
            opened.open()
            status = read_status(lambda about: _ask_usb(opened, about)) if out_of else None
            if status is not None:
                refuse_trouble(status)
            attempt.start_sending()
            sent = 0
            while sent < len(data):
                milliseconds = max(1, int(attempt.left() * 1000))
                sent += opened.device.write(into, data[sent : sent + CHUNK], milliseconds)
            return () if status is None else status.told
        finally:
            opened.close()

    def _numbers(self) -> tuple[int, int]:
        vendor, _colon, product = self.target.partition(":")
        try:
            return int(vendor, 16), int(product, 16)
        except ValueError:
            sentence = N_("“{target}” is no vendor:product of a USB printer, such as 04b8:0202.")
            raise PrinterError(sentence, target=self.target) from None

    def _endpoints(self) -> tuple[int, int]:
        """Return where the printer takes bytes, and where it answers (0 where it cannot)."""
        try:
            import usb.core  # noqa: PLC0415 - an extra
            import usb.util  # noqa: PLC0415
        except ImportError:
            raise _without_extra() from None
        vendor, product = self._numbers()
        device = usb.core.find(idVendor=vendor, idProduct=product)
        if device is None:
            raise PrinterError(N_("There is no USB printer {target}. Is it on, and plugged in?"), target=self.target)
        points = [each for interface in device[0] for each in interface if each.bmAttributes & 3 == _BULK]
        into = [each.bEndpointAddress for each in points if not each.bEndpointAddress & _ANSWERS]
        out_of = [each.bEndpointAddress for each in points if each.bEndpointAddress & _ANSWERS]
        if not into:
            raise PrinterError(N_("The USB device {target} is no printer."), target=self.target)
        return into[0], out_of[0] if out_of else 0


_BULK, _ANSWERS = 2, 0x80  # of an endpoint: its kind, and its direction


def _ask_usb(opened: Any, about: int) -> bytes:
    import usb.core  # noqa: PLC0415

    milliseconds = int(STATUS_SECONDS * 1000)
    try:
        opened.device.write(opened.out_ep, ASK + bytes([about]), milliseconds)
        return bytes(opened.device.read(opened.in_ep, 64, milliseconds))
    except usb.core.USBTimeoutError:
        return b""


class SerialPrinter(Printer):
    """A printer on a serial line: its path, and the speed where it is not 115200: `/dev/ttyUSB0,9600`, `COM3`."""

    connection = "serial"

    def seconds_for(self, data: bytes) -> float:
        """Return how long `data` may take: the bound, and what the line itself needs."""
        return self.seconds + len(data) * BITS_A_BYTE / self._line()[1]

    def _look(self, attempt: Attempt) -> Told:  # noqa: ARG002
        opened = self._opened()
        try:
            return read_status(lambda about: _ask_serial(opened, about)).told
        finally:
            opened.close()

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:  # noqa: ARG002
        opened, is_done = self._opened(), False
        try:
            status = read_status(lambda about: _ask_serial(opened, about))
            refuse_trouble(status)
            attempt.start_sending()
            for begin in range(0, len(data), CHUNK):
                opened.write_timeout = attempt.left()
                opened.write(data[begin : begin + CHUNK])
            while opened.out_waiting:
                attempt.left()
                time.sleep(0.02)
            is_done = True
        finally:
            if not is_done:
                with suppress(OSError):
                    opened.reset_output_buffer()  # closing would wait for a line that does not move
            opened.close()
        return status.told

    def _opened(self) -> Any:
        try:
            from escpos.printer import Serial  # noqa: PLC0415 - an extra
        except ImportError:
            raise _without_extra() from None
        if not Serial.is_usable():
            raise _without_extra()
        path, speed = self._line()
        printer = Serial(path, baudrate=speed, timeout=STATUS_SECONDS)
        printer.open()
        printer.device.write_timeout = STATUS_SECONDS
        return printer.device

    def _line(self) -> tuple[str, int]:
        path, comma, speed = self.target.partition(",")
        if comma and not (speed.strip().isascii() and speed.strip().isdigit() and int(speed)):
            raise PrinterError(N_("“{target}” is no serial line, such as /dev/ttyUSB0,9600."), target=self.target)
        return path, int(speed) if comma else SPEED


def _ask_serial(opened: Any, about: int) -> bytes:
    opened.reset_input_buffer()
    opened.write(ASK + bytes([about]))
    first = bytes(opened.read(1))
    return first + bytes(opened.read(min(63, opened.in_waiting)))


class DevicePrinter(Printer):
    """A printer that the system shows as a file: `/dev/usb/lp0`, `LPT1`."""

    connection = "device"

    def _look(self, attempt: Attempt) -> Told:  # noqa: ARG002
        os.close(self._opened())
        return ()

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:  # noqa: ARG002
        device = self._opened()
        try:
            attempt.start_sending()
            sent = 0
            while sent < len(data):
                _wait_for(device, attempt)
                with suppress(BlockingIOError):
                    sent += os.write(device, data[sent : sent + CHUNK])
            _wait_for(device, attempt)  # the driver forgets at the end what is still on its way
        finally:
            os.close(device)
        return ()

    def _opened(self) -> int:
        if os.name == "posix" and stat.S_ISBLK(os.stat(self.target).st_mode):  # noqa: PTH116 - as it is opened below
            raise PrinterError(N_("{target} is a disk, no printer."), target=self.target)
        device = os.open(self.target, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
        if stat.S_ISREG(os.fstat(device).st_mode):
            os.close(device)
            raise PrinterError(N_("{target} is an ordinary file, no printer."), target=self.target)
        if os.isatty(device):
            import tty  # noqa: PLC0415 - not on every system

            tty.setraw(device)  # else the system would change bytes on their way
        return device


def _wait_for(device: int, attempt: Attempt) -> None:
    """Wait until a device takes bytes; where the system cannot say so, writing itself waits."""
    while hasattr(os, "O_NONBLOCK") and not select.select([], [device], [], attempt.left())[1]:
        pass
