"""What the server lets in: its own names, its own pages; and how every answer is dressed."""

import json
import re

import pytest
from aiohttp import WSServerHandshakeError
from hypothesis import given
from hypothesis import strategies as st

from queueapp.operations.office import configure
from queueapp.queries.settings import current_settings
from queueapp.settings import Settings, WebSettings
from queueapp.web.frames import Frame, clamped, parse_frame
from queueapp.web.guard import Pace, is_loopback, is_own_host, is_own_origin
from tests.factories import Hall
from tests.web.conftest import Served, guarded, serving

PAGES = ("/", "/board", "/board/events", "/t/0123456789abcdef", "/static/board.js", "/emulator/textual.js", "/nothing")


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_has_the_headers_of_a_careful_server(served: Served, path: str) -> None:
    async with served.client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("'unsafe-inline'" in policy) == (path == "/")  # the emulator writes style sheets, never scripts
    assert "script-src 'self' 'unsafe" not in policy
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert headers["Server"] == "queueapp"
    assert "Access-Control-Allow-Origin" not in headers


async def test_the_pages_name_no_other_server(served: Served) -> None:
    for path in ("/", "/board", "/t/0123456789abcdef", "/static/board.js", "/static/fonts.css", "/static/terminal.css"):
        text = await served.text(path, 404 if path.startswith("/t/") else 200)
        assert set(re.findall(r"[a-z]+://[^/]*", text)) <= {f"ws://127.0.0.1:{served.client.port}"}, path
        assert not re.search(r"""["'(]//""", text), path


async def test_a_list_of_files_and_what_lies_outside_are_not_shown(served: Served) -> None:
    for path in ("/static/", "/static/fonts/", "/static/../server.py", "/static/%2e%2e/server.py", "/emulator/x.js"):
        async with served.client.get(path) as response:
            assert response.status in {403, 404}, path
            assert len(await response.text()) < 20


async def test_another_name_of_the_host_is_refused(served: Served) -> None:
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "10.0.0.9", "", "user@127.0.0.1"):
        await served.text("/board", 403, Host=host)
    for host in ("localhost; script-src *", "localhost?x", "127.0.0.1#x", "evil.example[::1]", "[::1];x", "localhost:"):
        await served.text("/board", 403, Host=host)
    await served.text("/board", 200, Host="localhost:1234")


async def test_the_name_that_slips_lead_to_is_ours(hall: Hall) -> None:
    settings: Settings = hall.database.read(current_settings)
    named = settings.model_copy(update={"web": WebSettings(address="http://hanhchinh.example:8080")})
    hall.database.write(configure, named, at=hall.clock())
    async with serving(hall, is_lan=True, names={"hall"}) as served:
        for host, status in (("hanhchinh.example:8080", 200), ("hall", 200), ("10.0.0.9", 200), ("evil.example", 403)):
            await served.text("/board", status, Host=host)


async def test_a_page_of_another_origin_can_drive_nothing(served: Served) -> None:
    own = f"http://127.0.0.1:{served.client.port}"
    page = await served.text("/")
    line = page.split('websocket-url="')[1].split('"')[0].removeprefix(own.replace("http", "ws"))
    for origin in ("http://evil.example", "null", f"{own}.evil.example", own.replace("127.0.0.1", "localhost"), ""):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await served.client.ws_connect(line, headers={"Origin": origin})
        async with served.client.post("/board", headers={"Origin": origin}) as response:
            assert response.status == 403
    async with served.client.post("/board", headers={"Origin": own}) as response:
        assert response.status == 405
    await served.text("/board/events", 403, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"})
    assert served.hall.database.revision() == 1


async def test_the_network_gets_no_terminals_of_an_office_without_pins(hall: Hall) -> None:
    async with serving(hall, is_lan=True) as served:
        said = await served.text("/", 403)
        assert "mã PIN" in said
        assert "queueapp pin" in said
        with pytest.raises(WSServerHandshakeError, match="403"):
            await served.client.ws_connect("/ws/any", headers={"Origin": f"http://127.0.0.1:{served.client.port}"})
        assert "Bảng gọi số" in await served.text("/board")
        await served.text("/t/0123456789abcdef", 404)
        guarded(hall)
        await served.server.hall.look()
        assert "data-session-websocket-url" in await served.text("/")


async def test_a_server_without_terminals_says_so(hall: Hall) -> None:
    async with serving(hall, most_terminals=0) as served:
        assert "/board" in await served.text("/", 403)


def test_which_names_are_ours() -> None:
    assert is_own_host("hall.local:80", {"hall.local"}, is_lan=True)
    assert is_own_host("HALL.local.", {"hall.local"}, is_lan=True)
    assert is_own_host("192.168.1.9:8080", (), is_lan=True)
    assert is_own_host("[::1]:8080", (), is_lan=False)
    assert not is_own_host("192.168.1.9:8080", (), is_lan=False)
    assert not is_own_host("evil.example", {"hall.local"}, is_lan=True)
    assert not is_own_host("[::1", (), is_lan=True)
    assert all(map(is_loopback, ("localhost", "127.9.9.9", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.1.9", "hall")))  # noqa: S104


def test_which_pages_are_ours() -> None:
    assert is_own_origin("http://hall:8080", "hall:8080")
    assert is_own_origin("https://Hall", "hall")
    for origin in (
        None,
        "",
        "null",
        "http://hall",
        "ftp://hall:8080",
        "http://hall:8080@evil",
        "http://[",
        "hall:8080",
    ):
        assert not is_own_origin(origin, "hall:8080")


def test_an_address_that_asks_too_often_waits_and_no_other_does() -> None:
    now = [0.0]
    pace = Pace(rate=1, burst=3, clock=lambda: now[0])
    assert [pace.spend("a") for _n in range(4)] == [True, True, True, False]
    assert pace.spend("b")
    now[0] += 1.5
    assert [pace.spend("a"), pace.spend("a"), pace.spend("a")] == [True, True, False]
    assert pace.spend("c", 1000)
    now[0] += 5000
    assert pace.spend("c")


@given(st.text() | st.lists(st.none() | st.text() | st.integers() | st.floats()).map(json.dumps))
def test_nothing_but_what_a_terminal_sends_is_a_frame(text: str) -> None:
    frame = parse_frame(text)
    assert frame is None or frame.kind in {"stdin", "resize", "ping", "blur", "focus"}


def test_frames_are_read_and_sizes_are_kept_within_bounds() -> None:
    assert parse_frame('["stdin", "\\ud800é"]') == Frame("stdin", text="é")
    assert parse_frame('["resize", {"width": 30000, "height": 30000}]') == Frame("resize", size=(300, 100))
    assert parse_frame('["resize", {"width": -1, "height": null}]') == Frame("resize", size=(40, 10))
    assert parse_frame('["resize", {"width": 1e999, "height": "x"}]') == Frame("resize", size=(40, 10))
    assert parse_frame('["ping", "123"]') == Frame("ping", text="123")
    for junk in ("", "{}", "[]", '["eval", 1]', '["stdin", 7]', '["ping", "1\\u001b"]', "[" * 9999, '["resize"]'):
        assert parse_frame(junk) is None
    assert clamped("120", "30") == (120, 30)
