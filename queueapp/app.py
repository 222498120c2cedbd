"""The terminal application: the screens, the language, the theme, and the pulse that keeps what is seen true."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from rich.traceback import Traceback
from textual import events, work
from textual.actions import ActionParseResult
from textual.app import App, ScreenStackError
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.worker import WorkerFailed

from queueapp.asking import Asking
from queueapp.i18n import DEFAULT_LANGUAGE, N_, _, other_language, use_language
from queueapp.i18n import language as language_in_use
from queueapp.presence import Presence
from queueapp.printing import Printing
from queueapp.rules.errors import QueueError
from queueapp.screens.base import QueueScreen
from queueapp.screens.dialogs import Confirm
from queueapp.screens.home import HomeScreen
from queueapp.screens.localized import LocalizedScreen
from queueapp.screens.opening import screen_for
from queueapp.screens.refusing import LONGEST_SENTENCE
from queueapp.seating import Seating
from queueapp.terminal import Terminal
from queueapp.text import clean
from queueapp.theme import DARK, THEMES, ThriftyStylesheet, other_theme
from queueapp.watching import Watching
from queueapp.widgets.keyline import key_name
from queueapp.window import heed_signals, is_line_there

PULSE = 0.2  # seconds between two looks at the revision: instant for a hall, and half the idle cost of 0.1


class QueueApp(App[None]):
    """One terminal of the office; `opens` is the screen to begin with, `counter` which one if it is a counter's.

    Without a `language` the office's is spoken.
    """

    CSS_PATH = "app.tcss"
    TITLE = "queueapp"
    DEFAULT_MODE = "home"
    ENABLE_COMMAND_PALETTE = False  # Textual's own, which speaks English only and does not fold accents
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", N_("Help"), tooltip=N_("What this screen is for, and all its keys."), id="help"),
        Binding("f2", "language", N_("Tiếng Việt / English"), tooltip=N_("Change the language."), id="language"),
        Binding("ctrl+p", "palette", N_("Commands"), tooltip=N_("Find a command by its name."), id="palette"),
        Binding(
            "ctrl+l",
            "app.sign_in",
            N_("Sign in or out"),
            tooltip=N_("Say who works here, sign out, or let another person work here."),
            show=False,
            id="sign-in",
        ),
        Binding(
            "ctrl+o",
            "account",
            N_("How it goes"),
            tooltip=N_("How the practice went so far, beside the same day as it was simulated."),
            id="account",
        ),
        Binding("ctrl+t", "theme", N_("Light / dark"), tooltip=N_("Change the colours."), show=False, id="theme"),
        Binding("ctrl+q", "quit", N_("Quit"), tooltip=N_("Leave queueapp. Nothing is lost."), priority=True, id="quit"),
    ]

    def __init__(
        self,
        terminal: Terminal,
        *,
        opens: str = "home",
        counter: int | None = None,
        day: date | None = None,
        language: str | None = None,
    ) -> None:
        super().__init__()
        self.stylesheet = ThriftyStylesheet(self.get_css_variables())
        self.terminal = terminal
        self._day = day
        self._opens = (opens, counter)
        self._is_arrived = opens == "home"
        self._left = self._opens
        seating = Seating(self)
        self._asking = Asking(self, seating)
        self._presence = Presence(self, seating, self._asking)
        self._printing = Printing(terminal, self._told_of_prints)
        self._watching = Watching(terminal)
        self._known_modes = {"home"}
        self._is_language_chosen = language is not None
        self._pulse: asyncio.Task[None] | None = None
        self._has_line = False
        self.add_mode("home", lambda: HomeScreen(terminal))
        use_language(language or DEFAULT_LANGUAGE)
        for theme in THEMES:
            self.register_theme(theme)
        self.set_reactive(App.theme, DARK.name)  # nothing is painted yet that would have to change

    @property
    def queue_screen(self) -> QueueScreen[Any] | None:
        """The screen that is seen, also below a dialog."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, QueueScreen)), None)

    def on_mount(self) -> None:
        """Start the pulse and the clocks, go where this terminal begins, and say that it runs."""
        self._presence.arrive()
        self._pulse = asyncio.create_task(self._keep_looking())
        self._pulse.add_done_callback(self._pulse_ended)
        self.set_interval(1, self._beat)
        if not self.is_headless:
            heed_signals(self.exit)
            self._has_line = is_line_there()
        if not self._is_arrived:
            self.action_open(*self._opens)

    def on_unmount(self) -> None:
        """Stop the pulse."""
        if self._pulse is not None:
            self._pulse.cancel()

    @work(exclusive=True, group="open")
    async def action_open(self, place: str, counter: int | None = None) -> None:
        """Go to a screen, once the data is open; while it cannot be, say so."""
        mode = place if counter is None else f"{place} {counter}"
        if self.is_kiosk and mode not in {"board", self.current_mode}:
            self.notify(clean(_("This terminal shows the board only.")), markup=False)
            return
        if mode != "home":
            try:
                await self.terminal.store.ready()
            except QueueError as error:
                self.notify(clean(error.message, LONGEST_SENTENCE), severity="warning", markup=False)
                return
        if mode not in self._known_modes:
            self.add_mode(mode, lambda: screen_for(self.terminal, place, counter, self._day))
            self._known_modes.add(mode)
        async with self._asking.stage:
            if mode == "mending" != self.current_mode:
                self._left = self._present if self._is_arrived else self._opens
            self._is_arrived = True
            with contextlib.suppress(ScreenStackError):  # the application is being left: no screen stands any more
                await self.switch_mode(mode)

    @property
    def _present(self) -> tuple[str, int | None]:
        place, _space, counter = self.current_mode.partition(" ")
        return place, int(counter) if counter else None

    def action_help(self) -> None:
        """Explain the screen that is seen."""
        from queueapp.screens.help import HelpScreen  # noqa: PLC0415 - the first frame needs no help

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_palette(self) -> None:
        """Let a command be found by its name."""
        from queueapp.screens.palette import open_palette  # noqa: PLC0415 - nor a palette

        open_palette(self)

    def action_language(self) -> None:
        """Speak the other language, everywhere at once."""
        self._is_language_chosen = True
        self._speak(other_language())

    def action_theme(self) -> None:
        """Change between light and dark."""
        self.theme = other_theme(self.theme)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out the way home at home, and signing in at a public board."""
        if (action == "sign_in" and self.is_kiosk) or (action == "account" and self.terminal.practice is None):
            return False
        if action == "open" and parameters == ("home",) and self.current_mode == "home":
            return False
        return super().check_action(action, parameters)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key stands for: once while it is under way, and where it does nothing now it says why."""
        screen = default_namespace
        if not isinstance(screen, QueueScreen) or not isinstance(action, str):
            return await super().run_action(action, default_namespace, namespaces)
        if screen.is_doing(action):
            return True
        return await super().run_action(action, default_namespace, namespaces) or screen.explain(action)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as people write it."""
        return key_name(binding)

    def on_queue_screen_office_known(self, message: QueueScreen.OfficeKnown) -> None:
        """Speak the office's language, unless somebody chose one."""
        if not self._is_language_chosen:
            self._is_language_chosen = True
            if message.office.language != language_in_use():
                self._speak(message.office.language)

    def on_mending_screen_all_mended(self) -> None:
        """Go back to work, where that was."""
        self.action_open(*self._left)

    def _speak(self, chosen: str) -> None:
        use_language(chosen)
        for screen in self.screen_stack:
            if isinstance(screen, LocalizedScreen):
                screen.repaint()

    @property
    def opens(self) -> tuple[str, int | None]:
        """At which screen this terminal was opened."""
        return self._opens

    @property
    def is_kiosk(self) -> bool:
        """Whether this terminal was opened as the public board, and shows nothing else."""
        return self._opens[0] == "board"

    async def on_event(self, event: events.Event) -> None:
        """Notice every key, so that a terminal that nobody uses locks itself."""
        if isinstance(event, (events.Key, events.Paste, events.MouseDown)):
            self._asking.touch()
        if isinstance(event, events.Paste):
            event.text = clean(event.text)  # for every line to write on, those of Textual's own palette too
        with contextlib.suppress(ScreenStackError):  # a key that comes while the application is being left
            await super().on_event(event)

    def exit(self, *given: Any, **named: Any) -> None:
        """Leave, and begin nothing more."""
        self.workers.cancel_group(self, "open")
        super().exit(*given, **named)

    async def action_quit(self) -> None:
        """Leave; the hall's board asks first."""
        if not self.is_kiosk:
            self.exit()
        elif not isinstance(self.screen, Confirm):
            question = _("Close the hall's board?")
            self.push_screen(Confirm(question, is_dangerous=True), lambda is_meant: self.exit() if is_meant else None)

    def action_sign_in(self) -> None:
        """Ask who works here, or whether who does signs out."""
        if not self.is_kiosk:
            self._asking.ask()

    @work(exclusive=True, group="account")
    async def action_account(self) -> None:
        """Say how the practice went so far."""
        from queueapp.screens.accounting import PracticeAccount  # noqa: PLC0415 - only a practice has one

        practice, at = self.terminal.practice, self.terminal.clock()
        if practice is None or isinstance(self.screen, PracticeAccount):
            return
        try:
            account = await self.terminal.store.use(lambda database: practice.account(database, at))
        except QueueError as error:
            self.notify(clean(error.message, LONGEST_SENTENCE), severity="warning", markup=False)
            return
        self.push_screen(PracticeAccount(account))

    def _beat(self) -> None:
        if self._has_line and not is_line_there():
            self.exit()  # the window was closed, and nobody sent the signal
            return
        self._presence.beat()
        for words in self.terminal.practice.heard() if self.terminal.practice is not None else ():
            self.notify(clean(words, LONGEST_SENTENCE), title=_("PRACTICE"), markup=False)
        self._arrive_late()
        if self.queue_screen is not None:
            self.queue_screen.beat()
            if self.queue_screen.is_open and not self.is_kiosk:
                self._printing.beat()
                self._watching.beat(self.current_mode)

    def _told_of_prints(self) -> None:
        """Ask anew where the prints are shown: they are no events, and move no revision."""
        if self.queue_screen is not None and self.current_mode == "reception":
            self.queue_screen.reload()

    def _arrive_late(self) -> None:
        """Go where this terminal begins, when the database was away at the start and has answered since."""
        is_known = self.queue_screen is not None and self.queue_screen.answer is not None
        is_going = any(worker.group == "open" and not worker.is_finished for worker in self.workers)
        if not self._is_arrived and is_known and not is_going:
            self.action_open(*self._opens)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(PULSE)
            if self.queue_screen is not None:
                await self.queue_screen.look()

    def _pulse_ended(self, pulse: asyncio.Task[None]) -> None:
        # A task's error would otherwise be lost, and with it the pulse.
        error = None if pulse.cancelled() else pulse.exception()
        if isinstance(error, Exception):
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        # A refusal that nobody told is no reason to stop; anything else is a fault of ours, and must be seen, but
        # without the values of variables, which Textual would print: they are the office's.
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, QueueError) and cause is not error:
            self.notify(clean(cause.message, LONGEST_SENTENCE), severity="warning", markup=False)
        elif isinstance(cause, Exception):
            cause.__rich__ = lambda: Traceback.from_exception(type(cause), cause, cause.__traceback__)  # type: ignore[attr-defined]
            super()._handle_exception(cause)
