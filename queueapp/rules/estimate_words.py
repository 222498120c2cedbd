"""Says an estimate in words: the range rounded outwards, and one sentence with the figures behind it.

A `tongue` is given where the words are for paper or a page, which need not be in the language on the screen.
"""

import math
from datetime import datetime, timedelta

from queueapp.clock import zone
from queueapp.i18n import N_, in_language, language, ngettext
from queueapp.rules.estimated import Estimate

ROUNDED_TO = 5  # minutes
ORDINARY = 5  # per cent by which a day may differ before it is worth a word
SMALLEST_BREAK = 1.0  # minutes

_TODAY = {
    "slower": N_("today {percent} % slower"),
    "faster": N_("today {percent} % faster"),
    "ordinary": N_("today as usual"),
}


def outwards(low: float, high: float) -> tuple[int, int]:
    """Return a range in minutes rounded outwards to five; one that would be a point gets five minutes of width."""
    first = math.floor(low / ROUNDED_TO) * ROUNDED_TO
    last = math.ceil(high / ROUNDED_TO) * ROUNDED_TO
    return first, max(last, first + ROUNDED_TO)


def range_words(estimate: Estimate, tongue: str | None = None) -> str:
    """Return the range as a ticket bears it."""
    if estimate.basis == "at_once":
        return in_language(N_("called at once"), tongue)
    low, high = outwards(estimate.low, estimate.high)
    return in_language(N_("{low}-{high} minutes"), tongue).format(low=low, high=high)


def short_range(estimate: Estimate | None) -> str:
    """Return the range for a narrow column, in figures alone; empty where nothing is known."""
    return "" if estimate is None else "{}-{}".format(*outwards(estimate.low, estimate.high))


def turn_words(estimate: Estimate, at: datetime, timezone: str, tongue: str | None = None) -> str:
    """Return the range of an estimate made at `at`, with the hours between which it lies."""
    if estimate.basis == "at_once":
        return range_words(estimate, tongue)
    low, high = outwards(estimate.low, estimate.high)
    first, last = (_on_five(at + timedelta(minutes=each), timezone, up=up) for each, up in ((low, False), (high, True)))
    return in_language(N_("{low}-{high} minutes, about {first}-{last}"), tongue).format(
        low=low, high=high, first=first, last=last
    )


def _on_five(moment: datetime, timezone: str, *, up: bool) -> str:
    """Return a moment as an hour on a full five minutes."""
    local = moment.astimezone(zone(timezone))
    beyond = timedelta(minutes=local.minute % ROUNDED_TO, seconds=local.second, microseconds=local.microsecond)
    if up and beyond:
        beyond -= timedelta(minutes=ROUNDED_TO)
    return f"{local - beyond:%H:%M}"


def why_words(estimate: Estimate, tongue: str | None = None) -> str:
    """Return one sentence: tickets before it, minutes a call at this hour, today against it, and what it rests on.

    `(ahead + coming + 1/2) × pace / speed + rest` gives the expected minutes; half a call is under way at an issue.
    """
    if estimate.basis == "at_once":
        return in_language(N_("A counter is free: called at once."), tongue)
    is_first = estimate.basis == "first"
    usual = (
        N_("reckoned with {minutes} minutes a number")
        if is_first
        else N_("at this hour usually {minutes} minutes a number")
    )
    pace = in_language(usual, tongue)
    parts = [
        _before(estimate.ahead, tongue),
        *_coming(estimate.coming, tongue),
        pace.format(minutes=_number(estimate.pace, tongue)),
        _today(estimate, tongue),
    ]
    if estimate.rest >= SMALLEST_BREAK:
        words = in_language(N_("{minutes} minutes of break within"), tongue)
        parts.append(words.format(minutes=round(estimate.rest)))
    if is_first:
        parts.append(in_language(N_("a first estimate"), tongue))
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _before(ahead: int, tongue: str | None) -> str:
    if not ahead:
        return in_language(N_("you are next"), tongue)
    return ngettext("{n} number before you", "{n} numbers before you", ahead, tongue).format(n=ahead)


def _coming(coming: int, tongue: str | None) -> list[str]:
    if not coming:
        return []
    words = N_("about {n} with priority may still come") if coming > 0 else N_("about {n} of them you will pass")
    return [in_language(words, tongue).format(n=abs(coming))]


def _today(estimate: Estimate, tongue: str | None) -> str:
    # A speed of 0.9 makes every number take 11 % longer: what is said is the time, which is what one waits.
    percent = round(100 * (1 / estimate.speed - 1))
    how = "ordinary" if abs(percent) < ORDINARY else "slower" if percent > 0 else "faster"
    return in_language(_TODAY[how], tongue).format(percent=abs(percent))


def _number(value: float, tongue: str | None) -> str:
    written = f"{value:.1f}"
    return written.replace(".", ",") if (tongue or language()) == "vi" else written
