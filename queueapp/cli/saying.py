"""Says to a person what a command answered: short, aligned, in the language in use."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from queueapp.cli.wire import Json
from queueapp.i18n import N_, _
from queueapp.paper.summary_csv import COUNTS
from queueapp.rules.certainties import Censored, Little
from queueapp.rules.closing_words import correction_words, reason_words
from queueapp.rules.errors import state_words
from queueapp.rules.figure_words import figure, percent
from queueapp.rules.stopping_words import NOT_SURE
from queueapp.rules.summaries import Correction
from queueapp.rules.verbs import verb_words
from queueapp.text import clean
from queueapp.widgets.clocks import day_digits
from queueapp.widgets.sure_words import censored_words, little_words
from queueapp.widgets.words import STUCK_WORDS

_DURATIONS = (
    ("waiting", N_("Waiting time")),
    ("way", N_("Way to the counter")),
    ("service", N_("Service time")),
    ("held", N_("On hold")),
)
NAME, CELL = 20, 13


def say(answer: Json, fields: Mapping[str, str] | None = None) -> str:
    """Return an answer in words; `fields` are the names of the fields."""
    return "\n".join(clean_line(line) for line in _lines(answer, fields or {}))


def clean_line(line: str) -> str:
    """Return a line without a character that acts, its spaces kept."""
    return "".join(" " if part == " " else clean(part, 2000) for part in _parts(line))


def _parts(line: str) -> Iterator[str]:
    word = ""
    for character in line:
        if character == " ":
            yield from (word, " ")
            word = ""
        else:
            word += character
    yield word


def _lines(answer: Json, fields: Mapping[str, str]) -> Iterator[str]:
    if "report" in answer:
        yield from _report(answer["report"], fields)
        yield from _vouchers(answer.get("vouchers", []))
        yield from _backup(answer)
        yield from _notice(answer)
    elif "events" in answer:
        yield from (_event(event) for event in answer["events"])
    elif "stuck" in answer:
        yield from _tickets(answer["stuck"], _("No ticket needs mending."))
    elif "open_tickets" in answer:
        yield from _tickets(answer["open_tickets"], _("Every ticket has an end: the day can be closed."))
    elif "services" in answer:
        yield from _status(answer, fields)
    else:
        yield from _done(answer)


def _done(answer: Json) -> Iterator[str]:
    if "ticket" in answer:
        yield from _ticket(answer["ticket"])
        yield from _vouchers(answer.get("vouchers", []))
    if "counter" in answer:
        yield _counter(answer["counter"])
    if "missing" in answer:
        yield _("Missing for {procedure}:").format(procedure=answer["procedure"])
        yield from (f"  - {paper}" for paper in answer["missing"])
    if "why" in answer:
        yield answer["why"]


def _ticket(ticket: Json) -> Iterator[str]:
    line = f"{ticket['code']}  {state_words(ticket['state'])}"
    if ticket["counter"] is not None:
        line += "  " + _("counter {number}").format(number=ticket["counter"])
    if ticket["ahead"] is not None:
        line += "  " + _("people before: {n}").format(n=ticket["ahead"])
    yield line
    if ticket["estimate"]:
        is_at_once = ticket["estimate"]["basis"] == "at_once"  # its reason says it already
        range_of_it = "" if is_at_once else f"{ticket['estimate']['range']} · "
        yield f"  {range_of_it}{ticket['estimate']['why']}"
    if ticket["light"] in {"amber", "red"} and ticket["state"] == "waiting":
        yield "  " + _(NOT_SURE)
    if ticket["why_not"]:
        yield "  " + ticket["why_not"]
    if ticket["procedure"] and not ticket["procedure_vi"]:
        words = _("{procedure} is not on the list of procedures; it was written down all the same.")
        yield "  " + words.format(procedure=ticket["procedure"])
    if ticket["is_clock_touched"]:
        yield "  " + _("Open while the clock jumped")
    if ticket["is_unreliable"]:
        yield "  " + _("Times left out")
    for event in ticket.get("events", []):
        yield "  " + _event(event)


def _tickets(tickets: list[Json], nobody: str) -> Iterator[str]:
    for ticket in tickets:
        first, *_more = _ticket(ticket)
        facts = (first, _("since {time}").format(time=ticket["since"][11:16]), _why(ticket))
        yield "  ".join(fact for fact in facts if fact)
    if not tickets:
        yield nobody


def _why(ticket: Json) -> str:
    why: str | None = ticket.get("why")
    return "" if why is None else f"{ticket['day']}  " + _(STUCK_WORDS.get(why, why))


def _event(event: Json) -> str:
    counter = "" if event["counter"] is None else _("counter {number}").format(number=event["counter"])
    facts = [
        event["at"][:19].replace("T", " "),
        verb_words(event["verb"]),
        event["ticket"] or "",
        counter,
        event["clerk"] or "",
    ]
    if event["detail"].get("voucher"):
        facts.append(_("voucher {code}").format(code=event["detail"]["voucher"]))
    detail = reason_words(event["detail"].get("reason")) or event["detail"].get("note") or event.get("why") or ""
    return f"{event['seq']:>6}  " + "  ".join(str(fact) for fact in [*facts, detail] if fact)


def _counter(counter: Json) -> str:
    states = {"open": N_("open"), "paused": N_("paused"), "closed": N_("closed")}
    facts = [
        _("counter {number}").format(number=counter["number"]),
        _(states[counter["state"]]),
        counter["reason"],
        counter["clerk"],
        counter["ticket"] and counter["ticket"]["code"],
    ]
    return "  ".join(str(fact) for fact in facts if fact)


def _status(status: Json, fields: Mapping[str, str]) -> Iterator[str]:
    training = "  " + _("(training)") if status["training"] else ""
    yield f"{status['office']}  {status['day']}{training}"
    if status["clock_minutes"]:
        yield _("CLOCK OFF {minutes} min").format(minutes=f"{status['clock_minutes']:+d}")
    words = (N_("Issued"), N_("Waiting"), N_("Called"), N_("Serving"), N_("Held"), N_("Served"))
    yield _row("", [_(word) for word in words])
    for code, field in status["services"].items():
        counts = [field[name] for name in ("issued", "waiting", "called", "serving", "held")]
        yield _row(fields.get(code, code), [*counts, field["ended"]["served"]])
    for counter in status["counters"].values():
        yield _counter(counter)


def _report(report: Json, fields: Mapping[str, str]) -> Iterator[str]:
    yield report["day"] + ("  " + _("closed, sealed") if report["closed"] else "")
    yield _("Head of the chain: {head}").format(head=report["chain_head"])
    yield from _closing(report)
    services = {fields.get(code, code): figures for code, figures in report["services"].items()}
    groups = {**services, _("All"): report["all"]}
    yield _row("", [_(word) for _name, word in COUNTS])
    for name, figures in groups.items():
        yield _row(name, [figures[count] for count, _word in COUNTS])
    for duration, word in _DURATIONS:
        yield ""
        heads = (N_("n"), N_("mean"), N_("median"), N_("90 %"), N_("longest"))
        title = _(word)
        yield _row(title, [_(head) for head in heads])
        for name, figures in groups.items():
            yield _row(name, [_figure(figures[duration][key]) for key in ("n", "mean", "median", "p90", "max")])
    yield ""
    yield _("Times unreliable, left out") + f": {report['all']['excluded_unreliable']}"
    yield _("Called out of order") + f": {report['picked']}"
    yield _("Sent to put a form right") + f": {report['all']['reworked']}"
    if report["from_roll"]:
        yield _("Keyed in from the paper roll: {n} tickets.").format(n=report["from_roll"])
    if report["clock_touched"]:
        yield _("Open while the clock jumped: {n} tickets.").format(n=report["clock_touched"])
    if report["outage_minutes"]:
        yield _("Outage, minutes, left out of the times") + f": {_figure(report['outage_minutes'])}"
    yield from _promises(report, groups)
    yield from _certainty(report, fields)
    for each in report["unserved"]:
        known = each["waited"] is not None
        waited = _("waited {minutes} min").format(minutes=round(each["waited"])) if known else ""
        facts = [each["ticket"], state_words(each["end"]), reason_words(each["reason"])]
        yield "  ".join(fact for fact in (*facts, waited) if fact)


def _promises(report: Json, groups: Mapping[str, Json]) -> Iterator[str]:
    """Say how what was told at issue was kept, where anything was told."""
    if not report["all"]["estimate"]["n"]:
        return
    yield ""
    yield _row(_("Told at issue"), ["n", _("off by"), _("too long"), _("within"), _("longer")])
    for name, figures in groups.items():
        said = figures["estimate"]
        shares = [None if said[key] is None else f"{percent(said[key])} %" for key in ("coverage", "late")]
        yield _row(name, [said["n"], _figure(said["mae"]), _figure(said["bias"]), *(each or "–" for each in shares)])


def _certainty(report: Json, fields: Mapping[str, str]) -> Iterator[str]:
    """Say what is known of those who were not called, how sure the medians are, and whether Little's law holds."""
    sure = report["certainty"]
    if sure["all"] is None:
        return
    groups = {fields.get(code, code): each for code, each in sure["services"].items()} | {_("All"): sure["all"]}
    yield ""
    yield _row(_("Until the first call"), ["n", _("uncalled"), _("untimed"), _("median"), _("90 %")])
    for name, each in groups.items():
        known = Censored(**each["first_call"])
        yield _row(name, [known.n, known.censored, known.unknown, *censored_words(known)])
    yield ""
    yield _row(_("Waiting time"), ["n", _("median"), _("from"), _("to"), _("90 %") + " ≤"])
    for name, each in groups.items():
        waiting = each["waiting"]
        yield _row(name, [_figure(waiting[key]) for key in ("n", "median", "low", "high", "p90_at_most")])
    yield little_words(Little(**report["little"]))


