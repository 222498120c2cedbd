"""The tables of a report that say how long people waited: over and within limits, until the first call, by hour."""

from collections.abc import Iterable, Iterator

from queueapp.i18n import N_, _
from queueapp.paper.notice import WEEKDAYS
from queueapp.paper.tables import MINUTES, SHARE, TEXT, Column, Table, Value
from queueapp.rules.certainties import Share
from queueapp.rules.kept import FEWEST_FOR_SHARE
from queueapp.rules.periods import Period, Pooled
from queueapp.rules.quiet import FEWEST
from queueapp.rules.summaries import Figures


def over_table(period: Period) -> Table:
    """Return how many waited longer than each limit, with the interval of their share."""
    return Table(
        name=_("Long waits"),
        title=_("Waited long: how many, and their share with its interval at 95 %"),
        columns=_share_columns(period, _("> {n} min"), _("waited longer")),
        rows=tuple((name, *_shares(each.over.values())) for name, each in _named(period)),
        note=_("Of served citizens whose waiting was measured. Interval of Wilson."),
    )


def within_table(period: Period) -> Table:
    """Return how many were served within each limit, of all whose wait kept or broke it."""
    return Table(
        name=_("Served in time"),
        title=_("Served in time: how many, and their share with its interval at 95 %"),
        columns=_share_columns(period, _("within {n} min"), _("served in time")),
        rows=tuple((name, *_shares(each.certainty.within.values())) for name, each in _named(period)),
        note=_("Office minutes until the first call, of all whose wait kept or broke it. Interval of Wilson."),
    )


def first_call_table(period: Period) -> Table:
    """Return the waits of everybody who took a number, and how sure the percentiles of the served are."""
    counts = (N_("n"), N_("called"), N_("uncalled"), N_("untimed"))
    first, waiting = _("First call"), _("Wait")
    spread = (N_("median from"), N_("median to"), N_("90 %"), N_("90 % at most"))
    return Table(
        name=_("How sure"),
        title=_("Until the first call, of everybody who took a number; how sure the waiting times are"),
        columns=(
            Column(_("Field"), TEXT),
            *(Column(f"{first}: {_(word)}") for word in counts),
            *(Column(f"{first}: {_(word)}", MINUTES) for word in (N_("median"), N_("90 %"))),
            *(Column(f"{waiting}: {_(word)}", MINUTES) for word in spread),
        ),
        rows=tuple((name, *_sure(each)) for name, each in _named(period)),
        note=_("Who left counts as waiting longer (Kaplan-Meier). Intervals at 95 %, without assuming a distribution."),
    )


def heat_table(period: Period) -> Table:
    """Return the median wait until the first call by hour and weekday, with how many it is over."""
    weekdays = sorted({weekday for weekday, _hour in period.heat})
    hours = sorted({hour for _weekday, hour in period.heat})
    median = _("median")
    columns = []
    for weekday in weekdays:
        name = _(WEEKDAYS[weekday])
        columns += [Column(f"{name}: {median}", MINUTES), Column(f"{name}: n")]
    rows = []
    for hour in hours:
        cells = [period.heat.get((weekday, hour)) for weekday in weekdays]
        values = [value for cell in cells for value in ((None, 0) if cell is None else (cell.median, cell.n))]
        rows.append((f"{hour:02d}:00 – {hour:02d}:59", *values))
    return Table(
        name=_("Hour and weekday"),
        title=_("Median wait until the first call by hour of issue and weekday, in office minutes"),
        columns=(Column(_("Hour"), TEXT), *columns),
        rows=tuple(rows),
        is_heat=True,
        note=_("Below {n} citizens no median is given.").format(n=FEWEST),
    )


def promises_table(period: Period) -> Table:
    """Return what tickets were told at issue against what they waited."""
    kinds = ((N_("n"), ""), (N_("off by, minutes"), MINUTES), (N_("too long by, minutes"), MINUTES))
    shares = ((N_("within the range, share"), SHARE), (N_("waited longer, share"), SHARE))
    return Table(
        name=_("Told at issue"),
        title=_("What tickets were told at issue, against the wait until the first call"),
        columns=(
            Column(_("Field"), TEXT),
            *(Column(_(word), kind) if kind else Column(_(word)) for word, kind in (*kinds, *shares)),
        ),
        rows=tuple((name, *_promises(each.figures)) for name, each in _named(period))
        if period.all.figures.estimate["n"]
        else (),
        note=_("Below {n} promises no share is given.").format(n=FEWEST_FOR_SHARE),
    )


def _named(period: Period) -> Iterator[tuple[str, Pooled]]:
    for code, each in period.services.items():
        yield period.names[code], each
    yield _("All"), period.all


def _share_columns(period: Period, limit_words: str, count_words: str) -> tuple[Column, ...]:
    columns = [Column(_("Field"), TEXT)]
    for limit in period.all.over:
        head = limit_words.format(n=limit)
        columns += [Column(f"{head}: n"), Column(f"{head}: {count_words}")]
        columns += [Column(f"{head}: {_(word)}", SHARE) for word in (N_("share"), N_("share from"), N_("share to"))]
    return tuple(columns)


def _shares(shares: Iterable[Share]) -> Iterator[Value]:
    for each in shares:
        yield from (each.n, each.count, each.share, each.low, each.high)


def _sure(each: Pooled) -> Iterator[Value]:
    first, waiting = each.certainty.first_call, each.certainty.waiting
    yield from (first.n, first.called, first.censored, first.unknown, first.median, first.p90)
    yield from (waiting.low, waiting.high, waiting.p90, waiting.p90_at_most)


def _promises(figures: Figures) -> Iterator[Value]:
    said = figures.estimate
    yield from (said["n"], said["mae"], said["bias"])
    is_enough = (said["n"] or 0) >= FEWEST_FOR_SHARE
    yield from (said[key] if is_enough else None for key in ("coverage", "late"))
