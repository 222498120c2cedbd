"""A server of pages on a real database, asked as a browser would."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import configure
from queueapp.operations.signing import set_pin
from queueapp.queries.settings import current_settings
from queueapp.settings import Settings
from queueapp.store import Store
from queueapp.web.server import HallServer
from tests.conftest import HandClock
from tests.factories import Hall

PIN = "482913"
Client = TestClient[Any, Any]


@dataclass
class Told:
    """One server-sent event."""

    kind: str = ""
    id: str = ""
    data: Any = None


@dataclass
class Listener:
    """One board's line; what was told stays in `heard`."""

    response: ClientResponse
    heard: list[Told] = field(default_factory=list)

    async def next(self, kind: str = "board", *, with_mark: bool = True) -> Told:
        """Return the next event of a kind; the first picture of a board has no mark and is left out."""
        while True:
            told = Told()
            while line := (await self.response.content.readline()).decode().rstrip("\n"):
                name, _colon, value = line.partition(": ")
                if name == "event":
                    told.kind = value
                elif name == "id":
                    told.id = value
                elif name == "data":
                    told.data = json.loads(value)
            if told.kind:
                self.heard.append(told)
            if told.kind == kind and (told.id or not with_mark or kind != "board"):
                return told

    @property
    def calls(self) -> list[str]:
        """The codes of all calls that were told so far, in order."""
        return [call["code"] for told in self.heard if told.kind == "board" for call in told.data["calls"]]


@dataclass
class Served:
    """A running server, the hall it shows, and a browser."""

    server: HallServer
    client: Client
    hall: Hall

    async def listen(self, after: str = "", **headers: str) -> Listener:
        """Open a board's line, after the server has seen all that was done."""
        await self.server.hall.look()
        response = await self.client.get("/board/events", params={"after": after}, headers=headers)
        assert response.status == 200
        return Listener(response)

    async def text(self, path: str, status: int = 200, **headers: str) -> str:
        """Return a page's text."""
        async with self.client.get(path, headers=headers) as response:
            assert response.status == status
            return await response.text()


Serve = Callable[..., Any]


@asynccontextmanager
async def serving(hall: Hall, **given: Any) -> AsyncIterator[Served]:
    """Serve a hall's database until the end."""
    address = hall.database.url.render_as_string(hide_password=False)
    store = Store(lambda: Database(address, first=keep_up))
    server = HallServer(store, address, host="127.0.0.1", port=0, clock=hall.clock, **given)
    client = TestClient(TestServer(await server.make_application()))
    await client.start_server()
    try:
        yield Served(server, client, hall)
    finally:
        await client.close()
        store.close()


@pytest.fixture
def address(tmp_path: Path, file_with_tables: Path) -> str:
    """Give the address of a new SQLite database: what pages do is the same on both."""
    return str(shutil.copy(file_with_tables, tmp_path / "office.db"))


@pytest.fixture
def hall(database: Database, clock: HandClock) -> Hall:
    """Give the hall of the default office."""
    return Hall(database, clock)


@pytest.fixture
async def served(hall: Hall) -> AsyncIterator[Served]:
    """Give a server for this machine alone."""
    async with serving(hall) as running:
        yield running


def renamed(hall: Hall, **names: str) -> None:
    """Give the office, or its first field, another name."""
    settings: Settings = hall.database.read(current_settings)
    first, *others = settings.services
    changed = settings.model_copy(
        update={
            "office": settings.office.model_copy(update={"name": names.get("office", settings.office.name)}),
            "services": [first.model_copy(update={"name_vi": names.get("field", first.name_vi)}), *others],
        }
    )
    hall.database.write(configure, changed, at=hall.clock())


def guarded(hall: Hall) -> None:
    """Let the office have an administrator with a PIN."""
    settings: Settings = hall.database.read(current_settings)
    text = settings.to_toml() + '\n[[staff]]\nname = "dung"\nrole = "admin"\n'
    hall.database.write(configure, Settings.from_toml(text), at=hall.clock())
    hall.database.write(set_pin, name="dung", pin=PIN, make_hash=lambda pin: f"hash of {pin}", at=hall.clock())
