"""Words for what became of tickets at a day's closing and after it, on the screen and on paper."""

from queueapp.i18n import N_, _
from queueapp.rules.errors import state_words
from queueapp.rules.summaries import Correction
from queueapp.text import clean

SENT_HOME_WORDS = {
    "closing_time": N_("closing time"),
    "portal_down": N_("portal down"),
    "staff_missing": N_("staff missing"),
    "papers": N_("papers missing"),
    "other": N_("another reason"),
}
_CORRECTED = {"state": N_("state"), "dossiers": N_("dossiers"), "is_unreliable": N_("times left out")}
_YES_NO = {"True": N_("yes"), "False": N_("no")}


def reason_words(reason: str | None) -> str:
    """Return why a ticket ended, one of the list in the language in use, another as it was written."""
    return _(SENT_HOME_WORDS[reason]) if reason in SENT_HOME_WORDS else reason or ""


def correction_words(correction: Correction) -> str:
    """Return what was put right after a day was closed."""
    what, before, after = correction_parts(correction)
    said = _("Corrected {ticket}: {what} {before} → {after} ({reason})").format(
        ticket=correction.ticket, what=what, before=before, after=after, reason=correction.reason
    )
    return clean(said, 300)


def correction_parts(correction: Correction) -> tuple[str, str, str]:
    """Return what was corrected, from what and to what, in words."""
    what = correction.what
    return _(_CORRECTED.get(what, what)), _value(what, correction.before), _value(what, correction.after)


def _value(what: str, value: str) -> str:
    return state_words(value) if what == "state" else _(_YES_NO[value]) if value in _YES_NO else value
