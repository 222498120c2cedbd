"""The slip, line by line."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from queueapp.i18n import use_language
from queueapp.paper.slip import as_text, slip
from queueapp.rules.views import OfficeView, PriorityView, ServiceView, TicketView

OFFICE = OfficeView(
    "Trung tâm Phục vụ hành chính công xã Tân Phú",
    "Asia/Ho_Chi_Minh",
    "vi",
    is_training=False,
    priorities=(PriorityView("elderly", "Người cao tuổi", "Elderly"),),
)
LAND = ServiceView("land", "D", "Đất đai", "Land", 7, 5, 1, 1, 0, {}, {}, None, None)
TICKET = TicketView(
    code="D-007",
    service="land",
    issued_for="land",
    number=7,
    day=date(2026, 11, 23),
    state="waiting",
    priority=None,
    dossiers=1,
    procedure=None,
    channel=None,
    issued_at=datetime(2026, 11, 23, 1, 5, 9, tzinfo=UTC),
    since=datetime(2026, 11, 23, 1, 5, 9, tzinfo=UTC),
    ahead=4,
    counter=None,
    clerk=None,
    calls=0,
    outcome=None,
)


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


def test_a_slip_says_the_number_the_field_and_how_many_are_before() -> None:
    assert as_text(slip(TICKET, OFFICE, LAND)).splitlines() == [
        "Trung tâm Phục vụ hành chính công xã Tân",
        "                  Phú",
        "-" * 40,
        "              QUEUE TICKET",
        "",
        "               D - 0 0 7",
        "",
        "                  Land",
        "      People waiting before you: 4",
        " 08:05:09 23/11/2026 · Morning session",
        "-" * 40,
        "  Please keep this ticket and wait for",
        "              your number.",
        "               Thank you!",
    ]


def test_a_copy_says_that_it_is_one() -> None:
    assert "(copy)" in as_text(slip(TICKET, OFFICE, LAND, is_copy=True))


def test_priority_and_several_dossiers_are_printed() -> None:
    text = as_text(slip(replace(TICKET, priority="elderly", dossiers=3), OFFICE, LAND))
    assert "Priority: Elderly" in text
    assert "Dossiers: 3" in text


def test_a_slip_of_a_training_database_cannot_be_mistaken() -> None:
    assert "FOR EXERCISE ONLY" in as_text(slip(TICKET, replace(OFFICE, is_training=True), LAND))


def test_no_line_is_wider_than_the_paper() -> None:
    for width in (30, 40):
        long = replace(OFFICE, name="Trung tâm " * 12)
        assert all(len(line) <= width for line in as_text(slip(TICKET, long, LAND), width).splitlines())
