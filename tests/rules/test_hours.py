"""The calendar: weekdays, holidays, Saturdays that are worked in exchange, half days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from queueapp.rules.first_calls import office_minutes
from queueapp.rules.hours import closes_at, day_to_come, is_open_on, next_open_day, sessions
from queueapp.rules.points import scale_of
from queueapp.settings import Settings, SettingsError, default_settings

SESSIONS = ["07:30-11:30", "13:30-17:00"]
WEEK: dict[str, list[str]] = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), SESSIONS)
TET: dict[str, list[str]] = {f"2027-02-{day:02d}": [] for day in range(5, 13)}  # Friday to Friday
HOURS = {**WEEK, **TET, "2027-01-30": ["07:30-11:30"], "2027-02-18": ["07:30-10:00"]}
VIETNAM = "Asia/Ho_Chi_Minh"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 2, 4), [(time(7, 30), time(11, 30)), (time(13, 30), time(17))]),  # an ordinary Thursday
        (date(2027, 2, 5), []),  # a holiday
        (date(2027, 1, 30), [(time(7, 30), time(11, 30))]),  # a Saturday in exchange
        (date(2027, 2, 6), []),
        (date(2027, 2, 18), [(time(7, 30), time(10))]),  # half a day
    ],
)
def test_a_day_that_is_named_has_its_own_hours(day: date, expected: list[tuple[time, time]]) -> None:
    assert sessions(HOURS, day) == expected
    assert is_open_on(HOURS, day) == bool(expected)


def test_the_next_open_day_lies_behind_the_longest_holiday() -> None:
    assert next_open_day(HOURS, date(2027, 2, 4)) == date(2027, 2, 15)  # a Monday: the weekend follows
    assert day_to_come(HOURS, date(2027, 2, 4), at(date(2027, 2, 4), 18), VIETNAM) == date(2027, 2, 15)
    assert next_open_day({**WEEK, "2027-01-30": ["07:30-11:30"]}, date(2027, 1, 29)) == date(2027, 1, 30)


def test_an_office_without_hours_opens_on_any_day_but_a_holiday_it_names() -> None:
    assert is_open_on({}, date(2027, 2, 6))
    assert not is_open_on({"2027-02-06": []}, date(2027, 2, 6))
    assert is_open_on({"2027-02-06": []}, date(2027, 2, 8))


def test_half_a_day_closes_at_its_own_hour() -> None:
    assert closes_at(HOURS, at(date(2027, 2, 18), 9), VIETNAM) == time(10)
    assert closes_at(HOURS, at(date(2027, 2, 18), 10, 1), VIETNAM) is None


def test_waiting_counts_by_the_hours_of_the_day_to_the_second() -> None:
    saturday = date(2027, 1, 30)
    scale = scale_of({"hours": HOURS}, VIETNAM, at(saturday, 8))
    assert scale.waited(at(saturday, 7)) == timedelta(minutes=30)  # not before the opening
    elapsed = office_minutes(HOURS, saturday, VIETNAM)
    assert elapsed(at(saturday, 7), at(saturday, 8)) == 30
    half = office_minutes(HOURS, date(2027, 2, 4), VIETNAM)
    assert half(at(date(2027, 2, 4), 11, 20), at(date(2027, 2, 4), 13, 40)) == 20  # lunch is not in it


def test_days_of_their_own_are_read_and_written_in_order() -> None:
    text = default_settings().to_toml()
    added = text.replace("[hours]", '[hours]\n"2027-02-05" = []\n"2027-01-30" = ["07:30-11:30"]', 1)
    settings = Settings.from_toml(added)
    assert settings.hours["2027-02-05"] == []
    assert settings.hours["2027-01-30"] == ["07:30-11:30"]
    assert Settings.from_toml(settings.to_toml()) == settings


@pytest.mark.parametrize("wrong", ["montag", "2027-02-30", "5/2/2027", "2027-2-5", ""])
def test_what_is_no_day_is_refused_with_its_place(wrong: str) -> None:
    text = default_settings().to_toml().replace("[hours]", f'[hours]\n"{wrong}" = []', 1)
    with pytest.raises(SettingsError) as refused:
        Settings.from_toml(text)
    assert [(path, "expected a weekday" in expected) for path, expected in refused.value.problems] == [
        (f"hours.{wrong}", True)
    ]
