"""A recorded log: what is read of it, that nothing later is known, and the figures of the estimates."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueapp.rules.baselines import NAMES, weighted_median
from queueapp.rules.discipline import AtWork, Discipline
from queueapp.rules.errors import BadRequestError
from queueapp.rules.estimated import Estimate
from queueapp.rules.evaluating import Replayed, Scored, replay
from queueapp.rules.logs import Log, Logged, read_log
from queueapp.rules.scores import POSITIONS, evaluate, score
from tests.logs import MINUTES, SECONDS, minutes_log, seconds_log

DAY = date(2026, 11, 2)


def test_both_sets_of_columns_are_read() -> None:
    read = read_log(f"\ufeff{MINUTES}\nHere,A,2026-11-02,1,480.5,490,3,10\nHere,A,2026-11-02,2,481,,,\n")
    first, second = read.tickets
    assert first == Logged(2, DAY, 480.5, 490, office="Here", queue="A", counters=3, published=10)
    assert (second.called, second.counters, second.published, read.problems) == (None, None, None, [])
    (call, gone) = read_log(
        f"{SECONDS}\n2026-11-02,1,P,2,28800,28860,29100,,S1,served\n2026-11-02,2,P,0,28800,,,28830,,abandoned\n"
    ).tickets
    assert call == Logged(2, DAY, 480, 481, ended=485, queue="P", server="S1", priority=2)
    assert (gone.called, gone.left) == (None, 480.5)


def test_only_day_arrival_and_call_are_needed_and_other_columns_do_no_harm() -> None:
    (ticket,) = read_log("color,call_min,day,arrival_min\nred,490,2026-11-02,480\n").tickets
    assert ticket == Logged(2, DAY, 480, 490)
    (ticket,) = read_log("day,arrival_s,call_s,queue,priority,office\n2026-11-02,60,120,Q,1,O\n").tickets
    assert ticket == Logged(2, DAY, 1, 2, queue="Q", priority=1, office="O")


def test_numbered_days_and_priorities_in_words_are_read() -> None:
    head = "day,cls,prio,arrival_s,start_s\n"
    one, two = read_log(f"{head}1,P,normal,60,120\n2,P,elderly,60,120\n").tickets
    assert (two.day - one.day).days == 1
    assert (one.priority, two.priority) == (0, 1)


BAD_ROWS = (
    "Here,A,yesterday,1,480,490,3,10",
    "Here,A,0001-01-01,1,480,490,3,10",
    "Here,A,2026-11-02,1,,490,3,10",
    "Here,A,2026-11-02,1,490,480,3,10",
    "Here,A,2026-11-02,1,nan,490,3,10",
    "Here,A,2026-11-02,1,-4,490,3,10",
    "Here,A,2026-11-02,1,480,1e9,3,10",
    "Here,A,2026-11-02,1,480,490,many,10",
    "Here,A,2026-11-02,1,480,490,3,\x1b[2J",
    "Here",
)


@pytest.mark.parametrize("row", BAD_ROWS)
def test_an_odd_row_is_left_out_and_named_by_its_line(row: str) -> None:
    good = "Here,A,2026-11-02,1,480,490,3,10"
    read = read_log(f"{MINUTES}\n{good}\n{row}\n{good}\n")
    assert [ticket.line for ticket in read.tickets] == [2, 4]
    assert [line for line, _problem, _value in read.problems] == [3]


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "day,arrival_min\n2026-11-02,4\n", f"{MINUTES}\n", f"{MINUTES}\nx\n"]
)
def test_what_is_no_log_is_refused(text: str) -> None:
    with pytest.raises(BadRequestError):
        read_log(text)


@given(st.text())
@settings(max_examples=60)
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    for given_text in (text, f"{MINUTES}\n{text}"):
        try:
            assert read_log(given_text).tickets
        except BadRequestError:
            continue


def said(log: Log) -> dict[tuple[str, int], tuple[Estimate, dict[str, float]]]:
    return {(each.office, each.ticket.line): (each.estimate, each.baselines) for each in replay(log.tickets).all}


@pytest.mark.parametrize("text", [minutes_log(days=4, people=40), seconds_log(days=4, people=60)])
def test_what_happens_later_changes_no_estimate(text: str) -> None:
    tickets = read_log(text).tickets
    last = max(ticket.day for ticket in tickets)
    now = 540.0
    # All that lies after nine on the last day is changed: who was still waiting is called three hours later, and
    # those who came later never come.
    altered = [
        Logged(
            **{
                name: getattr(ticket, name)
                for name in Logged.__dataclass_fields__
                if name not in {"called", "ended", "left", "server"}
            },
            called=ticket.called + 180 if ticket.called is not None and ticket.called > now else ticket.called,
            left=ticket.left if ticket.left is None or ticket.left <= now else ticket.left + 60,
            ended=ticket.ended if ticket.called is None or ticket.called <= now else None,
            server=ticket.server if ticket.called is None or ticket.called <= now else "",
        )
        if ticket.day == last
        else ticket
        for ticket in tickets
        if ticket.day < last or ticket.issued <= now
    ]
    assert len(altered) < len(tickets)
    before, after = (said(Log(some, [])) for some in (tickets, altered))
    assert after == {key: before[key] for key in after}


def test_who_never_came_when_called_stands_in_nobody_s_way_once_the_next_is_called() -> None:
    rows = ["480,", "481,490", "495,500", "496,505"]
    log = read_log("day,arrival_min,call_min\n" + "".join(f"2026-11-02,{row}\n" for row in rows))
    assert [each.ahead for each in replay(log.tickets).all] == [0, 1, 0, 1]


def test_a_log_by_minutes_is_estimated_better_than_by_the_usual_formula() -> None:
    evaluation = evaluate(replay(read_log(minutes_log()).tickets))
    figures = evaluation.all
    assert figures is not None
    assert evaluation.replayed.warm_up == 3
    assert set(figures.baselines) == set(NAMES)
    assert figures.mae < 0.75 * figures.baselines["published"][0]
    assert figures.mae < 1.02 * figures.baselines["usual"][0]
    assert 0.7 < figures.coverage < 0.9
    assert sum(each.n for _place, each in evaluation.by_position) == figures.n
    assert [name for name, _each in evaluation.by_office] == ["Here"]


def test_a_log_by_seconds_shows_that_its_servers_are_shared() -> None:
    log = read_log(seconds_log())
    replayed = replay(log.tickets)
    figures = evaluate(replayed).all
    assert replayed.is_by_wait
    assert figures is not None
    assert "published" not in figures.baselines
    assert figures.mae < figures.baselines["last_ten"][0]
    assert all(each.waited > 0 for each in replayed.scored)


def test_scores_are_those_of_the_definitions() -> None:
    def scored(ahead: int, waited: float, low: float, minutes: float, high: float) -> Scored:
        ticket = Logged(1, DAY, 480, 480 + waited)
        return Scored("Here", ticket, ahead, Estimate(low, minutes, high, ahead, 1), {"usual": 10.0})

    tickets = [scored(1, 10, 5, 8, 15), scored(5, 20, 5, 8, 15), scored(30, 4, 5, 8, 15)]
    figures = score(tickets)
    assert figures is not None
    assert figures.n == 3
    assert [figures.mae, figures.bias] == pytest.approx([6, (-2 - 12 + 4) / 3])
    assert [figures.coverage, figures.late] == pytest.approx([1 / 3, 1 / 3])
    assert figures.baselines["usual"] == pytest.approx((16 / 3, -4 / 3))
    evaluation = evaluate(Replayed(tickets, tickets, 3, 1, 0, is_by_wait=False))
    assert [place for place, _each in evaluation.by_position] == [(1, 1), (4, 6), (21, None)]
    assert evaluate(Replayed([], [], 0, 1, 0, is_by_wait=False)).all is None
    assert [first for first, _last in POSITIONS] == [0, 1, 2, 4, 7, 11, 21]


def test_how_far_priority_goes_ahead_is_learned_from_who_was_called() -> None:
    discipline = Discipline()
    for start in range(0, 1000, 10):
        discipline.issued(1, start, 0)
        discipline.issued(2, start + 1.2, 2)  # comes later and is called first
        discipline.called(2, "P", "S1")
        discipline.called(1, "P", "S1")
        discipline.issued(3, start + 5, 0)
        discipline.issued(4, start + 6.8, 2)  # comes too late for that
        discipline.called(3, "Q", "S1")
        discipline.called(4, "Q", "S1")
    assert discipline.place(100, 2) == 100
    discipline.end_day()
    assert discipline.advance == 1.5
    assert (discipline.place(100, 2), discipline.place(100, 1)) == (98.5, 100)
    assert discipline.is_shared


def test_who_is_at_work_is_known_by_those_who_serve_or_just_did() -> None:
    at_work = AtWork()
    at_work.serves("S1", "P", 480, 490)
    at_work.serves("S2", "Q", 480, 500)
    at_work.serves("", "P", 480, 900)
    assert [at_work.count(at) for at in (485, 495, 510, 520)] == [2, 2, 1, 0]
    assert [at_work.count(485, queue) for queue in ("P", "R")] == [1, 0]


def test_the_fitted_minutes_have_the_least_absolute_error() -> None:
    assert weighted_median({}) is None
    assert weighted_median({1.0: 1, 5.0: 2, 9.0: 1}) == 5


def test_a_real_office_is_estimated_as_claimed(data_folder: Path) -> None:
    text = (data_folder / "dev_warsaw_offices_2020_01.csv").read_text(encoding="utf-8")
    head, *rows = text.splitlines()
    some = [row for row in rows if row.startswith("Mokotow_1,")]
    figures = evaluate(replay(read_log("\n".join([head, *some])).tickets)).all
    assert figures is not None
    assert figures.n > 3000
    assert figures.mae < 0.9 * figures.baselines["usual"][0]
    assert 0.78 <= figures.coverage <= 0.86
    assert figures.late <= 0.11
