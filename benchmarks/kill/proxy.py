"""A proxy before a PostgreSQL server that cuts connections at COMMIT, so that the client does not know what became of it.

A cut is made before the COMMIT goes to the server (nothing is done), right after it has gone (nobody knows), or when the
server has answered and the answer has not gone back (it is done). Some cuts end the connection in order, some reset it.
"""

import asyncio
import contextlib
import mmap
import multiprocessing
import random
import signal
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from benchmarks.kill.frames import Conversation, Frames

_BLOCK = 1 << 16
_DONE = b"COMMIT\0"  # in the server's answer: the commit was made
_RESET = struct.pack("ii", 1, 0)
_NUMBER = struct.Struct("Q")


class Cut(IntEnum):
    """When a connection is cut."""

    BEFORE = 0
    BLIND = 1
    AFTER = 2


class Counts:
    """How many cuts of each kind were made, seen by this process and the proxy's; the last slot: COMMITs that passed."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _NUMBER.size * (len(Cut) + 1))

    def add(self, cut: Cut | None) -> None:
        """Count a cut, or a COMMIT that passed."""
        place = _NUMBER.size * (len(Cut) if cut is None else cut)
        _NUMBER.pack_into(self._memory, place, _NUMBER.unpack_from(self._memory, place)[0] + 1)

    @property
    def cuts(self) -> Counter[Cut]:
        """How many cuts of each kind were made."""
        return Counter({cut: _NUMBER.unpack_from(self._memory, _NUMBER.size * cut)[0] for cut in Cut})

    @property
    def passed(self) -> int:
        """How many COMMITs were let through."""
        return int(_NUMBER.unpack_from(self._memory, _NUMBER.size * len(Cut))[0])


@dataclass(frozen=True, slots=True)
class Plan:
    """How many connections to cut in all, and of how many COMMITs each."""

    cuts: int
    share: float
    seed: int


class Proxy:
    """The proxy's side of it: lets everything through between its port and the server's socket, but for the cuts."""

    def __init__(self, server: Path, plan: Plan, counts: Counts) -> None:
        self._server = server
        self._plan = plan
        self._counts = counts
        self._chance = random.Random(plan.seed)
        self._left = plan.cuts

    async def run(self, listening: socket.socket) -> None:
        """Serve until the process is ended."""
        server = await asyncio.start_server(self._connected, sock=listening)
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            back, on = await asyncio.open_unix_connection(str(self._server))
            await _Wire(self, reader, writer, back, on).run()
        writer.close()

    def decide(self) -> Cut | None:
        """Say whether and how the connection of this COMMIT is cut; exactly as many are as were planned."""
        if not self._left or self._chance.random() >= self._plan.share:
            self._counts.add(None)
            return None
        self._left -= 1
        return Cut(self._chance.randrange(len(Cut)))

    def made(self, cut: Cut) -> None:
        """Count a cut."""
        self._counts.add(cut)

    def failed(self) -> None:
        """Plan a cut anew that could not be made: the server was gone before it answered."""
        self._left += 1

    def is_rude(self) -> bool:
        """Say whether the next cut resets the connection instead of ending it."""
        return self._chance.random() < 0.5


class _Wire:
    """One connection through the proxy."""

    def __init__(
        self,
        proxy: Proxy,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamReader,
        on: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._reader, self._writer = reader, writer
        self._back, self._on = back, on
        self._frames, self._conversation = Frames(), Conversation()
        self._planned: Cut | None = None
        self._held = b""

    async def run(self) -> None:
        """Let both directions through until one of them ends."""
        ways = [asyncio.create_task(self._to_server()), asyncio.create_task(self._to_client())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            if self._planned is not None:
                self._proxy.failed()
            self._on.close()

    async def _to_server(self) -> None:
        while data := await self._reader.read(_BLOCK):
            for kind, message in self._frames.feed(data):
                if self._conversation.is_commit(kind, message):
                    self._planned = self._proxy.decide()
                    if self._planned is Cut.BEFORE:
                        self._cut()
                        return
                self._on.write(message)
                # A prepared COMMIT is done when the client has sent its Sync.
                if self._planned is Cut.BLIND and kind in {"Q", "S"}:
                    await self._on.drain()
                    self._cut()
                    return
            await self._on.drain()

    async def _to_client(self) -> None:
        while data := await self._back.read(_BLOCK):
            if self._planned is Cut.AFTER:
                self._held += data
                if _DONE in self._held:
                    self._cut()
                    return
            else:
                self._writer.write(data)
                await self._writer.drain()

    def _cut(self) -> None:
        if self._planned is None:
            return
        self._proxy.made(self._planned)
        self._planned = None
        if self._proxy.is_rude():
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._on.transport.abort()
        self._writer.transport.abort()


@contextlib.contextmanager
def proxied(server: Path, plan: Plan) -> Iterator[tuple[int, Counts]]:
    """Run a proxy before the server's socket in a process of its own; give its port and its counts."""
    counts = Counts()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        proxy = Proxy(server, plan, counts)
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(proxy, listening), daemon=True)
        process.start()
        try:
            yield listening.getsockname()[1], counts
        finally:
            process.kill()
            process.join()


def _serve(proxy: Proxy, listening: socket.socket) -> None:  # pragma: no cover - in a process of its own
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(proxy.run(listening))
