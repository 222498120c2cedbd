"""Charts drawn in characters, in the colours of the theme; imported only by the screen that shows them."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from textual.color import Color
from textual.theme import Theme
from textual_plotext import PlotextPlot

from queueapp.text import clean

LONGEST_LABEL = 80
Number = float | int


class Chart(PlotextPlot):
    """Bars or a line over labels; `None` among the values is a gap."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._draw: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, self._recolour)

    def show_bars(self, labels: Sequence[str], values: Sequence[Number | None], *, title: str) -> None:
        """Draw one bar a label."""

        def draw() -> None:
            self.plt.bar([_label(each) for each in labels], [value or 0 for value in values], color=self._colour())

        self._show(draw, title)

    def show_line(self, labels: Sequence[str], values: Sequence[Number | None], *, title: str) -> None:
        """Draw a line through the values that there are, with the labels below."""

        def draw() -> None:
            known = [(place, value) for place, value in enumerate(values) if value is not None]
            self.plt.plot([place for place, _ in known], [value for _, value in known], color=self._colour())
            self._label_axis(list(range(len(labels))) if known else [], labels)

        self._show(draw, title)

    def show_steps(
        self, points: Sequence[tuple[Number, Number]], ticks: Sequence[tuple[Number, str]], *, title: str
    ) -> None:
        """Draw a value that stays until it changes; `points` are (place, value since), `ticks` (place, label)."""

        def draw() -> None:
            corners = [*points[:1]]
            for before, after in pairwise(points):
                corners += [(after[0], before[1]), after]
            self.plt.plot([x for x, _ in corners], [y for _, y in corners], color=self._colour())
            self._label_axis([place for place, _ in ticks] if points else [], [label for _, label in ticks])

        self._show(draw, title)

    def _show(self, draw: Callable[[], None], title: str) -> None:
        def whole() -> None:
            self.plt.clear_data()
            self.plt.title(_label(title))
            draw()

        self._draw = whole
        whole()
        self.refresh()

    def _label_axis(self, places: Sequence[Number], labels: Sequence[str]) -> None:
        # About eight columns a label is what can be read side by side; an axis of nothing has no places.
        step = max(1, -(-len(places) * 8 // max(8, self.size.width or 80)))
        self.plt.xticks(list(places)[::step], [_label(each) for each in labels[: len(places)]][::step])

    def _colour(self) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables["primary"]).rgb

    def _recolour(self, _theme: Theme) -> None:
        self._draw()
        self.refresh()


def _label(text: str) -> str:
    return clean(text, LONGEST_LABEL)
