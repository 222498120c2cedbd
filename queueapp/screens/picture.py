"""The last good answer of a screen, and what is known of its age."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Generic, Protocol, TypeVar

from queueapp.i18n import _
from queueapp.rules.errors import QueueError
from queueapp.rules.views import OfficeView
from queueapp.widgets.clocks import hh_mm

PATIENCE = 2.0  # seconds that a question may take before the screen says that its picture is old


class Answering(Protocol):
    """What every screen's answer tells besides its own matter."""

    @property
    def office(self) -> OfficeView:
        """Whose queue it is."""

    @property
    def revision(self) -> int:
        """Which state of the queue it shows."""


V = TypeVar("V", bound=Answering)


class Picture(Generic[V]):
    """The last good answer, when it was last known to be true, what went wrong since, which questions are open."""

    def __init__(self) -> None:
        self.answer: V | None = None
        self._true_at: datetime | None = None
        self._trouble: QueueError | None = None
        self._open: list[float] = []

    @contextlib.contextmanager
    def question(self) -> Iterator[None]:
        """Keep in mind that something is being asked."""
        asked = monotonic()
        self._open.append(asked)
        try:
            yield
        finally:
            self._open.remove(asked)

    def keep(self, answer: V, now: datetime) -> None:
        """Take a good answer."""
        self.answer = answer
        self.confirm(now)

    def confirm(self, now: datetime) -> None:
        """Know that the answer is still true."""
        self._true_at, self._trouble = now, None

    def miss(self, error: QueueError) -> None:
        """Know that a question could not be answered."""
        self._trouble = error

    @property
    def is_late(self) -> bool:
        """Whether a question has been waiting for its answer for longer than a person should."""
        return any(monotonic() - asked > PATIENCE for asked in self._open)

    @property
    def is_doubtful(self) -> bool:
        """Whether the answer may be old."""
        return self._trouble is not None or self.is_late

    def sentence(self) -> str:
        """Return what is to be said of the picture in the language in use; empty when it is as it should be."""
        if not self.is_doubtful:
            return "" if self.answer is not None else _("Opening the data…")
        said = self._trouble.message if self._trouble is not None else _("The database has not answered yet.")
        if self.answer is None or self._true_at is None:
            return said
        age = _("Data as of {time}.").format(time=hh_mm(self._true_at, self.answer.office.timezone))
        return f"{said} {age}"
