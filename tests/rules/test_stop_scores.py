"""The replay of the rule of stopping: what counts, what it would have caught, and recorded stops."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from queueapp.rules.errors import BadRequestError
from queueapp.rules.estimate import Estimator
from queueapp.rules.estimated import Estimate
from queueapp.rules.evaluating import Replayed, Scored, replay
from queueapp.rules.logs import Logged, read_log
from queueapp.rules.stop_events import COLUMNS, Judged, StopEvent, read_stops
from queueapp.rules.stop_scores import Closings, caught, first_day, score_stops
from tests.logs import FIRST_DAY, minutes_log, seconds_log

MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)
CLOSINGS = Closings(960, {0: 1080})
HEAD = ",".join(COLUMNS)


def ticket(
    issued: float, called: float | None, minutes: float, *, day: date = TUESDAY, basis: str = "learned"
) -> Scored:
    """Return a scored ticket with what it was promised."""
    said = Estimate(minutes / 2, minutes, minutes * 1.4, ahead=3, pace=4, basis=basis)
    return Scored("Here", Logged(2, day, issued, called, queue="A"), 3, said, {})


def counts(tickets: Sequence[Scored]) -> tuple[int, ...]:
    figures = caught(tickets, CLOSINGS)
    shares = (figures.by_red, figures.by_either, figures.wrongly_red, figures.wrongly_either)
    return (figures.tickets, figures.by_red.n, *(share.count for share in shares))


def test_late_tickets_are_caught_by_red_or_by_amber_or_not_at_all() -> None:
    late = [ticket(900, 955, 60), ticket(900, 955, 45), ticket(900, 955, 10)]  # red, amber, green
    assert counts(late) == (3, 3, 1, 2, 0, 0)


def test_tickets_called_in_time_are_wrongly_refused_or_warned() -> None:
    in_time = [ticket(900, 949, 60), ticket(900, 950, 45), ticket(900, 910, 10)]
    assert counts(in_time) == (3, 0, 0, 0, 1, 2)


def test_who_comes_after_the_last_call_or_is_never_called_or_on_a_day_without_closing_is_not_counted() -> None:
    some = [ticket(951, 955, 60), ticket(900, None, 60), ticket(950, 955, 60)]
    assert counts(some)[0] == 1
    assert caught([ticket(900, 955, 60)], Closings(None, {0: 1080})).tickets == 0


def test_each_weekday_has_its_closing() -> None:
    assert counts([ticket(900, 955, 60, day=MONDAY)]) == (1, 0, 0, 0, 0, 0)
    assert CLOSINGS.of(MONDAY) == 1080
    assert CLOSINGS.of(TUESDAY) == 960


def test_a_first_estimate_only_warns_in_the_replay_too() -> None:
    assert counts([ticket(900, 955, 60, basis="first")]) == (1, 1, 0, 1, 0, 0)


def test_late_tickets_of_one_queue_and_day_are_one_late_day() -> None:
    assert caught([ticket(900, 955, 60)] * 5 + [ticket(900, 1075, 60, day=MONDAY)], CLOSINGS).late_days == 2


def test_shares_have_the_interval_of_wilson() -> None:
    share = caught([ticket(900, 955, 60)] * 58 + [ticket(900, 955, 10)] * 4, CLOSINGS).by_red
    assert (share.count, share.n) == (58, 62)
    assert share.low == pytest.approx(0.8455, abs=1e-3)
    assert share.high == pytest.approx(0.9746, abs=1e-3)


def test_the_days_that_only_teach_and_those_with_nobody_ahead_are_told_apart() -> None:
    replayed = replay(read_log(minutes_log(days=6, people=40)).tickets)
    scores = score_stops(replayed, Closings(1020))
    assert scores.scored.tickets == len(replayed.scored)
    assert scores.all.tickets == sum(each.ticket.day >= first_day(replayed) for each in replayed.all)
    assert [office for office, _each in scores.by_office] == ["Here"]
    assert first_day(Replayed([], [], 0, 0, 0, is_by_wait=False)) == date.max


def test_an_overloaded_office_is_seen_to_be_late() -> None:
    tickets = read_log(minutes_log(days=10, people=100)).tickets
    scores = score_stops(replay(tickets), Closings(690))
    assert scores.scored.by_either.n > 20  # they come for longer than two counters bear
    assert scores.scored.by_either.share is not None
    assert scores.scored.by_either.share > 0.8
    assert scores.scored.by_either.count >= scores.scored.by_red.count > 0


STOP = StopEvent("Here", "A", FIRST_DAY, 600, 12, 2, 660, 720)


def test_a_recorded_stop_is_read() -> None:
    (event,) = read_stops(f"\ufeff{HEAD}\nHere,A,{FIRST_DAY},600,12,2,660,720\n")
    assert event == STOP
    assert (event.idle, event.carried) == (60, 12)  # 12 in the hour before, so 12 in the empty hour
    assert replace(STOP, open_until=690).carried == 6
    assert replace(STOP, emptied=600).carried == 0
    assert replace(STOP, open_until=650).idle == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "office,queue\n",
        f"{HEAD}\nHere,A,someday,600,12,2,660,720\n",
        f"{HEAD}\nHere,A,2026-11-02,600,12,2,660,nan\n",
        f"{HEAD}\nHere,A,2026-11-02,600,12,2,660\n",
    ],
)
def test_what_is_no_list_of_stops_is_refused(text: str) -> None:
    with pytest.raises(BadRequestError):
        read_stops(text)


def test_a_stop_is_judged_by_what_was_known_at_its_moment() -> None:
    tickets = read_log(minutes_log(days=6, people=70)).tickets
    last = max(each.day for each in tickets)
    event = replace(STOP, day=last, stop=550.0)
    judged, again = Judged(Closings(690), [event]), Judged(Closings(690), [event])
    replay(tickets, questions=judged.questions())
    replay([each for each in tickets if each.day < last or each.issued <= 550], questions=again.questions())
    shown, left = judged.answers[event]
    assert judged.answers == again.answers
    assert (shown != "red") == (left.at_most > 0)
    assert 0 <= left.sure <= left.at_most < 100


def test_asking_changes_no_estimate() -> None:
    tickets = read_log(minutes_log(days=5, people=40)).tickets
    asked = Judged(Closings(690), [replace(STOP, day=day, stop=500.0) for day in {each.day for each in tickets}])
    assert replay(tickets, questions=asked.questions()).all == replay(tickets).all


def test_a_question_after_the_last_ticket_is_asked_too_and_one_of_an_unknown_queue_has_no_answer() -> None:
    tickets = read_log(minutes_log(days=3, people=20)).tickets
    late, unknown = replace(STOP, stop=1000.0), replace(STOP, queue="Z")
    judged = Judged(Closings(1020), [late, unknown, replace(STOP, office="Nowhere")])
    replay(tickets, questions=judged.questions())
    assert list(judged.answers) == [late]
    assert judged.since(date.max) == {}
    assert list(judged.since(FIRST_DAY)) == [late]


def test_where_counters_are_shared_those_still_to_come_stand_in_the_line_of_all() -> None:
    tickets = read_log(seconds_log(days=8)).tickets
    event = StopEvent("", "P", max(each.day for each in tickets), 560, 12, 3, 660, 720)
    judged = Judged(Closings(690), [event])
    found: list[float] = []

    def ask(estimator: Estimator) -> None:
        judged.questions()["", event.day][0][1](estimator)
        ahead, pool = estimator.line("P").ahead(560), estimator.pool.ahead(560)
        most = judged.answers[event][1].at_most
        found.extend(
            560 + estimator.expect("P", 560, ahead=ahead + n, pool_ahead=pool + n, counters=3).minutes + 10
            for n in (most - 1, most)
        )

    replay(tickets, questions={("", event.day): [(560.0, ask)]})
    last, next_one = found
    assert last <= 690 < next_one


def test_the_rule_is_better_on_real_offices_than_the_limits_of_the_readme(data_folder: Path) -> None:
    text = (data_folder / "dev_warsaw_offices_2020_01.csv").read_text(encoding="utf-8")
    scores = score_stops(replay(read_log(text).tickets), Closings(960, {0: 1080})).scored
    assert (scores.tickets, scores.by_either.n) == (25_800, 62)
    assert scores.by_either.count >= 0.89 * 62
    assert scores.wrongly_either.count <= 0.021 * scores.wrongly_either.n
    assert scores.wrongly_red.count <= 0.005 * scores.wrongly_red.n


def test_a_question_finds_all_that_happened_before_it_and_nothing_later() -> None:
    day = [each for each in read_log(minutes_log(days=1, people=60)).tickets if each.queue == "A"]
    seen: dict[float, int] = {}

    def asking(at: float) -> tuple[float, Callable[[Estimator], None]]:
        return at, lambda estimator: seen.__setitem__(at, len(estimator.line("A").waiting))

    moments = [500.25, 560.25, 620.25]
    replay(day, questions={("Here", FIRST_DAY): [asking(at) for at in reversed(moments)]})
    assert seen == {at: sum(each.issued < at < (each.called or 0) for each in day) for at in moments}
    assert max(seen.values()) > 3
