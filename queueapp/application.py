"""What those who stand beside the application ask of it."""

from collections.abc import Coroutine
from typing import Any, Literal, Protocol, TypeVar

from textual.screen import Screen
from textual.worker import Worker

from queueapp.screens.base import QueueScreen
from queueapp.terminal import Terminal

T = TypeVar("T")


class Application(Protocol):
    """The application as the account of who works at its terminal knows it."""

    terminal: Terminal

    @property
    def opens(self) -> tuple[str, int | None]:
        """At which screen this terminal was opened."""

    @property
    def is_kiosk(self) -> bool:
        """Whether this terminal is a public board."""

    @property
    def current_mode(self) -> str:
        """The place that is seen."""

    @property
    def screen(self) -> Screen[Any]:
        """What stands in front, a dialog too."""

    @property
    def queue_screen(self) -> QueueScreen[Any] | None:
        """The screen that is seen, also below a dialog."""

    def action_open(self, place: str) -> Worker[None]:
        """Go to a screen."""

    def notify(self, message: str, *, severity: Literal["information", "warning"] = ..., markup: bool) -> None:
        """Say something in the corner."""

    def run_worker(self, work: Coroutine[Any, Any, None], *, group: str, exit_on_error: bool) -> Worker[None]:
        """Do something beside the pulse."""

    async def push_screen_wait(self, screen: Screen[T]) -> T:
        """Ask with a dialog, and wait for the answer."""
