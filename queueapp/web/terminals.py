"""The terminal application in a browser: who may open it, how many at once, and what goes over the line."""

import asyncio
import re
import secrets
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService

from queueapp.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_
from queueapp.web.frames import LONGEST_FRAME, clamped, parse_frame
from queueapp.web.guard import is_loopback
from queueapp.web.hall import Hall
from queueapp.web.pages import language_asked, sentence_page, terminal_page
from queueapp.web.porter import policy_for_terminal
from queueapp.web.seat import Seat

MOST_OF_ONE_ADDRESS = 4
PASS_SECONDS, PASSES_KEPT, PASSES_OF_ONE_ADDRESS = 60.0, 200, 40
HEARTBEAT = 15.0
AGAIN_SECONDS = 10
SMALLEST_FONT, LARGEST_FONT = 8, 48

FULL = N_("All {n} terminals of this server are in use. Close one that is not needed; this page tries again by itself.")
UNGUARDED = N_(
    "This office knows nobody by a PIN, so its terminals are not opened over the network: anybody there could call and "
    "close. Set PINs on the machine itself (“queueapp pin NAME”), then load this page again. The board is at /board."
)
UNKNOWN = N_("The data cannot be read now. This page goes on by itself.")
NONE_OFFERED = N_("This server offers no terminals. The board is at /board.")


@dataclass(frozen=True, slots=True)
class Pass:
    """The right to open one terminal once, given to a page of ours; `language` is the page's, if it asked for one."""

    language: str | None
    until: float
    address: str


class Terminals:
    """Opens the application for browsers, at most so many at once."""

    def __init__(self, hall: Hall, address: str, *, most: int, is_lan: bool) -> None:
        self._hall = hall
        self._address = address
        self._most = most
        self._is_lan = is_lan
        self._passes: OrderedDict[str, Pass] = OrderedDict()
        self.seats: set[Seat] = set()
        self._taken: Counter[str] = Counter()
        self._endings: set[asyncio.Task[None]] = set()

    @property
    def in_use(self) -> int:
        """How many terminals are open."""
        return self._taken.total()

    async def page(self, request: web.Request) -> web.Response:
        """Return the page of a terminal, or say why there is none."""
        news = self._hall.news
        language = language_asked(request, news.view.office.language if news else DEFAULT_LANGUAGE)
        refusal = self._refusal(request)
        if refusal is not None:
            message, status = refusal
            again = AGAIN_SECONDS if status == web.HTTPServiceUnavailable.status_code else 0
            return sentence_page(request, message, language, status=status, refresh=again, n=self._most)
        office = news.view.office.name if news else ""
        scheme = "wss" if request.headers.get("X-Forwarded-Proto", request.scheme) == "https" else "ws"
        socket = f"{scheme}://{request.host}/ws/{self._new_pass(request.query.get('lang'), request.remote or '')}"
        response = terminal_page(request, office, socket, language, _font_size(request))
        response.headers["Content-Security-Policy"] = policy_for_terminal(request.host)
        return response

    async def line(self, request: web.Request) -> web.StreamResponse:
        """Run the application for the browser at the other end of a WebSocket, until one of them goes."""
        admitted = self._passes.pop(request.match_info["pass"], None)
        if admitted is None or admitted.until < time.monotonic() or self._refusal(request) is not None:
            raise web.HTTPForbidden
        address = request.remote or ""
        self._taken[address] += 1  # before anything is awaited: two cannot have the last place
        line = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LONGEST_FRAME)
        seat = Seat(self._address, admitted.language, line)
        self.seats.add(seat)
        try:
            await line.prepare(request)
            await seat.start(*clamped(request.query.get("width"), request.query.get("height")))
            await self.obey(line, seat)
        finally:
            ending = asyncio.create_task(self._end(seat, line, address))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
            await asyncio.shield(ending)  # also when nobody waits for this any more
        return line

    async def close(self) -> None:
        """End every terminal."""
        await asyncio.gather(*(seat.stop() for seat in list(self.seats)), *self._endings, return_exceptions=True)

    async def _end(self, seat: Seat, line: web.WebSocketResponse, address: str) -> None:
        try:
            await seat.stop()
        finally:
            self.seats.discard(seat)
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
        if line.prepared:
            await line.close(code=seat.closing)

    async def obey(self, line: web.WebSocketResponse, seat: AppService) -> None:
        """Hand on what the browser says; one that says what no terminal says is let go."""
        async for message in line:
            frame = parse_frame(message.data) if message.type is WSMsgType.TEXT else None
            if frame is None:
                await line.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            if frame.kind == "stdin":
                await seat.send_bytes(frame.text.encode())
            elif frame.kind == "resize":
                await seat.set_terminal_size(*frame.size)
            elif frame.kind == "ping":
                await line.send_json(["pong", frame.text])
            elif frame.kind == "blur":
                await seat.blur()
            else:
                await seat.focus()

    def _refusal(self, request: web.Request) -> tuple[str, int] | None:
        """Return why no terminal is opened for a browser, and the status that says so."""
        news, forbidden = self._hall.news, web.HTTPForbidden.status_code
        unavailable = web.HTTPServiceUnavailable.status_code
        if not self._most:
            return NONE_OFFERED, forbidden
        if self._is_lan and news is None:
            return UNKNOWN, unavailable
        if self._is_lan and news is not None and not news.view.office.is_guarded:
            return UNGUARDED, forbidden
        address = request.remote or ""
        is_greedy = self._taken[address] >= MOST_OF_ONE_ADDRESS and not is_loopback(address)
        return (FULL, unavailable) if self.in_use >= self._most or is_greedy else None

    def _new_pass(self, language: str | None, address: str) -> str:
        token = secrets.token_urlsafe(16)
        asked = language if language in LANGUAGES else None
        self._passes[token] = Pass(asked, time.monotonic() + PASS_SECONDS, address)
        own = [each for each, given in self._passes.items() if given.address == address]
        if len(own) > PASSES_OF_ONE_ADDRESS and not is_loopback(address):
            del self._passes[own[0]]
        if len(self._passes) > PASSES_KEPT:
            self._passes.popitem(last=False)
        return token


def _font_size(request: web.Request) -> int:
    """Return the size of letters that the address asks for in pixels; 0 leaves it to the page."""
    asked = request.query.get("fontsize", "")
    return min(LARGEST_FONT, max(SMALLEST_FONT, int(asked))) if re.fullmatch("[0-9]{1,3}", asked) else 0
