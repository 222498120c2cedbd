"""Opens the pages in a real Chromium, in a network that drops all but the loopback, and looks at what comes."""

import contextlib
import itertools
import subprocess
import threading
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.browsing.served import PIN, Running
from queueapp.clock import now
from queueapp.database import Database
from queueapp.models import Print
from queueapp.operations.calling import call
from queueapp.operations.issuing import issue
from queueapp.operations.keeping import keep_up

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP rebound.example 127.0.0.1",
)  # fmt: skip
SIZES = ((1920, 1080), (1280, 720))
PATIENCE = 30_000  # milliseconds
SECRET = "Zk3vQ9rT7yLwXc2a"  # noqa: S105 - it opens nothing
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_LOWER = (
    "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES) + "bcdđghklmnpqrstvx"
)
LETTERS = _LOWER + _LOWER.upper() + "0123456789-"


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Give a Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        try:
            yield opened
        finally:
            opened.close()


@contextlib.contextmanager
def page_of(opened: Any, served: Running, size: tuple[int, int], wrong: list[str]) -> Iterator[Any]:
    """Give a page that notes every request to another server, and every error it meets."""
    context = opened.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda asked: _note_request(asked.url, served, wrong))
    page.on("pageerror", lambda error: wrong.append(f"error in a page: {error}"))
    page.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
    try:
        yield page
    finally:
        context.close()


def _note_request(url: str, served: Running, wrong: list[str]) -> None:
    if not url.startswith((f"{served.own}/", f"{served.own.replace('http', 'ws')}/", "data:", "blob:")):
        wrong.append(f"asked another server: {url}")


def set_up(address: str) -> None:
    """Let some citizens wait and some be called; one has a slip with a code."""
    database = Database(address, first=keep_up)
    for service in ("land", "civil_status", "social_affairs", "land", "civil_status", "land"):
        database.write(issue, service=service, at=now())
    for counter in (1, 2, 3):
        database.write(call, counter=counter, at=now())

    def printed(session: Any, *, at: Any) -> None:
        session.add(
            Print(office_id=1, ticket_id=6, kind="slip", state="printed", token=SECRET, created_at=at, changed_at=at)
        )

    database.write(printed, at=now())
    database.close()


def pictures(served: Running, folder: Path) -> list[str]:
    """Take a picture of every page in both sizes and languages; return what was wrong with them."""
    wrong: list[str] = []
    with browser() as opened:
        for size in SIZES:
            with page_of(opened, served, size, wrong) as page:
                page.goto(f"{served.own}/board")
                page.wait_for_selector("#calls li:nth-child(2)")
                page.wait_for_timeout(700)
                page.screenshot(path=folder / f"board-{size[0]}.png")
                wrong += [f"board {size[0]}: {each}" for each in _fonts(page, ("Hall Sans", "Hall Mono"))]
                wrong += [f"board {size[0]}: {each}" for each in _not_fitting(page)]
            for language in ("vi", "en"):
                with page_of(opened, served, size, wrong) as page:
                    page.goto(f"{served.own}/?lang={language}")
                    _wait_for_terminal(page)
                    page.wait_for_timeout(2500)
                    page.screenshot(path=folder / f"terminal-{language}-{size[0]}.png")
                    wrong += [f"terminal {size[0]}: {each}" for each in _fonts(page, ("Roboto Mono",))]
                    wrong += [f"terminal {size[0]}: {each}" for each in _drawn(page)]
                with page_of(opened, served, (390, 844), wrong) as page:
                    page.goto(f"{served.own}/t/{SECRET}?lang={language}")
                    page.screenshot(path=folder / f"ticket-{language}.png")
                    wrong += [f"ticket: {each}" for each in _fonts(page, ("Hall Sans",))]
    return wrong


def _wait_for_terminal(page: Any) -> None:
    page.wait_for_selector(".xterm-screen canvas")
    page.wait_for_selector("#opening[hidden]", state="attached")


_ADD = """([family, weight, letters]) => {
  const box = document.createElement("p");
  box.id = "probe";
  box.style.fontFamily = `"${family}"`;
  box.style.fontWeight = weight;
  box.textContent = letters;
  document.body.appendChild(box);
  return document.fonts.load(`${weight} 16px "${family}"`, letters).then(faces => faces.length, () => 0);
}"""


def _fonts(page: Any, families: tuple[str, ...]) -> list[str]:
    """Ask the browser which fonts really drew all letters; return what was not drawn by a font that a page brought."""
    wrong = []
    session = page.context.new_cdp_session(page)
    for family, weight in itertools.product(families, ("400", "700")):
        page.evaluate(_ADD, [family, weight, LETTERS])
        page.wait_for_timeout(50)
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#probe"})["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        own = sum(font["glyphCount"] for font in fonts if font["isCustomFont"])
        drawn = {f"{font['familyName']} ({'bold' if weight == '700' else 'regular'})" for font in fonts}
        if own != len(LETTERS) or any(not font["isCustomFont"] for font in fonts):
            wrong.append(f"{family} {weight}: {own} of {len(LETTERS)} letters from a font of ours, by {sorted(drawn)}")
        is_bold = any("Bold" in font.get("postScriptName", "") for font in fonts)
        if (weight == "700") != is_bold:
            wrong.append(f"{family} {weight}: drawn by {[font.get('postScriptName') for font in fonts]}")
        page.evaluate("document.getElementById('probe').remove()")
    session.detach()
    return wrong


