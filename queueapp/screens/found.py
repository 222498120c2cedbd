"""What reception does with a ticket that is there already: finds it, ends it, brings it back, takes back."""

from datetime import date

from textual import work

from queueapp.i18n import _
from queueapp.operations.fixing import return_from_fix
from queueapp.operations.leaving import leave, void
from queueapp.operations.postponing import postpone
from queueapp.operations.printing import print_vouchers
from queueapp.operations.priority import set_priority
from queueapp.operations.returning import bring_back
from queueapp.operations.undoing import undo
from queueapp.queries.tickets import ticket
from queueapp.rules.views import Answer, TicketView
from queueapp.screens.dialogs import Ask, Choose
from queueapp.screens.paper import PaperScreen
from queueapp.screens.ticket import TicketDialog
from queueapp.terminal import Terminal
from queueapp.widgets.clocks import day_digits
from queueapp.widgets.ledger import undone_words


class FoundScreen(PaperScreen):
    """Acts on a ticket that somebody asks for; the keys are those of the screen that has it as its ground."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._issued: TicketView | None = None

    @work
    async def action_find(self) -> None:
        """Ask for a number and show its ticket."""
        typed = await self.app.push_screen_wait(Ask(_("Which number? For example D-007 or d7."), "D-007"))
        if typed is None:
            return
        with self.reporting():
            found = await self.terminal.store.read(ticket, typed, at=self.now)
            if self.answer is None:
                return
            verb = await self.app.push_screen_wait(TicketDialog(found, self.answer.office, self.now))
            if verb == "void":
                await self._void(found.code, found.day if found.is_from_roll else None)
            elif verb == "leave":
                await self._leave(found.code)
            elif verb == "postpone":
                await self.postpone(found.code)
            elif verb == "bring_back":
                await self._bring_back(found.code)
            elif verb == "reprint":
                await self.reprint(found.code)
            elif verb == "return_from_fix":
                await self._return_from_fix(found.code)
            elif verb == "set_priority":
                await self._set_priority(found.code)

    @work
    async def action_void(self) -> None:
        """Ask which ticket is void and why."""
        prefilled = self._issued.code if self._issued is not None else ""
        code = await self.app.push_screen_wait(Ask(_("Which ticket is void?"), "D-007", value=prefilled))
        if code is not None:
            with self.reporting():
                await self._void(code)

    @work
    async def action_leave(self) -> None:
        """Ask whose citizen went away."""
        code = await self.app.push_screen_wait(Ask(_("Which number's citizen went away?"), "D-007"))
        if code is not None:
            with self.reporting():
                await self._leave(code)

    @work
    async def action_undo(self) -> None:
        """Take back what was done last here."""
        if self._touched is None:
            self.tell(_("Nothing was done here yet that could be taken back."), is_warning=True)
            return
        with self.reporting():
            done = await self.write(undo, ticket=self._touched, day=self.day_touched)
            self.tell(undone_words(done.ticket))

    async def _void(self, code: str, day: date | None = None) -> None:
        reason = await self.app.push_screen_wait(
            Ask(_("Why is ticket {code} void? Its number stays used.").format(code=code))
        )
        if reason is not None:
            done = await self.write(void, ticket=code, day=day, reason=reason)
            self._touched = code
            self.tell(_("Ticket {code} is void.").format(code=done.ticket.code if done.ticket else code))

    @work
    async def action_postpone(self) -> None:
        """Ask which ticket is carried over to another day, first the one just issued."""
        value = self._issued.code if self._issued is not None and self._issued.state == "waiting" else ""
        code = await self.app.push_screen_wait(Ask(_("Whose citizen comes again another day?"), "D-007", value=value))
        if code is not None:
            with self.reporting():
                await self.postpone(code)

    async def postpone(self, code: str) -> None:
        """Carry a ticket over to the next open day, and print its voucher (QueueError)."""
        await self.hand_voucher(await self.write(postpone, ticket=code))

    async def hand_voucher(self, done: Answer) -> None:
        """Show and print the voucher of somebody who was carried over."""
        self._issued = done.ticket
        self._touched = done.ticket.code if done.ticket is not None else None
        for each in done.vouchers:
            words = _("{ticket} is carried over to {day}: voucher {code}")
            self.tell(words.format(ticket=each.ticket, day=day_digits(each.valid_on), code=each.code))
        if done.ticket is not None:
            codes = [each.code for each in done.vouchers]
            with self.reporting():
                await self.terminal.write(print_vouchers, day=done.ticket.day, codes=codes, at=self.now)

    async def _leave(self, code: str) -> None:
        done = await self.write(leave, ticket=code)
        self._touched = code
        self.tell(_("Ticket {code}: the citizen went away.").format(code=done.ticket.code if done.ticket else code))

    async def _bring_back(self, code: str) -> None:
        done = await self.write(bring_back, ticket=code)
        self._touched = code
        if done.ticket is not None:
            self.tell(_("{code} waits again, {ahead} before it.").format(code=code, ahead=done.ticket.ahead))

    async def _return_from_fix(self, code: str) -> None:
        done = await self.write(return_from_fix, ticket=code)
        self._touched = code
        if done.ticket is not None and done.ticket.is_first:
            self.tell(_("{code} is back in time: it is called before the others.").format(code=done.ticket.code))
        elif done.ticket is not None:
            words = _("{code} is back late: it waits at the end, {ahead} before it.")
            self.tell(words.format(code=done.ticket.code, ahead=done.ticket.ahead), is_warning=True)

    async def _set_priority(self, code: str) -> None:
        if self.answer is None:
            return
        answers = [("", _("no priority")), *((each.code, each.name) for each in self.answer.office.priorities)]
        chosen = await self.app.push_screen_wait(Choose(_("Which priority for {code}?").format(code=code), answers))
        if chosen is None:
            return
        reason = await self.app.push_screen_wait(Ask(_("Why? It is written down.")))
        if reason is not None:
            await self.write(set_priority, ticket=code, priority=chosen or None, reason=reason)
            self._touched = code
