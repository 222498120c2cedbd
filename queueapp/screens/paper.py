"""The keys of reception that have to do with paper: print again, the slip came out, the numbers of the paper roll."""

from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from queueapp.i18n import N_, _
from queueapp.operations.printing import confirm_print, print_slip, reprint
from queueapp.operations.roll import enter
from queueapp.rules.errors import state_words
from queueapp.rules.views import PrintView, ReceptionView, TicketView
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Ask
from queueapp.screens.roll import Entry, RollDialog
from queueapp.terminal import Terminal

UNSURE = ("uncertain", "failed")  # what waits for a person


class PaperScreen(QueueScreen[ReceptionView]):
    """Prints what was issued, and asks a person about what may not have come out.

    Its keys are rarely needed: the screen that has them lists them after its own.
    """

    PAPER_KEYS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+r,r",
            "reprint",
            N_("Print again"),
            tooltip=N_("Print a slip again; it is marked as a copy."),
            id="reprint",
        ),
        Binding(
            "ctrl+y,y",
            "confirm_print",
            N_("Slip is out"),
            tooltip=N_("The slip did come out, or is not needed."),
            id="confirm-print",
        ),
        Binding(
            "ctrl+e,e",
            "roll",
            N_("Paper roll"),
            tooltip=N_("Key in numbers of the paper roll after a power cut."),
            id="roll",
        ),
    ]

    def can(self, action: str) -> bool | str:
        """Say why no slip can be said to be out."""
        if action == "confirm_print" and self._unsure() is None:
            return _("No slip is in doubt.")
        return super().can(action)

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._touched: str | None = None  # with which ticket something was done last

    async def print_slip(self, ticket: TicketView | None) -> None:
        """Let the slip of a new ticket be printed; the ticket stands, whatever becomes of its slip."""
        if ticket is not None:
            with self.reporting():
                await self.terminal.write(print_slip, ticket=ticket.code, at=self.now)

    @work
    async def action_reprint(self) -> None:
        """Print the slip again that is in doubt, else the one that is asked for."""
        unsure = self._unsure()
        code = unsure.ticket if unsure is not None else None
        if code is None:
            latest = self.answer.latest[0].code if self.answer is not None and self.answer.latest else ""
            code = await self.app.push_screen_wait(Ask(_("Which number's slip again?"), "D-007", value=latest))
        if code is not None:
            with self.reporting():
                await self.reprint(code)

    async def reprint(self, code: str) -> None:
        """Print a slip again (QueueError)."""
        done = await self.write(reprint, ticket=code)
        self._touched = None  # what was done before is no longer what Ctrl+Z would be thought to take back
        if done.ticket is not None:
            self.tell(_("{code} is printed again, marked as a copy.").format(code=done.ticket.code))

    @work
    async def action_confirm_print(self) -> None:
        """Note that the slip in doubt is out."""
        unsure = self._unsure()
        if unsure is not None and unsure.ticket is not None:
            with self.reporting():
                await self.write(confirm_print, ticket=unsure.ticket)

    @work
    async def action_roll(self) -> None:
        """Key in numbers of the paper roll, one after the other."""
        await self.app.push_screen_wait(RollDialog(self._enter))

    async def _enter(self, entry: Entry) -> str:
        given: dict[str, Any] = entry.given
        services = self.answer.status.services if self.answer is not None else ()
        field = next((each for each in services if each.letter == entry.letter), None)
        done = await self.write(enter, service=field.code if field is not None else entry.letter, **given)
        ticket = done.ticket
        self._touched = ticket.code if ticket is not None else None
        return "" if ticket is None else f"{ticket.code}: {state_words(ticket.state)}"

    def _unsure(self) -> PrintView | None:
        """Return the oldest slip that waits for a person."""
        prints = self.answer.prints if self.answer is not None else ()
        return next((each for each in prints if each.state in UNSURE and each.ticket is not None), None)
