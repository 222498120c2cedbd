"""Writes figures the same way on the screen, on paper and on the command line, and rounded as a spreadsheet does.

A half is rounded up, and what differs only behind the fifteenth digit is the same number: a workbook knows no more, and
the same figure must not be 22.8 on the screen and 22.9 in Excel.
"""

from decimal import ROUND_HALF_UP, Decimal

from queueapp.i18n import language
from queueapp.rules.certainties import Share

NONE = "–"


def figure(minutes: float | None) -> str:
    """Return minutes with one decimal, by the habit of the language; a dash where nothing was measured."""
    if minutes is None:
        return NONE
    written = str(_rounded(minutes, "0.1"))
    return written.replace(".", ",") if language() == "vi" else written


def percent(share: float | None) -> str:
    """Return a share in whole hundredths, without its sign; a dash where there is nobody to have a share of."""
    return NONE if share is None else str(_rounded(100 * share, "1"))


def share_words(share: Share) -> tuple[str, str]:
    """Return a share and its interval in words."""
    if share.share is None:
        return NONE, NONE
    return f"{percent(share.share)} %", f"{percent(share.low)} – {percent(share.high)} %"


def _rounded(value: float, to: str) -> Decimal:
    """Return a number rounded; the nought that is left of a small negative one has no sign."""
    found = Decimal(f"{value:.15g}").quantize(Decimal(to), ROUND_HALF_UP)
    return found or abs(found)
