"""Keeps on a ticket what it was promised at issue, as text: the range, and the figures that explain it."""

import json
from dataclasses import dataclass
from typing import Any

from queueapp.rules.estimated import Estimate

DIGITS = 2  # of a minute: to the second
_FIGURES = ("low", "minutes", "high", "ahead", "pace", "speed", "rest", "basis", "coming")


@dataclass(frozen=True, slots=True)
class Promised:
    """What a ticket was promised, and by what: how many `elsewhere` were before it, how many `counters` were open."""

    estimate: Estimate
    elsewhere: int = 0
    counters: int | None = None


def written(promised: Promised) -> str:
    """Return what is kept of a promise."""
    kept: dict[str, Any] = {name: _short(getattr(promised.estimate, name)) for name in _FIGURES}
    kept |= {"elsewhere": promised.elsewhere, "counters": promised.counters}
    return json.dumps(kept, separators=(",", ":"))


def read(text: str) -> Promised:
    """Return the promise that was kept as `text`."""
    kept = json.loads(text)
    return Promised(Estimate(**{name: kept[name] for name in _FIGURES}), kept["elsewhere"], kept["counters"])


def _short(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value
