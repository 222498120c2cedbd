"""PostgreSQL's messages as a client sends them: where one ends, and whether it asks for a commit of something."""

import struct
from dataclasses import dataclass, field

_LENGTH = struct.Struct("!I")
_UNTYPED = {80877103: "encryption", 80877104: "encryption"}  # asked before the start; the server answers with one byte


@dataclass
class Frames:
    """The stream of one client, cut into messages: each with its type, "" for those before and at the start."""

    _rest: bytearray = field(default_factory=bytearray)
    _has_started: bool = False

    def feed(self, data: bytes) -> list[tuple[str, bytes]]:
        """Take in what has arrived; return the messages that are whole by now."""
        self._rest += data
        whole = []
        while (message := self._next()) is not None:
            whole.append(message)
        return whole

    def _next(self) -> tuple[str, bytes] | None:
        head = 1 if self._has_started else 0
        if len(self._rest) < head + 4:
            return None
        size = head + _LENGTH.unpack_from(self._rest, head)[0]
        if len(self._rest) < size:
            return None
        message = bytes(self._rest[:size])
        del self._rest[:size]
        if head:
            return chr(message[0]), message
        self._has_started = _LENGTH.unpack_from(message, 4)[0] not in _UNTYPED
        return "", message


@dataclass
class Conversation:
    """What one client has asked for so far: its prepared statements, and whether its transaction has written."""

    _prepared: dict[bytes, bytes] = field(default_factory=dict)
    _has_written: bool = False

    def is_commit(self, kind: str, message: bytes) -> bool:
        """Take in one message; say whether it lets a COMMIT be done of a transaction that has written something.

        A COMMIT comes as a query, or, once the driver has prepared it, as the binding of a prepared statement.
        """
        if kind == "P":
            name, text = message[5:].split(b"\0")[:2]
            self._prepared[name] = text
            return False
        if kind == "Q":
            return self._asked(message[5:].rstrip(b"\0"))
        if kind == "B":
            return self._asked(self._prepared.get(message[5:].split(b"\0")[1], b""))
        return False

    def _asked(self, text: bytes) -> bool:
        verb = text.split(None, 1)[0].upper() if text.strip() else b""
        if verb in {b"INSERT", b"UPDATE", b"DELETE"}:
            self._has_written = True
        if verb in {b"BEGIN", b"ROLLBACK"}:
            self._has_written = False
        return verb == b"COMMIT" and self._has_written
