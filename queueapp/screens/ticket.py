"""Shows one ticket in a box: where it stands, and its whole history."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.rules.errors import WrongStateError
from queueapp.rules.estimate_words import turn_words, why_words
from queueapp.rules.lifecycle import verbs_for
from queueapp.rules.reasons import explain_not
from queueapp.rules.stopping_words import NOT_SURE
from queueapp.rules.views import OfficeView, TicketView
from queueapp.screens.dialogs import Dialog
from queueapp.text import mask
from queueapp.widgets.clocks import day_digits, hh_mm
from queueapp.widgets.history import history_lines, roll_times, state_line
from queueapp.widgets.lines import TicketLines


class TicketDialog(Dialog[str | None]):
    """One ticket; the answer is the verb that is to be done with it, or nothing."""

    AUTO_FOCUS = ".history"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f11,v", "choose('void')", N_("Void"), tooltip=N_("Declare the ticket void, for a reason.")),
        Binding("f12,l", "choose('leave')", N_("Left"), tooltip=N_("The citizen went away.")),
        Binding(
            "f5,b",
            "choose('bring_back')",
            N_("Bring back"),
            tooltip=N_("Absent, gone, or back with the form put right."),
        ),
        Binding(
            "f4,p", "choose('set_priority')", N_("Priority"), tooltip=N_("Give priority or take it, for a reason.")
        ),
        Binding(
            "f7,d", "choose('postpone')", N_("Another day"), tooltip=N_("The citizen comes again, with a voucher.")
        ),
        Binding("f6,r", "choose('reprint')", N_("Print again"), tooltip=N_("Print the slip again, as a copy.")),
        Binding("escape,enter", "choose('')", N_("Close"), key_display="Esc"),
    ]

    def __init__(self, ticket: TicketView, office: OfficeView, now: datetime) -> None:
        super().__init__(ticket.code)
        self._ticket = ticket
        self._office = office
        self._now = now

    def boxes(self) -> ComposeResult:
        """Build the state and the history."""
        yield TicketLines(id="state")
        with VerticalScroll(classes="history"):
            yield TicketLines(id="history")

    def repaint(self) -> None:
        """Paint the ticket in the language in use."""
        super().repaint()
        timezone = self._office.timezone
        self.query_one("#state", TicketLines).show(
            [Content.styled(state_line(self._ticket, self._now, timezone), "bold"), *self._why_not(), *self._facts()]
        )
        self.query_one("#history", TicketLines).show(history_lines(self._ticket, timezone))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what its state forbids."""
        more = {"bring_back"} if self._is_fixing else set()
        possible = {"", "reprint", *verbs_for(self._ticket.state, is_from_roll=self._ticket.is_from_roll)} | more
        is_possible = action != "choose" or parameters[0] in possible
        return super().check_action(action, parameters) if is_possible else None

    def refusal(self) -> str:
        """Say which state forbids it."""
        return WrongStateError(ticket=self._ticket.code, state=self._ticket.state).message

    def action_choose(self, verb: str) -> None:
        """Answer what is to be done."""
        self.dismiss("return_from_fix" if verb == "bring_back" and self._is_fixing else verb or None)

    @property
    def _is_fixing(self) -> bool:
        """Whether the citizen was sent to put a form right."""
        return self._ticket.state == "held" and self._ticket.fix_by is not None

    def _why_not(self) -> list[str]:
        """Return who is before it, and by which rule."""
        why = self._ticket.why_not
        return [*self._wait(), *([] if why is None else [explain_not(why)])]

    def _wait(self) -> list[str]:
        """Return how long it will wait from now on, and what it was told at issue."""
        ticket, said = self._ticket, []
        if ticket.estimate is not None:
            turn = turn_words(ticket.estimate, self._now, self._office.timezone)
            said.append(_("Turn expected: {turn}. {why}").format(turn=turn, why=why_words(ticket.estimate)))
        if ticket.promise is not None:
            turn = turn_words(ticket.promise, ticket.issued_at, self._office.timezone)
            said.append(_("Told at issue: {turn}").format(turn=turn))
        if ticket.light in {"amber", "red"}:
            said.append(_(NOT_SURE))
        return said

    def _facts(self) -> list[str]:
        ticket = self._ticket
        named = {priority.code: priority.name for priority in self._office.priorities}
        facts = [ticket.procedure_name] if ticket.procedure_name else []
        facts.append(_("dossiers: {n}").format(n=ticket.dossiers))
        if ticket.fix_by is not None:
            facts.append(_("puts a form right, before {time}").format(time=hh_mm(ticket.fix_by, self._office.timezone)))
        if ticket.priority is not None:
            facts.append(_("priority: {reason}").format(reason=named.get(ticket.priority, ticket.priority)))
        if ticket.name:
            facts.append(mask(ticket.name) or "")
        if ticket.voucher is not None and ticket.valid_on is not None:
            facts.append(_("voucher {code} for {day}").format(code=ticket.voucher, day=day_digits(ticket.valid_on)))
        if ticket.note:
            facts.append(_("note: {note}").format(note=ticket.note))
        if ticket.is_from_roll:
            facts.append(roll_times(ticket, self._office.timezone))
        if ticket.is_clock_touched:
            facts.append(_("Open while the clock jumped"))
        if ticket.is_unreliable:
            facts.append(_("Times left out"))
        return [" · ".join(facts)]
