"""Signing in, and unlocking a terminal that locked itself."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from queueapp.i18n import N_, _
from queueapp.rules.errors import QueueError
from queueapp.screens.dialogs import Dialog
from queueapp.text import clean
from queueapp.widgets.inputs import TextBox

Prove = Callable[[str, str], Awaitable[str]]
LONGEST_PIN = 12


class SignInDialog(Dialog[str | None]):
    """Asks for a name and a PIN until they are right; the answer is the name, None when given up.

    One that `is_lock` cannot be given up: it stands over what is open, which stays as it is.
    """

    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", N_("Sign in"), key_display="Enter"),
        Binding("escape", "give_up", N_("Only look")),
    ]

    def __init__(self, question: str, prove: Prove, *, name: str = "", is_lock: bool = False) -> None:
        super().__init__(question)
        self._prove = prove
        self._known = name
        self._is_lock = is_lock
        self._is_proving = False

    def boxes(self) -> ComposeResult:
        """Build the two lines to write on, with room for what is wrong."""
        yield TextBox(self._known, id="name", placeholder=_("name"))
        yield Input(id="pin", placeholder="PIN", password=True, max_length=LONGEST_PIN)
        yield Static(id="missing", markup=False)

    def on_mount(self) -> None:
        """Begin at the PIN where the name is known."""
        super().on_mount()
        self.query_one("#name", TextBox).disabled = self._is_lock
        if self._known:
            self.query_one("#pin", Input).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the way around a lock."""
        return None if action == "give_up" and self._is_lock else super().check_action(action, parameters)

    def refusal(self) -> str:
        """Say what opens a lock."""
        return _("A terminal that locked itself is opened by the PIN only.")

    @on(Input.Submitted, "#name")
    def to_pin(self) -> None:
        """Go on to the PIN."""
        self.query_one("#pin", Input).focus()

    @on(Input.Submitted, "#pin")
    def submitted(self) -> None:
        """Try what was written."""
        self.action_answer()

    @work
    async def action_answer(self) -> None:
        """Try name and PIN, once while that is under way, and say what is wrong."""
        if self._is_proving or not self.is_active or not self.query("#pin"):
            return  # a second Enter would try an empty PIN, and be counted
        self._is_proving = True
        pin = self.query_one("#pin", Input)
        typed, name = pin.value, clean(self.query_one("#name", TextBox).value)
        pin.value = ""
        try:
            person = await self._prove(name, typed)
        except QueueError as error:
            self._is_proving = False
            self.query_one("#missing", Static).update(clean(error.message, 300))
            return
        self.dismiss(person)

    def action_give_up(self) -> None:
        """Look without signing in."""
        self.dismiss(None)
