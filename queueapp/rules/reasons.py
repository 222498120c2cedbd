"""Why a ticket was called, or is not called yet: one sentence that names the rule and the figures that decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from queueapp.i18n import N_, _, language, ngettext
from queueapp.rules.points import CallRule

MOST_DIGITS = 9
_MINUTE = timedelta(minutes=1)
NAMED = 3


class Share(NamedTuple):
    """How many of the last `window` calls of a counter a field `had`, and how many of them and the next it should."""

    had: int
    window: int
    weight: int

    @property
    def owed(self) -> int:
        """How many calls it is behind its share."""
        return self.weight - self.had


@dataclass(frozen=True, slots=True)
class Weighed:
    """A ticket as it was weighed: the office's seconds that it waited for, and whether it has priority."""

    seconds: float
    is_priority: bool = False
    code: str = ""
    ticket_id: int | None = None

    @property
    def waited(self) -> timedelta:
        """The office's time that it waited for."""
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that decided: the office's rule, the ticket, the one it went before, the field's share."""

    by: CallRule
    mine: Weighed
    other: Weighed | None = None
    share: Share | None = None

    def written(self) -> dict[str, Any]:
        """Return the figures as the log keeps them; the names of the tickets alone, not their keys."""
        by = self.by
        said: dict[str, Any] = {"by": by.rule, "bonus_minutes": by.bonus_minutes, "factor": by.factor, "cap": by.cap}
        said["mine"] = _written(self.mine)
        if self.other is not None:
            said["next"] = _written(self.other)
        if self.share is not None:
            said["share"] = self.share._asdict()
        return said


def _written(weighed: Weighed) -> dict[str, Any]:
    return {"code": weighed.code, "seconds": weighed.seconds, "is_priority": weighed.is_priority}


@dataclass(frozen=True, slots=True)
class Why:
    """Why a ticket was called; `passed` counts the others, `waited_seconds` is by the clock on the wall.

    `rule` is what decided: first, priority, longest_wait, cap (a normal ticket after so many with priority), share (of
    the counter's fields) or picked. `figures` is None for a call of before there were any.
    """

    rule: str
    waited_seconds: float
    passed: int = 0
    reason: str | None = None
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """One who will be called before a ticket, and by what."""

    weighed: Weighed
    rule: str


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a ticket is not called yet: who comes before it and by what, as far as is known now."""

    by: CallRule
    mine: Weighed
    is_first: bool = False
    before: tuple[Before, ...] = field(default_factory=tuple)


_BY = {
    "points": N_("By waiting points"),
    "first_come": N_("First come, first served"),
    "strict": N_("Priority first, then the longest wait"),
    "alternate": N_("Priority and normal in turn"),
}
_PLAIN = {
    "first": N_("Comes back or was carried over: before new tickets; waited {minutes} min."),
    "priority": N_("Priority; waited {minutes} min."),
    "longest_wait": N_("Waited longest: {minutes} min."),
    "picked": N_("Picked out of order before {passed} others: {reason}"),
}


def why_of(detail: Mapping[str, Any]) -> Why | None:
    """Return why a call was made, by what the log says of it; None where it says nothing."""
    if "rule" not in detail:
        return None
    said = detail.get("figures")
    figures = None
    if said is not None:
        by = CallRule(said["by"], said["bonus_minutes"], said["factor"], said["cap"])
        other, share = said.get("next"), said.get("share")
        figures = Figures(by, Weighed(**said["mine"]), other and Weighed(**other), share and Share(**share))
    return Why(detail["rule"], detail.get("waited", 0.0), detail.get("passed", 0), detail.get("reason"), figures)


def explain(why: Why) -> str:
    """Return the reason of a call as one sentence in the language in use."""
    figures = why.figures
    if figures is None or why.rule in {"first", "picked"}:
        minutes = int(max(why.waited_seconds, 0) // 60)
        return _(_PLAIN[why.rule]).format(minutes=minutes, passed=why.passed, reason=why.reason or "")
    digits = _digits(figures)
    said = {"rule": _rule(why.rule, figures), "mine": _figure(figures.by, figures.mine, digits)}
    if figures.other is None:
        return _("{rule}: {mine}; nobody else waits.").format(**said)
    said |= {"code": figures.other.code, "other": _figure(figures.by, figures.other, digits)}
    if why.rule in {"cap", "share"}:
        return _("{rule}: {mine}; before {code}: {other}.").format(**said)
    shown = [_shown_points(figures.by, each, digits) for each in (figures.mine, figures.other)]
    if shown[0] == shown[1] and not _by_class(figures):
        return _("{rule}: {mine}; {code} has as much and came later.").format(**said)
    return _("{rule}: {mine}; next {code}: {other}.").format(**said)


def explain_not(why: WhyNot) -> str:
    """Return who is before a ticket and by which rule, as one sentence in the language in use."""
    rule = _("Comes back or was carried over") if why.is_first else _(_BY[why.by.rule])
    n = len(why.before)
    said = {"rule": rule, "mine": _figure(why.by, why.mine, 1), "n": n}
    if not why.before:
        return _("{rule}: {mine}; nobody is before it.").format(**said)
    named = [_before(why.by, each) for each in why.before[:NAMED]]
    if len(why.before) > NAMED:
        named.append("…")
    words = ngettext("{rule}: {mine}; {n} before it: {others}.", "{rule}: {mine}; {n} before it: {others}.", n)
    return words.format(**said, others=", ".join(named))


def _before(by: CallRule, before: Before) -> str:
    figure = _figure(by, before.weighed, 1)
    if before.rule == "first":
        figure = _("comes back or was carried over")
    elif before.rule == "cap":
        figure = _("{figure}, its turn after {cap} with priority").format(figure=figure, cap=by.limit)
    return f"{before.weighed.code} ({figure})"


def _rule(rule: str, figures: Figures) -> str:
    if rule == "cap":
        return _("A normal ticket has its turn after {cap} with priority").format(cap=figures.by.limit)
    if rule == "share" and figures.share is not None:
        return _(
            "By this counter's shares ({had} of its last {window} calls were of this field, its share is {weight})"
        ).format(**figures.share._asdict())
    return _(_BY[figures.by.rule])


def _figure(by: CallRule, weighed: Weighed, digits: int) -> str:
    minutes, has_priority = _shown(weighed.waited, digits), weighed.is_priority and by.rule != "first_come"
    if by.rule != "points":
        words = N_("with priority, waited {minutes} min") if has_priority else N_("waited {minutes} min")
        return _(words).format(minutes=_number(minutes, digits))
    if not has_priority:
        return _("{points} points, as many minutes waited").format(points=_number(minutes, digits))
    points = by.bonus_minutes + by.factor * minutes
    return _("{points} points = {bonus} + {factor} × {minutes} min with priority").format(
        points=_number(points, digits), bonus=by.bonus_minutes, factor=by.factor, minutes=_number(minutes, digits)
    )


def _number(value: float, digits: int) -> str:
    """Return a number of minutes as it is written in the language in use."""
    said = f"{value:.{digits}f}"
    return said.replace(".", ",") if language() == "vi" else said


def _shown(waited: timedelta, digits: int) -> float:
    return round(waited / _MINUTE, digits)


def _by_class(figures: Figures) -> bool:
    """Whether priority decided by itself, whatever was waited."""
    return figures.by.is_strict and figures.other is not None and figures.mine.is_priority != figures.other.is_priority


def _digits(figures: Figures) -> int:
    """Return how many digits say of two tickets what the exact figures say: which of them has more."""
    if figures.other is None or figures.mine.is_priority == figures.other.is_priority:
        return 1  # within a class the earlier goes first, however little it is
    by, mine, other = figures.by, figures.mine, figures.other
    exact = by.points(mine.waited, is_priority=mine.is_priority) - by.points(
        other.waited, is_priority=other.is_priority
    )
    for digits in range(1, MOST_DIGITS):
        shown = _shown_points(by, mine, digits) - _shown_points(by, other, digits)
        if (shown > 0) == (exact > timedelta(0)) and (shown < 0) == (exact < timedelta(0)):
            return digits
    return MOST_DIGITS


def _shown_points(by: CallRule, weighed: Weighed, digits: int) -> float:
    minutes = _shown(weighed.waited, digits)
    is_more = by.rule == "points" and weighed.is_priority
    return round(by.bonus_minutes + by.factor * minutes if is_more else minutes, digits)