_COMPARE = """letters => {
  const draw = (family, letter) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext("2d");
    pen.font = `24px ${family}`;
    pen.fillText(letter, 4, 28);
    return canvas.toDataURL();
  };
  const compare = () =>
    [...letters].filter(letter => draw('"Roboto Mono"', letter) !== draw('"Hall Mono"', letter)).join("");
  return document.fonts.load('16px "Hall Mono"', letters).then(compare, compare);
}"""


def _drawn(page: Any) -> list[str]:
    """Draw each letter on a canvas, as the emulator does, by the name it uses and by ours; they must be alike."""
    different = page.evaluate(_COMPARE, LETTERS)
    return [f"drawn by another font on a canvas: {different}"] if different else []


def _not_fitting(page: Any) -> list[str]:
    """Name what does not fit into its place on the board."""
    return list(
        page.evaluate(
            """() => ["code", "counter", "code-label", "counter-label", "clock"].filter(id => {
                 const box = document.getElementById(id).getBoundingClientRect();
                 return box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight;
               }).map(id => `#${id} does not fit`)"""
        )
    )


class _Stranger(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *given: Any) -> None:
        pass


@contextlib.contextmanager
def _stranger() -> Iterator[str]:
    """Serve a page of another origin."""
    _Stranger.body = b"<!DOCTYPE html><title>another office</title><p>Hello</p>"
    server = HTTPServer(("127.0.0.1", 0), _Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


_ATTACK = """async ([own, line]) => {
  const done = [];
  const opened = await new Promise(tell => {
    const socket = new WebSocket(line + "?width=80&height=24");
    socket.onopen = () => { socket.send(JSON.stringify(["stdin", "\\x1b[15~1"])); setTimeout(() => tell(true), 3000); };
    socket.onerror = () => tell(false);
  });
  if (opened) done.push("opened a terminal");
  for (const path of ["/board", "/", "/up", "/board/events"]) {
    try {
      const answer = await fetch(own + path, { signal: AbortSignal.timeout(1500) });
      done.push(`read ${path}`);
    } catch (error) {}
    try {
      const answer = await fetch(own + path, { method: "POST", signal: AbortSignal.timeout(1500) });
      done.push(`posted to ${path}`);
    } catch (error) {}
  }
  const heard = await new Promise(tell => {
    const source = new EventSource(own + "/board/events");
    source.addEventListener("board", () => tell(true));
    source.onerror = () => tell(false);
  });
  if (heard) done.push("heard the board");
  return done;
}"""


def strangers(served: Running) -> list[str]:
    """Let a page of another origin try all it can; return what it could do."""
    before, done = _revision(served.address), []
    with _stranger() as place, browser() as opened:
        # A pass that got lost must be of no use to another origin: the harness hands it over.
        line = f"{served.own.replace('http', 'ws')}/ws/{_pass(served)}"
        page = opened.new_page()
        page.goto(place)
        done += page.evaluate(_ATTACK, [served.own, line])
        for path in ("/", "/board"):
            page.evaluate(
                "url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); }",
                served.own + path,
            )
            page.wait_for_timeout(1500)
            if any(frame.url.startswith(served.own) and frame.query_selector("body[data-build], #terminal")
                   for frame in page.frames):  # fmt: skip
                done.append(f"framed {path}")
        rebound = opened.new_page()
        answer = rebound.goto(served.own.replace("127.0.0.1", "rebound.example") + "/board")
        if answer is not None and answer.status != 403:
            done.append("was let in by a name of its own (DNS rebinding)")
    if _revision(served.address) != before:
        done.append("changed the office")
    return done


def _pass(served: Running) -> str:
    with urlopen(f"{served.own}/", timeout=10) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode().split("/ws/")[1].split('"')[0])


def unsigned(served: Running) -> list[str]:
    """Press every key of the application without signing in; return what was changed."""
    with browser() as opened:
        page = opened.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{served.own}/?lang=en")
        _wait_for_terminal(page)
        page.wait_for_timeout(2500)
        before = _verbs(served.address)
        for key in (
            "Escape",
            "F5",
            "1",
            "2",
            "Escape",
            "1",
            "F4",
            "F6",
            "F7",
            "Enter",
            "Escape",
            "F8",
            "Enter",
            "F5",
            "1",
        ):
            page.keyboard.press(key)
            page.wait_for_timeout(300)
        page.wait_for_timeout(1000)
        return sorted(set(_verbs(served.address)[len(before) :]) - {"refuse"})


