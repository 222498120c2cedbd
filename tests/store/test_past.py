"""What past days tell of a coming one, from the office's own log."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from queueapp.operations.calling import call, start
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish
from queueapp.queries.past import past_days
from queueapp.rules.expecting import expected
from tests.factories import Hall

MONDAY = date(2026, 12, 28)


def live_mondays(hall: Hall, weeks: int, citizens: int = 8) -> None:
    """Let some Mondays pass on each of which so many come at eight, one after the other, and one who goes away."""
    for week in range(weeks, 0, -1):
        day = MONDAY - timedelta(weeks=week)
        hall.clock.moment = datetime(day.year, day.month, day.day, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
        for _ in range(citizens):
            hall.ticket(issue, service="land", priority="elderly")
            hall.ticket(call, counter=1)
            hall.ticket(start, counter=1)
            hall.ticket(finish, counter=1, after=240)
        hall.ticket(leave, ticket=hall.ticket(issue, service="land").code)


def test_the_same_weekday_of_the_last_weeks_and_how_long_each_was_at_a_counter(hall: Hall) -> None:
    live_mondays(hall, 4)
    past = hall.database.read(past_days, MONDAY, at=hall.clock.advance(minutes=24 * 60))
    assert past.days == tuple(MONDAY - timedelta(weeks=week) for week in (4, 3, 2, 1))
    assert len(past.came) == 4 * 9
    assert sum(each.is_absent for each in past.came) == 4
    assert min(each.minute for each in past.came) == 8 * 60 + 1
    assert past.minutes["land"] == pytest.approx([5.0] * 32)  # a minute on the way and four of service
    assert dict(past.counters)[4] == ("land", "civil_status", "social_affairs")
    found = expected(past)
    assert (found.lacking, found.days) == (None, 4)


def test_another_weekday_knows_nothing_of_it(hall: Hall) -> None:
    live_mondays(hall, 4)
    past = hall.database.read(past_days, MONDAY + timedelta(days=1), at=hall.clock())
    assert (past.days, expected(past).lacking) == ((), "days")


def test_the_day_that_is_not_over_is_no_past_day(hall: Hall) -> None:
    live_mondays(hall, 1)
    past = hall.database.read(past_days, MONDAY, at=hall.clock())
    assert past.days == ()


def test_the_next_open_day_is_meant_where_none_is_given(hall: Hall) -> None:
    past = hall.database.read(past_days, at=hall.clock())
    assert past.day == date(2026, 11, 24)
