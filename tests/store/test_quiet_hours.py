"""Quiet hours and periods on both databases: the figures are those that the log of events gives by itself."""

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from queueapp.notices import NAME, renew_at_close
from queueapp.operations.calling import call, no_show, start
from queueapp.operations.closing import close_day
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave, void
from queueapp.operations.serving import finish
from queueapp.queries.periods import period, quiet
from queueapp.queries.summary import day_summary
from queueapp.queries.tickets import events_after
from queueapp.queries.verifying import verify
from queueapp.rules.periods import Period
from queueapp.rules.quiet import QuietCell, QuietHours
from queueapp.rules.views import EventView
from tests.conftest import MORNING
from tests.factories import Hall

MINUTE = timedelta(minutes=1)


def a_morning(hall: Hall, seed: int) -> None:
    """Let about twenty people come, of whom most are served, some leave, and one does not come when called."""
    chance = random.Random(seed)
    waiting: list[str] = []
    for person in range(20):
        hall.clock.advance(minutes=chance.randrange(1, 5))
        issued = hall.ticket(issue, service="land", after=0)
        waiting.append(issued.code)
        if person % 7 == 3:
            hall.do(leave, ticket=waiting.pop(), after=60 * chance.randrange(1, 9))
            continue
        if chance.random() < 0.6:
            called = hall.ticket(call, counter=1, after=chance.randrange(200)).code
            waiting.remove(called)
            if person == 12:
                waiting.append(hall.ticket(no_show, counter=1).code)  # back behind the next two
            else:
                hall.do(start, counter=1, after=20)
                hall.do(finish, counter=1, after=chance.randrange(60, 200))
    void_one = hall.ticket(issue, service="land")
    hall.do(void, ticket=void_one.code, reason="twice")


def weeks(hall: Hall) -> None:
    """Let three Mondays pass, each closed in its evening but the second, which is only closed the next morning."""
    for week, closed_after in enumerate((9.5, 24.0, 9.5)):
        begun = MORNING + timedelta(days=7 * week)
        hall.clock.moment = begun
        a_morning(hall, week)
        hall.clock.moment = begun + timedelta(hours=closed_after)
        unserved = hall.database.read(day_summary, begun.date(), at=hall.clock()).unserved
        ends = {each.code: "sent_home:closing_time" for each in unserved if each.end == "waiting"}
        assert ends
        hall.do(close_day, day=begun.date(), unserved=ends)


def survived(waits: list[tuple[float, bool]], share: float) -> float | None:
    """Return when so many were called, by the product written out: another way than that of the rules."""
    left = 1.0
    for moment in sorted({minutes for minutes, is_called in waits if is_called}):
        at_risk = sum(minutes >= moment for minutes, _is_called in waits)
        left *= 1 - sum(each == (moment, True) for each in waits) / at_risk
        if left <= 1 - share + 1e-9:
            return moment
    return None


def from_the_log(log: tuple[EventView, ...]) -> dict[int, list[tuple[float, bool]]]:
    """Return the waits by local hour of issue from the events alone (they are of mornings: no lunch lies in one)."""
    of_ticket: defaultdict[tuple[date, str], list[EventView]] = defaultdict(list)
    for event in log:
        if event.ticket is not None and event.day is not None:
            of_ticket[event.day, event.ticket].append(event)
    waits: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for (day, _code), own in of_ticket.items():
        pairs = list(pairwise(own))
        calls = [each for each in own if each.verb == "call"]
        answered = [before for before, after in pairs if (before.verb, after.verb) == ("call", "start")]
        stop = (answered or calls or own)[0 if calls else -1]
        if own[-1].verb == "void" or stop.at.astimezone(MORNING.tzinfo).date() != day:
            continue
        absent = sum(
            (after.at - before.at) / MINUTE for before, after in pairs if before in calls and after.at <= stop.at
        )
        minutes = (stop.at - own[0].at) / MINUTE - absent
        if not calls and stop.verb != "leave":  # at 17:30, with the lunch of two hours left out
            minutes -= 120
        waits[own[0].at.astimezone(MORNING.tzinfo).hour].append((minutes, bool(calls)))
    return waits


def asked(hall: Hall, count: int = 8, weekday: int | None = None) -> QuietHours:
    found: QuietHours = hall.database.read(quiet, count, weekday, at=hall.clock())
    return found


