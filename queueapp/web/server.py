"""The web server: textual-serve's, with our own pages, and with shut what it leaves open."""

import asyncio
import contextlib
from collections.abc import Collection
from pathlib import Path

import aiohttp_jinja2
import jinja2
import textual_serve
from aiohttp import web
from textual_serve.server import Server

from queueapp.clock import Clock
from queueapp.store import Store
from queueapp.web.boards import Boards
from queueapp.web.guard import host_of
from queueapp.web.hall import Hall
from queueapp.web.places import Places
from queueapp.web.porter import dress, porter
from queueapp.web.terminals import Terminals

HERE = Path(__file__).parent
_EMULATOR = Path(textual_serve.__file__).parent / "static"
MOST_TERMINALS = 8
FIRST_LOOK = 3.0  # seconds


class HallServer(Server):
    """Serves the board, the places of tickets and the terminals of one office."""

    def __init__(
        self,
        store: Store,
        address: str,
        *,
        host: str,
        port: int,
        names: Collection[str] = (),
        is_lan: bool = False,
        most_terminals: int = MOST_TERMINALS,
        clock: Clock | None = None,
    ) -> None:
        super().__init__("queueapp", host, port, statics_path=HERE / "static", templates_path=HERE / "templates")
        self.hall = Hall(store, clock=clock)
        self._names, self._is_lan = frozenset(names), is_lan
        self._boards = Boards(self.hall, None if "://" in address else Path(address))
        self._places = Places(self.hall)
        self.terminals = Terminals(self.hall, address, most=most_terminals, is_lan=is_lan)
        self._looking: asyncio.Task[None] | None = None

    def initialize_logging(self) -> None:
        """Write no log of what browsers ask: it would hold what was typed."""

    async def make_application(self) -> web.Application:
        """Return the application that aiohttp runs."""
        return await self._make_app()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[porter(self._own_names, is_lan=self._is_lan)], client_max_size=1024)
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path), autoescape=True)
        app.add_routes(
            [
                web.get("/", self.terminals.page),
                web.get("/ws/{pass}", self.terminals.line),
                web.get("/up", self.up),
                web.get("/favicon.ico", self.up),
                *self._boards.routes(),
                *self._places.routes(),
                web.get(r"/emulator/{name:textual\.js|xterm\.css}", self.emulator),
                web.static("/static", self.statics_path, show_index=False),
            ]
        )
        app.on_response_prepare.append(dress)
        app.on_startup.append(self.on_startup)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002 - as textual-serve gives it
        """Begin to look at the hall; the first page waits for it a moment."""
        self._looking = asyncio.create_task(self.hall.run())
        await self.hall.known(FIRST_LOOK)

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002
        """Let boards and terminals go."""
        self.hall.close()
        await self.terminals.close()
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        self._boards.close()

    def _own_names(self) -> frozenset[str]:
        """Return the names by which we may be called: those of the machine, and the one that slips lead to."""
        news = self.hall.news
        printed = host_of(news.address) if news is not None else None
        return self._names | {printed} if printed else self._names

    async def up(self, _request: web.Request) -> web.Response:
        """Say that the server is there."""
        return web.Response(status=204)

    async def emulator(self, request: web.Request) -> web.StreamResponse:
        """Return the terminal emulator as textual-serve ships it."""
        name = request.match_info["name"]
        folder = {"textual.js": "js", "xterm.css": "css"}[name]
        return web.FileResponse(_EMULATOR / folder / name)
