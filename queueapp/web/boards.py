"""The board for a TV: its page, its events, its sound."""

import asyncio
import contextlib
import hashlib
import json
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiohttp import web

from queueapp.rules.pages import is_quiet, parse_mark
from queueapp.web.guard import is_loopback
from queueapp.web.hall import Hall, Message
from queueapp.web.pages import board_page
from queueapp.web.sound import SoundMaker, chime

MOST_BOARDS, MOST_OF_ONE_ADDRESS = 200, 40  # nobody takes the boards of all others
SLOWEST = 30.0  # seconds after which a board that takes nothing is let go; it comes again and misses nothing
RETRY_MS = 2000
SOUNDS_KEPT = 32


def as_event(message: Message, build: str) -> bytes:
    """Return a message as server-sent events write it; its `id` is what the browser gives back when it comes again.

    `build` names the page that goes with it: a TV that still shows that of an older program loads the new one.
    """
    mark = f"id: {message.mark}\n" if message.mark is not None else ""
    data = json.dumps(message.data | {"build": build}, ensure_ascii=False)
    return f"event: {message.kind}\n{mark}data: {data}\n\n".encode()


def _build() -> str:
    here = Path(__file__).parent
    parts = [here / "templates" / "board.html", here / "static" / "board.js", here / "static" / "board.css"]
    return hashlib.blake2b(b"".join(part.read_bytes() for part in parts), digest_size=6).hexdigest()


class Boards:
    """Serves the boards of a hall."""

    def __init__(self, hall: Hall, file: Path | None) -> None:
        self._hall = hall
        self._voice = SoundMaker(file)
        self._build = _build()
        self._following: Counter[str] = Counter()
        self._sounds: OrderedDict[tuple[str, int, str, str], asyncio.Future[bytes]] = OrderedDict()
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sound")

    def routes(self) -> list[web.RouteDef]:
        """Return where the boards' pages are found."""
        return [
            web.get("/board", self.page),
            web.get("/board/events", self.events),
            web.get("/board/sound/bell", self.bell),
            web.get(r"/board/sound/{seq:\d{1,15}}", self.sound),
        ]

    def close(self) -> None:
        """Make no more sounds."""
        self._maker.shutdown(wait=False, cancel_futures=True)

    async def page(self, request: web.Request) -> web.Response:
        """Return the board's page."""
        return board_page(request, self._build)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tell one board what happens until it goes."""
        address = request.remote or ""
        if self.is_full_for(address):
            raise web.HTTPServiceUnavailable
        told = parse_mark(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        self._following[address] += 1
        try:
            await response.prepare(request)
            await response.write(f"retry: {RETRY_MS}\n\n".encode())
            async with contextlib.aclosing(self._hall.follow(told)) as messages:
                async for message in messages:
                    async with asyncio.timeout(SLOWEST):
                        await response.write(as_event(message, self._build))
        except (ConnectionError, TimeoutError):
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._following[address] -= 1
            if not self._following[address]:
                del self._following[address]
        return response

    def is_full_for(self, address: str) -> bool:
        """Say whether no further board can follow from this address; this machine may stand for many behind it."""
        is_greedy = self._following[address] >= MOST_OF_ONE_ADDRESS and not is_loopback(address)
        return self._following.total() >= MOST_BOARDS or is_greedy

    async def bell(self, _request: web.Request) -> web.Response:
        """Return the bell by which a click proves that the sound is on."""
        return web.Response(body=chime(), content_type="audio/wav")

    async def sound(self, request: web.Request) -> web.Response:
        """Return one of the latest calls as WAV; nothing (204) when the office wants it quiet."""
        call, news = self._hall.call_numbered(int(request.match_info["seq"])), self._hall.news
        if call is None or news is None:
            raise web.HTTPNotFound
        if is_quiet(news.voice, self._hall.now(), news.view.office.timezone):
            return web.Response(status=204)
        body = await self._made((call.code, call.counter, news.voice.languages, news.voice.recordings))
        return web.Response(body=body, content_type="audio/wav")

    async def _made(self, key: tuple[str, int, str, str]) -> bytes:
        """Make a sound once, however many boards ask for it at the same moment."""
        if key not in self._sounds:
            made = asyncio.get_running_loop().run_in_executor(self._maker, self._voice.sound_of, *key)
            self._sounds[key] = asyncio.ensure_future(made)
            if len(self._sounds) > SOUNDS_KEPT:
                self._sounds.popitem(last=False)
        try:
            return await asyncio.shield(self._sounds[key])
        except Exception:  # noqa: BLE001 - a voice that fails must not silence the bell, nor be remembered
            self._sounds.pop(key, None)
            return chime()
