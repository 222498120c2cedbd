"""Says the figures of some days in one sentence, ready to be pasted into another report."""

from queueapp.i18n import N_, _, ngettext
from queueapp.rules.figure_words import figure
from queueapp.rules.reports import Report

_ENDS = (
    ("no_show", N_("absent {n}")),
    ("left", N_("gone {n}")),
    ("sent_home", N_("sent home {n}")),
    ("carried_over", N_("carried over {n}")),
    ("void", N_("void {n}")),
    ("still_open", N_("still open {n}")),
)


def title(report: Report) -> str:
    """Return what a report is called."""
    return _("Report of {dates}").format(dates=report.dates)


def sentence(report: Report) -> str:
    """Return the figures of the days in one sentence."""
    figures = report.period.all.figures
    if not figures.issued:
        return _("{office}, {dates}: nobody took a number.").format(office=report.office, dates=report.dates)
    said = ngettext(
        "{office}, {dates}: {n} number issued, for {dossiers} dossiers; {served} served",
        "{office}, {dates}: {n} numbers issued, for {dossiers} dossiers; {served} served",
        figures.issued,
    )
    parts = [
        said.format(
            office=report.office, dates=report.dates, n=figures.issued, dossiers=figures.dossiers, served=figures.served
        )
    ]
    ends = [_(words).format(n=getattr(figures, end)) for end, words in _ENDS if getattr(figures, end)]
    if ends:
        parts.append(_("not served: {ends}").format(ends=", ".join(ends)))
    if figures.waiting.n:
        longest = ", ".join(
            _("{n} longer than {minutes} min").format(n=n, minutes=minutes) for minutes, n in figures.wait_over.items()
        )
        waited = _("half of the served waited {median} min at most, {longest}")
        parts.append(waited.format(median=figure(figures.waiting.median), longest=longest))
    if report.outage_minutes:
        parts.append(_("interrupted for {minutes} min").format(minutes=figure(report.outage_minutes)))
    return "; ".join(parts) + "."
