"""Lays the report of some days out as tables, the same for the workbook, the CSV, the document and the page."""

from collections.abc import Iterator, Sequence
from typing import cast

from queueapp.i18n import N_, _
from queueapp.paper.notice import WEEKDAYS
from queueapp.paper.report_facts import asked_table, corrections_table, form_table, outages_table, overview_table
from queueapp.paper.report_waits import first_call_table, heat_table, over_table, promises_table, within_table
from queueapp.paper.summary_csv import COUNTS
from queueapp.paper.tables import DAY, MINUTES, TEXT, Chart, Column, Table, Value, present
from queueapp.rules.closing_words import reason_words
from queueapp.rules.errors import state_words
from queueapp.rules.reports import Report
from queueapp.rules.summaries import Figures, Measure

_STATISTICS = (("mean", N_("mean")), ("median", N_("median")), ("p90", N_("90th percentile")), ("max", N_("longest")))


def tables_of(report: Report) -> tuple[Table, ...]:
    """Return the tables of a report that have something to say, the most wanted first."""
    period = report.period
    fields = [(period.names[code], each.figures) for code, each in period.services.items()]
    fields.append((_("All"), period.all.figures))
    counters = [(_("Counter {number}").format(number=number), each) for number, each in period.counters.items()]
    hours = [(f"{hour}:00 – {hour}:59", each) for hour, each in period.hours.items()]
    alone = _("By name, with how many citizens each figure is over; this is no ranking.")
    by_issue = _("By the hour in which the number was taken.")
    return present(
        [
            overview_table(report),
            _days(report),
            *_groups(_("Fields"), _("Field"), fields, is_issuing=True, is_total=True),
            *_groups(_("Counters"), _("Counter"), counters),
            *_groups(_("Clerks"), _("Clerk"), list(period.clerks.items()), note=alone),
            *_groups(_("Hours"), _("Hour"), hours, is_issuing=True, note=by_issue),
            over_table(period),
            within_table(period),
            first_call_table(period),
            heat_table(period),
            _ends(report),
            promises_table(period),
            asked_table(report),
            outages_table(report),
            corrections_table(report),
            form_table(report),
            _unserved(report),
        ]
    )


def _days(report: Report) -> Table:
    over = [
        Column(_("Waited over {minutes} min").format(minutes=limit)) for limit in report.period.all.figures.wait_over
    ]
    return Table(
        name=_("Days"),
        title=_("Day by day"),
        columns=(
            Column(_("Day"), DAY),
            Column(_("Weekday"), TEXT),
            Column(_("Closed"), TEXT),
            *(Column(_(word)) for word in (N_("Issued"), N_("Served"), N_("Not served"), N_("Dossiers"))),
            *(Column(_(word), MINUTES) for word in (N_("Waiting: median"), N_("Waiting: 90th percentile"))),
            Column(_("Service: median"), MINUTES),
            *over,
            Column(_("Outage, minutes"), MINUTES),
        ),
        rows=tuple(_day_rows(report)),
        note=_("Minutes of citizens who were served, over citizens; a 90th percentile is given from 20 on."),
        charts=(
            Chart(_("Issued and served, day by day"), (3, 4)),
            Chart(_("Median wait and service in minutes, day by day"), (7, 9), is_line=True),
        ),
    )


def _day_rows(report: Report) -> Iterator[tuple[Value, ...]]:
    for day, facts in report.days.items():
        figures = report.period.by_day[day]
        closed = _("yes") if facts.is_closed else _("NOT CLOSED")
        counts = (figures.issued, figures.served, len(report.period.unserved[day]), figures.dossiers)
        minutes = (figures.waiting.median, figures.waiting.p90, figures.service.median)
        yield (
            day,
            _(WEEKDAYS[day.weekday()]),
            closed,
            *counts,
            *minutes,
            *figures.wait_over.values(),
            facts.outage_minutes,
        )


def _groups(
    title: str,
    head: str,
    groups: Sequence[tuple[str, Figures]],
    *,
    is_issuing: bool = False,
    is_total: bool = False,
    note: str = "",
) -> Iterator[Table]:
    """Return the counts and the times of groups; where no ticket is issued, there is no such column.

    `is_total` says that the last group is all the others together.
    """
    counted = [each for each in COUNTS if is_issuing or each[0] != "issued"]
    places = (1, 2) if is_issuing else (1,)
    yield Table(
        name=title,
        title=_("{group}: citizens and dossiers").format(group=title),
        columns=(
            Column(head, TEXT),
            *(Column(_(word)) for _field, word in counted),
            Column(_("Sent to put a form right")),
        ),
        rows=tuple((name, *(getattr(each, field) for field, _word in counted), each.reworked) for name, each in groups),
        note=note,
        charts=(Chart(title, places, has_total=is_total),),
    )
    yield Table(
        name=_("{group}, times").format(group=title),
        title=_("{group}: times in minutes").format(group=title),
        columns=(Column(head, TEXT), *_time_columns()),
        rows=tuple((name, *_times(each)) for name, each in groups),
        note=_("Minutes of citizens who were served, over citizens; a 90th percentile is given from 20 on."),
        charts=(Chart(_("{group}: median wait and service").format(group=title), (3, 8), has_total=is_total),),
    )


def _time_columns() -> Iterator[Column]:
    for title in (_("Wait"), _("Service")):
        yield Column(f"{title}: n")
        yield from (Column(f"{title}: {_(word)}", MINUTES) for _key, word in _STATISTICS)
    for title in (_("Way"), _("On hold")):
        yield Column(f"{title}: n")
        yield Column(f"{title}: {_(_STATISTICS[0][1])}", MINUTES)
    yield Column(_("Times unreliable, left out"))


def _times(figures: Figures) -> Iterator[Value]:
    for measure in (figures.waiting, figures.service):
        yield measure.n
        yield from (cast("float | None", getattr(measure, key)) for key, _word in _STATISTICS)
    held: tuple[Measure, ...] = (figures.way, figures.held)
    for measure in held:
        yield measure.n
        yield measure.mean
    yield figures.excluded_unreliable


def _ends(report: Report) -> Table:
    names = report.period.names
    return Table(
        name=_("Not served"),
        title=_("Not served, by field, end and reason"),
        columns=(*(Column(_(word), TEXT) for word in (N_("Field"), N_("End"), N_("Reason"))), Column(_("Citizens"))),
        rows=tuple(
            (names.get(service, service), *_end_words(end, reason), n)
            for (service, end, reason), n in report.unserved().items()
        ),
    )


def _unserved(report: Report) -> Table:
    names = report.period.names
    words = (N_("Ticket"), N_("Field"), N_("End"), N_("Reason"))
    found = ((day, each) for day, those in report.period.unserved.items() for each in those)
    return Table(
        name=_("Not served, each"),
        title=_("Everybody who was not served"),
        columns=(
            Column(_("Day"), DAY),
            *(Column(_(word), TEXT) for word in words),
            Column(_("Waited, minutes"), MINUTES),
        ),
        rows=tuple(
            (day, each.code, names.get(each.service, each.service), *_end_words(each.end, each.reason), each.waited)
            for day, each in found
        ),
    )


def _end_words(end: str, reason: str | None) -> tuple[str, str]:
    return state_words(end), reason_words(reason)
