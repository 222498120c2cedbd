"""A bare Textual application that shows one label and changes it at a key: what queueapp is measured against."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Label


class Bare(App[None]):
    """One label; `n` counts it up."""

    BINDINGS: ClassVar = [("n", "next", "Next"), ("ctrl+q", "quit", "Quit")]
    count = 0

    def compose(self) -> ComposeResult:
        """Build the label."""
        yield Label("bare is here", id="label")

    def action_next(self) -> None:
        """Change the label."""
        self.count += 1
        self.query_one("#label", Label).update(f"count {self.count:03d}")


if __name__ == "__main__":
    Bare().run()
