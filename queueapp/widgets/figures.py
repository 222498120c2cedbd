"""Sets the figures of a day as lines of text: counts, durations, the unserved."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.rules.closing_words import correction_words, reason_words
from queueapp.rules.errors import state_words
from queueapp.rules.figure_words import NONE, figure
from queueapp.rules.summaries import DaySummary, Figures, Measure, Unserved
from queueapp.widgets.lines import cell, row

NAME = 18
HEAD = 7  # columns of a head, which is set in as many lines as it needs
FIGURE = 9

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
ALWAYS = ("issued", "served", "dossiers")
MEASURES = (
    ("waiting", N_("Waiting time"), N_("from issue to each call, added up; served citizens")),
    ("way", N_("Way to the counter"), N_("from the call to the start; served citizens")),
    ("service", N_("Service time"), N_("from start to end, added up; served citizens")),
    ("held", N_("On hold"), N_("while the ticket was held; served citizens")),
)
STATISTICS = (
    ("mean", N_("avg")),
    ("median", N_("median")),
    ("p90", N_("90 %")),
    ("max", N_("longest")),
    ("sum", N_("sum")),
)

Named = Sequence[tuple[str, Figures]]


def count(number: int | None) -> str:
    """Return a count; a dash where it is not counted."""
    return NONE if number is None else str(number)


def count_lines(groups: Named) -> list[Content]:
    """Return a table of counts, one group a line; what nobody had is left out, so that all fits 80 columns."""
    columns = [each for each in COUNTS if each[0] in ALWAYS or any(getattr(figures, each[0]) for _n, figures in groups)]
    heads = [textwrap.wrap(_(word), HEAD, break_long_words=False) for _field, word in columns]
    cells = [[count(getattr(figures, field)) for field, _word in columns] for _name, figures in groups]
    widths = [max(map(len, [*head, *column])) for head, column in zip(heads, zip(*cells, strict=True), strict=True)]
    height = max(map(len, heads))
    tops = [[""] * (height - len(head)) + head for head in heads]
    lines = [_counts("", line, widths).stylize("dim") for line in zip(*tops, strict=True)]
    return lines + [_counts(name, line, widths) for (name, _figures), line in zip(groups, cells, strict=True)]


def duration_lines(groups: Named) -> list[Content]:
    """Return the four durations, each a table with one group a line."""
    lines: list[Content] = []
    for field, title, definition in MEASURES:
        lines += [Content(""), _titled(_(title), _(definition)), _statistics_head()]
        lines += [_statistics(name, cast("Measure", getattr(figures, field))) for name, figures in groups]
    return lines


def excluded_line(figures: Figures) -> Content:
    """Say how many served citizens are left out of the durations, and how many waited long."""
    over = ", ".join(
        _("over {minutes} min: {n}").format(minutes=minutes, n=n) for minutes, n in figures.wait_over.items()
    )
    excluded = _("times unreliable, left out: {n}").format(n=figures.excluded_unreliable)
    parts = [excluded]
    if figures.reworked:
        parts.append(_("sent to put a form right: {n}").format(n=figures.reworked))
    return Content(_("Waited {over} · {excluded}").format(over=over, excluded=" · ".join(parts)))


def sealed_lines(day: DaySummary) -> list[Content]:
    """Return the head of the chain that stands on the sheet, how the day was closed, and what was corrected since."""
    lines = [Content(""), Content(_("Head of the chain: {head}").format(head=day.chain_head or NONE))]
    if day.from_roll:
        lines.append(Content(_("Keyed in from the paper roll: {n} tickets.").format(n=day.from_roll)))
    if day.clock_touched:
        lines.append(Content(_("Open while the clock jumped: {n} tickets.").format(n=day.clock_touched)))
    if day.closing is None:
        return lines
    lines += [Content(correction_words(each)) for each in day.closing.corrections]
    return lines


def unserved_lines(unserved: Iterable[Unserved], names: Mapping[str, str]) -> list[Content]:
    """Return everybody who was not served, with the end, the reason and how long they waited."""
    lines = [
        row([(_("number"), 8), (_("field"), NAME), (_("end"), 22), (_("waited"), FIGURE, "right"), (_("reason"), 40)])
    ]
    lines[0] = lines[0].stylize("dim")
    lines += [
        row(
            [
                (each.code, 8),
                (names.get(each.service, each.service), NAME),
                (state_words(each.end), 22),
                (figure(each.waited), FIGURE, "right"),
                (reason_words(each.reason), 40),
            ]
        )
        for each in unserved
    ]
    return lines if len(lines) > 1 else [Content(_("Everybody was served."))]


def _counts(name: str, cells: Sequence[str], widths: Sequence[int]) -> Content:
    return row([(name, NAME), *((text, width, "right") for text, width in zip(cells, widths, strict=True))])


def _titled(title: str, definition: str) -> Content:
    return Content.assemble(Content.styled(title, "bold"), Content.styled(f"  {definition}", "dim"))


def _statistics_head() -> Content:
    words = [(_(word), FIGURE, "right") for _field, word in STATISTICS]
    return row([(_("minutes"), NAME), ("n", 6, "right"), *words]).stylize("dim")


def _statistics(name: str, measure: Measure) -> Content:
    values = [(figure(cast("float | None", getattr(measure, field))), FIGURE, "right") for field, _word in STATISTICS]
    return row([(cell(name, NAME), NAME), (str(measure.n), 6, "right"), *values])
