"""Prints over the network: the raw port of a printer, nearly always 9100."""

import select
import socket
import struct
import time
from contextlib import suppress

from queueapp.i18n import N_
from queueapp.paper.printer import CHUNK, CONNECT_SECONDS, Attempt, Printer, PrinterError, Told, refuse_trouble
from queueapp.paper.status import ASK, STATUS_SECONDS, Status, read_status

PORT, LARGEST_PORT = 9100, 0xFFFF
PATIENCE = 5.0  # seconds for a last sign of life after the last byte


class NetworkPrinter(Printer):
    """A printer at an address: `192.168.1.50`, `printer.lan:9100`, `[fd00::5]:9100`."""

    connection = "network"

    def _look(self, attempt: Attempt) -> Told:
        with self._connected(attempt) as line:
            return self._asked(line).told

    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told:  # noqa: ARG002 - the port knows no names
        with self._connected(attempt) as line:
            before = self._asked(line)
            attempt.start_sending()
            for begin in range(0, len(data), CHUNK):
                line.settimeout(attempt.left())
                line.sendall(data[begin : begin + CHUNK])
            _wait_until_taken(line, attempt)
            after = read_status(lambda about: _ask(line, about)) if before.is_alive else before
            refuse_trouble(after, is_begun=True)
            patience = STATUS_SECONDS if after.is_alive else min(PATIENCE, attempt.left())
            if not _has_ended(line, patience) and not after.is_alive:
                raise PrinterError(N_("The printer took the slip and gave no sign of life since."), is_begun=True)
            return after.told

    def _asked(self, line: socket.socket) -> Status:
        status = read_status(lambda about: _ask(line, about))
        refuse_trouble(status)
        return status

    def _connected(self, attempt: Attempt) -> socket.socket:
        try:
            return socket.create_connection(_address(self.target), min(CONNECT_SECONDS, attempt.left()))
        except TimeoutError:
            raise PrinterError(N_("Nobody answers at {target}. Is the printer on?"), target=self.target) from None


def _address(target: str) -> tuple[str, int]:
    host, port = target, str(PORT)
    if target.startswith("["):
        host, _bracket, rest = target[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif target.count(":") == 1:
        host, _colon, port = target.partition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) <= LARGEST_PORT:
        raise PrinterError(N_("“{target}” is no address of a printer, such as 192.168.1.50:9100."), target=target)
    return host, int(port)


def _ask(line: socket.socket, about: int) -> bytes:
    """Ask one question and return what comes back in time (OSError when the printer hangs up)."""
    line.settimeout(STATUS_SECONDS)
    line.sendall(ASK + bytes([about]))
    try:
        answer = line.recv(64)
    except TimeoutError:
        return b""
    if not answer:
        raise ConnectionResetError("the printer hung up")
    return answer


def _wait_until_taken(line: socket.socket, attempt: Attempt) -> None:
    """Wait until the printer's side has every byte: what only our system holds is lost when the printer dies."""
    while _untaken(line):
        attempt.left()
        if select.select([line], [], [], 0.02)[0] and not line.recv(64):
            raise ConnectionResetError("the printer hung up")
    error = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, "the printer hung up")


def _untaken(line: socket.socket) -> int:
    """Return how many bytes the other side has not confirmed; none where the system cannot tell."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
        import termios  # noqa: PLC0415
    except ImportError:
        return 0
    with suppress(OSError):
        return int(struct.unpack("i", fcntl.ioctl(line, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
    return 0


def _has_ended(line: socket.socket, seconds: float) -> bool:
    """Say that no more comes, and whether the printer agrees by hanging up in time (OSError: it broke off)."""
    line.shutdown(socket.SHUT_WR)
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        line.settimeout(left)
        try:
            if not line.recv(1024):
                return True
        except TimeoutError:
            break
    return False