def test_the_quiet_hours_are_those_that_the_events_give(hall: Hall) -> None:
    weeks(hall)
    log = hall.database.read(events_after)
    assert len(log) < 1000, "the log is asked for in one piece"
    expected = from_the_log(log)
    found = asked(hall)
    assert (found.days, found.unknown > 0) == (3, True)
    assert found.n == sum(len(each) for each in expected.values())
    known = {hour: cell for (_field, hour), cell in found.cells.items() if cell.is_enough}
    assert known, "the mornings must have an hour with thirty people"
    for (_field, hour), cell in found.cells.items():
        waits = expected[hour]
        assert cell.n == len(waits)
        if not cell.is_enough:
            assert (cell.median, cell.p90) == (None, None)
            continue
        assert cell.median == pytest.approx(survived(waits, 0.5))
        assert (cell.p90 is None) == (survived(waits, 0.9) is None)
        if cell.p90 is not None:
            assert cell.p90 == pytest.approx(survived(waits, 0.9))


def test_only_the_weeks_and_the_weekday_that_were_asked_for_count(hall: Hall) -> None:
    weeks(hall)
    assert [asked(hall, count).days for count in (1, 2, 3)] == [1, 2, 3]
    assert asked(hall, 8, 0).n == asked(hall).n
    assert asked(hall, 8, 1).n == 0
    mondays = asked(hall).weekdays
    assert mondays["land", 0] == mondays[None, 0]
    assert mondays["land", 0].is_enough


def test_an_office_without_citizens_has_no_quiet_hours_and_lists_its_hours(hall: Hall) -> None:
    empty = asked(hall)
    assert (empty.n, empty.days, empty.cells) == (0, 0, {})
    assert empty.quietest("land") is None
    hall.waiting()
    assert asked(hall).cells == {("land", 8): QuietCell(1)}


def test_a_period_pools_its_days_and_the_sheet_of_a_closed_day_stays_as_it_was(hall: Hall) -> None:
    weeks(hall)
    first, last = MORNING.date(), MORNING.date() + timedelta(days=14)
    found: Period = hall.database.read(period, first, last, at=hall.clock())
    days = [hall.database.read(day_summary, day, at=hall.clock()) for day in found.days]
    assert len(days) == 3
    assert found.all.figures.issued == sum(day.all.issued or 0 for day in days) == 63
    assert found.all.figures.waiting.n == sum(day.all.waiting.n for day in days)
    assert found.all.figures.waiting.sum == pytest.approx(sum(day.all.waiting.sum or 0 for day in days))
    first_calls = [day.certainty[None].first_call for day in days]
    assert found.all.certainty.first_call.n == sum(each.n for each in first_calls)
    assert found.all.certainty.first_call.censored == sum(each.censored for each in first_calls) > 0
    assert found.services["land"].figures == found.all.figures
    assert found.weekdays[0].figures == found.all.figures
    verdict = hall.database.read(verify)
    assert (verdict.difference, verdict.days) == (None, 3)
    assert hall.database.read(period, last + timedelta(days=1), last + timedelta(days=9), at=hall.clock()).days == ()


def test_the_notice_is_made_anew_at_each_close_and_fails_without_harm(
    hall: Hall, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hall.database.path.parent if hall.database.path else tmp_path_factory.mktemp("office")
    monkeypatch.chdir(folder)
    paths, failed = renew_at_close(hall.database, at=hall.clock())
    assert ([path.name for path in paths], failed) == ([f"{NAME}.txt", f"{NAME}.png"], "")
    assert "chưa có công dân nào lấy số" in " ".join((folder / f"{NAME}.txt").read_text(encoding="utf-8-sig").split())
    empty = (folder / f"{NAME}.png").read_bytes()
    weeks(hall)
    assert renew_at_close(hall.database, at=hall.clock())[1] == ""
    assert "Một nửa số người" in (folder / f"{NAME}.txt").read_text(encoding="utf-8-sig")
    assert (folder / f"{NAME}.png").read_bytes() != empty
    assert sorted(path.name for path in folder.glob(f"{NAME}*")) == [f"{NAME}.png", f"{NAME}.txt"]
    (folder / f"{NAME}.txt").unlink()
    (folder / f"{NAME}.txt").mkdir()
    paths, failed = renew_at_close(hall.database, at=hall.clock())
    assert paths == []
    assert "could not be written" in failed
