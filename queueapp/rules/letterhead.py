"""What stands around an office's written reports: the body above it, its place, its symbol, who signs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The office's `[letterhead]`; what it does not say is a dotted line on paper, to be filled in by hand."""

    superior: str = ""
    place: str = ""
    symbol: str = ""
    signer: str = ""


def letterhead_of(settings: Mapping[str, Any]) -> Letterhead:
    """Return the letterhead in an office's settings."""
    said = settings.get("letterhead", {})
    return Letterhead(**{each.name: said[each.name] for each in fields(Letterhead) if each.name in said})
