"""Words of a counter's screen: its state, its ticket, the clocks, the next, the held, and why a key does nothing."""

from datetime import datetime, timedelta

from textual.content import Content

from queueapp.i18n import N_, _
from queueapp.rules.alert import Jam, still_holds
from queueapp.rules.errors import state_words
from queueapp.rules.reasons import explain
from queueapp.rules.views import DeskView, TicketView
from queueapp.text import clean
from queueapp.widgets.clocks import hh_mm, minutes_since, running
from queueapp.widgets.jam import asked_words
from queueapp.widgets.lines import row, shortened

OUTCOME_WORDS = {
    "done": N_("done"),
    "missing_papers": N_("papers missing"),
    "refused": N_("refused"),
    "redirected": N_("sent to another office"),
    "system_down": N_("system down"),
}
POSITION_WORDS = {
    "own": N_("its own place, by the time of issue"),
    "front": N_("to the front"),
    "end": N_("to the end"),
}
PAUSE_REASONS = (N_("lunch"), N_("standing in elsewhere"), N_("system down"), N_("waiting for a signature"))
# What the view calls an action, where that is not the screen's name for it.
_OPERATIONS = {
    "outcome": "finish",
    "unreliable": "finish",
    "pick": "call",
    "pause": "pause",
    "transfer_back": "transfer",
    "fix": "send_to_fix",
}


def refusal(action: str, answer: DeskView) -> bool | str:
    """Return True if an action is possible now, else the reason in one sentence that says what to do."""
    operation = _OPERATIONS.get(action, action)
    if operation == "undo" or operation in answer.can or (action == "pause" and "unpause" in answer.can):
        return True
    ticket = answer.counter.ticket
    if ticket is not None:
        return _refusal_with(ticket, operation)
    if not answer.counter.is_open and operation not in {"open_counter", "close_counter"}:
        return _("This counter is closed or paused. Open it first (G, or F12 after a pause).")
    if operation == "resume":
        return _("No ticket is on hold.")
    if operation in {"open_counter", "close_counter", "pause"}:
        return _("The counter is in that state already.")
    return _("No ticket is here yet: press F4 to call the next one.")


def _refusal_with(ticket: TicketView, operation: str) -> str:
    if operation in {"call", "serve", "resume"}:
        return _("{code} is still here: finish it (F7), hold it (F9) or mark it absent (F8) first.").format(
            code=ticket.code
        )
    if operation in {"open_counter", "close_counter"}:
        return _("{code} is still here: finish it before you close the counter.").format(code=ticket.code)
    if ticket.state == "called":
        return _("{code} is called but not yet being served: press F6 when the citizen is here.").format(
            code=ticket.code
        )
    return _("{code} is already being served: press F7 to finish.").format(code=ticket.code)


def counter_line(answer: DeskView, staff: str | None) -> Content:
    """Return the counter's state, who sits there, its fields, what was done today."""
    counter = answer.counter
    names = {field.code: field.name for field in answer.services}
    states = {"open": N_("open"), "paused": N_("PAUSED"), "closed": N_("CLOSED")}
    state = _(states[counter.state])
    facts = [f"{state}: {counter.reason}" if counter.reason else state]
    facts.append(_("served today: {n}").format(n=answer.served_today))
    nobody = _("not signed in") if answer.office.is_guarded else _("no sign-in: the office runs open")
    facts.append(counter.clerk or staff or nobody)
    facts.append(", ".join(names.get(code, code) for code in counter.services))
    return Content(clean(" · ".join(facts), 300))


def clock_line(answer: DeskView, now: datetime) -> Content:
    """Return the running clock of the present ticket, or what to do when there is none."""
    ticket = answer.counter.ticket
    if ticket is not None:
        state = state_words(ticket.state)
        calls = "" if ticket.state != "called" else "  " + _("call no. {n}").format(n=ticket.calls)
        return Content.styled(f"{state}  {running(_begun(ticket, answer.served_before), now)}{calls}", "bold")
    if not answer.counter.is_open:
        return Content.styled(_("The counter is closed or paused."), "bold")
    if answer.waiting_count:
        return Content.styled(_("Press F4 to call the next citizen."), "bold")
    return Content.styled(_("Nobody is waiting for this counter."), "bold")


