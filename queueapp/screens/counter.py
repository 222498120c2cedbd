"""A counter: one ticket at a time, every verb of the clerk on one key."""

from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.operations.calling import call, no_show, recall, start
from queueapp.operations.counters import close_counter, open_counter, pause, unpause
from queueapp.operations.fixing import send_to_fix
from queueapp.operations.issuing import serve
from queueapp.operations.leaving import leave
from queueapp.operations.serving import finish, hold, put_back, resume, transfer
from queueapp.operations.undoing import undo
from queueapp.paper.paper_slips import fix_slip, missing_slip
from queueapp.queries.hall import desk
from queueapp.rules.views import DeskView
from queueapp.screens.base import QueueScreen
from queueapp.screens.desk_questions import (
    ask_field,
    ask_held,
    ask_outcome,
    ask_pause,
    ask_pick,
    ask_position,
    ask_to_fix,
    ask_to_hold,
    ask_transfer,
    may_open,
)
from queueapp.screens.papers import ask_missing, hand_over
from queueapp.terminal import Terminal
from queueapp.widgets.big import BigText
from queueapp.widgets.desk import clock_line, counter_line, facts_line, held_lines, next_lines, refusal
from queueapp.widgets.ledger import unclosed_words, undone_words
from queueapp.widgets.lines import Notice, TicketLines, Words
from queueapp.widgets.procedure import missing_words


