"""Looks at the database for all boards at once, and tells each what is new to it."""

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from queueapp.clock import Clock
from queueapp.i18n import N_
from queueapp.queries.calls import board_news
from queueapp.rules.errors import DatabaseUnavailableError, QueueError
from queueapp.rules.pages import BoardNews, Mark, board_page, clock_of_page
from queueapp.rules.views import CallView
from queueapp.store import Store
from queueapp.web.watch import Watch

if TYPE_CHECKING:
    from queueapp.database import Database

PULSE = 0.2  # seconds between two looks at the revision, as at every terminal
BEAT = 5.0  # seconds of silence after which a board is told that all is well
AWAY_AFTER = 5.0  # seconds without an answer after which the database is called away
KEPT = 512  # calls, and marks, in memory; who missed more is answered by the database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """What one board is told: the whole `board` with the calls new to it, or only the time (`beat`)."""

    kind: str
    data: dict[str, Any]
    mark: Mark | None = None


class Hall:
    """The one reader of the database for all who look at the hall; what it keeps in memory does not grow."""

    def __init__(
        self, store: Store, *, clock: Clock | None = None, pulse: float = PULSE, beat: float = BEAT, kept: int = KEPT
    ) -> None:
        self._store = store
        self._pulse = pulse
        self._kept = kept
        self._beat = beat
        self.now = clock or store.clock
        self._watch = Watch(self.now)
        self._news: BoardNews | None = None
        self._calls: deque[CallView] = deque(maxlen=kept)
        self._marks: OrderedDict[int, str] = OrderedDict()
        self._answered_at = time.monotonic()
        self._as_of: datetime | None = None
        self._trouble: QueueError | None = None
        self._version = 0
        self._one_look = asyncio.Lock()
        self._waiting: asyncio.Event = asyncio.Event()
        self._is_closing = False

    @property
    def news(self) -> BoardNews | None:
        """The board as it was last read; None before the first time."""
        return self._news

    @property
    def is_away(self) -> bool:
        """Whether the database does not answer at this moment."""
        return self._trouble is not None or time.monotonic() - self._answered_at > AWAY_AFTER

    @property
    def trouble(self) -> QueueError | None:
        """What the database last failed with, if it does now."""
        return self._trouble

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._pulse)

    async def known(self, seconds: float) -> bool:
        """Wait at most so long until something is known of the hall, be it that the database is away."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._news is None and self._trouble is None:
                    await self._waiting.wait()
                return True
        return False

    async def look(self) -> None:
        """Look once, and wake the boards where there is something to tell."""
        async with self._one_look:  # two at once would each bring the same calls
            await self._look()

    async def _look(self) -> None:
        told = self._news.mark if self._news is not None else None
        try:
            news = await self._store.use(lambda database: self._watch.look(database, told))
        except QueueError as error:
            if self._trouble is None:
                self._trouble = error
                self._wake()
            return
        was_away, self._trouble = self.is_away, None
        self._answered_at, self._as_of = time.monotonic(), self.now()
        if news is not None:
            self._keep(news)
        if news is not None or was_away:
            self._wake()

    async def ask(self, query: Callable[..., T], *given: Any) -> T:
        """Answer a question of a page as of now (QueueError)."""

        def asked(database: "Database") -> T:
            self._watch.notice_file(database)
            return database.read(query, *given, at=self.now())

        try:
            async with asyncio.timeout(AWAY_AFTER):
                return await self._store.use(asked)
        except TimeoutError:
            raise DatabaseUnavailableError(
                N_("the server does not answer. Check the network; this goes on by itself when it is back.")
            ) from None

    def call_numbered(self, seq: int) -> CallView | None:
        """Return one of the latest calls by its number."""
        known = [*self._calls, *(self._news.view.calls if self._news is not None else ())]
        return next((call for call in known if call.seq == seq), None)

    def close(self) -> None:
        """Let every board go."""
        self._is_closing = True
        self._wake()

    async def follow(self, told: Mark | None) -> AsyncGenerator[Message]:
        """Tell one board all that is new since `told`, each call once and none left out, until the hall is closed."""
        if self._news is not None:
            yield self._message(replace(self._news, calls=(), follows=True), mark=None)
        seen = -1
        while not self._is_closing:
            if self._version == seen and not await self._woken():
                yield self._time()
                continue
            seen = self._version
            news = None if self._trouble is not None else await self._news_since(told)
            if news is None:
                yield self._time()
                if self._trouble is None:
                    seen = -1
                    await asyncio.sleep(self._pulse)
                continue
            told = news.mark
            yield self._message(news, mark=told)

    def _keep(self, news: BoardNews) -> None:
        if not news.follows:
            self._calls.clear()
            self._marks.clear()
        self._calls.extend(news.calls)
        self._marks[news.mark.seq] = news.mark.hash
        if len(self._marks) > self._kept:
            self._marks.popitem(last=False)
        self._news = news

    async def _news_since(self, told: Mark | None) -> BoardNews | None:
        """Return what is new since a mark, from memory where that goes back far enough; None when nobody answers."""
        news = self._news
        if news is not None and (told is None or self._remembers(told)):
            since = () if told is None else tuple(call for call in self._calls if call.seq > told.seq)
            return replace(news, calls=since, follows=told is not None)
        with contextlib.suppress(QueueError):
            return await self.ask(board_news, told)
        return None

    def _remembers(self, told: Mark) -> bool:
        is_full = len(self._calls) == self._kept and told.seq < self._calls[0].seq
        return self._marks.get(told.seq) == told.hash and not is_full

    def _message(self, news: BoardNews, *, mark: Mark | None) -> Message:
        page = board_page(news, self.now())
        return Message("board", page | self._state() | {"mark": str(mark) if mark is not None else None}, mark)

    def _time(self) -> Message:
        known = self._news
        now = {} if known is None else clock_of_page(self.now(), known.view.office.timezone)
        return Message("beat", now | self._state())

    def _state(self) -> dict[str, Any]:
        """Say whether the database answers, and of when what is known is, in milliseconds since 1970."""
        as_of = None if self._as_of is None else round(self._as_of.timestamp() * 1000)
        return {"away": self.is_away, "as_of": as_of}

    def _wake(self) -> None:
        self._version += 1
        waiting, self._waiting = self._waiting, asyncio.Event()
        waiting.set()

    async def _woken(self) -> bool:
        """Wait for something new; False when nothing came for a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._beat):
                await self._waiting.wait()
                return True
        return False
