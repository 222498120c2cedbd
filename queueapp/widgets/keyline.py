"""The last lines of every screen: the keys, what they do, and which of them do nothing now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from queueapp.text import clean

MOST_LINES = 3
_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "slash": "/",
    "plus": "+",
    "minus": "-",
}


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A key as it is written, what it does, whether it does that now; `key` is its name to the terminal."""

    key: str
    name: str
    word: str
    is_possible: bool


MORE = KeyWord("f1", "F1", "…", is_possible=True)  # the help names every key


def key_name(binding: Binding) -> str:
    """Return a key as people write it: `F5`, `Ctrl+P`, `Esc`."""
    if binding.key_display:
        return binding.key_display
    parts = binding.key.split("+")
    return "+".join([*(part.capitalize() for part in parts[:-1]), _NAMES.get(parts[-1], _plain(parts[-1]))])


def _plain(key: str) -> str:
    return key.upper() if len(key) == 1 or key[1:].isdigit() else key.capitalize()


class KeyLine(Widget):
    """The keys in as many lines as they need, at most three; where not all fit, the last names the rest.

    A key that does nothing now stands in round brackets, so that colour is not the only sign.
    """

    COMPONENT_CLASSES = {"keyline--key", "keyline--word", "keyline--off"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[KeyWord, ...] = ()

    def show(self, keys: Iterable[KeyWord]) -> None:
        """Paint the keys; nothing is done when they are as they were."""
        shown = tuple(replace(each, word=clean(each.word)) for each in keys)
        if shown != self._keys:
            before, self._keys = self._keys, shown
            self.refresh(layout=[_width(each) for each in before] != [_width(each) for each in shown])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return how many lines the keys take at `width`."""
        return max(1, len(list(self._lines(width))))

    def render(self) -> Content:
        """Draw the keys."""
        lines = [Content("").join(self._drawn(each) for each in line) for line in self._lines(self.size.width)]
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        position = 0
        for each in list(self._lines(self.size.width))[event.y : event.y + 1]:
            for word in each:
                position += _width(word)
                if event.x < position:
                    self.app.simulate_key(word.key)
                    return

    def _drawn(self, each: KeyWord) -> Content:
        if not each.is_possible:
            return Content.styled(f"({each.name}) {each.word} ", self.get_visual_style("keyline--off"))
        key = Content.styled(f" {each.name} ", self.get_visual_style("keyline--key"))
        return Content.assemble(key, Content.styled(f" {each.word} ", self.get_visual_style("keyline--word")))

    def _lines(self, width: int) -> Iterator[list[KeyWord]]:
        lines = list(_wrapped(self._keys, width))
        if len(lines) > MOST_LINES:
            lines = lines[:MOST_LINES]
            last = lines[-1]
            while len(last) > 1 and sum(_width(each) for each in [*last, MORE]) > width:
                last.pop()
            last.append(MORE)
        yield from lines


def _wrapped(keys: Iterable[KeyWord], width: int) -> Iterator[list[KeyWord]]:
    line: list[KeyWord] = []
    used = 0
    for each in keys:
        if line and used + _width(each) > width:
            yield line
            line, used = [], 0
        line.append(each)
        used += _width(each)
    if line:
        yield line


def _width(each: KeyWord) -> int:
    return Content(each.name).cell_length + Content(each.word).cell_length + 4
