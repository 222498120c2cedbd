"""`queueapp serve`: the hall in a browser, until told to end."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Run


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("words", [[], ["--lan"]])
def test_the_hall_is_served_until_a_signal_comes(tmp_path: Path, words: list[str]) -> None:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUEUEAPP")}
    with (
        (tmp_path / "said").open("w+") as said,
        subprocess.Popen(
            [sys.executable, "-m", "queueapp", "--lang", "en", "serve", "--port", str(port), *words],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert re.fullmatch(rf"The hall's board: http://\S+:{port}/board\n", process.stdout.readline())
        with urlopen(f"http://127.0.0.1:{port}/board", timeout=20) as answer:
            assert b"board.js" in answer.read()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    warned = (tmp_path / "said").read_text(encoding="utf-8")
    assert process.returncode == 0
    assert ("everybody in this network" in warned) == bool(words)
    assert ("nobody in this office has a PIN" in warned) == bool(words)
    assert "Traceback" not in warned


def test_a_port_in_use_and_a_host_of_others_are_refused_in_words(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run("serve", "--port", port)
    assert (refused.status, refused.out) == (3, "")
    assert refused.err == f"Port {port} is in use by another program. Choose another one with --port.\n"
    assert run("serve", "--host", "192.0.2.7", "--port", port).err.startswith("This machine has no address 192.0.2.7.")
    assert run("serve", "--port", "70000").status == 2
    assert run("serve", "--host", "no..host").status == 2
    assert run("serve", "--terminals", "-1").status == 2


def test_a_citizen_at_a_counter_is_still_served_by_the_same_word(run: Run) -> None:
    assert run("serve", "1", "land").out.startswith("D-001  being served")
    assert run("serve", "1").status == 2
