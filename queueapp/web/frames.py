"""Reads what a browser's terminal sends: only what a terminal can send, and only sizes that a screen can have."""

import json
import re
from dataclasses import dataclass
from typing import Any

FEWEST_COLUMNS, MOST_COLUMNS = 40, 300
FEWEST_ROWS, MOST_ROWS = 10, 100
LONGEST_FRAME = 64 * 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing that the browser says: `stdin` with text, `resize` with a size, `ping` with its time, blur, focus."""

    kind: str
    text: str = ""
    size: tuple[int, int] = (0, 0)


def clamped(columns: object, rows: object) -> tuple[int, int]:
    """Return a size within the bounds; what is no number is the least."""
    return (
        min(MOST_COLUMNS, max(FEWEST_COLUMNS, _whole(columns))),
        min(MOST_ROWS, max(FEWEST_ROWS, _whole(rows))),
    )


def _whole(value: object) -> int:
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < len("100000") else 0
    return int(value) if isinstance(value, (int, float)) and abs(value) < 1e6 else 0  # noqa: PLR2004 - nor infinite


def parse_frame(text: str) -> Frame | None:
    """Return the frame that was sent as `text`; None for anything that no terminal sends."""
    kind, said = _opened(text)
    if kind in {"blur", "focus"}:
        return Frame(kind)
    if kind == "stdin" and isinstance(said, str):
        return Frame(kind, text=said.encode("utf-8", "ignore").decode("utf-8"))  # half a character is none
    if kind == "resize" and isinstance(said, dict):
        return Frame(kind, size=clamped(said.get("width"), said.get("height")))
    if kind == "ping" and re.fullmatch("[0-9]{1,15}", str(said)):
        return Frame(kind, text=str(said))
    return None


def _opened(text: str) -> tuple[str, Any]:
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        return "", None
    if not isinstance(envelope, list) or not envelope or not isinstance(envelope[0], str):
        return "", None
    return envelope[0], envelope[1] if len(envelope) > 1 else None
