"""The keys of reception that have to do with paper: print again, the slip came out, the numbers of the paper roll."""

from datetime import date
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from queueapp.i18n import N_, _
from queueapp.operations.printing import answer_papers, confirm_print, print_slip, reprint
from queueapp.operations.roll import enter
from queueapp.rules.errors import BadRequestError, DatabaseUnavailableError, QueueError, state_words
from queueapp.rules.views import PrintView, ReceptionView, TicketView, in_doubt
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Ask, Confirm
from queueapp.screens.roll import Entry, RollDialog
from queueapp.terminal import Terminal
from queueapp.widgets.prints import paper_words


class PaperScreen(QueueScreen[ReceptionView]):
    """Prints what was issued, and asks a person about what may not have come out.

    Its keys are rarely needed: the screen that has them lists them after its own.
    """

    PAPER_KEYS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+r,r",
            "reprint",
            N_("Print again"),
            tooltip=N_("Print a slip or paper again."),
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
        if action == "confirm_print" and not self._in_doubt():
            return _("No slip is in doubt.")
        return super().can(action)

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._touched: str | None = None  # with which ticket something was done last
        self._keyed_in: tuple[str, date] | None = None  # which number of the paper roll was keyed in last, of which day
        self._unasked: list[str] = []  # whose slip could not be asked for, because the database was away

    async def print_slip(self, ticket: TicketView | None) -> None:
        """Let the slip of a new ticket be printed; the ticket stands, whatever becomes of its slip."""
        if ticket is not None:
            self._unasked.append(ticket.code)
            with self.reporting():
                await self.print_unasked()

    async def print_unasked(self) -> None:
        """Ask for every slip that is still to be asked for (DatabaseUnavailableError): each is asked for once."""
        while self._unasked:
            code = self._unasked[0]
            try:
                await self.terminal.write(print_slip, ticket=code, at=self.now)
            except DatabaseUnavailableError:
                raise
            except QueueError:
                pass  # its day is over: nobody waits for it any more
            self._unasked = [each for each in self._unasked if each != code]

    @work
    async def action_reprint(self) -> None:
        """Ask whose slip is printed again, first the one in doubt, else the latest; papers in doubt all at once."""
        unsure = self._in_doubt()
        if unsure and unsure[0].ticket is None:
            await self._answer_papers(unsure, is_out=False)
            return
        latest = self.answer.latest[0].code if self.answer is not None and self.answer.latest else ""
        offered = (unsure[0].ticket if unsure else None) or latest
        code = await self.app.push_screen_wait(Ask(_("Which number's slip again?"), "D-007", value=offered))
        if code is not None:
            with self.reporting():
                await self.reprint(code)

    async def _answer_papers(self, papers: tuple[PrintView, ...], *, is_out: bool) -> None:
        words = paper_words(papers)
        question = _("{papers}: are they out?") if is_out else _("{papers}: print them again?")
        if await self.app.push_screen_wait(Confirm(question.format(papers=words))):
            with self.reporting():
                await self.write(answer_papers, prints=[each.id for each in papers], is_out=is_out)
                if not is_out:
                    self.tell(_("Printed again: {papers}.").format(papers=words))

    async def reprint(self, code: str) -> None:
        """Print a slip again (QueueError)."""
        done = await self.write(reprint, ticket=code)
        self._touched = None  # what was done before is no longer what Ctrl+Z would be thought to take back
        if done.ticket is not None:
            words = _("{code} is printed again, marked as a copy.") if done.is_copy else _("{code} is printed.")
            self.tell(words.format(code=done.ticket.code))

    @work
    async def action_confirm_print(self) -> None:
        """Note that the slip in doubt is out."""
        unsure = self._in_doubt()
        if not unsure:
            return
        if unsure[0].ticket is None:
            await self._answer_papers(unsure, is_out=True)
            return
        with self.reporting():
            await self.write(confirm_print, ticket=unsure[0].ticket)

    @work
    async def action_roll(self) -> None:
        """Key in numbers of the paper roll, one after the other."""
        if self.answer is not None:
            await self.app.push_screen_wait(RollDialog(self._enter, self.answer.status.day))

    @property
    def day_touched(self) -> date | None:
        """The day of what was done last, where that may be another than today's."""
        return self._keyed_in[1] if self._keyed_in is not None and self._keyed_in[0] == self._touched else None

    async def _enter(self, entry: Entry) -> str:
        given: dict[str, Any] = entry.given
        services = self.answer.status.services if self.answer is not None else ()
        field = next((each for each in services if each.letter == entry.letter), None)
        if field is None:
            known = ", ".join(each.letter for each in services)
            sentence = N_("No field has the letter {letter}. The letters are: {known}.")
            raise BadRequestError(sentence, letter=entry.letter, known=known)
        done = await self.write(enter, service=field.code, **given)
        ticket = done.ticket
        self._touched = ticket.code if ticket is not None else None
        self._keyed_in = None if ticket is None else (ticket.code, ticket.day)
        return "" if ticket is None else f"{ticket.code}: {state_words(ticket.state)}"

    def _in_doubt(self) -> tuple[PrintView, ...]:
        """Return what the next answer of a person is about."""
        return in_doubt(self.answer.prints) if self.answer is not None else ()
