"""What the pages in a browser say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from queueapp.rules.estimated import Estimate
from queueapp.rules.lifecycle import STATES
from queueapp.rules.pages import (
    BoardNews,
    Mark,
    PlaceView,
    VoiceOfBoard,
    board_page,
    is_quiet,
    parse_mark,
    place_words,
    to_tell,
)
from queueapp.rules.views import BoardView, CallView, CounterView, OfficeView, ServiceView

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # nine in the morning in the office
ZONE = "Asia/Ho_Chi_Minh"
PLACE = PlaceView(
    office="Trung tâm",
    timezone=ZONE,
    is_training=False,
    code="D-007",
    service_vi="Đất đai",
    service_en="Land",
    day=date(2026, 11, 23),
    state="waiting",
    is_over=False,
    ahead=3,
    counter=None,
    fix_by=None,
    valid_on=None,
)


def called(seq: int, code: str, *, seconds_ago: float = 0, is_present: bool = True) -> CallView:
    return CallView(seq, AT - timedelta(seconds=seconds_ago), code, 1, "land", is_recall=False, is_present=is_present)


def news(*calls: CallView, follows: bool = True, stale_seconds: int = 120) -> BoardNews:
    service = ServiceView("land", "D", "Đất đai", "Land", 9, 4, 1, 0, 0, {}, {}, None, None)
    counters = (CounterView(1, "open", None, None, ("land", "gone")), CounterView(2, "paused", None, None, ()))
    office = OfficeView("Trung tâm", ZONE, "vi", is_training=True, priorities=())
    view = BoardView(office, date(2026, 11, 23), tuple(reversed(calls)), counters, (service,), 9)
    return BoardNews(
        view, calls if follows else (), Mark(9, "0123456789ab"), follows, VoiceOfBoard(stale_seconds=stale_seconds)
    )


@pytest.mark.parametrize(
    "text", ["", "9", "9-", "9-0123456789AB", "9-0123456789abc", " 9-0123456789ab", "-9-0123456789ab"]
)
def test_what_is_no_mark_is_none(text: str) -> None:
    assert parse_mark(text) is None


def test_a_mark_is_read_as_it_was_written() -> None:
    assert parse_mark(str(Mark(9, "0123456789ab"))) == Mark(9, "0123456789ab")


def test_what_is_fresh_is_told_and_the_rest_only_shown() -> None:
    old, gone, fresh = called(1, "D-001", seconds_ago=121), called(2, "D-002", is_present=False), called(3, "D-003")
    assert to_tell(news(old, gone, fresh), AT) == {3}
    assert to_tell(news(old, gone, fresh, stale_seconds=300), AT) == {1, 3}
    page = board_page(news(old, gone, fresh), AT)
    assert [(call["code"], call["tell"]) for call in page["calls"]] == [
        ("D-001", False),
        ("D-002", False),
        ("D-003", True),
    ]
    assert [call["code"] for call in board_page(news(old, gone, fresh, follows=False), AT)["calls"]] == ["D-003"]


def test_a_board_says_what_the_hall_needs_in_both_languages() -> None:
    page = board_page(news(called(1, "D-001")), AT)
    assert page["counters"] == [
        {"number": 1, "says": "–", "fields": "Đất đai / Land", "open": True},
        {"number": 2, "says": "tạm dừng / paused", "fields": "", "open": False},
    ]
    assert page["waiting"] == [{"field": "Đất đai / Land", "count": 4, "expected": "", "says": "", "full": False}]
    assert (page["training"], page["zone_ms"]) == (True, 7 * 3_600_000)
    assert page["latest"] == [{"seq": 1, "code": "D-001", "counter": 1, "at": round(AT.timestamp() * 1000)}]


def test_quiet_hours_are_of_the_office_s_own_time() -> None:
    voice = VoiceOfBoard(quiet=("09:00-09:30",))
    assert is_quiet(voice, AT, ZONE)
    assert not is_quiet(voice, AT + timedelta(minutes=30), ZONE)
    assert not is_quiet(VoiceOfBoard(), AT, ZONE)


@pytest.mark.parametrize(
    ("changed", "vi", "en"),
    [
        ({}, "Đang chờ, trước ông/bà còn 3 người", "Waiting, 3 before you"),
        ({"ahead": 0}, "Đang chờ: ông/bà là người tiếp theo.", "Waiting: you are next."),
        ({"state": "called", "counter": 3}, "Mời ông/bà đến quầy 3", "Please go to counter 3"),
        (
            {"state": "serving", "counter": 3},
            "Ông/bà đang được phục vụ tại quầy 3",
            "You are being served at counter 3",
        ),
        (
            {"is_over": True},
            "Phiếu này của ngày khác và đã hết hiệu lực.",
            "This ticket is of another day and is over.",
        ),
    ],
)
def test_a_citizen_reads_where_the_ticket_stands(changed: dict[str, object], vi: str, en: str) -> None:
    place = replace(PLACE, **changed)  # type: ignore[arg-type]
    assert place_words(place, "vi").large == vi
    assert place_words(place, "en").large == en


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_has_its_sentence(state: str, language: str) -> None:
    words = place_words(replace(PLACE, state=state, counter=2, valid_on=date(2026, 11, 24)), language)
    assert words.large
    assert "{" not in words.large + "".join(words.small)
    assert (state == "carried_over") == any("24/11/2026" in line for line in words.small)


def test_what_is_expected_and_how_long_a_place_is_kept_stand_below() -> None:
    estimate = Estimate(low=10.6, minutes=12, high=14.2, ahead=3, pace=3.4)
    place = replace(PLACE, estimate=estimate, at=AT, fix_by=AT)
    assert place_words(place, "vi").small == (
        "Dự kiến đến lượt: 10-15 phút, khoảng 09:10-09:15",
        "Trước ông/bà 3 số; giờ này thường 3,4 phút gọi một số; hôm nay như thường lệ.",
        "Lượt của ông/bà được giữ đến 09:00",
    )
    assert place_words(replace(place, state="called"), "en").small == ()
