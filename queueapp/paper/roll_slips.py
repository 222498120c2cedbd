"""Lays out the numbers of the paper roll, which are printed beforehand and handed out while there is no power."""

from queueapp.i18n import N_
from queueapp.paper.content import Content, Line, content_of
from queueapp.paper.said import TONGUES, named, said
from queueapp.paper.slip import Names, exercise_mark

_BLANK = "." * 12


def roll_content(office: str, field: Names, code: str, *, languages: str, is_training: bool = False) -> Content:
    """Return one number of the roll: what the citizen needs, and lines for the times that are keyed in afterwards."""
    tongues = TONGUES[languages]
    lines = [
        Line(office, "strong"),
        Line("", "rule"),
        *said(N_("QUEUE TICKET"), tongues, "strong"),
        *exercise_mark(tongues, is_training=is_training),
        Line(code, "huge"),
        *named(*field, tongues, "large"),
        *said(N_("Please keep this ticket and wait for your number."), tongues, "strong"),
        Line("", "rule"),
        *said(N_("For the office, to be keyed in later:"), tongues[:1], "small"),
        *said(N_("Day {blank}"), tongues[:1], blank=_BLANK),
        *said(N_("Taken at {blank} called {blank}"), tongues[:1], blank=_BLANK),
        *said(N_("began {blank} ended {blank}"), tongues[:1], blank=_BLANK),
        *said(N_("counter {blank} absent / left"), tongues[:1], blank=_BLANK),
    ]
    return content_of(lines)
