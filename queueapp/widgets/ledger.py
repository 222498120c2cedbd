"""Words of reception: the day's ledger of each field, the latest tickets, the day that nobody closed."""

from collections.abc import Sequence
from datetime import date, datetime

from textual.content import Content
from textual.geometry import Size

from queueapp.i18n import N_, _, ngettext
from queueapp.rules.errors import state_words
from queueapp.rules.estimate_words import short_range
from queueapp.rules.stopped import Room, Stop
from queueapp.rules.views import ReceptionView, ServiceView, TicketView
from queueapp.widgets.clocks import day_words, minutes_since
from queueapp.widgets.lines import row

SIGNS = {"green": "✓", "amber": "?", "red": "✗"}
WIDE = 110  # columns from which the room is said in full
WIDE_LEFT, NARROW_LEFT = 26, 9
LEDGER = {
    "served": N_("served {n}"),
    "waiting": N_("waiting {n}"),
    "called": N_("called {n}"),
    "serving": N_("at counters {n}"),
    "held": N_("on hold {n}"),
    "no_show": N_("absent {n}"),
    "left": N_("left {n}"),
    "sent_home": N_("sent home {n}"),
    "carried_over": N_("carried over {n}"),
    "void": N_("void {n}"),
}
NEXT_WAIT = 11  # columns


def unclosed_words(day: date | None) -> str:
    """Return which earlier day nobody has closed and where that is done; empty where there is none."""
    if day is None:
        return ""
    return _("{day} was never closed: go home (Esc) and press F8.").format(day=day_words(day))


def field_lines(answer: ReceptionView, keys: Sequence[str], width: int) -> list[Content]:
    """Return a line for each field: its key, who waits, who is at a counter, how long the next waits, the ledger."""
    is_wide = width >= WIDE
    left = WIDE_LEFT if is_wide else NARROW_LEFT
    room = width - 54 - left
    heads = ("", _("Field"), _("Wait"), _("Here"), _("Next waits"), _("Room"), _("Issued today"))
    lines = [_line(heads, left, room).stylize("dim")]
    for key, field in zip(keys, answer.status.services, strict=True):
        cells = (key, f"{field.letter}  {field.name}", str(field.waiting), str(field.called + field.serving))
        lines.append(
            _line((*cells, next_wait_words(field), left_words(field, is_wide=is_wide), _ledger(field)), left, room)
        )
    return lines


def next_wait_words(field: ServiceView) -> str:
    """Return how long the next ticket of a field would wait; a dash where too little is known."""
    if field.expected is None:
        return "–"
    if field.expected.basis == "at_once":
        return _("at once")
    minutes = short_range(field.expected)
    words = _("{n} min").format(n=minutes)
    return words if len(words) <= NEXT_WAIT else minutes  # the figures are worth more than their unit


def left_words(field: ServiceView, *, is_wide: bool) -> str:
    """Return the sign of a field's light and how many more numbers the day can carry; a dash where nothing is said."""
    stop, room = field.stop, field.room
    if stop is None:
        return "–"
    words = _left(stop, room, is_wide=is_wide)
    return " ".join((SIGNS[stop.light], words)).rstrip()


def _left(stop: Stop, room: Room | None, *, is_wide: bool) -> str:
    if stop.light == "red":
        return _("no more")
    if stop.light == "amber" and (room is None or not room.at_most):
        return _("late")
    if room is None or room.is_ample:
        return "" if room is None else _("{n}+ no.").format(n=room.at_most)
    words = _("~{n} no.").format(n=room.at_most)
    if not is_wide:
        return words
    dossiers = ngettext("{n} dossier", "{n} dossiers", room.at_most_dossiers).format(n=room.at_most_dossiers)
    more = f"({dossiers})" if room.at_most_dossiers != room.at_most else ""
    return " ".join((_("left:"), words, more))


def _line(cells: tuple[str, ...], left: int, wide: int) -> Content:
    widths = (3, 20, 4, 6, NEXT_WAIT, left, max(16, wide))
    sides = ("left", "left", "right", "right", "right", "left", "left")
    return row([(text, width, side) for text, width, side in zip(cells, widths, sides, strict=True)])


def _ledger(field: ServiceView) -> str:
    """Return the day's ledger of a field: how many were issued and what became of them."""
    what_became = {**field.ended, **field.still_open}
    parts = [_(words).format(n=what_became[state]) for state, words in LEDGER.items() if what_became.get(state)]
    return f"{field.issued}: {', '.join(parts)}" if parts else str(field.issued)


def latest_lines(answer: ReceptionView, now: datetime, size: Size) -> list[Content]:
    """Return the latest tickets, as many as fit: state, counter, and for how long it has been so."""
    if not answer.latest:
        return [Content(_("No ticket has been issued yet today."))]
    return [_latest_line(each, now, size.width) for each in answer.latest[: max(1, size.height)]]


def _latest_line(ticket: TicketView, now: datetime, width: int) -> Content:
    moving = minutes_since(ticket.since, now) if ticket.state in {"waiting", "called", "serving", "held"} else ""
    star = "★" if ticket.priority is not None else ""
    where = "" if ticket.counter is None else f"→{ticket.counter}"
    room = max(9, width - 6 - 1 - 3 - 8 - 4)
    return row([(ticket.code, 6), (star, 1), (state_words(ticket.state), room), (where, 3), (moving, 8, "right")])


def undone_words(ticket: TicketView | None) -> str:
    """Return what is told after something was taken back: where the ticket stands now."""
    if ticket is None:
        return _("Undone.")
    if ticket.state == "void":
        return _("Undone: {code} is void and will not be called.").format(code=ticket.code)
    return _("Undone: {code} is {state} again.").format(code=ticket.code, state=state_words(ticket.state))
