"""Faults put into the program on purpose: each must be found by a short run, or the silence of a long one means nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from benchmarks.kill import faults
from benchmarks.kill.watch import Watch

Run = Callable[[], tuple[Watch, list[str]]]
RUNS = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and words of which one must be in what is found: it is found for what it is, not by accident."""

    put_in: Callable[[], AbstractContextManager[None]]
    signs: tuple[str, ...]


FAULTS = {
    "a number read outside the lock": Fault(faults.number_before_lock, ("IntegrityError", "UniqueViolation", "twice")),
    "an answer before the commit": Fault(faults.answer_first, ("lost: ",)),
    "a commit that is forgotten": Fault(faults.commit_forgotten, ("lost: ",)),
    "a lost key": Fault(faults.key_lost, ("lost: ",)),
    "a key kept in another transaction": Fault(faults.key_apart, ("in the log",)),
    "an event in a second transaction": Fault(faults.event_apart, ("parted: ",)),
    "a number left out": Fault(faults.number_left_out, ("numbers twice or missing",)),
    "a call out of order": Fault(faults.last_first, ("was called before",)),
    "a double call": Fault(faults.call_twice, ("did not wait",)),
    "an undo of an undo": Fault(faults.undo_undone, ("took back",)),
    "a retry that acts twice": Fault(faults.retry_acts, ("in the log",)),
    "a retry that is answered anew": Fault(faults.retry_answers_anew, ("another answer", "refused when repeated")),
}


def missed(run: Run, names: tuple[str, ...] = tuple(FAULTS)) -> list[str]:
    """Return the faults that were put in and not found, with what was found instead.

    A run is short, and a fault may stand open for a moment only: luck may miss it, so it gets a few runs.
    """
    return [left for name in names if (left := _missed(run, name)) is not None]


def _missed(run: Run, name: str) -> str | None:
    fault, instead = FAULTS[name], []
    for _run in range(RUNS):
        with fault.put_in():
            _watch, wrong = run()
        if any(sign in each for each in wrong for sign in fault.signs):
            return None
        instead += wrong[:1]
    return f"{name} (instead: {instead})"
