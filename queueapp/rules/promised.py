"""Keeps on a ticket what it was promised at issue, as text: the range, and the figures that explain it."""

import json
from dataclasses import dataclass
from typing import Any

from queueapp.rules.estimated import Estimate
from queueapp.rules.stopped import Light

DIGITS = 2  # of a minute: to the second
_FIGURES = ("low", "minutes", "high", "ahead", "pace", "speed", "rest", "basis", "coming")


@dataclass(frozen=True, slots=True)
class Promised:
    """What a ticket was promised, and by what: how many `elsewhere` were before it, how many `counters` were open.

    `light` is the one at which it was issued (see rules/stopping.py); None where there was none.
    """

    estimate: Estimate
    elsewhere: int = 0
    counters: int | None = None
    light: Light | None = None


def written(promised: Promised) -> str:
    """Return what is kept of a promise."""
    kept: dict[str, Any] = {name: _short(getattr(promised.estimate, name)) for name in _FIGURES}
    kept |= {"elsewhere": promised.elsewhere, "counters": promised.counters}
    if promised.light is not None:
        kept["light"] = promised.light
    return json.dumps(kept, separators=(",", ":"))


def read(text: str) -> Promised:
    """Return the promise that was kept as `text`."""
    kept = json.loads(text)
    return Promised(
        Estimate(**{name: kept[name] for name in _FIGURES}), kept["elsewhere"], kept["counters"], kept.get("light")
    )


def _short(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
