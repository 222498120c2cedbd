"""Finds a procedure by its name or its code, while it is typed."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from queueapp.i18n import N_, _
from queueapp.rules.procedures import ProcedureView
from queueapp.rules.search import EMPTY, LONGEST, Index
from queueapp.screens.dialogs import Dialog
from queueapp.text import clean
from queueapp.widgets.inputs import TextBox
from queueapp.widgets.lines import TicketLines
from queueapp.widgets.procedure import found_line

PAGE = 8


class FindProcedure(Dialog[ProcedureView | None]):
    """A line to type on, below it what fits, narrowing at every key; the answer is the procedure under the cursor.

    `esc` is what Esc says where it does not give up (a message).
    """

    AUTO_FOCUS = "Input"
    HELP = N_("Find a procedure by words of its name, with accents or without, in any order, or by part of its code.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", N_("Choose"), key_display="↑ ↓ Enter"),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", f"move(-{PAGE})", show=False),
        Binding("pagedown", f"move({PAGE})", show=False),
        Binding("escape", "give_up", N_("Cancel")),
    ]

    def __init__(self, question: str, index: Index, *, typed: str = "", esc: str = "") -> None:
        super().__init__(question)
        self._esc = esc
        self._index = index
        self._typed = clean(typed, LONGEST)
        self._found: tuple[ProcedureView, ...] = ()

    @property
    def typed(self) -> str:
        """What stands on the line, so that a search can be gone on with."""
        return self._typed

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys, Esc named by what it does here."""
        active = super().active_bindings
        if self._esc and "escape" in active:
            binding = replace(active["escape"].binding, description=_(self._esc))
            active["escape"] = active["escape"]._replace(binding=binding)
        return active

    def boxes(self) -> ComposeResult:
        """Build the line and the list."""
        yield TextBox(self._typed, placeholder=_("khai sinh, ket hon, 1.001193 …"), max_length=LONGEST)
        found = OptionList(markup=False, id="found")
        found.can_focus = False
        yield found
        yield TicketLines(id="nothing")

    def on_mount(self) -> None:
        """Show what fits from the beginning."""
        self._narrow(self._typed)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show what fits what is typed now."""
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        found = self._index.find(typed)
        self._typed = typed
        if found == self._found and found:
            return
        self._found = found
        options = self.query_one("#found", OptionList)
        options.set_options([Option(found_line(each)) for each in found])
        options.highlighted = 0 if found else None
        nothing = _("No procedure fits: try fewer words, or part of the code.")
        if not len(self._index):
            nothing = _(EMPTY)
        self.query_one("#nothing", TicketLines).show([] if found else [nothing])

    def action_move(self, steps: int) -> None:
        """Move the cursor while the line keeps the keys."""
        options = self.query_one("#found", OptionList)
        if self._found:
            options.highlighted = min(len(self._found) - 1, max(0, (options.highlighted or 0) + steps))

    @on(OptionList.OptionSelected)
    def give(self, event: OptionList.OptionSelected) -> None:
        """Give what was clicked."""
        self.dismiss(self._found[event.option_index])

    @on(Input.Submitted)
    def action_answer(self) -> None:
        """Give what stands under the cursor."""
        if self.is_active and self._found:
            self.dismiss(self._found[self.query_one("#found", OptionList).highlighted or 0])

    def action_give_up(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
