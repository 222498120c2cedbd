"""The entrance: reads the command line and goes the shortest way to what it asks for."""

import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

DONE, REFUSED, BAD_INPUT, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130
OFFICE_FILE, DEMO_FILE = "queueapp.db", "queueapp-demo.db"
PRACTICE_FILE = ""  # a new one each time, that is gone afterwards
SCREENS = (None, "reception", "counter", "board", "summary")


def main(argv: Sequence[str] | None = None) -> int:
    """Run queueapp with these words and return the exit status: 0 done, 1 refused, 2 bad input, 3 unavailable."""
    os.umask(0o077)  # whatever is written belongs to its owner alone
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        return _tell_version()
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; the interpreter must not complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _tell_version() -> int:
    from importlib.metadata import version  # noqa: PLC0415 - it costs as much as all that the application starts with

    print(version("queueapp"))  # noqa: T201 - the command line answers on standard output
    return DONE


def _run(words: list[str]) -> int:
    # Imported late and one by one: --version and --help bring in nothing heavy, the application no commands and, where
    # there are no words, no grammar either.
    if not words:
        return _open_application(SimpleNamespace(command=None, staff=None, lang=None, db=None))
    from queueapp.cli.words import BadUsageError, parser  # noqa: PLC0415
    from queueapp.i18n import DEFAULT_LANGUAGE, _, use_language  # noqa: PLC0415
    from queueapp.text import clean  # noqa: PLC0415

    use_language(_language_of(words) or DEFAULT_LANGUAGE)
    try:
        given = parser().parse_args(words)
    except BadUsageError as error:
        sentence = _("These words make no command: {detail}. See “queueapp --help”.").format(detail=error)
        print(clean(sentence, 500), file=sys.stderr)  # noqa: T201 - the words may hold what a terminal obeys
        return BAD_INPUT
    if given.version:
        return _tell_version()
    if given.command in SCREENS:
        return _open_application(given)
    _fill_in(given)
    from queueapp.cli.commands import run_command  # noqa: PLC0415

    return run_command(given)


def _open_application(given: Any) -> int:
    from queueapp.cli.application import run_application  # noqa: PLC0415

    _fill_in(given)
    return run_application(given)


def _fill_in(given: Any) -> None:
    """Say what the words left out: the environment's, else the default."""
    given.lang = given.lang or os.environ.get("QUEUEAPP_LANG") or None
    # An exercise has a file of its own: it must never begin in an office's by a variable that was forgotten.
    given.office = os.environ.get("QUEUEAPP_DB") or OFFICE_FILE
    given.db = given.db or {"demo": DEMO_FILE, "train": PRACTICE_FILE}.get(given.command, given.office)


def _language_of(words: list[str]) -> str | None:
    """Return the language asked for, needed before the words can be read because their help is in it."""
    for index, word in enumerate(words):
        if word == "--lang" and index + 1 < len(words):
            return words[index + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return os.environ.get("QUEUEAPP_LANG")


if __name__ == "__main__":
    sys.exit(main())
