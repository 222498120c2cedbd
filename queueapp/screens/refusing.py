"""A screen whose keys say why they do nothing, and do what they do only once at a time."""

from functools import cached_property

from textual.actions import parse
from textual.binding import Binding

from queueapp.i18n import _
from queueapp.screens.localized import LONGEST_SENTENCE, LocalizedScreen

__all__ = ["LONGEST_SENTENCE", "RefusingScreen"]


class RefusingScreen(LocalizedScreen[None]):
    """The keys that a screen declares itself are greyed out, not hidden, while they can do nothing."""

    @property
    def is_open(self) -> bool:
        """Whether the screen has anything to work on yet."""
        return True

    def can(self, action: str) -> bool | str:  # noqa: ARG002 - for the screens to look at
        """Say whether an action is possible now: True, or the reason why not (False for a general one)."""
        return True

    def explain(self, action: str) -> bool:
        """Say why `action` does nothing now; False when it is possible or not this screen's."""
        reason = self._refusal(parse(action)[1])
        if reason:
            self.tell(reason, is_warning=True)
        return bool(reason)

    def is_doing(self, action: str) -> bool:
        """Whether what the same key began is still under way."""
        _namespace, name, parameters = parse(action)
        description = f"action_{name}({', '.join(repr(each) for each in parameters)})"  # as `@work` describes it
        return any(
            worker.node is self and worker.description == description and not worker.is_finished
            for worker in self.app.workers
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what is not possible now; a key does not vanish under the finger."""
        return None if self._refusal(action) else super().check_action(action, parameters)

    def _refusal(self, action: str) -> str:
        if action not in self._own_actions:
            return ""
        if not self.is_open:
            return _("The data is still being opened.")
        possible = self.can(action)
        return "" if possible is True else possible or _("That is not possible now.")

    @cached_property
    def _own_actions(self) -> frozenset[str]:
        declared = [parse(each.action) for each in Binding.make_bindings(type(self).BINDINGS)]
        return frozenset(name for namespace, name, _parameters in declared if not namespace)
