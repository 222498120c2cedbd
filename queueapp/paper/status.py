"""Asks a printer how it is, and understands the answer, which may be silence or nonsense."""

from collections.abc import Callable
from dataclasses import dataclass

from queueapp.i18n import N_, _

STATUS_SECONDS = 0.5  # a printer that answers at all answers at once, also while it prints
ASK = b"\x10\x04"  # then what about: 1 the printer, 2 why it is offline, 4 the paper
_FIXED, _VALID = 0x93, 0x12  # bits that every answer has the same
_OFFLINE, _COVER, _STOPPED, _FAULT, _NO_PAPER, _NEARLY = 0x08, 0x04, 0x20, 0x40, 0x60, 0x0C

Ask = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Status:
    """What a printer told of itself: `trouble` keeps it from printing, `note` is worth telling; both are messages."""

    is_alive: bool
    trouble: str = ""
    note: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """The note in the language in use."""
        return (_(self.note),) if self.note else ()


def read_status(ask: Ask) -> Status:
    """Ask a printer; `ask` sends one question and returns what comes back in time, nothing for silence."""
    answers = {}
    for about in (1, 2, 4):
        answer = ask(about)
        if not answer:
            break
        if len(answer) != 1 or answer[0] & _FIXED != _VALID:
            return Status(is_alive=True, note=N_("The printer answers what cannot be understood."))
        answers[about] = answer[0]
    if not answers:
        return Status(is_alive=False, note=N_("The printer does not say how it is."))
    return Status(
        is_alive=True,
        trouble=_trouble(answers[1], answers.get(2, 0), answers.get(4, 0)),
        note=N_("The paper is nearly used up.") if answers.get(4, 0) & _NEARLY else "",
    )


def _trouble(printer: int, offline: int, paper: int) -> str:
    if paper & _NO_PAPER or offline & _STOPPED:
        return N_("The printer has no paper.")
    if offline & _COVER:
        return N_("The printer's cover is open.")
    if offline & _FAULT:
        return N_("The printer reports a fault.")
    return N_("The printer is offline.") if printer & _OFFLINE else ""
