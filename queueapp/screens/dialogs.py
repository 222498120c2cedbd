"""Asks a person something in a box in the middle of the screen, and waits for the answer."""

import dataclasses
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from queueapp.i18n import N_, _
from queueapp.screens.localized import LocalizedScreen, key_words, small, words
from queueapp.text import LONGEST, clean
from queueapp.widgets.inputs import TextBox
from queueapp.widgets.keyline import KeyLine

T = TypeVar("T")
R = TypeVar("R")
LONGEST_QUESTION = 500
DIRECT_KEYS = 9


class Dialog(LocalizedScreen[R], ModalScreen[R], Generic[R]):
    """A question in a box, with the keys that answer it; Esc gives it up. `HELP` says what it is for."""

    AUTO_FOCUS = ""
    HELP: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "app.help", N_("Help"), tooltip=N_("What this box is for, and all its keys."), id="help"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = clean(question, LONGEST_QUESTION)

    def compose(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="dialog"):
            with VerticalScroll(classes="question", can_focus=False):
                yield Static(Content(self._question), markup=False)
            yield from self.boxes()
            yield KeyLine()

    def boxes(self) -> ComposeResult:
        """Build what stands between the question and the keys."""
        yield from ()

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now; the box's own Enter too, which what has the focus takes and hands over."""
        active = super().active_bindings
        taken = active.get("enter")
        for own in self._bindings.key_to_bindings.get("enter", ()) if taken is not None else ():
            if taken is not None and taken.node is not self and own.show:
                active["enter"] = ActiveBinding(self, _spoken(own), True, words(own.tooltip))
        return active

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Give the answer, once: a second key that was pressed before the box was gone finds nothing to answer."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def on_mount(self) -> None:
        """Show the keys."""
        self.repaint()

    def repaint(self) -> None:
        """Paint the keys in the language in use."""
        super().repaint()
        self.query_one(KeyLine).show(key_words(self.active_bindings, self.app))

    def refusal(self) -> str:
        """Return why the keys that are greyed out do nothing; empty where no key is."""
        return ""

    def on_key(self, event: events.Key) -> None:
        """Say why a key that is greyed out does nothing."""
        active = self.active_bindings.get(small(event.key))
        if active is not None and active.node is self and not active.enabled:
            self.tell(self.refusal(), is_warning=True)


class Confirm(Dialog[bool]):
    """A question to be answered with yes or no.

    Enter means yes; where a yes `is_dangerous`, because nothing takes it back, Enter means no, and yes has a key of
    its own that nobody presses by habit.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f12,y,c", "answer(True)", N_("Yes"), tooltip=N_("Do it."), id="yes"),
        Binding("escape,n,k", "answer(False)", N_("No"), tooltip=N_("Leave everything as it is."), id="no"),
        Binding("enter", "take_usual", show=False),
    ]

    def __init__(self, question: str, *, is_dangerous: bool = False) -> None:
        super().__init__(question)
        self._is_dangerous = is_dangerous

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys, Enter named with the answer that it gives."""
        yes, no = ("F12, Y", "Esc, Enter") if self._is_dangerous else ("Enter", "Esc")
        names = {"yes": yes, "no": no}
        named = super().active_bindings
        for key, active in named.items():
            if active.binding.id in names:
                binding = dataclasses.replace(active.binding, key_display=names[active.binding.id])
                named[key] = active._replace(binding=binding)
        return named

    def action_take_usual(self) -> None:
        """Answer what Enter means."""
        self.dismiss(not self._is_dangerous)

    def action_answer(self, is_yes: bool) -> None:
        """Give the answer."""
        self.dismiss(is_yes)


class Ask(Dialog[str | None]):
    """A question to be answered in words: the text made clean, None when given up.

    An answer that `is_required` cannot be empty; one that is not may be, and comes back as "".
    """

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", N_("Done"), key_display="Enter"),
        Binding("escape", "give_up", N_("Cancel")),
    ]

    def __init__(
        self,
        question: str,
        placeholder: str = "",
        *,
        is_required: bool = True,
        value: str = "",
        longest: int = LONGEST,
    ) -> None:
        super().__init__(question)
        self._placeholder = clean(placeholder)
        self._is_required = is_required
        self._value = clean(value, longest)
        self._longest = longest

    def boxes(self) -> ComposeResult:
        """Build the line to write on, with room for what is missing."""
        yield TextBox(self._value, placeholder=self._placeholder, max_length=self._longest)
        yield Static(id="missing", markup=False)

    @on(Input.Submitted)
    def action_answer(self) -> None:
        """Give what was written as the answer, or say that something must be."""
        if not self.is_active or not self.query(TextBox):  # Enter while the box is being built or taken down
            return
        text = clean(self.query_one(TextBox).value, self._longest)
        if text or not self._is_required:
            self.dismiss(text)
        else:
            self.query_one("#missing", Static).update(_("A few words are needed here."))

    def action_give_up(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class Choose(Dialog[T | None], Generic[T]):
    """A question with a list of answers, each a (value, label): the value chosen, None when given up.

    Arrows and Enter choose, and the digits 1 to 9 at once. `chosen` is where the cursor begins.
    """

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", N_("Choose"), key_display="↑ ↓ Enter"),
        *(
            Binding(str(digit), f"pick({digit})", N_("Choose at once"), key_display="1–9", show=digit == 1)
            for digit in range(1, DIRECT_KEYS + 1)
        ),
        Binding("escape", "give_up", N_("Cancel")),
    ]

    def __init__(self, question: str, answers: Sequence[tuple[T, str]], *, chosen: T | None = None) -> None:
        super().__init__(question)
        self._answers = tuple(answers)
        self._chosen = next((index for index, (value, _label) in enumerate(self._answers) if value == chosen), 0)

    def boxes(self) -> ComposeResult:
        """Build the list."""
        options = [Option(_numbered(place, label)) for place, (_value, label) in enumerate(self._answers, 1)]
        yield OptionList(*options, markup=False)

    def on_mount(self) -> None:
        """Put the cursor where it begins."""
        if self._answers:
            self.query_one(OptionList).highlighted = self._chosen

    @on(OptionList.OptionSelected)
    def give(self, event: OptionList.OptionSelected) -> None:
        """Give the answer that was selected."""
        self.action_pick(event.option_index + 1)

    def action_answer(self) -> None:
        """Give the answer under the cursor."""
        for options in self.query(OptionList):  # none while the box is being built or taken down
            options.action_select()

    def action_pick(self, place: int) -> None:
        """Give the answer at a place of the list; nothing happens when there is none."""
        if place <= len(self._answers):
            self.dismiss(self._answers[place - 1][0])

    def action_give_up(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _spoken(binding: Binding) -> Binding:
    return dataclasses.replace(binding, description=words(binding.description), tooltip=words(binding.tooltip))


def _numbered(place: int, label: str) -> Content:
    return Content(f"{place if place <= DIRECT_KEYS else ' '}  {clean(label)}")
