"""Tells a ticket's life in words: its state now, its place, and what happened when."""

from datetime import datetime

from textual.content import Content

from queueapp.i18n import _
from queueapp.rules.closing_words import reason_words
from queueapp.rules.errors import state_words
from queueapp.rules.lifecycle import END_STATES
from queueapp.rules.reasons import explain, why_of
from queueapp.rules.verbs import verb_words
from queueapp.rules.views import EventView, TicketView
from queueapp.text import clean
from queueapp.widgets.clocks import day_digits, hh_mm, hh_mm_ss, minutes_since

LONGEST_REASON = 300


def state_line(ticket: TicketView, now: datetime, timezone: str) -> str:
    """Return where a ticket stands, in one sentence."""
    state = state_words(ticket.state)
    if ticket.state == "waiting":
        waited = minutes_since(ticket.issued_at, now)
        return _("{state}, {ahead} before it; here for {waited}").format(state=state, ahead=ticket.ahead, waited=waited)
    since = hh_mm(ticket.since, timezone)
    if ticket.state in END_STATES:
        if ticket.counter is None:
            return _("{state} at {time}").format(state=state, time=since)
        return _("{state} at counter {counter} at {time}").format(state=state, counter=ticket.counter, time=since)
    if ticket.counter is None:
        return _("{state} since {since}").format(state=state, since=since)
    return _("{state} at counter {counter} since {since}").format(state=state, counter=ticket.counter, since=since)


def roll_times(ticket: TicketView, timezone: str) -> str:
    """Return the real times that were keyed in of a number of the paper roll: its history tells when that was done."""
    began = {span.kind: hh_mm(span.started_at, timezone) for span in ticket.spans or ()}
    ends = [span.ended_at for span in ticket.spans or () if span.ended_at is not None]
    is_over = bool(ticket.spans) and len(ends) == len(ticket.spans or ())
    sentence = _("From the paper roll, {day}: taken {taken}, called {called}, began {began}, ended {ended}")
    return sentence.format(
        day=day_digits(ticket.day),
        taken=hh_mm(ticket.issued_at, timezone),
        called=began.get("called", "–"),
        began=began.get("serving", "–"),
        ended=hh_mm(max(ends), timezone) if is_over else "–",
    )


def history_lines(ticket: TicketView, timezone: str) -> list[Content]:
    """Return what happened to a ticket, oldest first, one line each, in the office's time."""
    return [Content(_event_line(event, timezone)) for event in ticket.events or ()]


def _event_line(event: EventView, timezone: str) -> str:
    facts = [verb_words(event.verb)]
    if event.counter is not None:
        facts.append(_("counter {number}").format(number=event.counter))
    voucher = event.detail.get("voucher")
    if voucher:
        facts.append(_("voucher {code}").format(code=voucher))
    override = event.detail.get("override")
    if override:
        facts.append(_("though no more: {reason}").format(reason=override))
    facts += [
        str(fact) for fact in (event.clerk, reason_words(event.detail.get("reason")), event.detail.get("note")) if fact
    ]
    why = why_of(event.detail) if event.verb == "call" else None
    if why is not None and why.rule != "picked":  # what was said of a picked one stands there already
        facts.append(explain(why))
    return f"{hh_mm_ss(event.at, timezone)}  " + clean(" · ".join(facts), LONGEST_REASON)
