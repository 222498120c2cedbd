"""Changes rows behind the back of the queue, past its triggers, one at a time, and puts them back."""

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from typing import Any

from queueapp.database import Database
from queueapp.models import metadata

TABLES = ("ticket", "span", "event")


class Tamperer:
    """Edits any column of any row of tickets, spans and events on a connection of its own; `chance` chooses."""

    def __init__(self, database: Database, chance: random.Random) -> None:
        self._chance = chance
        self.refused = 0
        self._mark = "?" if database.path else "%s"
        if database.path:
            self.driver: Any = sqlite3.connect(database.path, isolation_level=None)
            self.driver.execute("PRAGMA ignore_check_constraints=ON")
            for (name,) in self.driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                self.driver.execute(f"DROP TRIGGER {name}")
        else:
            import psycopg

            plain_url = "postgresql" + database.url.render_as_string(hide_password=False).partition("+psycopg")[2]
            self.driver = psycopg.connect(plain_url, autocommit=True)
            self.driver.execute("SET session_replication_role = replica")

    @contextlib.contextmanager
    def edit(self) -> Iterator[str | None]:
        """Change one value; None when the database itself refused. It is put back afterwards."""
        table = self._chance.choice(TABLES)
        column = self._chance.choice([each.name for each in metadata.tables[table].columns])
        key = "seq" if table == "event" else "id"
        keys = [row[0] for row in self.driver.execute(f"SELECT {key} FROM {table}").fetchall()]
        row_key = self._chance.choice(keys)
        cast = "CAST(detail AS VARCHAR)" if column == "detail" else column
        question = f"SELECT {cast} FROM {table} WHERE {key} = {self._mark}"
        before = self.driver.execute(question, (row_key,)).fetchone()[0]
        after = self._other(before)
        now_key = after if column == key else row_key
        change = f"UPDATE {table} SET {column} = {self._mark} WHERE {key} = {self._mark}"
        try:
            self.driver.execute(change, (after, row_key))
        except Exception:
            self.refused += 1
            yield None
            return
        try:
            yield f"{table} {row_key}.{column}: {before!r} -> {after!r}"
        finally:
            self.driver.execute(change, (before, now_key))

    def close(self) -> None:
        """Give the connection back."""
        self.driver.close()

    def _other(self, value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + self._chance.choice([-1, 1, 7, 60_000_000])
        if value is None:
            return self._chance.choice([1, 2])
        text = str(value)
        place = self._chance.randrange(len(text)) if text else 0
        return text[:place] + ("x" if text[place : place + 1] != "x" else "y") + text[place + 1 :]
