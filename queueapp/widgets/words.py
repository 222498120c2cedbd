"""Words for codes that several screens show: why a ticket is stuck."""

from queueapp.i18n import N_, _
from queueapp.rules.closing_views import StuckTicket

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


def stuck_words(each: StuckTicket) -> str:
    """Return why a ticket needs mending; of one that was called when an outage came, that the call may be lost."""
    if each.why == "outage" and each.ticket.state == "called":
        return _("call may not have been heard")
    return _(STUCK_WORDS.get(each.why, each.why))
