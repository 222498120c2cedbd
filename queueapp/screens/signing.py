"""Signing in, and unlocking a terminal that locked itself."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, Static

from queueapp.i18n import N_, _
from queueapp.rules.errors import QueueError, UnknownStaffError
from queueapp.rules.pins import LONGEST, SHORTEST
from queueapp.screens.dialogs import Dialog
from queueapp.text import clean
from queueapp.widgets.inputs import TextBox

Prove = Callable[[str, str], Awaitable[str]]


class NameBox(TextBox):
    """The line for the name; Enter leads to the PIN before the next key arrives, so that no digit of it is read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "hand_on", N_("Sign in"), key_display="Enter", priority=True),
    ]

    def action_hand_on(self) -> None:
        """Go on to the PIN."""
        self.screen.set_focus(self.screen.query_one(PinBox))  # at once: `focus` would wait for the next turn


class PinBox(Input):
    """The line for the PIN; it takes digits only, and shows none."""

    class Refused(Message):
        """Something that is no digit was typed."""

    def __init__(self) -> None:
        super().__init__(id="pin", placeholder="PIN", password=True, max_length=LONGEST, restrict="[0-9]*")

    def restricted(self) -> None:
        """Tell that what was typed cannot belong to a PIN."""
        self.post_message(self.Refused())


class SignInDialog(Dialog[str | None]):
    """Asks for a name and a PIN until they are right; the answer is the name, None when given up.

    One that `is_lock` cannot be given up: it stands over what is open, which stays as it is. Who locked it may have
    gone home, so another person may open it in their place.
    """

    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", N_("Sign in"), key_display="Enter"),
        Binding("f10", "change_person", N_("Another person")),
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
        yield NameBox(self._known, id="name", placeholder=_("name"))
        yield PinBox()
        yield Static(id="missing", markup=False)

    def on_mount(self) -> None:
        """Begin at the PIN where the name is known."""
        super().on_mount()
        self._name_box.disabled = self._is_lock and bool(self._known)
        if self._known:
            self.set_focus(self._pin_box)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the way around a lock; only a lock is somebody's."""
        if action == "change_person" and not self._is_lock:
            return False
        return None if action == "give_up" and self._is_lock else super().check_action(action, parameters)

    def refusal(self) -> str:
        """Say what opens a lock."""
        return _("A terminal that locked itself is opened by the PIN only.")

    @property
    def _name_box(self) -> NameBox:
        return self.query_one(NameBox)

    @property
    def _pin_box(self) -> PinBox:
        return self.query_one(PinBox)

    @on(Input.Submitted, "#pin")
    def submitted(self) -> None:
        """Try what was written."""
        self.action_answer()

    @on(PinBox.Refused)
    def say_digits(self) -> None:
        """Say what a PIN is made of."""
        self._say(_("A PIN has digits only."))

    @work
    async def action_answer(self) -> None:
        """Try name and PIN, once while that is under way, and say what is wrong."""
        if self._is_proving or not self.is_active or not self.query(PinBox):
            return  # a second Enter would try again, and be counted
        typed, name = self._pin_box.value, clean(self._name_box.value)
        self._pin_box.value = ""
        if not name:
            self._refuse_name(_("Write your name first."))
        elif len(typed) < SHORTEST:  # that cannot be right, and shall cost no try
            self._say(_("A PIN has at least {least} digits.").format(least=SHORTEST))
        else:
            await self._try(name, typed)

    async def _try(self, name: str, typed: str) -> None:
        self._is_proving = True
        try:
            person = await self._prove(name, typed)
        except UnknownStaffError as error:
            self._refuse_name(error.message)
        except QueueError as error:
            self._say(error.message)
        else:
            self.dismiss(person)
            return
        self._is_proving = False

    def _refuse_name(self, sentence: str) -> None:
        self._say(sentence)
        self.set_focus(self._name_box if not self._name_box.disabled else self._pin_box)

    def _say(self, sentence: str) -> None:
        self.query_one("#missing", Static).update(clean(sentence, 300))

    def action_change_person(self) -> None:
        """Let another person open the lock, or again the one whose it is."""
        is_other = self._name_box.disabled
        self._name_box.disabled = not is_other and bool(self._known)
        self._name_box.value = "" if is_other else self._known
        self._pin_box.value = ""
        self._say("")
        self.set_focus(self._name_box if is_other else self._pin_box)

    def action_give_up(self) -> None:
        """Look without signing in."""
        self.dismiss(None)
