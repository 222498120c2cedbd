"""What an office says of its own scripts, and what they may know of the world."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

# A script gets these of its parent's environment, and no other: what else stands there may be secret.
_SAFE = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"),
        *("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
        *("SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR"),
    }
)


@dataclass(frozen=True, slots=True)
class Hooks:
    """The office's `[hooks]`: a folder of executables, a command, the seconds that each of them gets.

    Of what happened more than `stale_seconds` ago they are told nothing any more.
    """

    folder: str = ""
    command: str = ""
    seconds: int = 10
    stale_seconds: int = 3600

    @property
    def are_there(self) -> bool:
        """Whether there is anything to run."""
        return bool(self.folder or self.command)


def hooks_of(settings: Mapping[str, Any]) -> Hooks:
    """Return the hooks in an office's settings."""
    said = settings.get("hooks", {})
    return Hooks(**{each.name: said[each.name] for each in fields(Hooks) if each.name in said})


def environment(parent: Mapping[str, str], verb: str, seq: int, database: str) -> dict[str, str]:
    """Return what a script finds in its environment; `database` is the address without a password."""
    safe = {name: value for name, value in parent.items() if name in _SAFE or name.startswith("LC_")}
    return safe | {"QUEUEAPP_EVENT": verb, "QUEUEAPP_SEQ": str(seq), "QUEUEAPP_DB": database}
