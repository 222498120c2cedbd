"""Writes figures the same way on the screen, on paper and on the command line."""

from queueapp.i18n import language
from queueapp.rules.certainties import Share

NONE = "–"


def figure(minutes: float | None) -> str:
    """Return minutes with one decimal, by the habit of the language; a dash where nothing was measured."""
    if minutes is None:
        return NONE
    written = f"{minutes:.1f}"
    return written.replace(".", ",") if language() == "vi" else written


def percent(share: float | None) -> str:
    """Return a share in whole hundredths, without its sign; a dash where there is nobody to have a share of."""
    return NONE if share is None else str(round(100 * share))


def share_words(share: Share) -> tuple[str, str]:
    """Return a share and its interval in words."""
    if share.share is None:
        return NONE, NONE
    return f"{percent(share.share)} %", f"{percent(share.low)} – {percent(share.high)} %"
