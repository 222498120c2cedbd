"""An office with one person of each role, each with a PIN."""

from datetime import datetime
from functools import cache

from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.keeping import keep_up
from queueapp.operations.office import found
from queueapp.operations.signing import hashed, set_pin
from queueapp.settings import Settings, StaffSettings, default_settings

ROLES = ("receptionist", "clerk", "supervisor", "admin")
PIN = "918273"


def office(path: str, *, at: datetime | None = None) -> Settings:
    """Make an office with one person of each role, each with a PIN."""
    moment = at or now()
    settings = default_settings()
    staff = [StaffSettings(name=role, role=role) for role in ROLES]
    settings = settings.model_copy(update={"staff": staff})
    database = Database(path, first=keep_up)
    database.write(found, settings, at=moment)
    for name in ("admin", "receptionist", "clerk", "supervisor"):
        by = None if name == "admin" else "admin"
        database.write(set_pin, name=name, pin=PIN, make_hash=lambda _pin: kept(), staff=by, at=moment)
    database.close()
    return settings


@cache
def kept() -> str:
    """Return what is kept of the PIN that everybody has."""
    return hashed(PIN)
