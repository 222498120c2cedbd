"""Draws the notice of the quiet hours as a picture, A4 or A5 on its side, to be read from two metres."""

import io
import math
from typing import TYPE_CHECKING

from queueapp.paper.letters import letters, wrapped
from queueapp.paper.notice import Notice, NoticeCell

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 2480, 1754  # A4 on its side at 212 dots an inch, A5 at 300
DOTS_AN_INCH = 212
EDGE = 70
HOURS_WIDTH = 300
HEAD, FOOT = 330, 370  # dots above and below the table
HIGHEST_ROW = 150
SMALLEST, SMALLEST_ADVICE, MOST_LINES = 18, 40, 2
INK, QUIET_INK, PAPER, LINE = "#1a2733", "#5a6872", "#ffffff", "#c3ccd3"
BAR = "#0b4a6f"
LEVELS = ("#d5efdc", "#fdf0c4", "#f9d3cb")  # a short wait, a longer, a long one; the words say it too
UNKNOWN, BEST = "#f1f3f5", "#0b7a3b"


def notice_png(words: Notice) -> bytes:
    """Return a notice as a PNG."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only where a picture is made

    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(sheet)
    _title(pen, words)
    if words.empty:
        _paragraph(pen, words.empty, HEIGHT // 2, 64)
    else:
        _table(pen, words)
        _foot(pen, words)
    return _saved(sheet)


def _saved(sheet: "Image") -> bytes:
    from PIL import Image  # noqa: PLC0415

    file = io.BytesIO()
    # A palette of few colours is a quarter of the size, and nothing is seen of it.
    sheet.quantize(64, dither=Image.Dither.NONE).save(file, "PNG", dpi=(DOTS_AN_INCH, DOTS_AN_INCH))
    return file.getvalue()


def _title(pen: "ImageDraw", words: Notice) -> None:
    pen.rectangle((0, 0, WIDTH, 210), fill=BAR)
    office = f"{words.office} · {words.training}" if words.training else words.office
    _fitted(pen, (EDGE, 68), office, WIDTH - 2 * EDGE, 46, colour="#cfe3ef", anchor="lm")
    _fitted(pen, (EDGE, 145), words.title, WIDTH * 0.5, 92, colour="#ffffff", anchor="lm", is_bold=True)
    if not words.empty:
        _fitted(pen, (WIDTH - EDGE, 152), words.meaning, WIDTH * 0.5 - 2 * EDGE, 50, colour="#ffffff", anchor="rm")


def _table(pen: "ImageDraw", words: Notice) -> None:
    width = (WIDTH - 2 * EDGE - HOURS_WIDTH) / len(words.fields)
    head = min(_size(field, width - 30, 62, is_bold=True) for field in words.fields)  # all of one size
    for place, field in enumerate(words.fields):
        middle = EDGE + HOURS_WIDTH + (place + 0.5) * width
        _fitted(pen, (middle, 270), field, width - 30, head, anchor="mm", is_bold=True)
    height = min(HIGHEST_ROW, (HEIGHT - HEAD - FOOT) / len(words.rows))
    for row, (hour, cells) in enumerate(words.rows):
        top = HEAD + row * height
        size = min(62, round(height * 0.5))
        _fitted(pen, (EDGE, top + height / 2), hour, HOURS_WIDTH - 30, size, anchor="lm", is_bold=True)
        for place, each in enumerate(cells):
            left = EDGE + HOURS_WIDTH + place * width
            _cell(pen, each, (left, top, left + width, top + height))


def _cell(pen: "ImageDraw", each: NoticeCell, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box[0] + 6, box[1] + 5, box[2] - 6, box[3] - 5
    colour = UNKNOWN if each.level is None else LEVELS[each.level]
    edge, thick = (BEST, 7) if each.is_quietest else (LINE, 2)
    pen.rounded_rectangle((left, top, right, bottom), 14, fill=colour, outline=edge, width=thick)
    height, middle = bottom - top, (left + right) / 2
    large = round(height * (0.3 if each.level is None else 0.5))
    if each.is_quietest:
        _star(pen, left + height * 0.45, top + height * 0.42, height * 0.26)
    ink = QUIET_INK if each.level is None else INK
    is_bold = each.level is not None
    room = right - left - 24 - (height if each.is_quietest else 0)
    is_narrow = each.is_quietest and right - left < 4 * height  # the star needs room beside the words
    place = (middle + height * 0.3 if is_narrow else middle, top + height * 0.37)
    _fitted(pen, place, each.large, room, large, colour=ink, anchor="mm", is_bold=is_bold)
    small = round(height * 0.23)
    _fitted(pen, (middle, top + height * 0.79), each.small, right - left - 24, small, colour=ink, anchor="mm")


def _star(pen: "ImageDraw", x: float, y: float, radius: float) -> None:
    """Draw the sign of the shortest wait, which the letters do not have."""
    points = []
    for corner in range(10):
        reach, turn = radius if corner % 2 == 0 else radius * 0.42, math.pi * (corner / 5 - 0.5)
        points.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    pen.polygon(points, fill=BEST)


def _foot(pen: "ImageDraw", words: Notice) -> None:
    top = HEIGHT - FOOT + 30
    for text, size, is_bold in ((words.advice, 56, True), (words.weekdays, 44, False)):
        fits = _size(text, WIDTH - 2 * EDGE, size, is_bold=is_bold)
        font = letters(max(fits, SMALLEST_ADVICE), is_bold=is_bold)
        lines = wrapped(text, font, WIDTH - 2 * EDGE) if text else []
        for line in lines if len(lines) <= MOST_LINES else ():  # the stars say it too
            pen.text((EDGE, top), line, fill=INK, font=font, anchor="lt")
            top += round(font.size * 1.45)
    top += 10
    font = letters(29, is_bold=False)
    for text in words.legend:
        for line in wrapped(text, font, WIDTH - 2 * EDGE):
            pen.text((EDGE, top), line, fill=QUIET_INK, font=font, anchor="lt")
            top += 40


def _paragraph(pen: "ImageDraw", text: str, middle: float, size: int) -> None:
    font = letters(size, is_bold=True)
    lines = wrapped(text, font, WIDTH - 6 * EDGE, is_balanced=True)
    top = middle - len(lines) * size * 0.75
    for place, line in enumerate(lines):
        pen.text((WIDTH / 2, top + place * size * 1.5), line, fill=INK, font=font, anchor="mm")


def _fitted(
    pen: "ImageDraw",
    place: tuple[float, float],
    text: str,
    width: float,
    size: int,
    *,
    colour: str = INK,
    anchor: str,
    is_bold: bool = False,
) -> None:
    """Write a text on one line, in smaller letters where it would be wider than `width`; at the smallest it is cut."""
    font = letters(_size(text, width, size, is_bold=is_bold), is_bold=is_bold)
    while text and font.getlength(text) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""  # noqa: PLR2004
    pen.text(place, text, fill=colour, font=font, anchor=anchor)


def _size(text: str, width: float, size: int, *, is_bold: bool) -> int:
    """Return the largest size up to `size` at which a text is not wider than `width`, but no unreadable one."""
    while size > SMALLEST and letters(size, is_bold=is_bold).getlength(text) > width:
        size -= 2
    return size
