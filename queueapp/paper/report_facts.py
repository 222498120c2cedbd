"""The tables of a report that are no times: the whole at a glance, papers asked for, outages, corrections, a form."""

from queueapp.i18n import N_, _
from queueapp.paper.summary_csv import COUNTS
from queueapp.paper.tables import BLANK, DAY, MINUTES, TEXT, Column, Table, Value
from queueapp.rules.closing_words import correction_parts
from queueapp.rules.reports import Report

FORM = N_("Form II.06a")
_FORM_COLUMNS = (
    N_("Received: total (3)"),
    N_("Received: online (4)"),
    N_("Received: in person and by post (5)"),
    N_("Received: from the period before (6)"),
    N_("Settled: total (7)"),
    N_("Settled: before the term (8)"),
    N_("Settled: on time (9)"),
    N_("Settled: late (10)"),
    N_("Under way: total (11)"),
    N_("Under way: within the term (12)"),
    N_("Under way: overdue (13)"),
)
_IN_PERSON = 2  # the place of column (5)


def overview_table(report: Report) -> Table:
    """Return the whole at a glance."""
    figures = report.period.all.figures
    rows: list[tuple[str, Value]] = [
        (_("Office"), report.office),
        (_("Period"), str(report.dates)),
        (_("As of"), f"{report.at:%H:%M %d/%m/%Y}"),
        (_("Days with tickets"), len(report.days)),
        (_("Days not closed"), len(report.unclosed)),
        *((_(word), getattr(figures, field)) for field, word in COUNTS),
        (_("Waiting, minutes: mean"), figures.waiting.mean),
        (_("Waiting, minutes: median"), figures.waiting.median),
        (_("Waiting, minutes: 90th percentile"), figures.waiting.p90),
        (_("Service, minutes: mean"), figures.service.mean),
        (_("Service, minutes: median"), figures.service.median),
        (_("Service, minutes: sum"), figures.service.sum),
        *((_("Waited over {minutes} min").format(minutes=limit), n) for limit, n in figures.wait_over.items()),
        (_("Times unreliable, left out"), figures.excluded_unreliable),
        (_("Sent to put a form right"), figures.reworked),
        (_("Called out of order"), report.picked),
        (_("Outage, minutes, left out of the times"), report.outage_minutes),
        (_("Citizens asked for more papers"), sum(each.n for each in report.missing)),
        (_("Corrected after the closing"), len(report.corrections)),
    ]
    return Table(
        name=_("Overview"),
        title=_("The whole at a glance"),
        columns=(Column(_("Figure"), TEXT), Column(_("Value"))),
        rows=tuple(rows),
        note=unclosed_words(report),
    )


def unclosed_words(report: Report) -> str:
    """Say which days nobody has closed; empty where all are."""
    days = ", ".join(f"{day:%d/%m/%Y}" for day in report.unclosed)
    return _("NOT FINAL: nobody has closed {days}; the figures may still change.").format(days=days) if days else ""


def asked_table(report: Report) -> Table:
    """Return the papers that citizens were asked for in addition, by procedure."""
    words = (N_("Procedure"), N_("Code"), N_("Missing paper"))
    return Table(
        name=_("Papers asked for"),
        title=_("Papers that citizens were asked for in addition"),
        columns=(
            *(Column(_(word), TEXT) for word in words),
            *(Column(_(word)) for word in (N_("Times"), N_("At the counter"), N_("At reception"))),
        ),
        rows=tuple(
            (
                each.name or _("procedure not named"),
                each.procedure,
                paper.paper,
                paper.n,
                paper.counter,
                paper.reception,
            )
            for each in report.missing
            for paper in each.papers
        ),
        note=_("At reception: found before a number was issued, so that nobody waited for nothing."),
    )


def outages_table(report: Report) -> Table:
    """Return the days on which work was interrupted."""
    return Table(
        name=_("Interruptions"),
        title=_("Interruptions, left out of all times"),
        columns=(Column(_("Day"), DAY), Column(_("Outage, minutes"), MINUTES)),
        rows=tuple((day, facts.outage_minutes) for day, facts in report.days.items() if facts.outage_minutes),
    )


def corrections_table(report: Report) -> Table:
    """Return what was put right after a day was closed."""
    words = (N_("Ticket"), N_("What"), N_("From"), N_("To"), N_("Reason"), N_("By"), N_("When"))
    return Table(
        name=_("Corrections"),
        title=_("Corrected after the closing of a day"),
        columns=(Column(_("Day"), DAY), *(Column(_(word), TEXT) for word in words)),
        rows=tuple(
            (day, each.ticket, *correction_parts(each), each.reason, each.clerk, f"{each.at:%H:%M %d/%m/%Y}")
            for day, each in report.corrections
        ),
    )


def form_table(report: Report) -> Table:
    """Return a block in the shape of form II.06a: what a queue knows of dossiers, the rest to be filled in by hand."""
    names, unknown = report.period.names, (None,) * len(_FORM_COLUMNS)

    def row(place: str, name: str, received: int) -> tuple[Value, ...]:
        return place, name, *unknown[:_IN_PERSON], received, *unknown[_IN_PERSON + 1 :]

    fields = [row(str(place), names[code], report.received.get(code, 0)) for place, code in enumerate(names, 1)]
    return Table(
        name=_(FORM),
        title=_("Dossiers received and settled, in the shape of form II.06a/VPCP/KSTT (dossiers)"),
        columns=(
            Column(_("No. (1)"), TEXT),
            Column(_("Field (2)"), TEXT),
            *(Column(_(word), BLANK) for word in _FORM_COLUMNS),
        ),
        rows=(*fields, row("", _("Total"), sum(report.received.values()))) if report.days else (),
        note=_(
            "Column (5): dossiers of citizens who were served at a counter to the end, by their tickets; without the "
            "post, and with those who came for a result. What is blank a queue does not know: fill it in from the "
            "dossier system."
        ),
    )