def _closing(report: Json) -> Iterator[str]:
    closing = report["closing"]
    if closing is None:
        return
    by = closing["clerk"] or _("nobody signed in")
    yield _("Closed at {time} by {clerk}.").format(time=_moment(closing["at"], report["day"]), clerk=by)
    if closing["reason"]:
        yield _("Reason: {reason}").format(reason=closing["reason"])
    for each in closing["corrections"]:
        yield correction_words(Correction(**each))


def _backup(answer: Json) -> Iterator[str]:
    if answer.get("backup"):
        yield _("The day is closed and its backup is in {path}.").format(path=answer["backup"])
    elif "backup_failed" in answer:
        yield _("The day is closed, but its backup failed: {cause}").format(cause=answer["backup_failed"])


def _notice(answer: Json) -> Iterator[str]:
    if answer.get("notice"):
        yield _("The quiet hours for the notice board are in {path}.").format(path=answer["notice"][-1])
    elif "notice_failed" in answer:
        yield answer["notice_failed"]


def _vouchers(vouchers: list[Json]) -> Iterator[str]:
    for each in vouchers:
        yield _("{ticket} is carried over to {day}: voucher {code}").format(
            ticket=each["ticket"], day=day_digits(date.fromisoformat(each["valid_on"])), code=each["code"]
        )


def _figure(value: float | int | None) -> str:
    if value is None or isinstance(value, int):
        return "–" if value is None else str(value)
    return figure(value)


def _moment(local: str, day: str) -> str:
    """Return the time of a moment in ISO 8601, with its date where that is another day than `day`."""
    return local[11:16] if local[:10] == day else f"{local[11:16]} {day_digits(date.fromisoformat(local[:10]))}"


def _row(name: str, cells: list[Any]) -> str:
    return f"{name:<{NAME}}" + "".join(f"{cell!s:>{CELL}}" for cell in cells)
