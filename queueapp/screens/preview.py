"""Shows a slip as it is on paper."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from queueapp.i18n import N_
from queueapp.screens.dialogs import Dialog
from queueapp.widgets.lines import TicketLines


class Preview(Dialog[None]):
    """A slip as it is on paper; any of the usual keys takes it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,space", "close", N_("Close"), key_display="Enter"),
    ]

    def __init__(self, question: str, text: str) -> None:
        super().__init__(question)
        self._text = text

    def boxes(self) -> ComposeResult:
        """Build the paper."""
        with VerticalScroll(id="paper"):
            yield TicketLines(id="paper-lines")

    def on_mount(self) -> None:
        """Show the paper."""
        self.query_one("#paper-lines", TicketLines).show([Content(line) for line in self._text.splitlines()])

    def action_close(self) -> None:
        """Take it away."""
        self.dismiss(None)