def signed(served: Running, folder: Path) -> list[str]:
    """Sign in and issue a ticket; return what was changed, which shows that the keys would do something."""
    with browser() as opened:
        page = opened.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{served.own}/?lang=en")
        _wait_for_terminal(page)
        page.wait_for_timeout(3000)
        page.screenshot(path=folder / "sign-in.png")
        before = _verbs(served.address)
        for key in (*"dung", "Enter", *PIN, "Enter"):
            page.keyboard.press(key)
            page.wait_for_timeout(200)
        page.wait_for_timeout(2500)
        for key in ("F5", "1"):
            page.keyboard.press(key)
            page.wait_for_timeout(1500)
        page.screenshot(path=folder / "signed-in.png")
        return sorted(set(_verbs(served.address)[len(before) :]))


def tabs(served: Running, seconds: float) -> list[str]:
    """Let two real tabs show the board while calls come; return what they did not tell, or told twice."""
    wrong: list[str] = []
    with browser() as opened:
        pages = [opened.new_page(viewport={"width": 1280, "height": 720}) for _n in range(2)]
        for page in pages:
            page.add_init_script(
                "window.told = []; document.addEventListener('told', event => window.told.push(event.detail.seq))"
            )
            page.goto(f"{served.own}/board")
        pages[0].wait_for_timeout(seconds * 1000)
        for number, page in enumerate(pages):
            told = page.evaluate("window.told")
            known = [seq for seq in _calls(served.address) if told and told[0] <= seq <= told[-1]]
            if told != known or len(told) < 3:
                wrong.append(f"tab {number} told {len(told)} of {len(known)}: {told[:9]}")
    return wrong


def recovers(served_at: Any, folder: Path) -> list[str]:
    """Take the database, then the server away from an open board; the page says so, keeps its state, and goes on."""
    wrong: list[str] = []
    with browser() as opened, served_at() as first:
        page = opened.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{first.own}/board")
        page.wait_for_selector("#calls li:nth-child(2)")
        shown = page.text_content("#at-counters")
        file = Path(first.address)
        file.rename(file.with_name("away.db"))
        page.locator("#notice", has_text="chưa đọc được dữ liệu").wait_for()
        page.screenshot(path=folder / "board-away.png")
        file.with_name("away.db").rename(file)
        page.wait_for_selector("#notice", state="hidden")
        subprocess.run(["kill", "-9", str(first.pid)], check=True)
        page.locator("#notice", has_text="Mất kết nối với máy chủ").wait_for()
        page.screenshot(path=folder / "board-lost.png")
        if page.text_content("#at-counters") != shown or page.text_content("#code") == "–":
            wrong.append("the last state was not kept")
        with served_at(port=first.port) as again:
            database = Database(again.address, first=keep_up)
            code = database.write(call, counter=4, at=now()).ticket.code
            database.close()
            page.locator("#code", has_text=code).wait_for()
            page.wait_for_selector("#notice", state="hidden")
    return wrong


def sounds(served: Running) -> list[str]:
    """Click once, and let calls come; return what was not played: each once, one after the other, none before."""
    wrong, asked = [], []
    with browser() as opened:
        page = opened.new_page(viewport={"width": 1280, "height": 720})
        page.on("response", lambda answer: asked.append(answer.url) if "/sound/" in answer.url else None)
        page.goto(f"{served.own}/board?sound=1")
        page.wait_for_timeout(1500)
        if page.is_hidden("#sound"):
            wrong.append("the sound was on before anybody had clicked")
        page.evaluate(_WATCH_SOUND)
        page.click("#sound")
        page.wait_for_selector("#sound", state="hidden")
        database = Database(served.address, first=keep_up)
        for service, counter in (("land", 1), ("civil_status", 2), ("social_affairs", 3)):
            database.write(issue, service=service, at=now())
            database.write(call, counter=counter, at=now())
        database.close()
        page.wait_for_timeout(9000)
        played = [each for each in page.evaluate("window.played") if "bell" not in each[1]]  # a call may cut it short
    expected = [f"/board/sound/{seq}" for seq in _calls(served.address)]
    heard = [each for what, each in played if what == "ended"]
    if heard != expected or any(what != ("playing", "ended")[n % 2] for n, (what, _each) in enumerate(played)):
        wrong.append(f"played {played}, called {expected}")
    return wrong


_WATCH_SOUND = """() => {
  window.played = [];
  for (const what of ["playing", "ended"])
    document.getElementById("voice").addEventListener(what, event =>
      window.played.push([what, new URL(event.target.currentSrc).pathname]));
}"""


def _revision(address: str) -> int:
    database = Database(address)
    found = database.revision()
    database.close()
    return found


def _verbs(address: str) -> list[str]:
    return [row[0] for row in _ask(address, "SELECT verb FROM event ORDER BY seq")]


def _calls(address: str) -> list[int]:
    return [row[0] for row in _ask(address, "SELECT seq FROM event WHERE verb IN ('call', 'recall') ORDER BY seq")]


def _ask(address: str, sql: str) -> list[Any]:
    database = Database(address)
    rows = database.read(lambda session: session._driver.execute(sql).fetchall())
    database.close()
    return list(rows)
