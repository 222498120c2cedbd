"""Lays out the slip that tries a printer: every Vietnamese letter, how wide the paper prints, a QR."""

import unicodedata

from queueapp.i18n import N_
from queueapp.paper.content import Content, Line, content_of
from queueapp.paper.picture import DOTS_A_MM, PAPERS
from queueapp.paper.said import TONGUES, said

QR = "queueapp printer test"
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # the marks of huyền, hỏi, ngã, sắc, nặng


def vietnamese_letters() -> list[str]:
    """Return every vowel with its tones, small, the letters that have none, the digits."""
    toned = ["".join(unicodedata.normalize("NFC", vowel + tone) for tone in _TONES) for vowel in _VOWELS]
    return [*toned, "bcdđghklmnpqrstvx", "fjwz", "0123456789"]


def trial_content(office: str, paper_mm: int, *, languages: str) -> Content:
    """Return what `queueapp printer test` prints on paper of this width."""
    tongues, paper = TONGUES[languages], PAPERS[paper_mm]
    letters = vietnamese_letters()
    return content_of(
        [
            Line(office, "strong"),
            Line("", "rule"),
            *said(N_("PRINTER TEST"), tongues, "strong"),
            Line("Đ-123", "huge"),
            Line(f"{paper.mm} mm", "banner"),
            *said(
                N_("The black bar must be whole: {mm} mm wide, {dots} dots, on paper of {paper} mm."),
                tongues,
                mm=paper.dots // DOTS_A_MM,
                dots=paper.dots,
                paper=paper.mm,
            ),
            Line("", "rule"),
            *[Line(row if row == row.upper() else f"{row} {row.upper()}") for row in letters],
            Line("", "rule"),
            *said(N_("Every letter must have its accents, and a telephone must be able to read the code:"), tongues),
        ],
        QR,
    )
