"""What stands on a piece of paper: its lines and its QR, kept with a print until it has come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from queueapp.text import clean

LONGEST_LINE = 200  # before it is set to the paper's width
MOST_LINES = 60
LONGEST_QR = 300

Style = Literal["plain", "small", "strong", "large", "huge", "banner", "item", "rule"]
STYLES = get_args(Style)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a slip.

    `style` is plain, small (the other language, what few read), strong, large (a field), huge (the number), banner
    (white on black), item (of a list, from the left), or rule (a line drawn across).
    """

    text: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Content:
    """The lines of a piece of paper from top to bottom, and the text of the QR below them; "" draws none."""

    lines: tuple[Line, ...]
    qr: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a plain value that `from_json` reads back."""
        return {"lines": [{"text": line.text, "style": line.style} for line in self.lines], "qr": self.qr}

    @classmethod
    def from_json(cls, kept: Any) -> "Content":
        """Return what `as_json` gave (ValueError when it is anything else)."""
        if not isinstance(kept, Mapping) or kept.keys() != {"lines", "qr"}:
            raise ValueError("a content has lines and qr")
        lines, qr = kept["lines"], kept["qr"]
        if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
            raise ValueError(f"a content has 1 to {MOST_LINES} lines")
        if not isinstance(qr, str) or len(qr) > LONGEST_QR or qr != clean(qr, LONGEST_QR):
            raise ValueError(f"a QR says one line of at most {LONGEST_QR} characters")
        return cls(tuple(_line(each) for each in lines), qr)


def _line(kept: Any) -> Line:
    if not isinstance(kept, Mapping) or kept.keys() != {"text", "style"}:
        raise ValueError("a line has text and style")
    text, style = kept["text"], kept["style"]
    if not isinstance(text, str) or style not in STYLES:
        raise ValueError(f"a line's style is one of {', '.join(STYLES)}")
    if text != clean(text, LONGEST_LINE):
        raise ValueError(f"a line is clean and has at most {LONGEST_LINE} characters")
    return Line(text, style)


def content_of(lines: list[Line], qr: str = "") -> Content:
    """Return a content whose every text is clean: a printer obeys control characters, a terminal too."""
    cleaned = tuple(Line(clean(line.text, LONGEST_LINE), line.style) for line in lines[:MOST_LINES])
    return Content(cleaned, clean(qr, LONGEST_QR))
