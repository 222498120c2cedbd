"""A practice as it is: a process at a terminal, among a crowd, beside an office that must not notice."""

import hashlib
from pathlib import Path

from tests.journey.seat import seated


def _touched(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix in {".db", ".db-wal"}
    }


def test_a_practice_at_a_counter_goes_on_and_ends_with_its_account(tmp_path: Path) -> None:
    with seated(tmp_path, "reception") as office:  # the office's own, with one number issued
        office.sees("Latest tickets")
        office.press("F5")
        office.sees("D - 0 0 1")
        assert office.leave() == 0
    before = _touched(tmp_path)
    with seated(tmp_path, "train", "--scenario", "monday", "--speed", "60") as learner:
        learner.sees("PRACTICE", "Counter 5", "served today: 0")
        learner.sees("waiting 3")
        learner.press("F4")
        learner.sees("call no. 1")
        learner.press("F6")
        learner.sees("being served")
        learner.press("F7")
        learner.sees("served today: 1")
        assert learner.leave() == 0
        learner.sees("PRACTICE · Monday peak (seed 1)", "mean wait (min)", "Your counter called 1 times", "→ ")
    assert _touched(tmp_path) == before
    assert not list(tmp_path.glob("*practice*")), "nothing is left of it"


def test_a_practice_at_reception_speaks_vietnamese(tmp_path: Path) -> None:
    with seated(tmp_path, "train", "--reception", "--scenario", "allowance", "--speed", "60", lang="vi") as learner:
        learner.sees("LUYỆN TẬP", "Tiếp đón", "“Cho tôi một số")
        learner.press("F7")
        learner.sees("X - 0 0 1", "CHỈ ĐỂ TẬP HUẤN")
        assert learner.leave() == 0
        learner.sees("LUYỆN TẬP · Ngày chi trả trợ cấp", "Ở tiếp đón")


def test_a_practice_never_begins_in_an_office(tmp_path: Path) -> None:
    with seated(tmp_path) as office:
        office.sees("Nobody is waiting")
        assert office.leave() == 0
    before = _touched(tmp_path)
    with seated(tmp_path, "train", "--db", "queueapp.db") as learner:
        learner.sees("belongs to a real office")
        assert learner.ended() == 1
    assert _touched(tmp_path) == before
    with seated(tmp_path, "train", "--db", "mine.db") as learner:
        learner.sees("PRACTICE", "Counter 3")
        assert learner.leave() == 0
    assert (tmp_path / "mine.db").exists()
    with seated(tmp_path, "train", "--db", "mine.db") as learner:
        learner.sees("mine.db holds an exercise already")
        assert learner.ended() == 2
    with seated(tmp_path, "train", "--counter", "9") as learner:
        learner.sees("This kind of day has counters 1 to 3.")
        assert learner.ended() == 2
