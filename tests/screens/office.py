"""An office with people, PINs and a clock that moves, for the tests of the screens."""

from typing import Any

from argon2 import PasswordHasher
from textual.pilot import Pilot

from queueapp.operations.office import configure
from queueapp.operations.running import begin_run
from queueapp.operations.seats import Seat, sit_down
from queueapp.operations.signing import set_pin
from queueapp.queries.tickets import events_after
from queueapp.settings import Settings, StaffSettings, default_settings
from queueapp.terminal import Terminal
from tests.conftest import HandClock
from tests.screens.conftest import MORNING, Settled

ADMIN = ("Chi", "502816")
PEOPLE = {"Chi": "admin", "Em": "supervisor", "An": "clerk", "Binh": "clerk"}
PINS = {"Chi": "502816", "Em": "719352", "An": "4826", "Binh": "9153"}
_quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def settings(**parts: Any) -> Settings:
    """Return the default office's settings, some parts of them changed."""
    given = default_settings().model_dump(mode="json")
    given["staff"] = [StaffSettings(name=name, role=role).model_dump() for name, role in PEOPLE.items()]  # type: ignore[arg-type]
    for part, values in parts.items():
        given[part] = {**given[part], **values}
    return Settings.model_validate(given)


async def staffed(terminal: Terminal, **parts: Any) -> None:
    """Let the office know its people, without PINs."""
    await terminal.store.write(configure, settings(**parts), at=MORNING)


async def guarded(terminal: Terminal, **parts: Any) -> None:
    """Let everybody have a PIN."""
    await staffed(terminal, **parts)
    by = None
    for name, pin in PINS.items():
        await terminal.store.write(set_pin, name=name, pin=pin, make_hash=_quick.hash, staff=by, at=MORNING)
        by = ADMIN[0]


async def press(pilot: Pilot[Any], settled: Settled, *keys: str) -> None:
    """Press keys, and wait after each until everything that it began is on the screen."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def typed(pilot: Pilot[Any], settled: Settled, text: str) -> None:
    """Type a text and Enter."""
    await pilot.press(*text, "enter")
    await settled(pilot)


async def opened(pilot: Pilot[Any], settled: Settled) -> None:
    """Wait until the app stands at its screen, and its first second has passed."""
    await settled(pilot)
    pilot.app._presence.beat()  # type: ignore[attr-defined]
    await settled(pilot)


async def verbs(terminal: Terminal) -> list[str]:
    """Return what happened, one verb for each event."""
    return [event.verb for event in await terminal.store.read(events_after)]


async def sits_elsewhere(terminal: Terminal, hand: HandClock, name: str, place: str) -> None:
    """Let somebody sit down at another terminal: at a counter (“counter 1”), or elsewhere."""
    run = await terminal.store.write(
        begin_run, seat=Seat(place, "elsewhere", 1, "now"), is_alive=lambda *_: True, at=hand()
    )
    _kind, _space, number = place.partition(" ")
    await terminal.store.write(sit_down, run=run, staff=name, counter=int(number) if number else None, at=hand())
