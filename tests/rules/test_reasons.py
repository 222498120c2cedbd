"""The sentence that says why: its own figures lead to the same choice."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from queueapp.i18n import use_language
from queueapp.rules.ahead import picked
from queueapp.rules.order import Called, Caller, Choice, Waiting, choose
from queueapp.rules.points import RULES, CallRule, Scale
from queueapp.rules.reasons import Before, Figures, Weighed, Why, WhyNot, explain, explain_not, why_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
POINTS = CallRule()
NUMBER = r"(-?\d+(?:\.\d+)?)"
PRIORITY = re.compile(rf"{NUMBER} points = {NUMBER} \+ {NUMBER} × {NUMBER} min with priority")
NORMAL = re.compile(rf"{NUMBER} points, as many minutes waited")
STRICT = re.compile(rf"(with priority, )?waited {NUMBER} min")


def named(choice: Choice) -> Why:
    """Return why, with codes such as the operation gives them."""
    figures = choice.why.figures
    assert figures is not None
    other = figures.other
    mine = replace(figures.mine, code=f"D-{choice.ticket.number:03d}")
    if other is not None and choice.rival is not None:
        other = replace(other, code=f"D-{choice.rival.number:03d}")
    return replace(choice.why, figures=replace(figures, mine=mine, other=other))


def hall(chance: random.Random) -> tuple[list[Waiting], Scale, Caller]:
    """Return a queue, a rule, a counter with a past, at random."""
    rule = CallRule(
        chance.choice(RULES), chance.choice([0, 10, 15]), chance.choice([1, 2, 3]), chance.choice([0, 1, 2])
    )
    wait = random.Random(chance.random())
    queue = [
        Waiting(
            number,
            is_priority=chance.random() < 0.4,
            place=NOW - timedelta(seconds=wait.choice([wait.randint(0, 60), wait.randint(0, 7200)])),
            number=number,
            service=chance.choice([1, 1, 2]),
        )
        for number in range(1, chance.randint(2, 14))
    ]
    calls = tuple(Called(chance.random() < 0.7, chance.choice([1, 2])) for _ in range(4))
    return queue, Scale(NOW, rule), Caller(calls, {1: 2, 2: 1} if chance.random() < 0.3 else {})


def figure(text: str, rule: CallRule) -> tuple[bool, float]:
    """Return whether a figure of the sentence is of a priority ticket, and its points, computed from the minutes."""
    if rule.rule != "points":
        found = STRICT.search(text)
        assert found is not None, text
        return found[1] is not None, float(found[2])
    found = PRIORITY.search(text)
    if found is not None:
        said, bonus, factor, minutes = map(float, found.groups())
        assert said == pytest.approx(bonus + factor * minutes, abs=1e-9)
        return True, bonus + factor * minutes
    found = NORMAL.search(text)
    assert found is not None, text
    return False, float(found[1])


def test_the_choice_follows_from_the_sentence_in_a_thousand_queues() -> None:
    chance = random.Random(5)
    seen: set[str] = set()
    for _ in range(1000):
        queue, scale, caller = hall(chance)
        choice = choose(queue, scale, caller)
        assert choice is not None
        sentence, rule = explain(named(choice)), choice.why.rule
        assert choice.ticket == _by_hand(queue, scale, caller)
        seen.add(rule)
        mine, _semicolon, rest = sentence.partition("; ")
        if rest == "nobody else waits.":
            assert len(queue) == 1
            continue
        code = re.search(r"D-(\d+)", rest)
        assert code is not None, sentence
        other = next(each for each in queue if each.number == int(code[1]))
        if rest.endswith("has as much and came later."):
            assert (other.place, other.number) > (choice.ticket.place, choice.ticket.number)
            continue
        mine_has, mine_points = figure(mine, scale.rule)
        other_has, other_points = figure(rest, scale.rule)
        if rule == "cap":
            assert (mine_has, other_has) == (False, True)
            assert f"after {scale.rule.limit} with priority" in mine
            assert all(call.is_priority for call in caller.calls[: scale.rule.limit])
        elif rule == "share":
            said = re.search(r"\((\d+) of its last (\d+) calls were of this field, its share is (\d+)\)", mine)
            assert said is not None
            had, window, weight = map(int, said.groups())
            calls = [call.service for call in caller.calls[:window]]
            assert (calls.count(choice.ticket.service), caller.weights[choice.ticket.service]) == (had, weight)
            assert weight - had > caller.weights[other.service] - calls.count(other.service)
        else:
            by_class = scale.rule.is_strict and mine_has != other_has
            assert mine_has if by_class else mine_points >= other_points, sentence
    assert seen == {"priority", "longest_wait", "cap", "share"}


def _heaviness(ticket: Waiting, scale: Scale) -> tuple[bool, float, float, int]:
    """Say the rule once more, without its code; in seconds."""
    waited = round((NOW - ticket.place).total_seconds())
    rule, has = scale.rule, ticket.is_priority
    points = 60 * rule.bonus_minutes + rule.factor * waited if rule.rule == "points" and has else waited
    return (rule.is_strict and has, points, waited, -ticket.number)


def _by_hand(queue: list[Waiting], scale: Scale, caller: Caller) -> Waiting:
    """Choose once more: the cap, the shares, the points."""
    allowed, limit = queue, scale.rule.limit
    best = max(queue, key=lambda each: _heaviness(each, scale))
    if limit and best.is_priority and all(call.is_priority for call in caller.calls[:limit]):
        allowed = [each for each in queue if not each.is_priority] or queue
    if caller.weights:
        calls = [call.service for call in caller.calls[: sum(caller.weights.values()) - 1]]
        owed = {each.service: caller.weights[each.service] - calls.count(each.service) for each in allowed}
        allowed = [each for each in allowed if owed[each.service] == max(owed.values())]
    return max(allowed, key=lambda each: _heaviness(each, scale))


def test_figures_that_are_close_are_told_with_more_digits() -> None:
    mine, other = Weighed(0.001, is_priority=True, code="D-001"), Weighed(600.0024, code="D-002")
    sentence = explain(Why("priority", 0, 0, None, Figures(POINTS, mine, other)))
    assert sentence == (
        "By waiting points: 10.00006 points = 10 + 3 × 0.00002 min with priority; "
        "next D-002: 10.00004 points, as many minutes waited."
    )


def test_within_a_class_the_later_one_is_told_as_such() -> None:
    mine, other = Weighed(600.4, code="D-001"), Weighed(600, code="D-002")
    assert explain(Why("longest_wait", 600, 0, None, Figures(POINTS, mine, other))) == (
        "By waiting points: 10.0 points, as many minutes waited; D-002 has as much and came later."
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "By waiting points: 25.0 points = 10 + 3 × 5.0 min with priority; "
            "next D-001: 24.0 points, as many minutes waited.",
        ),
        (
            "vi",
            "Theo điểm chờ: 25,0 điểm = 10 + 3 × 5,0 phút, ưu tiên; kế tiếp D-001: 24,0 điểm, bằng số phút đã chờ.",
        ),
    ],
)
def test_a_call_is_explained_in_one_sentence(language: str, sentence: str) -> None:
    use_language(language)
    mine, other = Weighed(300, is_priority=True, code="D-002"), Weighed(1440, code="D-001")
    assert explain(Why("priority", 300, 0, None, Figures(POINTS, mine, other))) == sentence


def test_what_the_log_keeps_says_the_same() -> None:
    chance = random.Random(7)
    for _ in range(200):
        queue, scale, caller = hall(chance)
        choice = choose(queue, scale, caller)
        assert choice is not None
        assert choice.why.figures is not None
        why = named(choice)
        assert why.figures is not None
        detail = {
            "rule": why.rule,
            "waited": why.waited_seconds,
            "passed": why.passed,
            "figures": why.figures.written(),
        }
        read = why_of(detail)
        assert read is not None
        assert explain(read) == explain(why)


def test_a_call_of_before_there_were_figures_is_explained_too() -> None:
    assert why_of({}) is None
    read = why_of({"rule": "longest_wait", "waited": 725.0, "passed": 0})
    assert read is not None
    assert explain(read) == "Waited longest: 12 min."
    assert explain(Why("picked", 60.0, 2, "baby")) == "Picked out of order before 2 others: baby"
    assert explain(Why("first", -1e-6)) == "Comes back or was carried over: before new tickets; waited 0 min."


def test_a_picked_one_keeps_its_sentence() -> None:
    queue = [Waiting(n, is_priority=False, place=NOW - timedelta(minutes=9 - n), number=n) for n in (1, 2)]
    choice = picked(queue, 2, "baby", Scale(NOW))
    assert choice is not None
    assert explain(choice.why) == "Picked out of order before 1 others: baby"


def test_who_waits_is_told_who_is_before_and_by_which_rule() -> None:
    mine = Weighed(720, code="D-003")
    assert explain_not(WhyNot(POINTS, mine)) == (
        "By waiting points: 12.0 points, as many minutes waited; nobody is before it."
    )
    before = (
        Before(Weighed(300, is_priority=True, code="D-004"), "priority"),
        Before(Weighed(60, code="D-001"), "cap"),
        Before(Weighed(0, code="H-001"), "first"),
        Before(Weighed(0, code="H-002"), "first"),
    )
    assert explain_not(WhyNot(POINTS, mine, before=before)) == (
        "By waiting points: 12.0 points, as many minutes waited; 4 before it: "
        "D-004 (25.0 points = 10 + 3 × 5.0 min with priority), "
        "D-001 (1.0 points, as many minutes waited, its turn after 2 with priority), "
        "H-001 (comes back or was carried over), …."
    )
