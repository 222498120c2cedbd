"""Draws what stands on paper as black dots, so that every printer prints every Vietnamese letter right."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queueapp.paper.content import Content, Line
from queueapp.paper.letters import letters, wrapped
from queueapp.paper.qr import modules_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

DOTS_A_MM = 8  # of every usual thermal printer: 203 dots an inch
DOTS_AN_INCH = 203.2
ASCENT, DESCENT = 1.11, 0.25  # of the font's size: no letter of ours reaches further up (Ỗ) or down (g)
THRESHOLD = 140  # of 255: above the middle, as thin strokes fade on warm paper
QUIET = 4  # modules of white around a QR
MARGIN = 8  # dots at each side


@dataclass(frozen=True, slots=True)
class Paper:
    """Paper of one width: its printable dots, the size of each style's letters, and of a QR, in dots."""

    mm: int
    dots: int
    sizes: dict[str, int]
    qr: int


PAPERS = {
    80: Paper(
        80,
        576,
        {"plain": 30, "small": 25, "strong": 34, "large": 52, "huge": 200, "banner": 34, "item": 28},
        300,
    ),
    58: Paper(
        58,
        384,
        {"plain": 25, "small": 22, "strong": 28, "large": 38, "huge": 136, "banner": 28, "item": 24},
        250,
    ),
}
_BOLD = {"strong", "large", "huge", "banner"}
_SPACE_ABOVE = {"large": 6, "huge": 28, "banner": 4}
_GROUP_SPACE = 8  # dots between a fact in two languages and the next fact
_CAPITAL, _HUGE_PITCH = 0.72, 0.78  # of the size: how high a capital is, how far the lines of a number are apart
_SMALLEST_HUGE = 60


@dataclass(frozen=True, slots=True)
class _Block:
    """A line as it is set: its parts, the size of its letters, the space above it, how high it is with that."""

    style: str
    texts: list[str]
    size: int
    above: int
    height: int


def draw(content: Content, paper_mm: int) -> "Image":
    """Return the content as a picture of one bit a dot, as wide as the paper prints (KeyError: no such paper)."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only what is printed needs it

    paper = PAPERS[paper_mm]
    blocks = list(_set(content.lines, paper))
    code = _qr_picture(content.qr, paper) if content.qr else None
    height = sum(block.height for block in blocks) + (code.height if code else MARGIN)
    sheet = Image.new("L", (paper.dots, height), 255)
    pen, top = ImageDraw.Draw(sheet), 0
    for block in blocks:
        _draw(pen, block, top, paper)
        top += block.height
    dots = sheet.point(lambda shade: 255 if shade > THRESHOLD else 0).convert("1", dither=Image.Dither.NONE)
    if code:
        dots.paste(code, ((paper.dots - code.width) // 2, top))
    return dots


def as_png(content: Content, paper_mm: int) -> bytes:
    """Return the whole piece of paper, with its edges, as a PNG."""
    return _saved(on_paper(draw(content, paper_mm)), "PNG", dpi=(DOTS_AN_INCH, DOTS_AN_INCH))


def as_pdf(contents: Sequence[Content], paper_mm: int) -> bytes:
    """Return pieces of paper, with their edges, as a PDF with a page for each in its real size."""
    first, *others = [on_paper(draw(content, paper_mm)) for content in contents]
    return _saved(first, "PDF", resolution=DOTS_AN_INCH, save_all=True, append_images=others)


def _saved(picture: "Image", form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def on_paper(dots: "Image") -> "Image":
    """Return a picture with the white edges that the paper has and no printer reaches."""
    from PIL import Image  # noqa: PLC0415

    paper = next(each for each in PAPERS.values() if each.dots == dots.width)
    whole = Image.new("1", (paper.mm * DOTS_A_MM, dots.height + 6 * MARGIN), 1)
    whole.paste(dots, ((whole.width - dots.width) // 2, 3 * MARGIN))
    return whole


def _qr_picture(text: str, paper: Paper) -> "Image":
    from PIL import Image  # noqa: PLC0415

    modules = modules_of(text, QUIET)
    side = len(modules)
    picture = Image.new("1", (side, side), 1)
    picture.putdata([0 if is_dark else 255 for row in modules for is_dark in row])
    scale = max(2, min(8, paper.qr // side))  # one dot alone would be lost on paper
    return picture.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def _set(lines: tuple[Line, ...], paper: Paper) -> Iterator[_Block]:
    """Break the lines to the paper's width."""
    before = ""
    for line in lines:
        if line.style == "rule":
            yield _Block("rule", [], 0, MARGIN, 2 * MARGIN + 2)
        elif line.text:
            yield _block(line, paper, _GROUP_SPACE if before == "small" != line.style else 0)
        before = line.style


def _block(line: Line, paper: Paper, space: int) -> _Block:
    size, width = paper.sizes[line.style], paper.dots - 2 * MARGIN
    above = max(space, _SPACE_ABOVE.get(line.style, 0))
    if line.style == "huge":
        size = _fitting(line.text, size, width)
    font = letters(size, is_bold=line.style in _BOLD)
    indent = round(_indent(font)) if line.style == "item" else 0
    texts = wrapped(line.text, font, width - indent, is_balanced=line.style not in {"item", "huge"})
    below = {"banner": 2 * MARGIN, "huge": MARGIN}.get(line.style, 0)
    return _Block(line.style, texts, size, above, above + _pitch(line.style, size) * len(texts) + below)


def _draw(pen: "ImageDraw", block: _Block, top: int, paper: Paper) -> None:
    if block.style == "rule":
        pen.rectangle((MARGIN, top + MARGIN, paper.dots - MARGIN - 1, top + MARGIN + 1), fill=0)
        return
    font, ink = letters(block.size, is_bold=block.style in _BOLD), 0
    baseline = top + block.above + round(block.size * (_CAPITAL if block.style == "huge" else ASCENT))
    if block.style == "banner":
        pen.rectangle((0, top + block.above, paper.dots, top + block.height - MARGIN), fill=0)
        baseline, ink = baseline + MARGIN // 2, 255
    for place, text in enumerate(block.texts):
        y = baseline + place * _pitch(block.style, block.size)
        if block.style == "item":
            pen.text((MARGIN, y), "" if place else "•", fill=ink, font=font, anchor="ls")
            pen.text((MARGIN + _indent(font), y), text, fill=ink, font=font, anchor="ls")
        else:
            pen.text((paper.dots / 2, y), text, fill=ink, font=font, anchor="ms")


def _pitch(style: str, size: int) -> int:
    """Return how far lines are apart: a number has no accents, everything else may have them, above and below."""
    return round(size * (_HUGE_PITCH if style == "huge" else ASCENT + DESCENT))


def _indent(font: "FreeTypeFont") -> float:
    return font.getlength("• ")


def _fitting(text: str, size: int, width: int) -> int:
    """Return the largest size up to `size` at which a number fits on one line."""
    while size > _SMALLEST_HUGE and letters(size, is_bold=True).getlength(text) > width:
        size -= 4
    return size
