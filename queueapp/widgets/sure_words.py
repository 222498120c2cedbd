"""Puts figures and how sure they are into words, for the screens and for the command line."""

from queueapp.i18n import _
from queueapp.rules.certainties import Censored, Little, Running
from queueapp.rules.figure_words import figure
from queueapp.rules.measures import FEWEST_FOR_P90


def censored_words(known: Censored) -> tuple[str, str]:
    """Return median and 90th percentile in words: a dash for too few citizens, unknown for too many not called."""
    median = figure(known.median) if known.median is not None or not known.n else _("unknown")
    is_given = known.p90 is not None or known.n < FEWEST_FOR_P90
    return median, figure(known.p90) if is_given else _("unknown")


def little_words(little: Little) -> str:
    """Say whether Little's law holds on a day, with the figures of both sides."""
    if little.length is None or little.rate is None or little.difference is None:
        return _("Little's check: nobody waited.")
    if little.wait is None:
        return _("Little's check: no wait of this day has times that are known and trusted.")
    sentence = _(
        "Little's check: {length} waited on average; {rate} came an hour × {wait} min = {expected}: {verdict}."
    )
    verdict = _("agrees within {n} %") if little.is_kept else _("parts by {n} %: times are missing or wrong")
    return sentence.format(
        length=figure(little.length),
        rate=figure(little.rate * 60),
        wait=figure(little.wait),
        expected=figure(little.rate * little.wait),
        verdict=verdict.format(n=_rounded_up(little.difference)),
    )


def running_words(running: Running) -> str:
    """Say the mean service up to now, those under way included."""
    sentence = _("Service so far, those under way included: {minutes} min ({done} done, {n} under way)")
    return sentence.format(minutes=figure(running.mean), done=running.done, n=running.under_way)


def _rounded_up(share: float) -> str:
    tenths = -int(-1000 * share // 1)
    return figure(tenths / 10)
