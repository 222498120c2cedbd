"""Looks at an office's database for a change, on the store's thread."""

import os
import time
from datetime import date
from typing import TYPE_CHECKING

from queueapp.clock import Clock, business_day
from queueapp.i18n import N_
from queueapp.queries.calls import board_news
from queueapp.rules.errors import DatabaseUnavailableError
from queueapp.rules.pages import BoardNews, Mark

if TYPE_CHECKING:
    from queueapp.database import Database

AFRESH_EVERY = 30.0  # seconds after which all is read again, whatever the revision says


class Watch:
    """Looks at the revision; reads the board only when something can have changed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._file: tuple[int, int] | None = None
        self._revision = -1
        self._day: date | None = None
        self._read_at = 0.0

    def look(self, database: "Database", told: Mark | None) -> BoardNews | None:
        """Return the board with the calls since `told`; None when nothing has changed (QueueError)."""
        self.notice_file(database)
        revision, at = database.revision(), self._clock()
        is_due = self._day is None or time.monotonic() - self._read_at >= AFRESH_EVERY
        if revision == self._revision and not is_due:
            return None
        news: BoardNews = database.read(board_news, told, at=at)
        self._revision, self._day = news.view.revision, business_day(at, news.view.office.timezone)
        self._read_at = time.monotonic()
        return news

    def notice_file(self, database: "Database") -> None:
        """Open the file anew where another lies in its place; one that is gone is not made again by a question."""
        if database.path is None:
            return
        try:
            found = os.stat(database.path)  # noqa: PTH116 - a system call, five times a second
        except OSError:
            self._file = None
            database.close()
            raise DatabaseUnavailableError(N_("the file cannot be opened. Check the path and its folder.")) from None
        if self._file != (found.st_dev, found.st_ino):
            if self._file is not None or self._revision >= 0:
                database.close()
            self._file, self._revision = (found.st_dev, found.st_ino), -1
