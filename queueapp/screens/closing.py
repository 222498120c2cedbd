"""Closing the day: every open ticket gets an end that somebody chooses, then the sheet is sealed."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from queueapp.i18n import N_, _
from queueapp.operations.closing import close_day, correct
from queueapp.queries.days import closing
from queueapp.rules.closing_views import ClosingView
from queueapp.rules.closing_words import SENT_HOME_WORDS
from queueapp.rules.errors import state_words
from queueapp.rules.lifecycle import SENT_HOME_REASONS
from queueapp.screens.after_closing import back_up, make_slips, renew_notice
from queueapp.screens.base import QueueScreen
from queueapp.screens.correcting import ask_correction
from queueapp.screens.dialogs import Ask, Choose, Confirm
from queueapp.screens.entitled import Lacking, lacking, write_down
from queueapp.terminal import Terminal
from queueapp.widgets.clocks import day_words
from queueapp.widgets.closed import closing_words, open_line, sealed_lines, tally_words
from queueapp.widgets.lines import Notice, TicketLines, Words
from queueapp.widgets.prints import unprinted_words

RIGHTS = ("close_day", "correct")


class ClosingScreen(QueueScreen[ClosingView]):
    """Lists who has no end yet, takes an end for each, and closes the day."""

    HEADING = N_("Close the day")
    HELP = N_(
        "Every ticket that is still open is listed: say for each what became of the citizen, or let it be served "
        "first. Nobody becomes absent or served by itself. When nobody is left, close the day: its sheet is sealed "
        "and cannot be changed any more; what is wrong on it is corrected beside it, with F3."
    )
    AUTO_FOCUS = "#open"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,1,l", "end('left')", N_("Left"), tooltip=N_("The citizen went away by themselves."), id="left"),
        Binding(
            "f6,2,s",
            "sent_home",
            N_("Sent home"),
            tooltip=N_("The citizen was sent home unserved: why?"),
            id="home-sent",
        ),
        Binding(
            "f7,3,c",
            "end('carried_over')",
            N_("Carried over"),
            tooltip=N_("The citizen comes again on the next day with a voucher, before new tickets."),
            id="carried",
        ),
        Binding(
            "f9,4,v",
            "end('served')",
            N_("Served"),
            tooltip=N_("The citizen was served, and no key was pressed."),
            id="served",
        ),
        Binding("f11,5,h", "end('void')", N_("Void"), tooltip=N_("The ticket was a mistake."), id="void"),
        Binding("delete,0", "end('')", N_("Decide later"), tooltip=N_("Take the end back."), id="later"),
        Binding("f8,a", "all", N_("All the same"), tooltip=N_("One end for everybody who is listed."), id="all"),
        Binding("f10", "close", N_("Close the day"), tooltip=N_("Seal the sheet of the day."), id="close"),
        Binding("f3,x", "correct", N_("Correct"), tooltip=N_("Put a ticket of the closed day right."), id="correct"),
        Binding("f12,d", "other_day", N_("Another day"), tooltip=N_("Another day that nobody has closed."), id="day"),
    ]

    def __init__(self, terminal: Terminal, day: date | None = None) -> None:
        super().__init__(terminal)
        self._day = day
        self._ends: dict[str, str] = {}
        self._lacking = Lacking()
        self._slips: dict[date, Path] = {}

    def boxes(self) -> ComposeResult:
        """Build the sentence about the day and the list of open tickets."""
        yield Words(id="about")
        yield Notice(id="prints")
        yield OptionList(id="open", markup=False)
        with VerticalScroll(id="sealed-box"):
            yield TicketLines(id="sealed")

    async def load(self) -> ClosingView:
        """Ask what the day still needs, and what whoever works here has no right to."""
        self._lacking = await lacking(self.terminal, RIGHTS)
        return await self.terminal.store.read(closing, self._day, at=self.now)

    def show(self, answer: ClosingView) -> None:
        """Paint the day, who is open, and when it is closed its seal."""
        codes = {ticket.code for ticket in answer.tickets}
        self._ends = {code: end for code, end in self._ends.items() if code in codes}
        self.query_one("#about", Words).show(Content.styled(closing_words(answer, len(self._ends)), "bold"))
        self.query_one("#prints", Notice).show(unprinted_words(answer.prints))
        self.query_one("#open", OptionList).display = bool(answer.tickets)
        self.query_one("#sealed-box").display = not answer.tickets
        self.query_one("#sealed", TicketLines).show(sealed_lines(answer, self._slips.get(answer.day)))

    def tick(self, now: datetime) -> None:
        """Let the waiting times move."""
        if self.answer is None:
            return
        options = self.query_one("#open", OptionList)
        lines = {
            ticket.code: open_line(ticket, self._ends.get(ticket.code, ""), now, self.size.width)
            for ticket in self.answer.tickets
        }
        if [option.id for option in options.options] != list(lines):
            chosen = options.highlighted
            options.clear_options()
            options.add_options([Option(line, id=code) for code, line in lines.items()])
            options.highlighted = min(chosen or 0, len(lines) - 1) if lines else None
            return
        for code, line in lines.items():
            if options.get_option(code).prompt != line:
                options.replace_option_prompt(code, line)

    def can(self, action: str) -> bool | str:
        """Say why something cannot be done now."""
        if self.answer is None:
            return False
        if action == "other_day":
            is_there = any(day != self.answer.day for day in self.answer.open_days)
            return True if is_there else _("No other day is open.")
        if action == "correct":
            is_closed = self.answer.closing is not None
            unclosed = _("Only a closed day is corrected. This one is open: use the other keys.")
            return self._entitled("correct") if is_closed else unclosed
        if action in {"end", "sent_home", "all", "close"}:
            return self._can_close(action, self.answer)
        return True

    def _can_close(self, action: str, answer: ClosingView) -> bool | str:
        if answer.closing is not None:
            return _("This day is closed. What is wrong on it is corrected with F3.")
        entitled = self._entitled("close_day")
        if entitled is True and action != "close" and not answer.tickets:
            return _("Every ticket has an end: press F10 to close the day.")
        return entitled

    def on_screen_suspend(self) -> None:
        """Leave a day that was closed here, so that the next visit begins with what is still to be done."""
        is_left = self not in self.app.screen_stack  # and not only below a dialog
        if is_left and self.answer is not None and self.answer.closing is not None:
            self._day = None

    @on(OptionList.OptionSelected)
    def entered(self) -> None:
        """Say what Enter does not do: a day is not closed by habit."""
        self.tell(_("Choose with F5 to F11 what became of the citizen. F10 closes the day."))

    def action_end(self, end: str) -> None:
        """Note the end of the ticket under the cursor, and go to the next."""
        self._note(end)

    @work
    async def action_sent_home(self) -> None:
        """Ask why the citizen was sent home."""
        end = await self._why_sent_home()
        if end is not None:
            self._note(end)

    @work
    async def action_all(self) -> None:
        """Ask for one end for all, and before it takes the place of an end that was chosen already."""
        answers = [(end, state_words(end)) for end in ("left", "sent_home", "carried_over")]
        end = await self.app.push_screen_wait(Choose(_("What becomes of all who are listed?"), answers))
        if end == "sent_home":
            end = await self._why_sent_home()
        if end is None or self.answer is None:
            return
        codes = [ticket.code for ticket in self.answer.tickets]
        others = [code for code in codes if self._ends.get(code, end) != end]
        question = _("{n} already have another end. Replace those too?").format(n=len(others))
        is_for_all = bool(others) and await self.app.push_screen_wait(Confirm(question))
        changed = [code for code in codes if code not in self._ends or (is_for_all and code in others)]
        self._ends |= dict.fromkeys(changed, end)
        self.repaint()
        self.tell(_("{n} changed: {end}.").format(n=len(changed), end=state_words(end.partition(":")[0])))

    @work
    async def action_close(self) -> None:
        """Ask once more, with a reason within the office's hours, and close the day."""
        answer = self.answer
        if answer is None:
            return
        missing = [ticket.code for ticket in answer.tickets if ticket.code not in self._ends]
        if missing:
            sentence = _("Still without an end: {codes}. Choose one for each, or let them be served first.")
            self.tell(sentence.format(codes=", ".join(missing)), is_warning=True)
            return
        reason: str | None = None
        if answer.open_until is not None:
            question = _("The office has not finished its hours today (until {until}). Why is the day closed now?")
            reason = await self.app.push_screen_wait(Ask(question.format(until=answer.open_until)))
            if reason is None:
                return
        if not await self.app.push_screen_wait(Confirm(self._question(answer), is_dangerous=True)):
            return
        with self.reporting():
            done = await self.write(close_day, day=answer.day, unserved=dict(self._ends), reason=reason)
            self._day = answer.day
            self._ends = {}
            path, failed = await make_slips(self, answer, done.vouchers)
            if path is not None:
                self._slips[answer.day] = path
            self.repaint()
            about_backup, is_missing = await back_up(self)
            unwritten = await renew_notice(self)
            words = " ".join(each for each in (failed, about_backup, unwritten) if each)
            self.tell(words, is_warning=is_missing or bool(failed or unwritten))

    def _question(self, answer: ClosingView) -> str:
        question = _("Close {day}? Its sheet is sealed and cannot be changed any more.")
        tally = tally_words(Counter(end.partition(":")[0] for end in self._ends.values()))
        return f"{question.format(day=day_words(answer.day))} {tally}".strip()

    @work
    async def action_correct(self) -> None:
        """Ask which ticket of the closed day, what and why, and put it right."""
        answer = self.answer
        if answer is None or answer.closing is None:
            return
        code = await self.app.push_screen_wait(Ask(_("Which ticket is to be corrected?"), "D-007"))
        changes = None if code is None else await ask_correction(self)
        if changes is None:
            return
        reason = await self.app.push_screen_wait(Ask(_("Why? It is written down.")))
        if reason is None:
            return
        with self.reporting():
            done = await self.write(correct, ticket=code, day=answer.day, reason=reason, **changes)
            self.tell(_("Corrected: {code}").format(code=done.ticket.code if done.ticket is not None else code))

    def action_other_day(self) -> None:
        """Go to the next day that nobody has closed."""
        if self.answer is not None and self.answer.open_days:
            days = self.answer.open_days
            place = days.index(self.answer.day) if self.answer.day in days else -1
            self._day = days[(place + 1) % len(days)]
            self._ends = {}
            self.reload()

    def explain(self, action: str) -> bool:
        """Say why `action` does nothing now; where a right is missing, that is written down."""
        is_told, said = super().explain(action), self.can(parse(action)[1])
        if is_told:
            lacked = [right for right in RIGHTS if said is not True and said == self._entitled(right)]
            if lacked:
                self._write_down(lacked[0])
        return is_told

    @work
    async def _write_down(self, right: str) -> None:
        await write_down(self.terminal, right, at=self.now)

    def _entitled(self, right: str) -> bool | str:
        return self._lacking.entitled(right, self.terminal.staff)

    async def _why_sent_home(self) -> str | None:
        answers = [(reason, _(SENT_HOME_WORDS[reason])) for reason in SENT_HOME_REASONS]
        reason = await self.app.push_screen_wait(Choose(_("Why was the citizen sent home?"), answers))
        return None if reason is None else f"sent_home:{reason}"

    def _note(self, end: str) -> None:
        options = self.query_one("#open", OptionList)
        if options.highlighted is None:
            return
        code = str(options.get_option_at_index(options.highlighted).id)
        if end:
            self._ends[code] = end
            options.highlighted = min(options.highlighted + 1, options.option_count - 1)
        else:
            self._ends.pop(code, None)
        self.repaint()
