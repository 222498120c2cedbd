"""Twenty boards that come and go before one server, a call each second: each hears every call once, in order."""

import asyncio
import contextlib
import json
import multiprocessing
import random
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import aiohttp

from benchmarks.browsing.served import Running
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up
from queueapp.operations.serving import finish

SETTLING = 3.0  # seconds after the last call until the boards are looked at
COUNTERS = 3
SERVICES = ("land", "civil_status", "social_affairs")
WARM_SHARE = 0.1  # of the run until memory is looked at
MOST_GROWTH = 6.0  # MB


@dataclass
class Board:
    """One board's line, dropped now and then as by a bad network; nothing is sorted out by the board itself."""

    port: int
    random: random.Random
    every: tuple[float, float]
    heard: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    mark: str = ""
    lines: int = 0

    async def listen(self, session: aiohttp.ClientSession) -> None:
        """Listen until cancelled."""
        while True:
            self.lines += 1
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                async with asyncio.timeout(self.random.uniform(*self.every)):
                    await self._one_line(session)
            await asyncio.sleep(self.random.uniform(0, 1))

    async def _one_line(self, session: aiohttp.ClientSession) -> None:
        headers = {"Last-Event-ID": self.mark} if self.mark else {}
        async with session.get(f"http://127.0.0.1:{self.port}/board/events", headers=headers) as response:
            block: dict[str, str] = {}
            async for raw in response.content:
                line = raw.decode().rstrip("\n")
                if line:
                    name, _colon, value = line.partition(": ")
                    block[name] = value
                    continue
                self._hear(block)
                block = {}

    def _hear(self, block: dict[str, str]) -> None:
        if block.get("event") != "board":
            return
        data = json.loads(block["data"])
        self.mark = block.get("id", self.mark)
        for each in data["calls"]:
            self.heard.append(each["seq"])
            self.late.append(time.time() * 1000 - each["at"])


def work(address: str, seconds: float, every: float) -> None:
    """Call somebody each so many seconds; who was called stays until that counter calls again."""
    database = Database(address, first=keep_up)
    begun, n, is_busy = time.monotonic(), 0, [False] * COUNTERS
    while time.monotonic() - begun < seconds:
        place = n % COUNTERS
        given: dict[str, Any] = {"counter": place + 1}
        if is_busy[place]:
            database.write(start, at=now(), **given)
            database.write(finish, at=now(), **given)
        database.write(issue, service=SERVICES[place], at=now())
        database.write(call, at=now(), **given)
        is_busy[place], n = True, n + 1
        time.sleep(max(0.0, begun + n * every - time.monotonic()))
    database.close()


def called(address: str) -> list[int]:
    """Return the numbers of all calls, in order."""
    database = Database(address, first=keep_up)
    rows = database.read(
        lambda session: session._driver.execute(
            "SELECT seq FROM event WHERE verb IN ('call', 'recall') ORDER BY seq"
        ).fetchall()
    )
    database.close()
    return [row[0] for row in rows]


@dataclass
class Watched:
    """What came of a run."""

    calls: int
    wrong: list[str]
    lines: int
    memory: list[float]
    cpu_share: float
    late: list[float]


async def _listen(
    served: Running, seconds: float, every: float, boards: int, drops: tuple[float, float], settling: float
) -> Watched:
    crowd = [Board(served.port, random.Random(n), drops) for n in range(boards)]
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as session:
        listening = [asyncio.create_task(board.listen(session)) for board in crowd]
        while not all(board.mark for board in crowd):  # noqa: ASYNC110 - they tell nobody
            await asyncio.sleep(0.05)
        worker = multiprocessing.get_context("spawn").Process(target=work, args=(served.address, seconds, every))
        worker.start()
        memory, cpu, begun = [served.memory()], served.cpu(), time.monotonic()
        while worker.is_alive():
            await asyncio.sleep(min(1.0, seconds / 20))
            memory.append(served.memory())
        await asyncio.sleep(settling)
        cpu_share = (served.cpu() - cpu) / (time.monotonic() - begun)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    expected = called(served.address)
    wrong = [
        f"board {n}: {_difference(expected, board.heard)}" for n, board in enumerate(crowd) if board.heard != expected
    ]
    late = [each for board in crowd for each in board.late]
    return Watched(len(expected), wrong, sum(board.lines for board in crowd), memory, cpu_share, late)


def _difference(expected: list[int], heard: list[int]) -> str:
    missed = [seq for seq in expected if seq not in set(heard)]
    twice = sorted({seq for seq in heard if heard.count(seq) > 1})
    return f"missed {missed[:5]}, twice {twice[:5]}, {'in order' if heard == sorted(heard) else 'out of order'}"


def before_boards(
    served: Running,
    seconds: float,
    *,
    every: float = 1.0,
    boards: int = 20,
    drops: tuple[float, float] = (5.0, 60.0),
    settling: float = SETTLING,
) -> Watched:
    """Let so many boards listen for so long; `wrong` says what they missed, and whether memory grew."""
    watched = asyncio.run(_listen(served, seconds, every, boards, drops, settling))
    warm = watched.memory[int(len(watched.memory) * WARM_SHARE) :]
    third = max(1, len(warm) // 3)
    grown = median(warm[-third:]) - median(warm[:third])
    if grown > MOST_GROWTH:
        watched.wrong.append(f"memory grew by {grown:.1f} MB")
    if not watched.calls:
        watched.wrong.append("idle: nobody was called")
    return watched


def said(watched: Watched, boards: int) -> str:
    """Return a run's figures in a sentence."""
    warm = watched.memory[int(len(watched.memory) * WARM_SHARE) :]
    late = sorted(watched.late)
    p99 = late[int(len(late) * 0.99)] if late else 0
    return (
        f"{boards} boards on {watched.lines} lines, {watched.calls} calls, {len(late)} told; memory {min(warm):.1f} to "
        f"{max(warm):.1f} MB (first {warm[0]:.1f}, last {warm[-1]:.1f}), {watched.cpu_share:.1%} of a core; from the call "
        f"to the board median {median(late) if late else 0:.0f} ms, p99 {p99:.0f} ms (with the lines that were cut)"
    )
