"""Two application processes on one file: from a key at reception to the counter, the board and the summary."""

from pathlib import Path

import pytest

from tests.journey.seat import seated

WORDS = {
    "en": {
        "reception": "Latest tickets",
        "idle": "Nobody is waiting for this counter",
        "press": "Press F4 to call",
        "called": "called  00:0",
        "serving": "being served  0",
        "served": "served today: 1",
        "board": "to counter",
        "leave the board": "Close the hall's board?",
        "issued": "issued 1",
    },
    "vi": {
        "reception": "Phiếu mới nhất",
        "idle": "Không có ai chờ quầy này",
        "press": "Bấm F4 để gọi",
        "called": "đã gọi  00:0",
        "serving": "đang phục vụ  0",
        "served": "hôm nay đã phục vụ: 1",
        "board": "đến quầy",
        "leave the board": "Tắt bảng gọi số của sảnh?",
        "issued": "đã cấp 1",
    },
}


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_key_at_reception_becomes_a_call_a_service_and_a_row_of_the_summary(tmp_path: Path, lang: str) -> None:
    words = WORDS[lang]
    with seated(tmp_path, "reception", lang=lang) as reception, seated(tmp_path, "counter", "1", lang=lang) as counter:
        reception.sees(words["reception"])
        counter.sees(words["idle"])
        reception.press("F5")
        reception.sees("D - 0 0 1", "D-001")
        counter.sees(words["press"], "D-001")
        counter.press("F4")
        counter.sees(words["called"])
        with seated(tmp_path, "board", lang=lang) as board:
            board.sees("Mời công dân số / Now calling number", "1 D-001")
            counter.press("F6")
            counter.sees(words["serving"])
            assert board.leave(says_yes_to=words["leave the board"]) == 0
        counter.press("F7")
        counter.sees(words["served"])
        assert counter.leave() == 0
        with seated(tmp_path, "summary", lang=lang) as summary:
            summary.sees(words["issued"], "1")
            assert summary.leave() == 0
        assert reception.leave() == 0


def test_after_a_power_cut_the_same_ticket_is_on_the_same_counter(tmp_path: Path) -> None:
    with seated(tmp_path, "reception") as reception:
        reception.sees("Latest tickets")
        reception.press("F5")
        reception.sees("D - 0 0 1")
        with seated(tmp_path, "counter", "1") as counter:
            counter.sees("Press F4 to call")
            counter.press("F4")
            counter.sees("call no. 1")
            counter.press("F6")
            counter.sees("being served")
            counter.kill()
        with seated(tmp_path, "counter", "1") as counter:
            counter.sees("being served", "Land")
            counter.press("F7")
            counter.sees("served today: 1")


def test_a_key_that_does_nothing_now_says_why(tmp_path: Path) -> None:
    with seated(tmp_path, "counter", "2") as counter:
        counter.sees("Nobody is waiting for this counter")
        counter.press("F6")
        counter.sees("No ticket is here yet")
        counter.press("F4")
        counter.sees("Nobody is waiting for counter 2")


def test_the_language_changes_under_the_hands(tmp_path: Path) -> None:
    with seated(tmp_path) as seat:
        seat.sees("Nobody is waiting", "Reception")
        seat.press("F2")
        seat.sees("Không có công dân nào đang chờ", "Tiếp đón")
        seat.press("F5")
        seat.sees("Phiếu mới nhất")
        seat.press("F2")
        seat.sees("Latest tickets")
        assert seat.leave() == 0


def test_the_demo_runs_live(tmp_path: Path) -> None:
    with seated(tmp_path, "demo", "--citizens", "60", "--speed", "600", columns=120, lines=40) as seat:
        seat.sees("TRAINING", "citizens are waiting", "An · ")
        seat.sees("09:4")  # ten minutes pass in a second
        seat.press("6")
        seat.sees("Here now", "Counter 6")
        assert seat.leave() == 0
    assert (tmp_path / "queueapp-demo.db").exists()
    with seated(tmp_path, "demo", "--citizens", "60", columns=120, lines=40) as seat:
        seat.sees("TRAINING", "An · ")
        seat.press("F7")
        seat.sees("Summary of the day", " · served ")
        assert seat.leave() == 0
