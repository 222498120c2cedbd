"""Tells a ticket's life in words: its state now, its place, and what happened when."""

from datetime import datetime

from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.rules.errors import state_words
from queueapp.rules.views import EventView, TicketView
from queueapp.text import clean
from queueapp.widgets.clocks import hh_mm, hh_mm_ss, minutes_since

VERBS = {
    "issue": N_("number issued"),
    "serve": N_("served directly at the counter"),
    "call": N_("called"),
    "recall": N_("called again"),
    "start": N_("service started"),
    "no_show": N_("absent when called"),
    "finish": N_("finished"),
    "hold": N_("put on hold"),
    "resume": N_("taken up again"),
    "transfer": N_("sent to another field"),
    "put_back": N_("put back into the queue"),
    "leave": N_("went away"),
    "void": N_("declared void"),
    "undo": N_("taken back"),
    "bring_back": N_("brought back into the queue"),
    "come_back": N_("back in the queue by itself"),
    "set_priority": N_("priority changed"),
    "end_of_day": N_("ended at the close of the day"),
    "mend": N_("put right by a supervisor"),
    "outage": N_("interrupted by an outage"),
    "print_unsure": N_("slip may not have been printed"),
    "wake": N_("confirmed after an outage"),
    "correct": N_("corrected after the close of the day"),
    "adopt": N_("taken over from an earlier version"),
}
LONGEST_REASON = 200


def state_line(ticket: TicketView, now: datetime, timezone: str) -> str:
    """Return where a ticket stands, in one sentence."""
    state = state_words(ticket.state)
    if ticket.state == "waiting":
        waited = minutes_since(ticket.issued_at, now)
        return _("{state}, {ahead} before it; here for {waited}").format(state=state, ahead=ticket.ahead, waited=waited)
    since = hh_mm(ticket.since, timezone)
    if ticket.counter is None:
        return _("{state} since {since}").format(state=state, since=since)
    return _("{state} at counter {counter} since {since}").format(state=state, counter=ticket.counter, since=since)


def history_lines(ticket: TicketView, timezone: str) -> list[Content]:
    """Return what happened to a ticket, oldest first, one line each, in the office's time."""
    return [Content(_event_line(event, timezone)) for event in ticket.events or ()]


def _event_line(event: EventView, timezone: str) -> str:
    facts = [_(VERBS.get(event.verb, event.verb))]
    if event.counter is not None:
        facts.append(_("counter {number}").format(number=event.counter))
    facts += [str(fact) for fact in (event.clerk, event.detail.get("reason"), event.detail.get("note")) if fact]
    return f"{hh_mm_ss(event.at, timezone)}  " + clean(" · ".join(facts), LONGEST_REASON)
