"""What every printer has in common: it is given bytes, and within a bound it has them or says why not."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from queueapp.causes import cause_of
from queueapp.i18n import N_, _
from queueapp.paper.content import Content
from queueapp.paper.escpos import as_bytes
from queueapp.paper.picture import draw
from queueapp.paper.status import Status
from queueapp.text import clean

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 20.0
CHUNK = 4096

Told = tuple[str, ...]


class PrinterError(Exception):
    """A printer did not do its work; `is_begun` says that it may have: nobody but a person prints it again.

    `template` is a message of the catalogue, filled in with `facts`, `cause` a second one.
    """

    def __init__(self, template: str, *, is_begun: bool = False, cause: str = "", **facts: object) -> None:
        super().__init__(template)
        self.template, self.is_begun, self.cause, self.facts = template, is_begun, cause, facts

    @property
    def message(self) -> str:
        """The sentence in the language in use."""
        return _(self.template).format(cause=clean(_(self.cause) if self.cause else ""), **self.facts)

    def __str__(self) -> str:
        return self.message


@dataclass
class Attempt:
    """One attempt, which runs on a thread of its own: what it may still take, and whether a byte may be on its way."""

    seconds: float
    is_begun: bool = False
    _is_given_up: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _since: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Return the seconds that are left (PrinterError when none are)."""
        left = self._since + self.seconds - time.monotonic()
        if left <= 0:
            raise self.late()
        return left

    def start_sending(self) -> None:
        """Say that bytes of the slip go out from now on; PrinterError when nobody waits for them any more."""
        with self._lock:
            if self._is_given_up:
                raise self.late()
            self.is_begun = True

    def give_up(self) -> PrinterError:
        """Return what to say of an attempt that does not end; one that has not begun never will."""
        with self._lock:
            self._is_given_up = True
            return self.late()

    def late(self) -> PrinterError:
        """Return that it took too long."""
        return PrinterError(N_("The printer did not take the slip in time."), is_begun=self.is_begun)


class Printer(ABC):
    """A printer at `target` with paper so wide; what it is told and what it answers takes `seconds` at most."""

    connection: ClassVar[str]

    def __init__(self, target: str, *, paper_mm: int = 80, seconds: float = WHOLE_SECONDS) -> None:
        self.target = target
        self.paper_mm = paper_mm
        self.seconds = seconds

    def print(self, content: Content, *, name: str) -> Told:
        """Draw and print `content`, which is called `name` on a spooler's list, and return what `send` does."""
        return self.send(as_bytes(draw(content, self.paper_mm)), name=name)

    def send(self, data: bytes, *, name: str) -> Told:
        """Print `data`, which is called `name`, and return what the printer told besides (PrinterError)."""
        return self._within(self.seconds_for(data), lambda attempt: self._send(data, name, attempt))

    def look(self) -> Told:
        """Ask whether the printer can be reached, print nothing, and return what it told (PrinterError)."""
        return self._within(self.seconds, self._look)

    def seconds_for(self, data: bytes) -> float:  # noqa: ARG002 - a slow line needs longer for more
        """Return how long `data` may take."""
        return self.seconds

    @abstractmethod
    def _send(self, data: bytes, name: str, attempt: Attempt) -> Told: ...

    @abstractmethod
    def _look(self, attempt: Attempt) -> Told: ...

    def _within(self, seconds: float, work: Callable[[Attempt], Told]) -> Told:
        """Work on a thread that is left alone when it does not end: a driver may hang where no timeout reaches."""
        attempt, told, failed = Attempt(seconds), list[Told](), list[PrinterError]()

        def run() -> None:
            try:
                told.append(work(attempt))
            except PrinterError as error:
                failed.append(error)
            except TimeoutError:
                failed.append(attempt.late())
            except Exception as error:  # noqa: BLE001 - whatever a driver raises, the slip is not surely printed
                failed.append(self._broken(error, is_begun=attempt.is_begun))

        thread = threading.Thread(target=run, name=f"printer {self.connection}", daemon=True)
        thread.start()
        thread.join(seconds + 0.5)
        if failed:
            raise failed[0]
        if not told:
            raise attempt.give_up()
        return told[0]

    def _broken(self, error: Exception, *, is_begun: bool) -> PrinterError:
        cause = cause_of(error)
        sentence = N_("The printer {target} cannot be used: {cause}.")
        if is_begun:
            sentence = N_("The printer {target} broke off in the middle: {cause}.")
        return PrinterError(sentence, target=clean(self.target), cause=cause.rstrip("."), is_begun=is_begun)


def refuse_trouble(status: Status, *, is_begun: bool = False) -> None:
    """Raise what keeps a printer from printing, if it told such a thing (PrinterError)."""
    if status.trouble and is_begun:
        raise PrinterError(N_("The slip may not have come out whole. {cause}"), cause=status.trouble, is_begun=True)
    if status.trouble:
        raise PrinterError(status.trouble)