def _better(answer: DeskView) -> Content:
    """Return the word that another counter should rather call the next ticket, if one should."""
    if answer.better is None or not answer.waiting:
        return Content("")
    words = _("Counter {number} is free and should call {code}: it serves the fewest fields, or has been free longest.")
    return Content(words.format(number=answer.better, code=answer.waiting[0].code))


def _help(answer: DeskView, jam: Jam | None) -> Content:
    """Return what this counter is asked, if it is the one that could help."""
    if jam is None or not still_holds(jam, answer.services, [answer.counter]):
        return Content("")
    return Content(clean(asked_words(jam, answer.services, answer.counter.number)))


def _begun(ticket: TicketView, served_before: float) -> datetime:
    """Return when the clock would have begun, had the ticket been served here without a break."""
    return ticket.since - timedelta(seconds=served_before) if ticket.state == "serving" else ticket.since


def facts_line(answer: DeskView, jam: Jam | None = None) -> Content:
    """Return field, priority, dossiers, times, note of the present ticket, why it was called; else who should call.

    A counter that has nobody to call is asked to help where a field is jammed.
    """
    ticket = answer.counter.ticket
    if ticket is None:
        return _better(answer) if answer.waiting else _help(answer, jam)
    fields = {field.code: field.name for field in answer.services}
    reasons = {priority.code: priority.name for priority in answer.office.priorities}
    first = [fields.get(ticket.service, ticket.service)]
    if ticket.back_to is not None:
        first.append(_("comes back to counter {number}").format(number=ticket.back_to))
    if ticket.priority is not None:
        first.append(_("★ priority: {reason}").format(reason=reasons.get(ticket.priority, ticket.priority)))
    issued = hh_mm(ticket.issued_at, answer.office.timezone)
    second = [_("dossiers: {n}").format(n=ticket.dossiers), _("issued at {time}").format(time=issued)]
    lines = [" · ".join(first), " · ".join(second)]
    if ticket.procedure_name:
        lines.insert(1, ticket.procedure_name)
    if ticket.issued_for != ticket.service:
        lines.append(_("came from {field}").format(field=fields.get(ticket.issued_for, ticket.issued_for)))
    if ticket.name:
        lines.insert(0, ticket.name)
    if ticket.note:
        lines.append(_("Note: {note}").format(note=ticket.note))
    if answer.why is not None:
        lines.append(explain(answer.why))
    return Content("\n".join(clean(line, 500) for line in lines))


def next_lines(answer: DeskView, now: datetime, width: int, most: int) -> list[Content]:
    """Return who is next for this counter and for how long they have waited."""
    if not answer.waiting:
        return [Content(_("Nobody is waiting."))]
    return [_waiting_line(each, answer, now, width) for each in answer.waiting[: max(1, most)]]


def _waiting_line(ticket: TicketView, answer: DeskView, now: datetime, width: int) -> Content:
    names = {field.code: field.name for field in answer.services}
    star = "↩" if ticket.is_first else "★" if ticket.priority is not None else ""
    name = names.get(ticket.service, ticket.service)
    waited = minutes_since(ticket.issued_at, now)
    room = max(6, width - 10 - len(waited))
    return row([(ticket.code, 6), (star, 1), (shortened(name, room), room), (waited, len(waited))])


def held_lines(answer: DeskView, now: datetime, width: int) -> list[Content]:
    """Return the held tickets: who holds them, for how long, why."""
    if not answer.held:
        return []
    lines = [Content.styled(_("On hold (F3 takes up again)"), "bold")]
    return [*lines, *(_held_line(each, answer, now, width) for each in answer.held)]


def _held_line(ticket: TicketView, answer: DeskView, now: datetime, width: int) -> Content:
    timezone = answer.office.timezone
    counter = _("counter {number}").format(number=ticket.counter)
    held_for = minutes_since(ticket.since, now)
    due = None if ticket.due_at is None else f"→{hh_mm(ticket.due_at, timezone)}"
    if ticket.fix_by is not None:  # until when the place is kept says more than since when
        words = _("to put right, before {time}") if now <= ticket.fix_by else _("late: expected by {time}")
        due, held_for = words.format(time=hh_mm(ticket.fix_by, timezone)), ""
    said = " · ".join(fact for fact in (due, ticket.reason, counter) if fact)
    return row([(ticket.code, 6), (said, max(6, width - 8 - len(held_for))), (held_for, len(held_for))])
