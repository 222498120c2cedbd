"""Words for codes that several screens show: why somebody was sent home, why a ticket is stuck."""

from queueapp.i18n import N_, _
from queueapp.rules.closing_views import StuckTicket
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
STUCK_WORDS = {
    "outage": N_("interrupted by an outage"),
    "print_unsure": N_("slip may not have been printed"),
    "old_day": N_("from an earlier day"),
    "nobody_serves": N_("no open counter serves this field"),
    "closed_counter": N_("at a counter that is closed"),
    "long_called": N_("called long ago, nobody came"),
    "long_serving": N_("being served unusually long"),
    "long_held": N_("on hold for long"),
}


CORRECTED = {"state": N_("state"), "dossiers": N_("dossiers"), "is_unreliable": N_("times left out")}
_YES_NO = {"True": N_("yes"), "False": N_("no")}


def stuck_words(each: StuckTicket) -> str:
    """Return why a ticket needs mending; of one that was called when an outage came, that the call may be lost."""
    if each.why == "outage" and each.ticket.state == "called":
        return _("call may not have been heard")
    return _(STUCK_WORDS.get(each.why, each.why))


def reason_words(reason: str | None) -> str:
    """Return why a ticket ended, one of the list in the language in use, another as it was written."""
    return _(SENT_HOME_WORDS[reason]) if reason in SENT_HOME_WORDS else reason or ""


def correction_words(correction: Correction) -> str:
    """Return what was put right after a day was closed."""
    said = _("Corrected {ticket}: {what} {before} → {after} ({reason})").format(
        ticket=correction.ticket,
        what=_(CORRECTED.get(correction.what, correction.what)),
        before=_value(correction.what, correction.before),
        after=_value(correction.what, correction.after),
        reason=correction.reason,
    )
    return clean(said, 300)


def _value(what: str, value: str) -> str:
    return state_words(value) if what == "state" else _(_YES_NO[value]) if value in _YES_NO else value
