"""Lays figures out as columns and bars of text."""

from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

WIDTH = 24


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines of columns: the first to the left, the others to the right."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(_cell(text, widths[place], place == 0) for place, text in enumerate(row)).rstrip() for row in rows
    ]


def bars(values: Iterable[tuple[str, float]], *, unit: str) -> list[str]:
    """Return a bar for each value, the longest `WIDTH` wide, with the value behind it."""
    known = list(values)
    longest = max((value for _name, value in known), default=0.0) or 1.0
    left = max((_width(name) for name, _value in known), default=0)
    return [
        f"{_cell(name, left, True)}  {'█' * max(1, round(WIDTH * value / longest)) if value else ''} {value:.1f} {unit}"
        for name, value in known
    ]


def _cell(text: str, width: int, is_left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if is_left else space + text


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
