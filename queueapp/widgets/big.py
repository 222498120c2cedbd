"""Short texts drawn so large that a hall can read them."""

from functools import lru_cache
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from queueapp.text import clean

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

LONGEST_BIG = 24
FEWEST_ROWS = 5  # ten pixels: below that letters can no longer be told apart
FEWEST_COLUMNS = 4
THRESHOLD = 110  # of 255: below the middle, so that thin strokes stay whole
LARGEST_FONT = 400
_BOLD_FROM = 24  # pixels: a thinner stroke is lost on a large letter
_HALF_BLOCKS = " ▀▄█"
_WITH_BAR = {"Đ": "D", "đ": "d"}  # the font has no such letters


class BigText(Widget):
    """A code, a number or a few letters, as large as its place allows; plain bold where that is too small."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._text = clean(text, LONGEST_BIG)

    @property
    def text(self) -> str:
        """What is written."""
        return self._text

    def show(self, text: str) -> None:
        """Write `text`."""
        cleaned = clean(text, LONGEST_BIG)
        if cleaned != self._text:
            self._text = cleaned
            self.refresh()

    def render(self) -> Content:
        """Draw the text at the size of its place."""
        drawn = big_lines(self._text, self.size.width, self.size.height)
        return Content("\n".join(drawn) if drawn else self._text)


@lru_cache(maxsize=512)
def big_lines(text: str, width: int, height: int) -> tuple[str, ...]:
    """Return `text` as half blocks in at most `width` columns and `height` rows.

    Nothing where the place is too small or a letter is missing: then plain letters are easier to read.
    """
    if not text.strip() or height < FEWEST_ROWS or width < len(text) * FEWEST_COLUMNS:
        return ()
    plain = "".join(_WITH_BAR.get(letter, letter) for letter in text)
    if any(_is_missing(letter) for letter in plain):
        return ()
    size = _largest(plain, width, height * 2)
    lines = _half_blocks(_drawn(text, plain, size)) if size else ()
    return lines if len(lines) >= FEWEST_ROWS else ()


def _font(size: int) -> "FreeTypeFont":
    # Imported here because only a screen with large letters needs it.
    from PIL import ImageFont  # noqa: PLC0415

    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError(font)
    return font


@lru_cache(maxsize=256)
def _is_missing(letter: str) -> bool:
    font = _font(20)
    return not letter.isspace() and bytes(font.getmask(letter)) == bytes(font.getmask("\U0010fffd"))


def _stroke(size: int) -> int:
    return 1 if size >= _BOLD_FROM else 0


def _largest(text: str, width: int, height: int) -> int:
    """Return the largest font, in pixels, with which `text` fits; 0 when none does."""
    low, high = 0, LARGEST_FONT
    while low < high:
        size = (low + high + 1) // 2
        left, top, right, bottom = _font(size).getbbox(text, stroke_width=_stroke(size))
        if right - left <= width and bottom - top <= height:
            low = size
        else:
            high = size - 1
    return low


def _drawn(text: str, plain: str, size: int) -> "Image":
    from PIL import Image, ImageDraw  # noqa: PLC0415

    font, stroke = _font(size), _stroke(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(plain, stroke_width=stroke))
    picture = Image.new("L", (right - left, (bottom - top + 1) // 2 * 2))
    pen = ImageDraw.Draw(picture)
    pen.text((-left, -top), plain, fill=255, font=font, stroke_width=stroke)
    for place, letter in enumerate(text):
        if letter in _WITH_BAR:
            start = round(font.getlength(plain[:place])) - left
            middle = picture.height // 2 - 1
            pen.rectangle((max(0, start), middle, start + round(font.getlength("-")), middle + stroke), fill=255)
    return picture


def _half_blocks(picture: "Image") -> tuple[str, ...]:
    pixels = picture.tobytes()
    rows = [pixels[start : start + picture.width] for start in range(0, len(pixels), picture.width)]
    return tuple(
        "".join(_HALF_BLOCKS[(above > THRESHOLD) + 2 * (below > THRESHOLD)] for above, below in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )
