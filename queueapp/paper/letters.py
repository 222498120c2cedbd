"""Sets text in the letters that come with the program: which they are, and where lines are broken."""

import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont


def wrapped(text: str, font: "FreeTypeFont", width: int, *, is_balanced: bool = False) -> list[str]:
    """Return `text` on as few lines as fit into `width`; balanced ones are about as long as each other."""
    texts = _broken(text, font, width)
    while is_balanced and len(texts) > 1:
        narrower = max(font.getlength(each) for each in texts) - 1
        tried = _broken(text, font, narrower)
        if len(tried) > len(texts) or any(" " not in each and font.getlength(each) > narrower for each in tried):
            break
        texts = tried
    return texts


def _broken(text: str, font: "FreeTypeFont", width: float) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and font.getlength(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return [line.removeprefix("· ") for line in lines]


@cache
def letters(size: int, *, is_bold: bool) -> "FreeTypeFont":
    """Return the letters of one size in dots: our own, which have every Vietnamese one."""
    from PIL import ImageFont  # noqa: PLC0415

    name = "NotoSans-Bold.ttf" if is_bold else "NotoSans-Regular.ttf"
    file = io.BytesIO((files("queueapp") / "paper" / "fonts" / name).read_bytes())
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
