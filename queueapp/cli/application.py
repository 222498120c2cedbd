"""Opens the terminal application at the screen that was asked for."""

import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

from queueapp.i18n import _
from queueapp.store import Store
from queueapp.terminal import Terminal, open_database
from queueapp.text import clean

if TYPE_CHECKING:
    from queueapp.database import Database
    from queueapp.voice.child import SpeakingChild

BAD_INPUT = 2
SWITCH_SECONDS = 0.0005


def run_application(given: Any) -> int:
    """Run the application until it is left; 2 when there is no terminal to run it in."""
    is_served = "TEXTUAL_DRIVER" in os.environ  # it paints elsewhere: in a browser
    if not is_served and not (sys.stdout.isatty() and sys.stdin.isatty()):
        sentence = _("The application needs a terminal. For scripts see “queueapp batch”.")
        print(sentence, file=sys.stderr)  # noqa: T201
        return BAD_INPUT
    day = None
    if getattr(given, "day", None):
        try:
            day = date.fromisoformat(given.day)
        except ValueError:
            print(_("“{text}” is not a day such as 2026-11-23.").format(text=clean(given.day, 60)), file=sys.stderr)  # noqa: T201
            return BAD_INPUT
    # The store's thread and the screen share one interpreter: a key must not wait 5 ms for its turn.
    sys.setswitchinterval(SWITCH_SECONDS)
    from queueapp.app import QueueApp  # noqa: PLC0415 - Textual is only loaded where it is shown
    from queueapp.window import forgive_bytes  # noqa: PLC0415 - only a window sends bytes

    forgive_bytes()
    store = Store(lambda: open_database(given.db))
    speaker = _speaker(given.db) if given.command == "board" else None
    terminal = Terminal(store=store, clock=store.clock, staff=given.staff, speaker=speaker)
    app = QueueApp(
        terminal,
        opens=given.command or "home",
        counter=getattr(given, "counter", None),
        day=day,
        language=given.lang,
    )
    try:
        app.run()
    finally:
        if speaker is not None:
            speaker.close()
        store.close(last=lambda database: left(database, terminal))
        _let_go(sys.stdout, sys.stderr)
    return app.return_code or 0


def _speaker(address: str) -> "SpeakingChild":
    from queueapp.voice.child import SpeakingChild  # noqa: PLC0415 - only a board has one

    return SpeakingChild(address)


def _let_go(*streams: TextIO) -> None:
    """Let what was still to be painted go where the window has gone: the interpreter must not complain at its end."""
    for stream in streams:
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def left(database: "Database", terminal: Terminal) -> None:
    """Note that the terminal was left as it should be."""
    from queueapp.operations.running import end_run  # noqa: PLC0415 - the first frame is painted before it is needed

    if terminal.run is not None:
        database.write(end_run, run=terminal.run, at=terminal.clock())
