"""The ground of every screen of the office: one question, its picture, its keys."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from queueapp.clock import business_day
from queueapp.i18n import N_
from queueapp.rules.errors import NotAllowedError, QueueError
from queueapp.rules.views import OfficeView
from queueapp.screens.localized import key_words, words
from queueapp.screens.picture import Picture, V
from queueapp.screens.refusing import LONGEST_SENTENCE, RefusingScreen
from queueapp.terminal import Terminal
from queueapp.text import clean
from queueapp.widgets.header import HeaderLine
from queueapp.widgets.keyline import KeyLine

T = TypeVar("T")
A_WHILE = timedelta(minutes=1)  # after which an answer that depends on the time is asked for again


class QueueScreen(RefusingScreen, Generic[V]):
    """A screen that asks one question and paints one answer.

    It says in `boxes` what stands where, in `load` what it asks, in `show` how the answer is painted (words included),
    in `can` what is possible now, in `tick` which clocks move. `answer` is the last good answer.
    """

    HEADING: ClassVar[str] = ""
    HELP: ClassVar[str] = ""
    DEFINITIONS: ClassVar[str] = ""  # how the figures that it shows are computed, for its help
    AUTO_FOCUS = ""
    MAY_WRITE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,q",
            "app.open('home')",
            N_("Home"),
            tooltip=N_("Go back to the choice of screens. Nothing is lost."),
            id="home",
        ),
    ]

    header_line = getters.query_one(HeaderLine)
    banner = getters.query_one("#banner", Static)
    key_line = getters.query_one(KeyLine)

    class OfficeKnown(Message):
        """The first answer came: whose office this is."""

        def __init__(self, office: OfficeView) -> None:
            super().__init__()
            self.office = office

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self.terminal = terminal
        self._picture: Picture[V] = Picture()
        self._answered_at: datetime | None = None
        self._is_stale = True
        self._is_asking = False
        self._is_built = False

    def boxes(self) -> ComposeResult:
        """Build the empty boxes between the header and the keys."""
        yield from ()

    async def load(self) -> V:
        """Ask the one question (QueueError when it cannot be answered)."""
        raise NotImplementedError

    def show(self, answer: V) -> None:
        """Paint the answer, words included."""

    def tick(self, now: datetime) -> None:
        """Move the clocks; called every second while the screen is seen, and after `show`."""

    def heading(self) -> str:
        """Return the screen's title in the language in use."""
        return words(self.HEADING)

    @property
    def answer(self) -> V | None:
        """The last good answer, None before the first."""
        return self._picture.answer

    @property
    def is_open(self) -> bool:
        """Whether there is an answer to work on."""
        return self.answer is not None

    @property
    def is_standing(self) -> bool:
        """Whether the boxes are there: not before they are built, not while the app is taken down."""
        return self._is_built and self.is_running and self.is_attached and self.app.is_running

    @property
    def timezone(self) -> str:
        """The office's time zone (UTC until the office is known)."""
        return self.answer.office.timezone if self.answer is not None else "UTC"

    @property
    def now(self) -> datetime:
        """The present moment by the terminal's clock."""
        return self.terminal.clock()

    async def write(self, operation: Callable[..., T], **given: Any) -> T:
        """Do an operation now, by who works at this terminal, and reload; QueueError when the queue refuses."""
        if not self.MAY_WRITE:
            raise NotAllowedError
        done: T = await self.terminal.write(operation, at=self.now, **given)
        # What the action paints by itself comes first: reading at the same time would slow it down.
        self.call_after_refresh(self.reload)
        return done

    @contextlib.contextmanager
    def reporting(self) -> Iterator[None]:
        """Tell what the queue refuses instead of raising it; the rest of the block is left out."""
        try:
            yield
        except QueueError as error:
            self.tell(error.message, is_warning=True)

    def reload(self) -> None:
        """Ask again and paint; calls while a question is under way become one more question after it."""
        self._is_stale = True
        if self.is_standing and not self._is_asking:
            self._is_asking = True
            self._keep_asking()

    def repaint(self) -> None:
        """Paint the last good answer anew, in the language in use."""
        if not self.is_standing:
            return
        now, answer = self.now, self.answer
        office, terminal = answer.office if answer is not None else None, self.terminal
        is_practice = terminal.practice is not None
        self.header_line.show(office, self.heading(), now, terminal.staff, is_practice=is_practice)
        self._paint_banner()
        if answer is not None:
            self.show(answer)
            self.tick(now)
        self.refresh_bindings()

    async def look(self) -> None:
        """Reload if anything changed since the answer, or time made it old; say so while the database is away.

        This is the app's pulse.
        """
        if self._is_stale or self._is_asking:
            return
        with self._picture.question():
            try:
                revision = await self.terminal.store.revision()
            except QueueError as error:
                self._picture.miss(error)
                self._paint_banner()
                return
        if self.answer is None or revision != self.answer.revision or self._is_old():
            self.reload()
        else:
            self._picture.confirm(self.now)
            self._paint_banner()

    def beat(self) -> None:
        """Let a second pass: the clocks move, and a question that takes too long is said to."""
        if self.is_standing:
            now = self.now
            self.header_line.show_time(now)
            if self.answer is not None:
                self.tick(now)
            self._paint_banner()

    def compose(self) -> ComposeResult:
        """Build the header, the banner, the screen's own boxes and the keys."""
        yield HeaderLine()
        yield Static(id="banner", markup=False)
        with Vertical(id="body"):
            yield from self.boxes()
        yield KeyLine()

    def on_mount(self) -> None:
        """Let the keys follow what is possible."""
        self._is_built = True
        self.bindings_updated_signal.subscribe(self, self._paint_keys)

    def on_screen_resume(self) -> None:
        """Show what is known, in the language in use, and ask anew once that is on the screen."""
        self.repaint()
        self.call_after_refresh(self.reload)

    @work(group="reload")
    async def _keep_asking(self) -> None:
        try:
            while self._is_stale:
                self._is_stale = False
                await self._ask()
        finally:
            self._is_asking = False

    async def _ask(self) -> None:
        is_first = self.answer is None
        with self._picture.question():
            try:
                asked_at = self.now
                self._picture.keep(await self.load(), self.now)
                self._answered_at = asked_at
            except QueueError as error:
                self._picture.miss(error)
                self._paint_banner()
                return
        self.repaint()
        if is_first and self.answer is not None:
            self.post_message(self.OfficeKnown(self.answer.office))

    def _is_old(self) -> bool:
        """Whether another day has begun since the answer, or so much time passed that others are stuck or due."""
        now, answered_at = self.now, self._answered_at
        if answered_at is None or abs(now - answered_at) >= A_WHILE:
            return True
        return business_day(now, self.timezone) != business_day(answered_at, self.timezone)

    def _paint_banner(self) -> None:
        if not self.is_standing:
            return
        sentence = clean(self._picture.sentence(), LONGEST_SENTENCE)
        self.banner.set_class(self._picture.is_doubtful, "-trouble")
        if str(self.banner.content) != sentence:
            self.banner.display = bool(sentence)
            self.banner.update(Content(sentence))

    def _paint_keys(self, _screen: Screen[Any]) -> None:
        self.key_line.show(key_words(self.active_bindings, self.app))
