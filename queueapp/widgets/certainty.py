"""Sets how sure the figures of a day are as lines of text: intervals, waits that ended in no call, Little's check."""

from collections.abc import Callable, Sequence

from textual.content import Content

from queueapp.i18n import _
from queueapp.rules.certainties import Censored, Certainty, Little, Spread
from queueapp.rules.figure_words import figure, share_words
from queueapp.widgets.figures import FIGURE, NAME
from queueapp.widgets.lines import cell, row
from queueapp.widgets.sure_words import censored_words, little_words, running_words

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
