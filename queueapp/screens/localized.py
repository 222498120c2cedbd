"""A screen whose words follow the language in use, keys included."""

import dataclasses
from typing import Generic, TypeVar

from textual import events
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen

from queueapp.i18n import _
from queueapp.text import clean
from queueapp.widgets.keyline import KeyWord, key_name

R = TypeVar("R")
LONGEST_SENTENCE = 500


def words(message: str) -> str:
    """Return a declared message in the language in use; the empty one stays empty."""
    return _(message) if message else ""


def key_words(bindings: dict[str, ActiveBinding], app: object) -> list[KeyWord]:
    """Return the keys to be shown, each operation once with its first key: help, the screen's own, the others."""
    shown: dict[str, tuple[int, KeyWord]] = {}
    for active in bindings.values():
        binding = active.binding
        if binding.show:
            word = KeyWord(binding.key, key_name(binding), binding.description, active.enabled)
            is_general = active.node is app or binding.id == "home"
            shown.setdefault(binding.action, (0 if binding.id == "help" else 2 if is_general else 1, word))
    return [word for _rank, word in sorted(shown.values(), key=lambda ranked: ranked[0])]


class LocalizedScreen(Screen[R], Generic[R]):
    """Keys get their words here and nowhere else; a change of language calls `repaint`."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now, with what they do in the language in use."""
        return {key: _in_words(active) for key, active in super().active_bindings.items()}

    def repaint(self) -> None:
        """Paint every word anew."""
        self.refresh_bindings()

    def tell(self, sentence: str, *, is_warning: bool = False) -> None:
        """Say a sentence in the corner of the screen, in place of the one before; the next key takes it away."""
        self.app.clear_notifications()
        text = clean(sentence, LONGEST_SENTENCE)
        self.app.notify(text, severity="warning" if is_warning else "information", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Take away what was said, and take a capital for its letter: with CapsLock the keys work as without.

        A line to write on keeps its letters to itself, so that no capital that is written comes here.
        """
        self.app.clear_notifications()
        event.key = small(event.key)


def small(key: str) -> str:
    """Return the key that a capital stands for; any other key as it is."""
    return key.lower() if len(key) == 1 else key


def _in_words(active: ActiveBinding) -> ActiveBinding:
    binding: Binding = dataclasses.replace(
        active.binding, description=words(active.binding.description), tooltip=words(active.binding.tooltip)
    )
    return active._replace(binding=binding, tooltip=words(active.tooltip))