class CounterScreen(QueueScreen[DeskView]):
    """Calls, serves and finishes at one counter."""

    HELP = N_(
        "Call the next citizen, start when they come, finish when they are served: three keys. A ticket can be held, "
        "sent to another field or put back; who does not come is marked absent. The ticket stays at this counter "
        "even if the program or the machine stops."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4,n", "call", N_("Call next"), tooltip=N_("Call the next ticket to this counter."), id="call"),
        Binding("f5,r", "recall", N_("Call again"), tooltip=N_("Call the same ticket once more."), id="recall"),
        Binding("f6,s", "start", N_("Start"), tooltip=N_("The citizen is here: begin to serve."), id="start"),
        Binding("f7,f", "finish", N_("Finish"), tooltip=N_("The citizen is served."), id="finish"),
        Binding(
            "f8,v", "no_show", N_("Absent"), tooltip=N_("Nobody came: back into the queue, or absent."), id="no_show"
        ),
        Binding("f9,h", "hold", N_("Hold"), tooltip=N_("Set the ticket aside; the counter is free."), id="hold"),
        Binding("f3,m", "resume", N_("Resume"), tooltip=N_("Take up a held ticket again."), id="resume"),
        Binding("f10,t", "transfer", N_("Transfer"), tooltip=N_("Send the citizen to another field."), id="transfer"),
        Binding("f11,b", "put_back", N_("Put back"), tooltip=N_("Put the ticket back into the queue."), id="put_back"),
        Binding("f12,p", "pause", N_("Pause"), tooltip=N_("Pause this counter, or let it call again."), id="pause"),
        Binding(
            "ctrl+z,z", "undo", N_("Undo"), tooltip=N_("Take back the last thing done at this counter."), id="undo"
        ),
        Binding("o", "outcome", N_("Finish otherwise"), tooltip=N_("Finish with another outcome."), id="outcome"),
        Binding(
            "c",
            "fix",
            N_("Put form right"),
            tooltip=N_("Send the citizen to put a form right; who is back in time keeps the place."),
            id="fix",
        ),
        Binding("u", "unreliable", N_("Times wrong"), tooltip=N_("Finish, and leave the times out."), id="unreliable"),
        Binding("l", "leave", N_("Left"), tooltip=N_("The called citizen went away."), id="leave"),
        Binding("k", "pick", N_("Pick a ticket"), tooltip=N_("Call one out of order, for a reason."), id="pick"),
        Binding("d", "serve", N_("Serve at once"), tooltip=N_("Somebody stands here without a number."), id="serve"),
        Binding(
            "w",
            "transfer_back",
            N_("Transfer and back"),
            tooltip=N_("Send the citizen to another field; afterwards they come back here, before new tickets."),
            id="transfer-back",
        ),
        Binding("g", "open_counter", N_("Open counter"), tooltip=N_("Open this counter."), id="open_counter"),
        Binding("x", "close_counter", N_("Close counter"), tooltip=N_("Close this counter."), id="close_counter"),
    ]

    def __init__(self, terminal: Terminal, number: int) -> None:
        super().__init__(terminal)
        self.number = number

    def heading(self) -> str:
        """Return which counter this is."""
        return _("Counter {number}").format(number=self.number)

    def boxes(self) -> ComposeResult:
        """Build the present ticket, the next ones, the held ones."""
        yield Notice(id="notice")
        yield Words(id="counter-line")
        with Container(id="desk"):
            with Vertical(id="present"):
                yield BigText(id="code")
                yield Words(id="clock")
                yield Words(id="facts")
            with Vertical(id="queue"):
                yield TicketLines(id="next", is_fixed=True)
                yield TicketLines(id="held")

    async def load(self) -> DeskView:
        """Ask what the clerk of this counter sees."""
        return await self.terminal.store.read(desk, self.number, at=self.now)

    def show(self, answer: DeskView) -> None:
        """Paint the present ticket; the clocks move with every second."""
        ticket = answer.counter.ticket
        self.query_one("#notice", Notice).show(unclosed_words(answer.unclosed))
        self.query_one("#counter-line", Words).show(counter_line(answer, self.terminal.staff))
        self.query_one("#code", BigText).show(ticket.code if ticket is not None else "–")
        self.query_one("#present").border_title = Content(_("Here now"))
        self.query_one("#queue").border_title = Content(_("Next here · waiting {n}").format(n=answer.waiting_count))
        self.query_one("#present").set_class(ticket is not None and ticket.state == "called", "-called")
        self.query_one("#present").set_class(ticket is not None and ticket.state == "serving", "-serving")

    def tick(self, now: datetime) -> None:
        """Let the clocks move."""
        if self.answer is None:
            return
        self.query_one("#clock", Words).show(clock_line(self.answer, now))
        self.query_one("#facts", Words).show(facts_line(self.answer, self.terminal.jam))
        size = self.query_one("#queue").content_size
        held = held_lines(self.answer, now, size.width)
        self.query_one("#next", TicketLines).show(next_lines(self.answer, now, size.width, size.height - len(held)))
        self.query_one("#held", TicketLines).show(held)

    def can(self, action: str) -> bool | str:
        """Say whether the queue allows an action now, or why not."""
        return self.answer is not None and refusal(action, self.answer)

    @work
    async def action_call(self) -> None:
        """Call the next ticket."""
        with self.reporting():
            await self.write(call, counter=self.number)

    @work
    async def action_recall(self) -> None:
        """Call the same ticket again."""
        with self.reporting():
            await self.write(recall, counter=self.number)

    @work
    async def action_start(self) -> None:
        """Begin to serve."""
        with self.reporting():
            await self.write(start, counter=self.number)

    @work
    async def action_finish(self) -> None:
        """Finish: done."""
        with self.reporting():
            await self.write(finish, counter=self.number)

    @work
    async def action_outcome(self) -> None:
        """Ask how it ended, and finish."""
        outcome = await ask_outcome(self)
        with self.reporting():
            if outcome == "missing_papers":
                await self._finish_missing()
            elif outcome is not None:
                await self.write(finish, counter=self.number, outcome=outcome)

    async def _finish_missing(self) -> None:
        """Ask which papers are missing, finish, and show the slip of them."""
        ticket = self.answer.counter.ticket if self.answer is not None else None
        asked = await ask_missing(self, ticket) if ticket is not None else None
        if self.answer is None or ticket is None or asked is None:
            return
        code = asked.procedure.code if asked.procedure is not None else None
        papers = asked.looked.papers
        await self.write(finish, counter=self.number, outcome="missing_papers", missing=papers, procedure=code)
        office = self.answer.office
        slip = partial(missing_slip, asked.procedure, papers, office, self.now, ticket=ticket)
        await hand_over(self, missing_words(ticket.code, papers), "missing", office, slip)

    @work
    async def action_fix(self) -> None:
        """Ask for how long and what is to be put right, and send the citizen there; the place is kept."""
        if self.answer is None:
            return
        asked = await ask_to_fix(self, self.answer.office.fix_minutes)
        if asked is None:
            return
        minutes, reason = asked
        with self.reporting():
            done = await self.write(send_to_fix, counter=self.number, minutes=minutes, reason=reason or None)
            if done.ticket is not None:
                office = self.answer.office
                slip = partial(fix_slip, done.ticket, office, self.now)
                await hand_over(self, _("For the citizen."), "fix", office, slip)

    @work
    async def action_unreliable(self) -> None:
        """Finish, and leave the times out of the durations because a key was forgotten."""
        with self.reporting():
            await self.write(finish, counter=self.number, time_unreliable=True)
            self.tell(_("Served. The times are left out of the durations and counted as such."))

    @work
    async def action_no_show(self) -> None:
        """Mark the citizen absent."""
        with self.reporting():
            done = await self.write(no_show, counter=self.number)
            if done.ticket is not None and done.ticket.state == "waiting":
                self.tell(_("{code} goes back into the queue, behind the next two.").format(code=done.ticket.code))

    @work
    async def action_hold(self) -> None:
        """Ask why and for how long, and set the ticket aside; after its minutes it comes back by itself."""
        asked = await ask_to_hold(self)
        if asked is not None:
            minutes, reason = asked
            with self.reporting():
                await self.write(hold, counter=self.number, reason=reason or None, minutes=minutes)

    @work
    async def action_resume(self) -> None:
        """Take up the held ticket; of several, ask which."""
        code = await ask_held(self, self.answer.held if self.answer is not None else ())
        if code is not None:
            with self.reporting():
                await self.write(resume, counter=self.number, ticket=code)

    @work
    async def action_transfer(self) -> None:
        """Ask to which field and with which note, and send the citizen there."""
        await self._transfer(_("To which field?"), come_back=False)

    @work
    async def action_transfer_back(self) -> None:
        """Ask to which field, and send the citizen there and back again."""
        await self._transfer(_("To which field, and then back here?"), come_back=True)

    async def _transfer(self, question: str, *, come_back: bool) -> None:
        asked = None if self.answer is None else await ask_transfer(self, question, self.answer.services)
        if asked is not None:
            to, note = asked
            with self.reporting():
                await self.write(transfer, counter=self.number, to=to, note=note or None, come_back=come_back)

    @work
    async def action_undo(self) -> None:
        """Take back the last thing done at this counter."""
        with self.reporting():
            done = await self.write(undo, counter=self.number)
            self.tell(undone_words(done.ticket))

    @work
    async def action_put_back(self) -> None:
        """Ask to which place, and put the ticket back."""
        position = await ask_position(self)
        if position is not None:
            with self.reporting():
                await self.write(put_back, counter=self.number, position=position)

    @work
    async def action_pause(self) -> None:
        """Pause for a reason; a paused counter calls again."""
        if self.answer is not None and self.answer.counter.state == "paused":
            with self.reporting():
                await self.write(unpause, counter=self.number)
            return
        reason = await ask_pause(self)
        if reason is not None:
            with self.reporting():
                await self.write(pause, counter=self.number, reason=reason)

    @work
    async def action_leave(self) -> None:
        """Mark that the called citizen went away."""
        ticket = self.answer.counter.ticket if self.answer is not None else None
        if ticket is not None:
            with self.reporting():
                await self.write(leave, ticket=ticket.code)

    @work
    async def action_pick(self) -> None:
        """Ask for a ticket and a reason, and call it out of order."""
        asked = await ask_pick(self)
        if asked is not None:
            code, reason = asked
            with self.reporting():
                await self.write(call, counter=self.number, ticket=code, reason=reason)

    @work
    async def action_serve(self) -> None:
        """Ask for the field, issue a ticket and start at once."""
        field = None if self.answer is None else await ask_field(self, _("Which field?"), self.answer.services)
        if field is not None:
            with self.reporting():
                await self.write(serve, counter=self.number, service=field)

    @work
    async def action_open_counter(self) -> None:
        """Open this counter; where somebody else sits, ask first."""
        if self.answer is not None and not await may_open(self, self.answer.counter, self.terminal.staff):
            return
        with self.reporting():
            await self.write(open_counter, counter=self.number)

    @work
    async def action_close_counter(self) -> None:
        """Close this counter."""
        with self.reporting():
            await self.write(close_counter, counter=self.number)
