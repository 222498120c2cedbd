"""Runs the web server until it is told to end, and says in words where it is found and what to beware of."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from queueapp.i18n import N_, _
from queueapp.rules.errors import BadRequestError, NotServedError
from queueapp.store import Store
from queueapp.terminal import open_database
from queueapp.text import clean
from queueapp.web.guard import is_loopback
from queueapp.web.server import HallServer

DONE = 0
ALL_ADDRESSES = frozenset({"0.0.0.0", "::"})  # noqa: S104 - only where somebody asked for it
SHUTDOWN_SECONDS = 5.0
_ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")
_WHY_NOT = {
    errno.EADDRINUSE: N_("Port {port} is in use by another program. Choose another one with --port."),
    errno.EACCES: N_("Port {port} may only be opened by the administrator. Choose one above 1023 with --port."),
    errno.EADDRNOTAVAIL: N_("This machine has no address {host}. Choose one of its own with --host, or use --lan."),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Where the pages are offered: host, port, and how many terminals at once."""

    host: str
    port: int
    terminals: int

    @property
    def is_lan(self) -> bool:
        """Whether other machines reach it."""
        return not is_loopback(self.host)


def serve(address: str, offer: Offer) -> int:
    """Serve the office at `address` until a signal comes; QueueError when that cannot begin."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(address if "://" in address else str(Path(address).absolute()), offer))
    return DONE


async def _serve(address: str, offer: Offer) -> None:
    listening = _listen(offer)
    store = Store(lambda: open_database(address))
    told_to_end = _heed_signals()
    try:
        server = HallServer(
            store,
            address,
            host=offer.host,
            port=offer.port,
            names=own_names(offer.host),
            is_lan=offer.is_lan,
            most_terminals=offer.terminals,
        )
        runner = web.AppRunner(await server.make_application(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        try:
            await runner.setup()
            await web.SockSite(runner, listening).start()
            _say(offer, server)
            await told_to_end.wait()
        finally:
            await runner.cleanup()
    finally:
        listening.close()
        await asyncio.to_thread(store.close)


def _listen(offer: Offer) -> socket.socket:
    """Take the port (BadRequestError, NotServedError: the reason in words)."""
    facts = {"port": offer.port, "host": clean(offer.host)}
    try:
        found = socket.getaddrinfo(offer.host, offer.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise BadRequestError(N_("There is no address “{host}”. Check --host."), **facts) from None
    family, kind, protocol, _name, place = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(128)
    except OSError as error:
        listening.close()
        why = _WHY_NOT.get(error.errno or 0, N_("Port {port} cannot be opened: {cause}."))
        raise NotServedError(why, **facts, cause=clean(error.strerror or str(error))) from None
    return listening


def own_names(host: str) -> set[str]:
    """Return the names by which this machine may be called in an address."""
    name = socket.gethostname().lower()  # nobody is asked: a name server that is away would be waited for
    own = {name, name.partition(".")[0], f"{name.partition('.')[0]}.local"}
    return own if host in ALL_ADDRESSES else own | {host.lower()}


def _heed_signals() -> asyncio.Event:
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in _ENDINGS:
        with contextlib.suppress(NotImplementedError, AttributeError, RuntimeError):  # Windows has its own way
            loop.add_signal_handler(getattr(signal, name), told.set)
    return told


def _say(offer: Offer, server: HallServer) -> None:
    shown = _shown_host(offer.host)
    where = f"http://{shown}:{offer.port}"
    lines = [
        _("The hall's board: {address}").format(address=f"{where}/board"),
        _("The application: {address}").format(address=f"{where}/"),
        _("End with Ctrl+C."),
    ]
    print("\n".join(lines), flush=True)  # noqa: T201 - the command line answers on standard output
    for warning in _warnings(offer, server):
        print(warning, file=sys.stderr, flush=True)  # noqa: T201


def _warnings(offer: Offer, server: HallServer) -> list[str]:
    if not offer.is_lan:
        return []
    said = [
        _(
            "Warning: everybody in this network can open these pages, and what goes over it, PINs too, can be read on "
            "the way. Use it in the office's own network only, never on one that guests use."
        )
    ]
    news = server.hall.news
    if news is not None and not news.view.office.is_guarded:
        said.append(
            _(
                "The application is not offered: nobody in this office has a PIN. Set PINs with “queueapp pin NAME”; "
                "the board and the tickets' pages are open."
            )
        )
    return said


def _shown_host(host: str) -> str:
    if host in ALL_ADDRESSES:
        return _outward() or socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _outward() -> str | None:
    """Return the address by which this machine is seen in its network; nothing is sent to find it out."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address that belongs to nobody
        return str(probe.getsockname()[0])
    return None
