"""Faults put in on purpose, each to be found by the part that must find it."""

import asyncio
import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from textual.app import App
from textual.content import Content

from benchmarks.hostile import lines, outside, pure, screens
from benchmarks.hostile.judging import Tally, judge_terminal
from benchmarks.seeding import replaced
from queueapp import app, settings
from queueapp import text as words
from queueapp.cli import batch, checking
from queueapp.cli.wire import Wire
from queueapp.paper import content, summary_csv
from queueapp.rules import chain, errors, recorded
from queueapp.screens import dialogs, refusing
from queueapp.widgets import header, history, inputs
from queueapp.widgets import lines as rows

SEED = 7


@contextlib.contextmanager
def _unclean(*owners: Any) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for owner in owners:
            stack.enter_context(replaced(owner, "clean", _as_it_came))
        yield


def _as_it_came(text: str, longest: int = words.LONGEST) -> str:
    return text[:longest]


def _ascii_only(text: str, longest: int = words.LONGEST) -> str:
    return " ".join("".join(each for each in text if not each < " " and each != "\x7f").split())[:longest].rstrip()


def _not_composed(text: str, longest: int = words.LONGEST) -> str:
    return " ".join("".join(each if each.isprintable() else " " if each.isspace() else "" for each in text).split())[
        :longest
    ]


def _twice(error: errors.QueueError) -> str:
    return error.template.format(**error.facts).format(**error.facts)


def _raising(good: Any) -> Any:
    def answer(self: Any, raw: bytes) -> Any:
        if b"{0}" in raw:
            raise KeyError(raw)
        return good(self, raw)

    return answer


def _unforeseen(good: Any) -> Any:
    def done(self: Any, line: Any) -> Any:
        if isinstance(line, dict) and "[/" in str(line.get("reason")):
            raise KeyError(line)
        return good(self, line)

    return done


def _swallowing(good: Any) -> Any:
    return lambda given: (raw for raw in good(given) if b"recall" not in raw)


def _told(good: Any) -> Any:
    return lambda self, event: good(self, event) | {"verb": "\x9b31337m"}


def _notify(good: Any) -> Any:
    return lambda self, message, **more: good(self, message, **{**more, "markup": True})


def _marked_up(good: Any) -> Any:
    return lambda text, *more, **named: good(str(text), *more, **named) if named else Content.from_markup(str(text))


def _in_pure() -> Tally:
    return pure.run(480, SEED)


def _in_lines() -> Tally:
    return lines.run(1_500, SEED)


def _in_imports() -> Tally:
    return lines.run(2_500, SEED)


def _on_screens() -> Tally:
    return asyncio.run(screens.run(30, 10, SEED, is_worst=True))


def _on_terminal() -> Tally:
    tally = Tally("terminal", "bytes")
    tally.counted["bytes"] = 1
    judge_terminal(tally, b"\x1b[2J\x1b[1;1Hname: " + _LEAKED.encode(), "terminal")
    return tally.done()


_LEAKED = ""


def _leaks(text: str) -> Callable[[], Any]:
    return lambda: replaced(_module(), "_LEAKED", text)


def _module() -> Any:
    import sys

    return sys.modules[__name__]


Fault = tuple[Callable[[], Any], Callable[[], Tally]]
FAULTS: dict[str, Fault] = {
    "clean returns its text": (lambda: replaced(words, "clean", _as_it_came), _in_pure),
    "clean knows ASCII only": (lambda: replaced(words, "clean", _ascii_only), _in_pure),
    "clean does not compose": (lambda: replaced(words, "clean", _not_composed), _in_pure),
    "mask shows the name": (lambda: replaced(words, "mask", lambda name: name), _in_pure),
    "fold keeps accents": (lambda: replaced(words, "fold", str.casefold), _in_pure),
    "a formula is not marked": (
        lambda: replaced(summary_csv, "_cell", lambda value: words.clean(str(value or ""), 500)),
        _in_pure,
    ),
    "only = is a formula": (
        lambda: replaced(
            summary_csv, "_cell", lambda value: words.clean(f"'{value}" if str(value)[:1] == "=" else str(value or ""))
        ),
        _in_pure,
    ),
    "the CSV is not clean": (lambda: replaced(summary_csv, "clean", _as_it_came), _in_pure),
    "the slip is not clean": (lambda: replaced(content, "clean", _as_it_came), _in_pure),
    "a refusal reads braces": (lambda: replaced(errors.QueueError, "message", property(_twice)), _in_pure),
    "the log forgets": (lambda: replaced(chain, "written", lambda _detail: "{}"), _in_pure),
    "the history is not clean": (lambda: replaced(history, "clean", _as_it_came), _in_pure),
    "a refused record is not clean": (lambda: replaced(recorded, "clean", _as_it_came), _in_pure),
    "the door is not clean": (lambda: replaced(checking, "clean", _as_it_came), _in_lines),
    "batch raises": (lambda: replaced(batch.Batch, "answer", _raising(batch.Batch.answer)), _in_lines),
    "batch is surprised": (lambda: replaced(batch.Batch, "_done", _unforeseen(batch.Batch._done)), _in_lines),
    "batch swallows a line": (lambda: replaced(batch, "_lines", _swallowing(batch._lines)), _in_lines),
    "an answer holds a control": (lambda: replaced(Wire, "event", _told(Wire.event)), _in_lines),
    "settings are not clean": (lambda: replaced(settings, "clean", _as_it_came), _in_imports),
    "lines on screens are not clean": (lambda: replaced(rows, "clean", _as_it_came), _on_screens),
    "the header is not clean": (lambda: replaced(header, "clean", _as_it_came), _on_screens),
    "a sentence is not clean": (lambda: replaced(refusing, "clean", _as_it_came), _on_screens),
    "a dialog is not clean": (lambda: replaced(dialogs, "clean", _as_it_came), _on_screens),
    "a paste is not clean": (lambda: _unclean(inputs, app), _on_screens),
    "a sentence is markup": (lambda: replaced(App, "notify", _notify(App.notify)), _on_screens),
    "a dialog is markup": (lambda: replaced(dialogs, "Content", _marked_up(Content)), _on_screens),
    "a terminal is told a title": (_leaks("\x1b]0;31337\x07"), _on_terminal),
    "a terminal is told to copy": (_leaks("\x1b]52;c;31337\x07"), _on_terminal),
    "a terminal is told a colour": (_leaks("\x1b[31337m"), _on_terminal),
    "a terminal gets a C1": (_leaks("\x9b2J"), _on_terminal),
    "a terminal rings": (_leaks("\x07"), _on_terminal),
    "a terminal turns around": (_leaks("\u202e"), _on_terminal),
    "nothing is counted": (contextlib.nullcontext, lambda: pure.run(0, SEED)),
    "nobody writes": (contextlib.nullcontext, lambda: lines.run(0, SEED)),
}


def seeded(names: tuple[str, ...] = tuple(FAULTS)) -> list[str]:
    """Return the faults that were put in and not found; those parts must be sound without them."""
    missed = []
    for name in names:
        fault, part = FAULTS[name]
        try:
            with fault(), contextlib.redirect_stderr(io.StringIO()):  # a crash on purpose prints its traceback
                found = part().wrongs
        except Exception:
            found = 1
        if not found:
            missed.append(name)
    return missed


def sound() -> list[str]:
    """Return what the same short runs find wrong without a fault: then their finding one would prove nothing."""
    with tempfile.TemporaryDirectory() as folder:
        tallies = [_in_pure(), _in_imports(), _on_screens(), outside.run(Path(folder), SEED, lines=50, words=0)]
    return [wrong for tally in tallies for wrong in tally.wrong]
