"""Says how the practice went so far."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from queueapp.i18n import N_
from queueapp.screens.dialogs import Dialog


class PracticeAccount(Dialog[None]):
    """Over whatever the learner works at; the crowd does not wait meanwhile."""

    HELP = N_("How the practice went so far, beside the same day as it was simulated.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+o,enter,q", "close", N_("Close"))]

    def __init__(self, account: str) -> None:
        super().__init__("")
        self._account = account

    def boxes(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(id="account"):
            yield Static(Content(self._account), markup=False)  # our own words and figures: nothing from outside

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#account").focus()
        self.repaint()

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
