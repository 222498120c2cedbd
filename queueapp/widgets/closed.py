"""Words of closing a day: who has no end yet, and what stands on the sealed day."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from textual.content import Content

from queueapp.i18n import _
from queueapp.rules.closing_views import ClosingView
from queueapp.rules.closing_words import SENT_HOME_WORDS, correction_words
from queueapp.rules.errors import state_words
from queueapp.rules.lifecycle import END_STATES
from queueapp.rules.views import TicketView
from queueapp.widgets.clocks import day_digits, day_words, hh_mm_of, minutes_since
from queueapp.widgets.lines import row


def closing_words(answer: ClosingView, decided: int) -> str:
    """Return how far the closing of a day is; `decided` tickets have an end chosen."""
    day = day_words(answer.day)
    if answer.closing is not None:
        return _("{day} is closed.").format(day=day)
    if not answer.tickets:
        return _("{day}: every ticket has an end. Press F10 to close the day.").format(day=day)
    sentence = _("{day}: {n} tickets are still open, {decided} have an end chosen.")
    return sentence.format(day=day, n=len(answer.tickets), decided=decided)


def open_line(ticket: TicketView, end: str, now: datetime, width: int) -> Content:
    """Return the line of a ticket that is still open, with the end chosen for it."""
    state, _colon, reason = end.partition(":")
    words = "→ " + state_words(state) if state else "…"
    if reason:
        words = "→ " + _("Sent home") + ": " + _(SENT_HOME_WORDS.get(reason, reason))
    place = "" if ticket.counter is None else _("counter {number}").format(number=ticket.counter)
    since = minutes_since(ticket.issued_at, now)
    long = max(8, len(since))
    room = max(20, width - 41 - long)
    return row([(ticket.code, 7), (state_words(ticket.state), 12), (place, 10), (since, long, "right"), (words, room)])


def sealed_lines(answer: ClosingView, slips: Path | None) -> list[str]:
    """Return what stands on a closed day; `slips` is where the vouchers to print are, if they were made here."""
    sealed = answer.closing
    if sealed is None:
        return []
    by = sealed.clerk or _("nobody signed in")
    time = hh_mm_of(sealed.at, answer.day, answer.office.timezone)
    lines = [
        _("Closed at {time} by {clerk}.").format(time=time, clerk=by),
        tally_words(json.loads(sealed.sheet).get("all", {})),
        _("Seal: {seal}").format(seal=sealed.seal),
    ]
    if sealed.reason:
        lines.append(_("Reason: {reason}").format(reason=sealed.reason))
    if slips is not None:
        lines.append(_slips_words(len(answer.vouchers), slips))
    lines += [
        _("{ticket} is carried over to {day}: voucher {code}").format(
            ticket=each.ticket, day=day_digits(each.valid_on), code=each.code
        )
        for each in answer.vouchers
    ]
    return [*lines, *(correction_words(each) for each in sealed.corrections)]


def tally_words(counts: Mapping[str, int]) -> str:
    """Return how many came to each end; ends that nobody had are left out."""
    return " · ".join(f"{counts[state]} {state_words(state)}" for state in END_STATES if counts.get(state))


def _slips_words(count: int, path: Path) -> str:
    return _("{n} vouchers to print for the citizens are in {path}.").format(n=count, path=path)
