"""Makes a cell of a CSV that a spreadsheet takes for text, and reads such a cell back."""

import re

from queueapp.text import clean

LONGEST_CELL = 500
# What begins a formula, in full width too, at the start of a cell or where another country's spreadsheet would cut it
# (which may take quotes that follow for the cell's own). Apostrophes that stand there already are counted, so that
# reading back takes away exactly the one that was put there.
_BEGINNING, _ACTIVE = r"(^|[,;][\s\"]*)", r"(?='*[=+\-@＝＋－＠﹢﹣﹫⁺₊⁼₌])"
_BARE = re.compile(_BEGINNING + _ACTIVE)
_QUOTED = re.compile(_BEGINNING + "'" + _ACTIVE)

Cell = str | int | float | None


def written_cell(value: Cell, longest: int = LONGEST_CELL) -> str:
    """Return a value as it is written: with a decimal comma, and an apostrophe before what would be a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, int):
        return str(value)
    return _BARE.sub(r"\1'", clean(value, longest))


def read_cell(text: str) -> str:
    """Return a text as it was before it was written by `written_cell`."""
    return _QUOTED.sub(r"\1", text)
