"""A line to write on that takes only characters that do not act."""

from textual import events
from textual.widgets import Input

from queueapp.text import LONGEST, clean


class TextBox(Input):
    """An input whose pasted text is made clean; typed control characters never reach it.

    What stands in it already is selected when it gets the focus: typing replaces it.
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = LONGEST,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(
            clean(value, max_length),
            placeholder=clean(placeholder),
            max_length=max_length,
            id=id,
            classes=classes,
        )

    def on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted, on one line, without what a terminal would obey."""
        event.prevent_default()
        event.stop()
        start, end = sorted(self.selection)
        room = (self.max_length or LONGEST) - len(self.value) + end - start
        self.replace(clean(event.text)[: max(0, room)], start, end)
