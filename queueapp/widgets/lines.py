"""Lists that change at every call, drawn as lines of text because that is ten times quicker than a table."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from queueapp.text import clean

Cell = str | Content
LONGEST_CELL = 200
LONGEST_WORDS = 1000


class Words(Static):
    """A text without markup in a box whose size is fixed: a change costs no layout, the same text nothing."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, classes=classes, markup=False)
        self._words = Content("")

    def show(self, words: Cell) -> None:
        """Paint a text; a plain one is made clean, Content is painted as it is."""
        content = words if isinstance(words, Content) else Content(clean(words, LONGEST_WORDS))
        if not _is_same(content, self._words):
            self._words = content
            self.update(content, layout=False)


class Notice(Words):
    """A line, or two where one is too short, that is there only while it has something to say."""

    DEFAULT_CSS = "Notice { height: auto; max-height: 2; text-style: bold reverse; display: none; }"

    def show(self, words: Cell) -> None:
        """Paint a text; the empty one takes the line away."""
        before = str(self.content)
        super().show(words)
        self.display = bool(str(self.content))
        if str(self.content) != before:
            self.refresh(layout=True)  # it may need the second line, or no longer


class TicketLines(Static):
    """Lines of text without markup; as long as their number stays, a change costs no layout.

    Where `is_fixed` the box does not follow the number of lines, and no change costs any.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, is_fixed: bool = False) -> None:  # noqa: A002
        super().__init__("", id=id, classes=classes, markup=False)
        self._count = -1
        self._content = Content("")
        self._is_fixed = is_fixed

    def show(self, lines: Sequence[Cell]) -> None:
        """Paint `lines`, one a row; texts are made clean, Content is painted as it is."""
        painted = [line if isinstance(line, Content) else Content(clean(line, LONGEST_CELL)) for line in lines]
        content = Content("\n").join(painted)
        changes_height, self._count = len(painted) != self._count, len(painted)
        if changes_height or not _is_same(content, self._content):
            self._content = content
            self.update(content, layout=changes_height and not self._is_fixed)


def _is_same(one: Content, other: Content) -> bool:
    return one.plain == other.plain and one.spans == other.spans


def cell(text: Cell, width: int, *, align: str = "left") -> Content:
    """Return `text` in exactly `width` columns of the terminal, cut with “…” or padded (`left`, `right`, `center`)."""
    content = text if isinstance(text, Content) else Content(clean(text, LONGEST_CELL))
    content = content.truncate(max(0, width), ellipsis=True)
    room = max(0, width - content.cell_length)
    left = {"left": 0, "right": room, "center": room // 2}[align]
    return content.pad_left(left).pad_right(room - left)


def shortened(text: str, width: int) -> str:
    """Return a name that fits into `width` columns: what is too long loses whole words, and no dash is left behind."""
    if Content(text).cell_length <= width:
        return text
    words = text.split()
    while len(words) > 1 and Content(" ".join(words)).cell_length > width - 1:
        words.pop()
    return " ".join(words).rstrip(" -–,;") + "…"


def row(cells: Sequence[tuple[Cell, int] | tuple[Cell, int, str]]) -> Content:
    """Return one line of cells, each (text, width) or (text, width, align), with a space between."""
    return Content(" ").join(cell(each[0], each[1], align=each[2] if len(each) > 2 else "left") for each in cells)  # noqa: PLR2004
