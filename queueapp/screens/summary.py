"""The summary: the figures of any day, as tables and charts, and as a file for the office's spreadsheet."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from queueapp.clock import business_day, zone
from queueapp.i18n import N_, _
from queueapp.operations.rights import require_to
from queueapp.paper.files import write_new
from queueapp.paper.summary_csv import summary_csv
from queueapp.queries.summary import summary
from queueapp.rules.certainties import Certainty
from queueapp.rules.errors import QueueError, state_words
from queueapp.rules.summaries import Curves, Figures, SummaryView
from queueapp.screens.base import QueueScreen
from queueapp.screens.defining import Definitions
from queueapp.screens.dialogs import Ask
from queueapp.screens.helping import MOVE_KEY, propose
from queueapp.terminal import Terminal
from queueapp.widgets.certainty import certainty_lines
from queueapp.widgets.chart import Chart
from queueapp.widgets.clocks import day_words
from queueapp.widgets.figures import count_lines, duration_lines, excluded_line, sealed_lines, unserved_lines
from queueapp.widgets.jam import alert_words
from queueapp.widgets.lines import TicketLines, Words
from queueapp.widgets.promises import promise_lines

SECTIONS = (
    ("fields", "f3,1", N_("Fields")),
    ("counters", "f4,2", N_("Counters")),
    ("clerks", "f5,3", N_("Clerks")),
    ("hours", "f6,4", N_("Hours")),
    ("unserved", "f7,5", N_("Not served")),
    ("charts", "f8,6", N_("Charts")),
    ("certainty", "f10,7", N_("How sure")),
    ("promises", "ctrl+e,8", N_("Promises")),
)


class SummaryScreen(QueueScreen[SummaryView]):
    """Shows the figures of one day; ← and → go to the days before and after that have tickets."""

    HEADING = N_("Summary of the day")
    HELP = N_(
        "The figures of one day. A citizen counts under the field that issued the ticket; minutes count where they "
        "were spent. Durations are those of served citizens, over citizens; 90 % is given from 20 citizens on (linear "
        "interpolation). By hour means by hour of issue."
    )
    AUTO_FOCUS = "#tables"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(keys, f"section('{section}')", name, tooltip=N_("Show this part of the figures."), id=section)
            for section, keys, name in SECTIONS
        ),
        Binding("f9,e", "export", N_("Export CSV"), tooltip=N_("Write the figures to a file for Excel."), id="export"),
        Binding(
            "left",
            "day_before",
            N_("Day before"),
            tooltip=N_("The day before that has tickets."),
            priority=True,
            id="before",
        ),
        Binding(
            "right",
            "day_after",
            N_("Day after"),
            tooltip=N_("The next day that has tickets."),
            priority=True,
            id="after",
        ),
        Binding("f11,d", "choose_day", N_("Another day"), tooltip=N_("Type the day you want to see."), id="choose"),
        Binding("f12,t", "today", N_("Today"), tooltip=N_("Go to today."), id="today"),
        # Every function key is taken; a control key works while an input method holds letters back.
        Binding(
            "ctrl+d,i",
            "define",
            N_("Definitions"),
            tooltip=N_("How each figure that is shown here is computed."),
            id="define",
        ),
        MOVE_KEY,
    ]

    def __init__(self, terminal: Terminal, day: date | None = None) -> None:
        super().__init__(terminal)
        self._day = day
        self._section = "fields"

    def boxes(self) -> ComposeResult:
        """Build the day's line, the tables and the charts."""
        yield Static(id="day-line", markup=False)
        yield Words(id="alert")
        with VerticalScroll(id="tables"):
            yield TicketLines(id="lines")
        with Vertical(id="charts"):
            yield Chart(id="arrivals")
            yield Chart(id="waits")
            yield Chart(id="queue")

    async def load(self) -> SummaryView:
        """Ask for the figures of the day, today's if none was chosen."""
        return await self.terminal.store.read(summary, self._day, at=self.now)

    def show(self, answer: SummaryView) -> None:
        """Paint the part that was chosen."""
        self.query_one("#day-line", Static).update(self._day_line(answer))
        has_charts = self._section == "charts" and bool(answer.summary.all.issued)
        self.query_one("#tables").display = not has_charts
        self.query_one("#charts").display = has_charts
        if has_charts:
            self._paint_charts(answer.summary.curves, answer.office.timezone)
        else:
            self.query_one("#lines", TicketLines).show(self._lines(answer))

    def tick(self, now: datetime) -> None:
        """Paint the alert of the running day, on the line that is empty otherwise."""
        if self.answer is None:
            return
        jam, timezone, words = self.terminal.jam, self.answer.office.timezone, ""
        day = self.answer.summary
        if jam is not None and day.closing is None and day.day == business_day(now, timezone):
            words = alert_words(jam, self.answer.services, timezone, self.query_one("#alert").size.width)
        self.query_one("#alert", Words).show(words)

    def can(self, action: str) -> bool | str:
        """Say where there is no other day to go to."""
        if self.answer is None:
            return False
        if action == "day_before" and self.answer.previous_day is None:
            return _("There is no earlier day with tickets.")
        if action == "day_after" and self.answer.next_day is None:
            return _("There is no later day with tickets.")
        return True

    def action_section(self, section: str) -> None:
        """Show one part of the figures."""
        self._section = section
        self.query_one("#tables", VerticalScroll).scroll_home(animate=False)
        self.repaint()

    def action_define(self) -> None:
        """Say how the figures that are shown are computed."""
        self.app.push_screen(Definitions(self._section))

    def action_day_before(self) -> None:
        """Go to the day before that has tickets."""
        if self.answer is not None:
            self._go(self.answer.previous_day)

    def action_day_after(self) -> None:
        """Go to the next day that has tickets."""
        if self.answer is not None:
            self._go(self.answer.next_day)

    def action_today(self) -> None:
        """Go to today."""
        self._go(None)

    @work
    async def action_choose_day(self) -> None:
        """Ask which day."""
        typed = await self.app.push_screen_wait(Ask(_("Which day? Type it as 23/11/2026."), "23/11/2026"))
        if typed is None:
            return
        day = _parsed(typed)
        if day is None:
            self.tell(
                _("“{text}” is not a day. Type day/month/year, such as 23/11/2026.").format(text=typed), is_warning=True
            )
        else:
            self._go(day)

    @work
    async def action_export(self) -> None:
        """Write the figures to a new file in the current folder and say where it is."""
        if self.answer is None:
            return
        try:
            day = self.answer.summary.day.isoformat()
            await self.terminal.write(require_to, right="export", day=day, at=self.now)
        except QueueError as error:
            self.tell(error.message, is_warning=True)
            return
        text = summary_csv(self.answer.summary, _names(self.answer))
        name = f"queueapp-{self.answer.summary.day.isoformat()}.csv"
        try:
            written = await asyncio.to_thread(write_new, Path.cwd(), name, text)
        except OSError as error:
            self.tell(_("The file could not be written: {why}").format(why=error.strerror or ""), is_warning=True)
        else:
            self.tell(_("Written to {path}").format(path=written))

    @work
    async def action_move(self) -> None:
        """Offer the move that helps a jammed field."""
        if self.answer is not None:
            await propose(self, self.answer.services)

    def _go(self, day: date | None) -> None:
        self._day = day
        self.reload()

    def _day_line(self, answer: SummaryView) -> Content:
        figures = answer.summary.all
        line = Content.styled(day_words(answer.summary.day), "bold")
        if not figures.issued:
            return Content.assemble(line, "  ", _("No tickets on this day. ← → go to days that have some."))
        facts = [_("issued {n}").format(n=figures.issued)]
        facts += [
            f"{state_words(end)} {getattr(figures, end)}"
            for end in ("served", "no_show", "left", "sent_home", "carried_over", "void")
            if getattr(figures, end)
        ]
        if figures.still_open:
            facts.append(_("! still open {n}").format(n=figures.still_open))
        if answer.summary.outage_minutes:
            facts.append(_("outage {minutes} min").format(minutes=round(answer.summary.outage_minutes)))
        if answer.summary.picked:
            facts.append(_("out of order {n}").format(n=answer.summary.picked))
        closing = answer.summary.closing
        facts.append(_("closed, sealed") if closing is not None else _("not closed yet"))
        if closing is not None and closing.corrections:
            facts.append(_("corrected {n}").format(n=len(closing.corrections)))
        return Content.assemble(line, "  ", " · ".join(facts))

    def _lines(self, answer: SummaryView) -> list[Content]:
        day = answer.summary
        if self._section == "unserved":
            return unserved_lines(day.unserved, _names(answer))
        if not day.all.issued:
            return [Content(_("Nothing was measured."))]
        if self._section == "certainty":
            return certainty_lines(_certainties(answer), day.little, is_closed=day.closing is not None)
        if self._section == "promises":
            return promise_lines(day, _names(answer))
        groups = self._groups(answer)
        if not groups:
            return [Content(_("No clerk was signed in at a counter on this day."))]
        named = [*groups, (_("All"), day.all)]
        return [*count_lines(named), excluded_line(day.all), *duration_lines(named), *sealed_lines(day)]

    def _groups(self, answer: SummaryView) -> list[tuple[str, Figures]]:
        day = answer.summary
        return {
            "fields": [(_names(answer).get(code, code), each) for code, each in day.services.items()],
            "counters": [(_("Counter {number}").format(number=number), each) for number, each in day.counters.items()],
            "clerks": list(day.clerks.items()),
            "hours": [(f"{hour}:00 – {hour}:59", each) for hour, each in day.hours.items()],
        }.get(self._section, [])

    def _paint_charts(self, curves: Curves, timezone: str) -> None:
        labels = [f"{start.astimezone(zone(timezone)):%H:%M}" for start in curves.starts]
        self.query_one("#arrivals", Chart).show_bars(labels, curves.arrivals, title=_("Arrivals by half hour"))
        waits = _("Mean wait by half hour of issue, in minutes")
        self.query_one("#waits", Chart).show_line(labels, curves.waits, title=waits)
        steps = [(moment.timestamp(), length) for moment, length in curves.queue]
        ticks = [(start.timestamp(), label) for start, label in zip(curves.starts, labels, strict=True)]
        self.query_one("#queue", Chart).show_steps(steps, ticks, title=_("How many were waiting"))


def _names(answer: SummaryView) -> Mapping[str, str]:
    return {service.code: service.name for service in answer.services}


def _certainties(answer: SummaryView) -> list[tuple[str, Certainty]]:
    names = _names(answer)
    groups = answer.summary.certainty.items()
    return [(_("All") if code is None else names.get(code, code), each) for code, each in groups]


def _parsed(typed: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
