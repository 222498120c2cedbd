"""Which calls are not said, and why."""

from datetime import timedelta

import pytest

from queueapp.rules.voices import GONE, QUIET, STALE, Later, Voice, is_quiet, voice_of, why_not
from queueapp.settings import VoiceSettings
from tests.conftest import MORNING

ZONE = "Asia/Ho_Chi_Minh"


def asked(after: float = 1, *, is_present: bool = True, later: tuple[Later, ...] = (), **voice: object) -> str | None:
    at = MORNING + timedelta(seconds=after)
    how = Voice(on=True, **voice)  # type: ignore[arg-type]
    return why_not(7, MORNING, is_present=is_present, later=later, voice=how, at=at, timezone=ZONE)


def test_an_office_that_says_nothing_has_the_defaults_of_the_settings() -> None:
    said = VoiceSettings().model_dump()
    assert voice_of({}) == Voice(**(said | {"quiet": ()}))
    assert voice_of({"voice": said}) == Voice(**said)


def test_a_call_is_said_until_it_is_too_old() -> None:
    assert asked(120) is None
    assert asked(120.1) == STALE
    assert asked(20, stale_seconds=10) == STALE


def test_a_call_whose_ticket_left_the_counter_is_not_said() -> None:
    assert asked(is_present=False) == GONE


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (Later("recall"), None),
        (Later("start"), None),
        (Later("undo", undoes=7), GONE),
        (Later("undo", undoes=9), None),
        (Later("call"), GONE),
    ],
)
def test_a_call_that_was_taken_back_or_made_anew_is_not_said(later: Later, why: str | None) -> None:
    assert asked(later=(later,)) == why


def test_quiet_hours_are_the_offices_own() -> None:
    assert asked(quiet=["07:00-09:00"]) == QUIET
    assert asked(quiet=["07:00-08:00", "11:30-13:30"]) is None  # eight o'clock is the end of the first
    assert is_quiet(["08:00-08:01"], MORNING, ZONE)
    assert not is_quiet(["08:00-08:01"], MORNING, "UTC")
