"""Writes the figures of a day as a CSV that a Vietnamese Excel opens with the right columns and numbers."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import astuple

from queueapp.i18n import N_, _
from queueapp.paper.cells import Cell, written_cell
from queueapp.rules.certainties import Certainty
from queueapp.rules.errors import state_words
from queueapp.rules.summaries import DaySummary, Figures, Measure

COUNTS = (
    ("issued", N_("Issued")),
    ("served", N_("Served")),
    ("no_show", N_("Absent")),
    ("left", N_("Left")),
    ("sent_home", N_("Sent home")),
    ("carried_over", N_("Carried over")),
    ("void", N_("Void")),
    ("still_open", N_("Still open")),
    ("dossiers", N_("Dossiers")),
)
_DURATIONS = (
    ("waiting", N_("Waiting, minutes")),
    ("way", N_("Way, minutes")),
    ("service", N_("Service, minutes")),
    ("held", N_("On hold, minutes")),
)
_PROMISES = (
    ("n", N_("Told at issue: n")),
    ("mae", N_("Told at issue: off by, minutes")),
    ("bias", N_("Told at issue: too long by, minutes")),
    ("coverage", N_("Told at issue: within, share")),
    ("late", N_("Told at issue: waited longer, share")),
)
_STATISTICS = (N_("n"), N_("mean"), N_("median"), N_("90th percentile"), N_("longest"), N_("sum"))

_SURE = (
    N_("Until the first call: n"),
    N_("called"),
    N_("uncalled"),
    N_("untimed"),
    N_("Until the first call: median"),
    N_("Until the first call: 90 %"),
    *(
        N_("Waiting time: n"),
        N_("Waiting time: median"),
        N_("Waiting time: median from"),
        N_("Waiting time: median to"),
    ),
    *(
        N_("Waiting time: 90 %"),
        N_("Waiting time: 90 % at most"),
        N_("Waiting time: 95 %"),
        N_("Waiting time: 95 % at most"),
    ),
    *(
        N_("Service time: n"),
        N_("Service time: median"),
        N_("Service time: median from"),
        N_("Service time: median to"),
    ),
    *(
        N_("Service time: 90 %"),
        N_("Service time: 90 % at most"),
        N_("Service time: 95 %"),
        N_("Service time: 95 % at most"),
    ),
)
_LITTLE = (
    N_("Little's check: citizens"),
    N_("mean number waiting"),
    N_("citizens a minute"),
    N_("mean wait, minutes"),
    N_("difference, share"),
)


def summary_csv(summary: DaySummary, names: Mapping[str, str]) -> str:
    """Return the figures of a day as text: semicolons, decimal commas, every digit; `names` are those of the fields.

    What a spreadsheet would take for a formula gets an apostrophe before it.
    """
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow([written_cell(_("Day")), written_cell(summary.day.isoformat())])
    rows.writerow([])
    rows.writerow([written_cell(each) for each in _head(summary.all)])
    for kind, name, figures in _groups(summary, names):
        rows.writerow([written_cell(each) for each in (kind, name, *_values(figures))])
    rows.writerow([])
    rows.writerow(
        [
            written_cell(_(each))
            for each in (N_("Not served"), N_("Field"), N_("End"), N_("Reason"), N_("Waited, minutes"))
        ]
    )
    for each in summary.unserved:
        field = names.get(each.service, each.service)
        rows.writerow(
            [written_cell(value) for value in (each.code, field, state_words(each.end), each.reason, each.waited)]
        )
    for line in _certainties(summary, names):
        rows.writerow([written_cell(value) for value in line])
    rows.writerow([])
    for facts in _facts(summary):
        rows.writerow([written_cell(value) for value in facts])
    return written.getvalue()


def _certainties(summary: DaySummary, names: Mapping[str, str]) -> Iterator[tuple[Cell, ...]]:
    """Say how sure the figures are, by field and for all, and whether Little's law holds."""
    for place, (code, each) in enumerate(summary.certainty.items()):
        if not place:
            yield ()
            yield (_("How sure"), _("Name"), *(_(word) for word in _SURE), *_within_head(each))
        name = _("All") if code is None else names.get(code, code)
        first, shares = each.first_call, each.within.values()
        waits = (first.n, first.called, first.censored, first.unknown, first.median, first.p90)
        within = [value for share in shares for value in (share.n, share.count, share.low, share.high)]
        yield (
            _("all") if code is None else _("field"),
            name,
            *waits,
            *astuple(each.waiting),
            *astuple(each.service),
            *within,
        )
    if summary.little.n:
        yield ()
        yield tuple(_(word) for word in _LITTLE)
        yield astuple(summary.little)[:-1]


def _within_head(each: Certainty) -> Iterator[str]:
    words = (N_("n"), N_("served in time"), N_("share from"), N_("share to"))
    for limit in each.within:
        head = _("≤ {n} min").format(n=limit)
        yield from (f"{head}: {_(word)}" for word in words)


def _facts(summary: DaySummary) -> Iterator[tuple[Cell, ...]]:
    """Say how the day was closed and sealed, and what was put right since."""
    yield _("Head of the chain"), summary.chain_head
    yield _("Called out of order"), summary.picked
    yield _("From the paper roll"), summary.from_roll
    yield _("Outage, minutes, left out of the times"), summary.outage_minutes
    closing = summary.closing
    if closing is None:
        yield _("Closed"), _("not closed yet")
        return
    yield _("Closed"), closing.at.isoformat(timespec="minutes"), closing.clerk, closing.reason
    for each in closing.corrections:
        words = (each.ticket, each.what, each.before, each.after, each.reason, each.clerk)
        yield _("Corrected"), each.at.isoformat(timespec="minutes"), *words


def _head(figures: Figures) -> Iterator[str]:
    yield from (_("Kind"), _("Name"))
    yield from (_(word) for _field, word in COUNTS)
    yield from (f"{_(word)}: {_(statistic)}" for _field, word in _DURATIONS for statistic in _STATISTICS)
    yield _("Times unreliable, left out")
    yield from (_("Waited over {minutes} min").format(minutes=limit) for limit in figures.wait_over)
    yield _("Sent to put a form right")
    yield from (_(word) for _key, word in _PROMISES)


def _groups(summary: DaySummary, names: Mapping[str, str]) -> Iterator[tuple[str, str, Figures]]:
    for code, figures in summary.services.items():
        yield _("field"), names.get(code, code), figures
    yield _("all"), _("All"), summary.all
    for number, figures in summary.counters.items():
        yield _("counter"), number, figures
    for name, figures in summary.clerks.items():
        yield _("clerk"), name, figures
    for hour, figures in summary.hours.items():
        yield _("hour of issue"), f"{hour}:00", figures


def _values(figures: Figures) -> Iterator[Cell]:
    yield from (getattr(figures, field) for field, _word in COUNTS)
    for field, _word in _DURATIONS:
        described: Measure = getattr(figures, field)
        yield from astuple(described)
    yield figures.excluded_unreliable
    yield from figures.wait_over.values()
    yield figures.reworked
    yield from (figures.estimate[key] for key, _word in _PROMISES)
