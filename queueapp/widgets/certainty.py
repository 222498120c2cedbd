"""Sets how sure the figures of a day are as lines of text: intervals, waits that ended in no call, Little's check."""

from collections.abc import Callable, Sequence

from textual.content import Content

from queueapp.i18n import _
from queueapp.rules.certainties import Censored, Certainty, Little, Running, Share, Spread
from queueapp.rules.measures import FEWEST_FOR_P90
from queueapp.widgets.figures import FIGURE, NAME, NONE, figure
from queueapp.widgets.lines import cell, row

COUNT, SHARE, RANGE = 5, 9, 11
Named = Sequence[tuple[str, Certainty]]


def certainty_lines(groups: Named, little: Little, *, is_closed: bool) -> list[Content]:
    """Return the tables of how sure the figures are, one group a line; everybody is the last."""
    lines = _table(
        _("Until the first call"),
        _("office minutes; everybody who took a number"),
        (_("called"), _("uncalled"), _("untimed"), _("median"), _("90 %")),
        [(name, each.first_call.n, _censored(each.first_call)) for name, each in groups],
    )
    heads = (_("median"), _("from"), _("to"), _("90 %"), _("at most"))
    for title, of in _SPREADS:
        rows = [(name, of(each).n, _spread(of(each))) for name, each in groups]
        lines += [Content(""), *_table(_(title), _("with its interval at 95 %; served citizens"), heads, rows)]
    lines += [Content(""), *_shares(groups), Content(""), Content(little_words(little))]
    if not is_closed:
        lines += [Content(running_words(each.running)) for _name, each in groups[-1:] if each.running.done]
    return lines


# The words are those of the durations; they stand in the catalogue already.
_SPREADS: tuple[tuple[str, Callable[[Certainty], Spread]], ...] = (
    ("Waiting time", lambda each: each.waiting),
    ("Service time", lambda each: each.service),
)


def censored_words(known: Censored) -> tuple[str, str]:
    """Return median and 90th percentile in words: a dash for too few citizens, unknown for too many not called."""
    median = figure(known.median) if known.median is not None or not known.n else _("unknown")
    is_given = known.p90 is not None or known.n < FEWEST_FOR_P90
    return median, figure(known.p90) if is_given else _("unknown")


def share_words(share: Share) -> tuple[str, str]:
    """Return a share and its interval in words."""
    if share.share is None:
        return NONE, NONE
    return f"{_percent(share.share)} %", f"{_percent(share.low)} – {_percent(share.high)} %"


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


def _censored(known: Censored) -> tuple[str, ...]:
    return (str(known.called), str(known.censored), str(known.unknown), *censored_words(known))


def _spread(spread: Spread) -> tuple[str, ...]:
    values = (spread.median, spread.low, spread.high, spread.p90, spread.p90_at_most)
    return tuple(figure(each) for each in values)


def _table(
    title: str, about: str, heads: Sequence[str], rows: Sequence[tuple[str, int, Sequence[str]]]
) -> list[Content]:
    top = row([(_("minutes"), NAME), ("n", COUNT + 1, "right"), *((head, FIGURE, "right") for head in heads)])
    lines = [_titled(title, about), top.stylize("dim")]
    for name, n, cells in rows:
        figures = [(text, FIGURE, "right") for text in cells]
        lines.append(row([(cell(name, NAME), NAME), (str(n), COUNT + 1, "right"), *figures]))
    return lines


def _shares(groups: Named) -> list[Content]:
    limits = list(groups[0][1].within)
    heads = [
        each
        for limit in limits
        for each in (("n", COUNT), (_("≤ {n} min").format(n=limit), SHARE), (_("from – to"), RANGE))
    ]
    top = row([("", NAME), *((word, width, "right") for word, width in heads)]).stylize("dim")
    lines = [_titled(_("Served in time"), _("of all whose wait kept or broke it; interval at 95 %")), top]
    for name, each in groups:
        cells: list[tuple[str, int, str]] = []
        for limit in limits:
            share, interval = share_words(each.within[limit])
            cells += [(str(each.within[limit].n), COUNT, "right"), (share, SHARE, "right"), (interval, RANGE, "right")]
        lines.append(row([(cell(name, NAME), NAME), *cells]))
    return lines


def _titled(title: str, about: str) -> Content:
    return Content.assemble(Content.styled(title, "bold"), Content.styled(f"  {about}", "dim"))


def _percent(share: float | None) -> str:
    return NONE if share is None else str(round(100 * share))


def _rounded_up(share: float) -> str:
    tenths = -int(-1000 * share // 1)
    return figure(tenths / 10)
