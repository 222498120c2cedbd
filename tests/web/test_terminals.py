"""The application in a browser: it paints, it ends with the browser, and there are only so many."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import pyte
import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError

from queueapp.web.seat import environment_for
from queueapp.web.terminals import PASSES_KEPT, PASSES_OF_ONE_ADDRESS, Terminals
from tests.factories import Hall
from tests.web.conftest import Served, guarded, serving

PATIENCE = 30.0
COLUMNS, LINES = 100, 30


def own(served: Served) -> dict[str, str]:
    """Return the header by which a page of the server's own is known."""
    return {"Origin": f"http://127.0.0.1:{served.client.port}"}


async def line_of(served: Served, query: str = "") -> str:
    """Return the path of the line that a terminal's page was given."""
    page = await served.text(f"/{query}")
    return "/ws/" + page.split('websocket-url="')[1].split('"')[0].rpartition("/")[2]


@contextlib.asynccontextmanager
async def seated(served: Served, query: str = "?lang=en") -> AsyncIterator["Browser"]:
    """Open the application in a browser."""
    path = f"{await line_of(served, query)}?width={COLUMNS}&height={LINES}"
    line = await served.client.ws_connect(path, headers=own(served))
    try:
        yield Browser(line)
    finally:
        await line.close()


class Browser:
    """What one browser shows of the application."""

    def __init__(self, line: ClientWebSocketResponse) -> None:
        self.line = line
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)

    async def until(self, words: str) -> str:
        """Return the screen when it shows these words."""
        async with asyncio.timeout(PATIENCE):
            while words not in "\n".join(self.screen.display):
                self._stream.feed(await self.line.receive_bytes())
        return "\n".join(self.screen.display)

    async def answered(self) -> None:
        """Wait until all that was sent was read."""
        await self.line.send_json(["ping", "7"])
        async with asyncio.timeout(PATIENCE):
            while (await self.line.receive()).data != '["pong", "7"]':
                pass

    async def press(self, keys: str) -> None:
        """Press keys."""
        await self.line.send_json(["stdin", keys])


def is_running(pid: int) -> bool:
    """Say whether a process is there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_without_sign_in_nothing_can_be_changed_and_the_application_ends_with_the_browser(hall: Hall) -> None:
    hall.waiting()
    guarded(hall)
    async with serving(hall, is_lan=True) as served:
        async with seated(served) as browser:
            await browser.until("PIN")
            pid = next(iter(served.server.terminals.seats)).pid
            assert pid is not None
            assert is_running(pid)
            before = hall.database.revision()
            for keys in ("\x1b", "\x1b[15~", "1", "\x1b[15~", "\x1b", "1", "\x1bOS", "\r"):  # F5 issues, F4 calls
                await browser.press(keys)
            await browser.line.send_json(["resize", {"width": 90, "height": 20}])
            await browser.answered()
            assert hall.database.revision() == before
        async with asyncio.timeout(PATIENCE):
            while served.server.terminals.in_use:  # noqa: ASYNC110 - nobody tells when a browser's end is done
                await asyncio.sleep(0)
        assert not is_running(pid)
        assert hall.database.revision() == before


async def test_a_ticket_is_issued_from_a_browser(served: Served) -> None:
    async with seated(served) as browser:
        await browser.until("Where do you work?")
        await browser.press("\x1b[15~")  # F5
        await browser.until("Latest tickets")
        await browser.press("1")
        await browser.until("D-001")
    assert served.hall.database.revision() > 1


async def test_a_pass_opens_one_terminal_once(hall: Hall) -> None:
    async with serving(hall, most_terminals=1) as served:
        path, other = await line_of(served), await line_of(served)
        async with served.client.ws_connect(path, headers=own(served)):
            for again in (path, other, "/ws/made-up"):
                with pytest.raises(WSServerHandshakeError, match="403"):
                    await served.client.ws_connect(again, headers=own(served))
            said = await served.text("/", 503)
            assert "1 màn hình làm việc" in said
            assert 'http-equiv="refresh"' in said
            assert "Bảng gọi số" in await served.text("/board")


async def test_a_browser_that_sends_what_no_terminal_sends_is_let_go(served: Served) -> None:
    for junk in ("junk", '["eval", "1"]', "x" * 70_000):
        async with served.client.ws_connect(await line_of(served), headers=own(served)) as line:
            await line.send_str(junk)
            async with asyncio.timeout(PATIENCE):
                async for _painted in line:
                    pass
            assert line.close_code in {1008, 1009}


def test_the_application_is_told_no_more_than_it_needs() -> None:
    base = {
        "PATH": "/bin",
        "SECRET": "s",
        "QUEUEAPP_PIN": "482913",
        "QUEUEAPP_DB": "other.db",
        "LC_ALL": "C",
        "PGHOST": "h",
        "LD_PRELOAD": "other.so",
    }
    told = environment_for(base, "postgresql://u:p@h/db", "en", (80, 24))
    assert (told["QUEUEAPP_DB"], told["QUEUEAPP_LANG"]) == ("postgresql://u:p@h/db", "en")
    assert {"PATH", "LC_ALL", "PGHOST"} <= set(told)
    assert {"SECRET", "QUEUEAPP_PIN", "LD_PRELOAD"} & set(told) == set()
    assert "QUEUEAPP_LANG" not in environment_for(base, "office.db", None, (80, 24))


async def test_one_address_does_not_take_the_passes_of_all_others(served: Served) -> None:
    terminals = Terminals(served.server.hall, "office.db", most=4, is_lan=True)
    first = terminals._new_pass(None, "192.0.2.8")
    for _place in range(PASSES_KEPT + 1):
        terminals._new_pass(None, "192.0.2.7")
    assert len(terminals._passes) == PASSES_OF_ONE_ADDRESS + 1
    assert first in terminals._passes
