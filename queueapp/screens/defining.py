"""Says how the figures that the summary shows are computed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from queueapp.i18n import N_, _
from queueapp.screens.dialogs import Dialog
from queueapp.widgets.definitions import definitions_of


class Definitions(Dialog[None]):
    """Over the part of the summary whose figures it defines; F2 changes its language too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+d,enter,i,q", "close", N_("Close")),
        Binding("f2", "app.language", N_("Tiếng Việt / English")),
    ]

    def __init__(self, part: str) -> None:
        super().__init__("")
        self._part = part

    def boxes(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(id="definitions"):
            yield Static(id="definition-lines", markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#definitions").focus()

    def repaint(self) -> None:
        """Write the page in the language in use."""
        super().repaint()
        parts = [Content.styled(_("How these figures are computed"), "bold"), Content("")]
        for term, words in definitions_of(self._part):
            parts += [Content.assemble(Content.styled(term, "bold"), ": ", words), Content("")]
        self.query_one("#definition-lines", Static).update(Content("\n").join(parts[:-1]))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
