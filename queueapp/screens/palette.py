"""The command palette: finds what can be done now, also without accents."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.rules.errors import QueueError
from queueapp.screens.base import QueueScreen
from queueapp.text import clean, fold

if TYPE_CHECKING:
    from queueapp.session import Session


_PLACES = {
    "reception": N_("Reception"),
    "board": N_("Board"),
    "summary": N_("Summary of the day"),
    "closing": N_("Close the day"),
    "mending": N_("To be mended"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done now: its name, what to say of it, and how it is done."""

    name: str
    explanation: str
    do: Callable[[], Any]


def score(query: str, name: str) -> float:
    """Return how well a name fits what was typed, 0 to 1; accents, case and the order of words do not count."""
    asked, folded = fold(query).split(), fold(name)
    if not asked or not all(word in folded for word in asked):
        return 0.0
    if folded.startswith(" ".join(asked)):
        return 1.0
    begins = sum(any(word.startswith(each) for word in folded.split()) for each in asked)
    return 0.4 + 0.5 * begins / len(asked)


class Commands(Provider):
    """The keys of the screen that do something now, and every counter."""

    _counters: tuple[int, ...] = ()

    async def startup(self) -> None:
        """Learn which counters there are; while the database is away there are none."""
        if isinstance(self.screen, QueueScreen):
            try:
                self._counters = await self.screen.terminal.store.read(_counter_numbers)
            except QueueError:
                self._counters = ()

    async def discover(self) -> Hits:
        """Yield everything that can be done."""
        for each in self._commands():
            yield DiscoveryHit(Content(each.name), each.do, text=each.name, help=each.explanation or None)

    async def search(self, query: str) -> Hits:
        """Yield what fits, the best first; when nothing does, say so."""
        hits = [(score(query, each.name), each) for each in self._commands()]
        for fit, each in hits:
            if fit:
                yield Hit(fit, Content(each.name), each.do, text=each.name, help=each.explanation or None)
        if not any(fit for fit, _each in hits):
            yield Hit(0.1, Content(_("Nothing of that name can be done here.")), lambda: None)

    def _commands(self) -> Iterator[Command]:
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.description and (binding.show or binding.id) and binding.action not in seen:
                seen.add(binding.action)
                do = partial(self.app.run_action, binding.action, active.node)
                yield Command(clean(binding.description), clean(active.tooltip), do)
        yield from self._places(seen)

    def _places(self, seen: set[str]) -> Iterator[Command]:
        if getattr(self.app, "is_kiosk", False):
            return  # the hall's board leads nowhere
        for place, name in _PLACES.items():
            if f"app.open('{place}')" not in seen and place != self.app.current_mode:
                yield Command(_(name), _("Go to this screen."), partial(self.app.run_action, f"open('{place}')"))
        if "app.sign_in" not in seen:
            yield Command(_("Sign in"), _("Say who works here."), partial(self.app.run_action, "sign_in"))
        for number in self._counters:
            name = _("Counter {number}").format(number=number)
            yield Command(name, _("Go to this screen."), partial(self.app.run_action, f"open('counter', {number})"))


class Palette(CommandPalette):
    """Textual's palette, which is left once only, however quickly Enter is pressed again."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave the palette, if it is still there."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


def open_palette(app: App[Any]) -> None:
    """Open the palette over the screen that is seen."""
    if not CommandPalette.is_open(app) and isinstance(app.screen, QueueScreen):
        app.push_screen(Palette([Commands], placeholder=_("What do you want to do?")))


def _counter_numbers(session: "Session") -> tuple[int, ...]:
    # Imported here, on the store's thread, because the first frame is painted before the queries are loaded.
    from queueapp.queries.counters import counter_views  # noqa: PLC0415

    return tuple(counter.number for counter in counter_views(session))
