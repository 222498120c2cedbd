"""Runs the terminal application for one browser: a process of its own, which ends with the browser."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping

from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

PATIENCE = 5.0  # seconds for the application to leave by itself
LARGEST_PACKET = 8 << 20  # a whole screen is a few kilobytes
_START = b"__GANGLION__\n"
_KEPT = frozenset(
    {"HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ", "USER"}
    | {"PYTHONDONTWRITEBYTECODE"}
)
_KEPT_BEGINNINGS = ("LC_", "PG")  # PG: how PostgreSQL's own library finds its server and its passwords


def environment_for(
    base: Mapping[str, str], address: str, language: str | None, size: tuple[int, int]
) -> dict[str, str]:
    """Return the environment of the application: what it needs and no more.

    The database's address stands here, where only processes of the same user can read it, and not on the command line,
    which everybody sees; a PIN that the server was started with is nobody's at a browser.
    """
    kept = {name: value for name, value in base.items() if name in _KEPT or name.startswith(_KEPT_BEGINNINGS)}
    return kept | {
        "QUEUEAPP_DB": address,
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "TEXTUAL_FPS": "60",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM_PROGRAM": "textual",
        "COLUMNS": str(size[0]),
        "ROWS": str(size[1]),
        **({"QUEUEAPP_LANG": language} if language else {}),
    }


class Seat(AppService):
    """One browser's terminal at the end of a `line`; `language` is the one that its page asked for."""

    def __init__(self, address: str, language: str | None, line: web.WebSocketResponse) -> None:
        async def hang_up() -> None:
            await line.close(code=self.closing)

        super().__init__(
            "queueapp",
            write_bytes=line.send_bytes,
            write_str=line.send_str,
            close=hang_up,
            download_manager=DownloadManager(),
        )
        self._address = address
        self._language = language
        self.closing = WSCloseCode.GOING_AWAY

    @property
    def pid(self) -> int | None:
        """The number of the application's process."""
        return self._process.pid if self._process is not None else None

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # a module that lies in the present folder is not taken for ours
            "-m",
            "queueapp",
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # what it says of a fault of ours may hold what is the office's
            env=environment_for(os.environ, self._address, self._language, (width, height)),
            start_new_session=True,
        )
        self._process, self._stdin = process, process.stdin
        return process

    async def run(self) -> None:
        """Hand on what the application paints until it ends, then close the browser's line."""
        if self._process is None or self._process.stdout is None:  # pragma: no cover - `start` opens it
            return
        try:
            await self._hand_on(self._process.stdout)
        finally:
            with contextlib.suppress(Exception):  # the browser may have gone first
                await self.remote_close()

    async def _hand_on(self, painted: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            while await painted.readline() not in {_START, b""}:
                pass
            while True:
                head = await painted.readexactly(5)
                size = int.from_bytes(head[1:], "big")
                if size > LARGEST_PACKET:
                    return
                payload = await painted.readexactly(size)
                if head[:1] == b"D":
                    await self.on_data(payload)
                elif head[:1] == b"M":
                    await self.on_meta(payload)

    async def on_meta(self, data: bytes) -> None:
        """Close the line when the application was left; it has nothing else to say to a browser."""
        if json.loads(data).get("type") == "exit":
            self.closing = WSCloseCode.OK
            await self.remote_close()

    async def stop(self) -> None:
        """End the application: by its own leave, else by force."""
        process, task = self._process, self._task
        if process is None or task is None:
            return
        self._task = None
        await self.send_meta({"type": "quit"})
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            _kill(process)
            await process.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)  # also what it may have started
        else:
            process.kill()
