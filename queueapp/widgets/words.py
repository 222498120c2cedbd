"""Words for codes that several screens show: why somebody was sent home, why a ticket is stuck."""

from queueapp.i18n import N_, _
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
    "old_day": N_("from an earlier day"),
    "nobody_serves": N_("no open counter serves this field"),
    "closed_counter": N_("at a counter that is closed"),
    "long_called": N_("called long ago, nobody came"),
    "long_serving": N_("being served unusually long"),
    "long_held": N_("on hold for long"),
}


def correction_words(correction: Correction) -> str:
    """Return what was put right after a day was closed."""
    said = _("Corrected {ticket}: {what} {before} → {after} ({reason})").format(
        ticket=correction.ticket,
        what=correction.what,
        before=correction.before,
        after=correction.after,
        reason=correction.reason,
    )
    return clean(said, 300)
