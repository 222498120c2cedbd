"""Says in words whether numbers may still be issued today: the sentence for reception, the stamp, what is left."""

import math

from queueapp.i18n import N_, _, ngettext
from queueapp.rules.stopped import Because, Room, Stop

NOT_SURE = N_("not sure to be served today")
NO_MORE = N_("No more numbers today")
NEARLY_OUT = N_("Few numbers left")
TINY = 1e-6  # minutes; a sum of floats may miss a full minute by so much

_SENTENCES: dict[Because, str] = {
    "fits": N_("At today's pace the next number is done at about {expected}, before closing at {closing}."),
    "upper": N_(
        "Not sure to be done today: the next number is done at about {expected}, perhaps only at {upper}; "
        "closing is at {closing}."
    ),
    "expected": N_("At today's pace the next number is done at about {expected}, after closing at {closing}."),
    "first": N_(
        "By a first estimate the next number is done at about {expected}, after closing at {closing}; not sure."
    ),
    "free": N_("A counter is free, but a service as a rule ends at about {expected}, after closing at {closing}."),
    "no_counter": N_("No counter is open for this field: it is not sure when the next number is called."),
    "closed": N_("The office closed at {closing}."),
}


def why_stop(stop: Stop) -> str:
    """Return the sentence for reception with the figures that decided."""
    words = _SENTENCES[stop.because]
    return _(words).format(
        expected=clock_words(stop.expected), upper=clock_words(stop.upper), closing=clock_words(stop.closing)
    )


def stamp_words(stop: Stop) -> str:
    """Return what a slip bears that was issued at this light; nothing when it is sure to be served."""
    return "" if stop.light == "green" else _(NOT_SURE)


def room_words(room: Room) -> str:
    """Return how many more numbers are expected to be done today, in dossiers too, and how many of them surely."""
    if room.is_ample:
        return _("{n} more numbers or more.").format(n=room.at_most)
    if not room.at_most:
        return _("There is no room for more numbers today.")
    parts = [ngettext("About {n} more number", "About {n} more numbers", room.at_most).format(n=room.at_most)]
    if room.at_most_dossiers != room.at_most:
        dossiers = ngettext("{n} dossier", "{n} dossiers", room.at_most_dossiers)
        parts.append(f" ({dossiers.format(n=room.at_most_dossiers)})")
    if room.sure != room.at_most:
        parts.append(_(", {n} of them surely").format(n=room.sure))
    return "".join(parts) + "."


def clock_words(minute: float) -> str:
    """Return the minute of the day, begun ones full, so that nothing after closing is said to be at closing."""
    whole = math.ceil(minute - TINY)
    return f"{whole // 60:02d}:{whole % 60:02d}"
