"""A printer by USB: the library is real, the bus is not."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.backend.libusb1
import usb.core

from queueapp.paper.escpos import as_bytes
from queueapp.paper.picture import draw
from queueapp.paper.printers import Printer, PrinterError, printer_for
from tests.devices.fakes import FINE, NO_PAPER, generated

DATA = as_bytes(draw(generated(4), 58))
INTO, OUT_OF, BULK = 0x03, 0x84, 2


class Facts(SimpleNamespace):
    """What a device says of itself; nought where it is not said."""

    def __getattr__(self, _name: str) -> int:
        return 0


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """A bus with one printer, which takes `room` bytes and answers as it is told."""

    def __init__(self, answers: dict[int, int] | None = None, room: int = 10**9, *, is_printer: bool = True) -> None:
        self.came, self._answers, self._room, self._asked = b"", answers, room, 0
        self._points = [INTO, OUT_OF] if is_printer else []

    def enumerate_devices(self) -> Iterator[str]:
        return iter(["printer"])

    def get_device_descriptor(self, _device: Any) -> Any:
        return Facts(idVendor=0x04B8, idProduct=0x0202, bNumConfigurations=1, bus=1, address=1)

    def get_configuration_descriptor(self, _device: Any, _config: int) -> Any:
        return Facts(bNumInterfaces=1, bConfigurationValue=1)

    def get_interface_descriptor(self, _device: Any, interface: int, alternate: int, _config: int) -> Any:
        if interface or alternate:
            raise IndexError
        return Facts(bNumEndpoints=len(self._points))

    def get_endpoint_descriptor(self, _device: Any, point: int, *_where: int) -> Any:
        return Facts(bEndpointAddress=self._points[point], bmAttributes=BULK)

    def open_device(self, device: Any) -> Any:
        return device

    def close_device(self, _handle: Any) -> None: ...
    def set_configuration(self, _handle: Any, _value: int) -> None: ...
    def get_configuration(self, _handle: Any) -> int:
        return 1

    def claim_interface(self, _handle: Any, _interface: int) -> None: ...
    def release_interface(self, _handle: Any, _interface: int) -> None: ...
    def reset_device(self, _handle: Any) -> None: ...

    def bulk_write(self, _handle: Any, point: int, _interface: int, data: Any, _timeout: int) -> int:
        assert point == INTO
        given = bytes(data)
        if given[:2] == b"\x10\x04":
            self._asked = given[2]
            return len(given)
        taken = given[: min(1000, self._room - len(self.came))]
        if not taken:
            raise usb.core.USBTimeoutError("Operation timed out", errno=110)
        self.came += taken
        return len(taken)

    def bulk_read(self, _handle: Any, point: int, _interface: int, buffer: Any, _timeout: int) -> int:
        assert point == OUT_OF
        if self._answers is None:
            raise usb.core.USBTimeoutError("Operation timed out", errno=110)
        buffer[0] = self._answers[self._asked]
        return 1


def plugged(bus: Bus, monkeypatch: pytest.MonkeyPatch, seconds: float = 3) -> Printer:
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: bus)
    return printer_for({"connection": "usb", "target": "04b8:0202"}, seconds=seconds)


def failed(asked: Printer) -> PrinterError:
    with pytest.raises(PrinterError) as raised:
        asked.send(DATA, name="slip")
    return raised.value


@pytest.mark.parametrize(
    ("answers", "told"), [({1: FINE, 2: FINE, 4: FINE}, ()), (None, ("The printer does not say how it is.",))]
)
def test_a_usb_printer_gets_the_whole_slip_piece_by_piece(
    answers: dict[int, int] | None, told: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Bus(answers)
    asked = plugged(bus, monkeypatch)
    assert asked.look() == ()
    assert asked.send(DATA, name="slip") == told
    assert bus.came == DATA


def test_a_usb_printer_without_paper_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Bus({1: FINE, 2: FINE, 4: NO_PAPER})
    error = failed(plugged(bus, monkeypatch))
    assert (error.is_begun, bus.came, "no paper" in error.message) == (False, b"", True)


def test_a_usb_printer_that_takes_no_more_may_have_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Bus({1: FINE, 2: FINE, 4: FINE}, room=5000)
    assert failed(plugged(bus, monkeypatch)).is_begun
    assert len(bus.came) == 5000


def test_a_usb_device_that_is_no_printer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    error = failed(plugged(Bus(is_printer=False), monkeypatch))
    assert (error.is_begun, "no printer" in error.message) == (False, True)


def test_a_usb_printer_that_is_unplugged_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(Bus(), monkeypatch)
    error = failed(printer_for({"connection": "usb", "target": "04b8:9999"}))
    assert (error.is_begun, "04b8:9999" in error.message) == (False, True)
