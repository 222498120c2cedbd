"""The gate: writers take turns, and nobody is kept out by one who hangs."""

import threading
from pathlib import Path

import pytest

from queueapp import gate
from queueapp.gate import Gate


def test_a_turn_excludes_another_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "office.db-gate"
    first, second = Gate(path), Gate(path)
    order: list[str] = []

    def wait() -> None:
        with second.turn():
            order.append("second")

    with first.turn():
        waiting = threading.Thread(target=wait)
        waiting.start()
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
    first.close()
    second.close()


def test_who_hangs_in_the_gate_keeps_nobody_out_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.05)
    path = tmp_path / "office.db-gate"
    first, second = Gate(path), Gate(path)
    with first.turn(), second.turn():
        pass
    first.close()
    second.close()


def test_without_a_path_the_gate_is_open() -> None:
    closed = Gate(None)
    with closed.turn():
        closed.close()
