"""Printers that are none: a real server on a port, which behaves well or badly, and slips to send to them."""

import contextlib
import random
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from queueapp.paper.content import Content
from queueapp.paper.slip import slip_content
from queueapp.paper.trial import vietnamese_letters
from queueapp.rules.views import OfficeView, PriorityView, ServiceView, TicketView

FINE, OFFLINE, COVER, NO_PAPER, NEARLY = 0x12, 0x1A, 0x16, 0x72, 0x1E
BEGIN_OF_SLIP = b"\x1b@"
QUESTION = b"\x10\x04"
SMALL_BUFFER = 4096  # as little as a printer has, so that it can be full


class FakePrinter:
    """A printer on a port of this machine.

    `answers` are its answers by what is asked about (None: it says nothing); `manner` is good (reads all, and hangs up
    when the other side has ended), mute (the same, but never hangs up), stuck (does not read a slip), or dying (breaks
    off after 1000 bytes of it). `later` are its answers once a slip has come.
    """

    def __init__(
        self,
        manner: str = "good",
        answers: dict[int, bytes] | None = None,
        later: dict[int, bytes] | None = None,
    ) -> None:
        self.manner, self.answers, self.later = manner, answers, later
        self.slips: list[bytes] = []
        self._server = socket.socket()
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        self._server.bind(("127.0.0.1", 0))
        self._server.listen()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def target(self) -> str:
        """The address for the settings."""
        host, port = self._server.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed already
            self._server.settimeout(0.05)
        while not self._is_over.is_set():
            try:
                line, _address = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with line:
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        line.settimeout(0.05)
        asked, slip = b"", b""
        while not self._is_over.is_set():
            if self.manner == "stuck" and slip:
                time.sleep(0.02)
                continue
            try:
                came = line.recv(1024)
            except TimeoutError:
                continue
            except OSError:
                break
            if not came:
                break
            asked, fresh = self._answered(line, asked + came, is_begun=bool(slip))
            slip += fresh
            if self.manner == "dying" and len(slip) > 1000:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
        if slip:
            self.slips.append(slip)
        if self.manner == "mute":
            self._is_over.wait(10)

    def _answered(self, line: socket.socket, came: bytes, *, is_begun: bool) -> tuple[bytes, bytes]:
        """Answer the questions in what came; return what may be the begin of one, and the rest without them."""
        rest = b""
        while (place := came.find(QUESTION)) >= 0 and len(came) >= place + 3:
            rest, about, came = rest + came[:place], came[place + 2], came[place + 3 :]
            answers = self.later if self.later is not None and (is_begun or rest) else self.answers
            if answers and about in answers:
                line.sendall(answers[about])
        kept = next((size for size in (2, 1) if came.endswith(QUESTION[:size])), 0)
        return came[len(came) - kept :], rest + came[: len(came) - kept]


def answering(printer: int = FINE, offline: int = FINE, paper: int = FINE) -> dict[int, bytes]:
    """Return the answers of a printer that says how it is."""
    return {1: bytes([printer]), 2: bytes([offline]), 4: bytes([paper])}


_OFFICE = OfficeView(
    "Trung tâm Phục vụ hành chính công xã Tân Phú",
    "Asia/Ho_Chi_Minh",
    "vi",
    is_training=False,
    priorities=(PriorityView("elderly", "Người cao tuổi", "Elderly"), PriorityView("merit", "Người có công", "Merit")),
)
_FIELD = ServiceView("land", "D", "Đất đai", "Land", 7, 5, 1, 1, 0, {}, {}, None, None)
_AT = datetime(2026, 11, 23, 1, 5, 9, tzinfo=UTC)
_TICKET = TicketView(
    code="D-007",
    service="land",
    issued_for="land",
    number=7,
    day=date(2026, 11, 23),
    state="waiting",
    priority=None,
    dossiers=1,
    procedure=None,
    channel=None,
    issued_at=_AT,
    since=_AT,
    ahead=4,
    counter=None,
    clerk=None,
    calls=0,
    outcome=None,
)
_LETTERS = "".join(vietnamese_letters()) + "".join(vietnamese_letters()).upper() + "0123456789"
_HOSTILE = (
    "\x1bp\x00\x19\xfa",
    "\x1dV\x00",
    "\x10\x14\x01\x00\x01",
    "\x1b@",
    "\x00",
    "\u202e",
    "日本",
    "🙂",
    "‑",
    "[/]{x}",
)


def odd_name(chance: random.Random, longest: int) -> str:
    """Return a name of words that no language has, at times with what a printer would obey."""
    words = ["".join(chance.choices(_LETTERS, k=chance.randint(1, 9))) for _n in range(chance.randint(1, longest))]
    if chance.random() < 0.3:
        words.insert(chance.randrange(len(words) + 1), chance.choice(_HOSTILE))
    return " ".join(words)


def generated(seed: int) -> Content:
    """Return the slip of a made-up ticket: odd long names, every Vietnamese letter, and what a printer would obey."""
    chance = random.Random(seed)
    name = partial(odd_name, chance)
    ticket = replace(
        _TICKET,
        code=f"{chance.choice(('D', 'Đ', 'HT', 'X'))}-{chance.randint(1, 10 ** chance.randint(1, 6)):03d}",
        priority=chance.choice((None, "elderly", "merit", "unknown")),
        dossiers=chance.choice((1, 1, 2, 30)),
        ahead=chance.choice((None, 0, 4, 117)),
        issued_at=_AT + timedelta(seconds=chance.randint(0, 36_000)),
    )
    office = replace(_OFFICE, name=name(14), is_training=chance.random() < 0.2)
    languages = chance.choice(("vi", "both"))
    why = "Trước ông/bà 7 số; giờ này thường 3,5 phút gọi một số; hôm nay chậm hơn 11 %."
    told = (("15-45 phút, khoảng 09:10-09:40", why),) * (1 if languages == "vi" else 2)
    return slip_content(
        ticket,
        office,
        replace(_FIELD, name_vi=name(6), name_en=name(6)),
        languages=languages,
        qr=chance.choice(("", "https://hcc.tanphu.gov.vn/t/", "http://192.168.1.2:8080/t/"))
        + f"{chance.getrandbits(96):x}",
        procedure=chance.choice((None, (name(20), name(20)), (name(3), ""))),
        papers=[name(30) for _n in range(chance.choice((0, 0, 3, 9)))],
        expected=told if chance.random() < 0.5 else (),
        is_copy=chance.random() < 0.2,
    )


def scanner() -> str | None:
    """Return the program that reads a QR from a picture, if it is installed (Debian: zbar-tools)."""
    return shutil.which("zbarimg")


def scanned(program: str, pictures: Sequence[Path]) -> list[str]:
    """Return what the QRs of these pictures say, in their order."""
    done = subprocess.run(
        [program, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *map(str, pictures)],
        capture_output=True,
        check=False,
        text=True,
    )
    return done.stdout.splitlines()
