"""Serves an office as `queueapp serve` does, in a process of its own, with a fault put in where one is asked for."""

import argparse
import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.seeding import replaced
from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.operations.signing import hashed, set_pin
from queueapp.settings import Settings, default_settings
from queueapp.web import boards, porter, server
from queueapp.web.hall import Hall
from queueapp.web.serving import Offer, serve

PIN = "482913"
GOOGLE = '<link rel="stylesheet" href="https://fonts.googleapis.com/css?family=Roboto%20Mono" />'


def _lossy(good: Any) -> Any:
    def keep(hall: Hall, news: Any) -> None:
        hall.losses = getattr(hall, "losses", 0) + len(news.calls)
        good(hall, replace(news, calls=news.calls[1:]) if hall.losses % 7 == 0 else news)

    return keep


def _hoarding(good: Any) -> Any:
    hoard: list[bytes] = []

    def message(hall: Hall, *given: Any, **named: Any) -> Any:
        hoard.append(bytes(100_000))
        return good(hall, *given, **named)

    return message


@contextlib.contextmanager
def _other_files(change: Any) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "web"
        shutil.copytree(server.HERE, copy)
        change(copy)
        with replaced(server, "HERE", copy):
            yield


def _without_a_font(copy: Path) -> None:
    for font in (copy / "static" / "fonts").glob("*Bold.woff2"):
        font.unlink()


def _with_a_foreign_link(copy: Path) -> None:
    for page in (copy / "templates").glob("*.html"):
        page.write_text(page.read_text(encoding="utf-8").replace("</head>", GOOGLE + "</head>"), encoding="utf-8")


def _frames_allowed() -> Any:
    bare = {name: value for name, value in porter._HEADERS.items() if "Frame" not in name and "Cross" not in name}
    bare["Content-Security-Policy"] = bare["Content-Security-Policy"].replace("; frame-ancestors 'none'", "")
    return replaced(porter, "_HEADERS", bare)


FAULTS: dict[str, Any] = {
    "a call is dropped": lambda: replaced(Hall, "_keep", _lossy(Hall._keep)),
    "who comes back is told again": lambda: replaced(boards, "parse_mark", lambda _text: None),
    "memory grows": lambda: replaced(Hall, "_message", _hoarding(Hall._message)),
    "every origin is let in": lambda: replaced(porter, "is_own_origin", lambda *_given: True),
    "every host is let in": lambda: replaced(porter, "is_own_host", lambda *_given, **_named: True),
    "pages may be framed": _frames_allowed,
    "a font is missing": lambda: _other_files(_without_a_font),
    "a page asks Google": lambda: _other_files(_with_a_foreign_link),
}


@dataclass(frozen=True)
class Running:
    """A running server: its office's database, where its pages are, its process."""

    address: str
    port: int
    pid: int

    @property
    def own(self) -> str:
        """The beginning of all its addresses."""
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """Return how much memory the server has, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def cpu(self) -> float:
        """Return how many seconds of a processor the server has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def office(folder: Path, *, is_guarded: bool = False) -> str:
    """Found an office; return its file."""
    path = folder / "office.db"
    database = Database(str(path), first=keep_up)
    text = default_settings().to_toml() + '\n[[staff]]\nname = "dung"\nrole = "admin"\n'
    database.write(found, Settings.from_toml(text), is_training=True, at=now())
    if is_guarded:
        database.write(set_pin, name="dung", pin=PIN, make_hash=hashed, at=now())
    database.close()
    return str(path)


@contextlib.contextmanager
def running(address: str, fault: str = "", *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """Serve an office until the end."""
    port = port or free_port()
    words = ["--address", address, "--port", str(port), "--host", host, "--fault", fault]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.browsing.served", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent.parent,
    ) as process:
        try:
            for _try in range(300):
                with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/up", timeout=5):
                    break
                time.sleep(0.1)
            yield Running(address, port, process.pid)
        finally:
            process.terminate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("address", "host", "fault"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    with FAULTS[given.fault]() if given.fault else contextlib.nullcontext():
        return serve(given.address, Offer(given.host, given.port, 8))


if __name__ == "__main__":
    sys.exit(main())
