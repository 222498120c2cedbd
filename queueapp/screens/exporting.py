"""Writes a day's figures to a file in the form that somebody chooses, beside the store's thread."""

import asyncio
from pathlib import Path

from queueapp.i18n import _
from queueapp.operations.rights import require_to
from queueapp.paper.exporting import CSV, FORM_WORDS, export, require_form
from queueapp.paper.files import write_new
from queueapp.paper.summary_csv import summary_csv
from queueapp.queries.reports import report
from queueapp.rules.date_ranges import one_day
from queueapp.rules.summaries import SummaryView
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Choose


async def export_day(screen: QueueScreen[SummaryView], answer: SummaryView) -> None:
    """Ask in which form, Enter being CSV; write a new file into the current folder and say where it is."""
    forms = [(form, _(words)) for form, words in FORM_WORDS.items()]
    form = await screen.app.push_screen_wait(Choose(_("In which form are the figures of this day written?"), forms))
    if form is None:
        return
    with screen.reporting():
        await asyncio.to_thread(require_form, form)  # the first look for a library takes its time
        day = answer.summary.day.isoformat()
        await screen.terminal.write(require_to, right="export", day=day, at=screen.now)
        try:
            path = await _written(screen, answer, form)
        except OSError as error:
            screen.tell(_("The file could not be written: {why}").format(why=error.strerror or ""), is_warning=True)
        else:
            screen.tell(_("Written to {path}").format(path=path))


async def _written(screen: QueueScreen[SummaryView], answer: SummaryView, form: str) -> Path:
    day = answer.summary.day
    if form == CSV:
        names = {service.code: service.name for service in answer.services}
        text = summary_csv(answer.summary, names)
        return await asyncio.to_thread(write_new, Path.cwd(), f"queueapp-{day.isoformat()}.csv", text)
    found = await screen.terminal.store.read(report, one_day(day), at=screen.now)
    return await asyncio.to_thread(export, found, form, Path.cwd())
