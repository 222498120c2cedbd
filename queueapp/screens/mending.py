"""Tickets that need somebody in charge: interrupted by an outage, or stuck; one key each to mend them."""

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from queueapp.i18n import N_, _
from queueapp.operations.calling import recall
from queueapp.operations.keeping import accept_clock
from queueapp.operations.mending import mend, wake
from queueapp.operations.printing import reprint
from queueapp.queries.stuck import stuck
from queueapp.rules.closing_views import StuckTicket, StuckView
from queueapp.rules.errors import state_words
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Ask
from queueapp.terminal import Terminal
from queueapp.widgets.clocks import minutes_since
from queueapp.widgets.lines import Words, row
from queueapp.widgets.words import STUCK_WORDS, stuck_words


class MendingScreen(QueueScreen[StuckView]):
    """Lists what is stuck and why, and brings each ticket to where it belongs."""

    HEADING = N_("To be mended")
    HELP = N_(
        "After a power cut: what was open then; the outage is already left out of the times. Confirm each ticket with "
        "Enter if it goes on as it was, or bring it to where it belongs. Stuck tickets are listed in the same way."
    )
    AUTO_FOCUS = "#stuck"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,1", "confirm", N_("Goes on"), tooltip=N_("It goes on as it was."), id="confirm"),
        Binding("f6,2,r", "recall", N_("Call again"), tooltip=N_("The call may not have been heard."), id="recall"),
        Binding(
            "f7,3,f", "mend('served')", N_("Was served"), tooltip=N_("Served; its times are left out."), id="served"
        ),
        Binding(
            "f9,4,b", "mend('waiting')", N_("Back to the queue"), tooltip=N_("It waits at its own place."), id="waiting"
        ),
        Binding("f12,5,l", "mend('left')", N_("Left"), tooltip=N_("The citizen went away."), id="left"),
        Binding("f11,6,v", "mend('void')", N_("Void"), tooltip=N_("The ticket was a mistake."), id="void"),
        Binding("f10,7,p", "reprint", N_("Print again"), tooltip=N_("The slip may not be out."), id="reprint"),
        Binding(
            "f8,c",
            "clock",
            N_("Clock is right"),
            tooltip=N_("Take the machine's clock as right from now on."),
            id="clock",
        ),
    ]

    class AllMended(Message):
        """What an outage interrupted has all been looked at."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._had_outage = False

    def boxes(self) -> ComposeResult:
        """Build the sentence and the list."""
        yield Words(id="about")
        yield OptionList(id="stuck", markup=False)

    async def load(self) -> StuckView:
        """Ask what needs mending."""
        return await self.terminal.store.read(stuck, at=self.now)

    def show(self, answer: StuckView) -> None:
        """Say how many there are, and for how long an outage lasted."""
        # Not from below a dialog: a terminal that locked itself must not be led away from its lock.
        if self._had_outage and not answer.tickets and self.is_current:
            self._had_outage = False
            self.post_message(self.AllMended())
        outages = [each.seconds for each in answer.tickets if each.seconds is not None]
        if outages:
            self._had_outage = True
            sentence = _("An outage of {minutes} min is left out of the times: confirm or correct each ticket.")
            if max(outages) < 60:  # noqa: PLR2004 - a minute
                sentence = _("An outage of less than 1 min is left out of the times: confirm or correct each ticket.")
            words = sentence.format(minutes=-(-int(max(outages)) // 60))
        elif answer.tickets:
            words = _("{n} tickets are stuck.").format(n=len(answer.tickets))
        else:
            words = _("Nothing needs mending.")
        self.query_one("#about", Words).show(Content.styled(words, "bold"))

    def tick(self, now: datetime) -> None:
        """Let the times move."""
        if self.answer is None:
            return
        options = self.query_one("#stuck", OptionList)
        lines = {_identity(each): _line(each, now, self.size.width) for each in self.answer.tickets}
        if [option.id for option in options.options] != list(lines):
            chosen = options.highlighted
            options.clear_options()
            options.add_options([Option(line, id=key) for key, line in lines.items()])
            options.highlighted = min(chosen or 0, len(lines) - 1) if lines else None
            return
        for key, line in lines.items():
            options.replace_option_prompt(key, line)

    def can(self, action: str) -> bool | str:
        """Say why something cannot be done with the ticket under the cursor."""
        if self.answer is None:
            return False
        if action == "clock":
            return True if self.answer.office.clock_minutes else _("The clock agrees with the log.")
        chosen = self._chosen()
        if chosen is None:
            return _("Nothing needs mending.")
        return _unfit(action, chosen) or True

    @on(OptionList.OptionSelected)
    async def entered(self) -> None:
        """Let Enter confirm."""
        await self.app.run_action("confirm", self)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys; of a slip in doubt the first one says that it is out."""
        chosen = self._chosen() if self.is_mounted else None
        if chosen is None or chosen.why != "print_unsure":
            return super().active_bindings
        return {key: _for_a_slip(active) for key, active in super().active_bindings.items()}

    @work
    async def action_confirm(self) -> None:
        """Let the ticket go on as it was; a slip that was in doubt is out."""
        chosen = self._chosen()
        is_slip = chosen is not None and chosen.why == "print_unsure"
        await self._do(wake, words=_("{code}: the slip is out.") if is_slip else None)

    @work
    async def action_recall(self) -> None:
        """Call the ticket once more."""
        chosen = self._chosen()
        if chosen is not None:
            with self.reporting():
                await self.write(recall, counter=chosen.ticket.counter)

    @work
    async def action_reprint(self) -> None:
        """Print the slip once more."""
        await self._do(reprint, words=_("{code}: the slip is printed again."))

    @work
    async def action_mend(self, to: str) -> None:
        """Ask why, and bring the ticket to where it belongs."""
        chosen = self._chosen()
        if chosen is None:
            return
        why = _(STUCK_WORDS[chosen.why])
        reason: str | None = why
        if chosen.why != "outage":
            reason = await self.app.push_screen_wait(Ask(_("Why? It is written down."), value=why))
        if reason is not None:
            await self._do(mend, to=to, reason=reason)

    @work
    async def action_clock(self) -> None:
        """Take the machine's clock as right from now on."""
        with self.reporting():
            await self.write(accept_clock)

    async def _do(self, operation: Any, *, words: str | None = None, **given: Any) -> None:
        chosen = self._chosen()
        if chosen is not None:
            with self.reporting():
                which = {"ticket": chosen.ticket.code, "day": chosen.ticket.day}
                done = await self.write(operation, **which, **given)
                said = words or _("{code}: {state}")
                self.tell(said.format(code=done.ticket.code, state=state_words(done.ticket.state)))

    def _chosen(self) -> StuckTicket | None:
        place = self.query_one("#stuck", OptionList).highlighted
        found = self.answer.tickets if self.answer is not None else ()
        return found[place] if place is not None and place < len(found) else None


def _for_a_slip(active: ActiveBinding) -> ActiveBinding:
    if active.binding.action != "confirm":
        return active
    return active._replace(binding=replace(active.binding, description=_("Slip is out")))


def _identity(each: StuckTicket) -> str:
    return f"{each.ticket.day} {each.ticket.code}"


def _line(each: StuckTicket, now: datetime, width: int) -> Content:
    ticket = each.ticket
    place = "" if ticket.counter is None else _("counter {number}").format(number=ticket.counter)
    since = minutes_since(ticket.since, now)
    words = stuck_words(each)
    long = max(8, len(since))
    room = max(20, width - 41 - long)
    return row([(ticket.code, 7), (state_words(ticket.state), 12), (place, 10), (since, long, "right"), (words, room)])


def _unfit(action: str, chosen: StuckTicket) -> str:
    """Return why an action does not fit the ticket; empty where it does."""
    if action == "confirm" and chosen.seconds is None:
        return _("Say what is to become of it: served, back to the queue, left or void.")
    if action == "reprint" and chosen.why != "print_unsure":
        return _("Only a slip that may not be out is printed again here.")
    if action == "recall" and chosen.ticket.state != "called":
        return _("Only a ticket that is called can be called again.")
    return ""
