"""Says an estimate in words: the range rounded outwards, and one sentence with the figures behind it."""

import math

from queueapp.i18n import N_, _, language, ngettext
from queueapp.rules.estimate import Estimate

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


def range_words(estimate: Estimate) -> str:
    """Return the range as a ticket bears it."""
    if estimate.basis == "at_once":
        return _("called at once")
    low, high = outwards(estimate.low, estimate.high)
    return _("{low}-{high} minutes").format(low=low, high=high)


def why_words(estimate: Estimate) -> str:
    """Return one sentence: tickets before it, minutes a call at this hour, today against it, and what it rests on.

    `(ahead + 1/2) × pace / speed + rest` gives the expected minutes; half a call is under way when a ticket is issued.
    """
    if estimate.basis == "at_once":
        return _("A counter is free: called at once.")
    before = _before(estimate.ahead)
    pace = _("at this hour usually {minutes} minutes a number").format(minutes=_number(estimate.pace))
    parts = [before, pace, _today(estimate)]
    if estimate.rest >= SMALLEST_BREAK:
        parts.append(_("{minutes} minutes of break within").format(minutes=round(estimate.rest)))
    if estimate.basis == "first":
        parts.append(_("a first estimate"))
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _before(ahead: int) -> str:
    if not ahead:
        return _("you are next")
    return ngettext("{n} number before you", "{n} numbers before you", ahead).format(n=ahead)


def _today(estimate: Estimate) -> str:
    # A speed of 0.9 makes every number take 11 % longer: what is said is the time, which is what one waits.
    percent = round(100 * (1 / estimate.speed - 1))
    how = "ordinary" if abs(percent) < ORDINARY else "slower" if percent > 0 else "faster"
    words = _TODAY[how]
    return _(words).format(percent=abs(percent))


def _number(value: float) -> str:
    written = f"{value:.1f}"
    return written.replace(".", ",") if language() == "vi" else written
