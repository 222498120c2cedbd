"""Lets in what our own pages ask and nothing else, and sends every answer out with the headers of a careful server."""

from collections.abc import Awaitable, Callable, Collection

from aiohttp import web
from aiohttp.typedefs import Middleware

from queueapp.web.guard import is_own_host, is_own_origin

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_NOTHING_FROM_ELSEWHERE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _NOTHING_FROM_ELSEWHERE,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "queueapp",
}


def policy_for_terminal(host: str) -> str:
    """Return the content policy of the terminal's page: its emulator writes style sheets, and speaks by WebSocket."""
    own = f"connect-src 'self' ws://{host} wss://{host}"
    return _NOTHING_FROM_ELSEWHERE.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
        "connect-src 'self'", own
    )


def porter(names: Callable[[], Collection[str]], *, is_lan: bool) -> Middleware:
    """Return what every request passes: a name that is not ours, and a page that is not ours, are refused (403)."""

    @web.middleware
    async def let_in(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_own_host(request.headers.get("Host", ""), names(), is_lan=is_lan):
            return web.Response(status=403, text="403: unknown host\n")
        if _could_change(request) and not is_own_origin(request.headers.get("Origin"), request.host):
            return web.Response(status=403, text="403: unknown origin\n")
        if (
            request.headers.get("Sec-Fetch-Site") == "cross-site"
            and request.headers.get("Sec-Fetch-Mode") != "navigate"
        ):
            return web.Response(status=403, text="403: not for other sites\n")
        try:
            return await handler(request)
        except web.HTTPException as told:
            return web.Response(status=told.status, text=f"{told.status}\n")
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 - what was unforeseen is nobody's business at a browser
            return web.Response(status=500, text="500\n")

    return let_in


def _could_change(request: web.Request) -> bool:
    return request.method not in {"GET", "HEAD"} or request.headers.get("Upgrade", "").lower() == "websocket"


async def dress(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on an answer, where its page did not choose its own."""
    for name, value in _HEADERS.items():
        if name not in response.headers or name == "Server":
            response.headers[name] = value
