"""The help: what the screen is for, its keys and what they do, made from the keys themselves."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from queueapp.i18n import N_, _
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Dialog
from queueapp.screens.localized import words
from queueapp.widgets.keyline import key_name
from queueapp.widgets.lines import cell

KEYS_WIDTH = 12
WORDS_WIDTH = 20
LEAST_ROOM = 20  # columns: narrower, an explanation is not worth breaking


class HelpScreen(Dialog[None]):
    """Over the screen that it explains; F2 changes its language too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,q", "close", N_("Close")),
        Binding("f2", "app.language", N_("Tiếng Việt / English")),
    ]

    def __init__(self, about: Screen[Any]) -> None:
        super().__init__("")
        self._about = about

    def boxes(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(id="help-text"):
            yield Static(id="help-lines", markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#help-text").focus()

    def repaint(self) -> None:
        """Write the page in the language in use."""
        super().repaint()
        self.query_one("#help-lines", Static).update(page(self._about, self.query_one("#help-lines").size.width))

    def on_resize(self) -> None:
        """Fit the page into the new width."""
        self.call_after_refresh(self.repaint)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def page(about: Screen[Any], width: int = 0) -> Content:
    """Return what there is to say of a screen: what it is for, then for each key a line, or as many as it needs.

    Without a width no line is broken.
    """
    heading = about.heading() if isinstance(about, QueueScreen) else _("Keys")
    purpose = words(about.HELP) if isinstance(about, QueueScreen | Dialog) else ""
    lines = [Content.styled(heading, "bold"), Content(purpose), Content("")]
    if isinstance(about, QueueScreen) and about.DEFINITIONS:
        lines += [Content(words(about.DEFINITIONS)), Content("")]
    for word, (keys, explanation) in _operations(about.active_bindings).items():
        lines += _key_lines(keys, word, explanation, width)
    hint = _("A key in round brackets does nothing now; press it and the screen says why.")
    return Content("\n").join([*lines, Content(""), Content(hint)])


def _key_lines(keys: str, word: str, explanation: str, width: int) -> list[Content]:
    """Return the lines of a key; what does not fit beside it goes on below, under its beginning."""
    room = width - KEYS_WIDTH - WORDS_WIDTH - 2
    parts = wrap(explanation, room) if room >= LEAST_ROOM else [explanation]
    first = Content.assemble(cell(keys, KEYS_WIDTH).stylize("bold"), " ", cell(word, WORDS_WIDTH), " ", *parts[:1])
    indent = " " * (KEYS_WIDTH + WORDS_WIDTH + 2)
    return [first, *(Content(indent + part) for part in parts[1:])]


def _operations(bindings: Mapping[str, ActiveBinding]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for active in bindings.values():
        binding = active.binding
        if binding.description and (binding.show or binding.id):
            keys, explanation = found.get(binding.description, ("", active.tooltip))
            name = key_name(binding)
            known = keys.split(", ") if keys else []
            found[binding.description] = (", ".join([*known, *([] if name in known else [name])]), explanation)
    return found
