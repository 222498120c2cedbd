"""Writes views as the JSON that others rely on: names of the contract, moments in ISO 8601 with the office's offset."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from queueapp.clock import zone
from queueapp.i18n import _
from queueapp.rules.catalogue import CatalogueError
from queueapp.rules.certainties import Certainty
from queueapp.rules.closing_views import ClosingView, StuckView
from queueapp.rules.errors import OpenTicketsError, QueueError
from queueapp.rules.estimate_words import range_words, why_words
from queueapp.rules.estimated import Estimate
from queueapp.rules.reasons import explain, explain_not, why_of
from queueapp.rules.sheets import as_sheet
from queueapp.rules.stopped import Room, Stop
from queueapp.rules.stopping_words import clock_words, room_words, why_stop
from queueapp.rules.summaries import Closing, DaySummary
from queueapp.rules.views import Answer, CounterView, EventView, ServiceView, SpanView, StatusView, TicketView
from queueapp.text import mask

Json = dict[str, Any]


class Wire:
    """Views as JSON-able values, for an office's time zone."""

    def __init__(self, timezone: str) -> None:
        self._zone = zone(timezone)

    def answer(self, answer: Answer) -> Json:
        """Return what an operation did."""
        said: Json = {}
        if answer.ticket is not None:
            said["ticket"] = self.ticket(answer.ticket)
        if answer.counter is not None:
            said["counter"] = self.counter(answer.counter)
        if answer.why is not None:
            said["why"] = explain(answer.why)
            said["rule"] = answer.why.rule
            said["figures"] = answer.why.figures and answer.why.figures.written()
        if answer.missing:
            said |= {"procedure": answer.procedure, "missing": list(answer.missing)}
        if answer.day is not None or answer.vouchers:
            said["vouchers"] = [asdict(each) | {"valid_on": each.valid_on.isoformat()} for each in answer.vouchers]
        return said

    def ticket(self, ticket: TicketView) -> Json:
        """Return a ticket; spans and events only where they were asked for."""
        said = asdict(ticket) | {
            "day": ticket.day.isoformat(),
            "issued_at": self._moment(ticket.issued_at),
            "since": self._moment(ticket.since),
            "due_at": self._moment(ticket.due_at),
            "fix_by": self._moment(ticket.fix_by),
            "valid_on": _day(ticket.valid_on),
            "name": mask(ticket.name),
            "estimate": estimate_json(ticket.estimate),
            "promise": estimate_json(ticket.promise),
        }
        del said["spans"], said["events"]
        said["why_not"] = None if ticket.why_not is None else explain_not(ticket.why_not)
        if ticket.why_not is not None:
            said["before"] = [each.weighed.code for each in ticket.why_not.before]
        if ticket.spans is not None:
            said["spans"] = [self._span(span) for span in ticket.spans]
        if ticket.events is not None:
            said["events"] = [self.event(event) for event in ticket.events]
        return said

    def event(self, event: EventView) -> Json:
        """Return one thing that happened."""
        said = asdict(event) | {"at": self._moment(event.at), "day": _day(event.day)}
        why = why_of(event.detail) if event.verb == "call" else None
        return said if why is None else said | {"why": explain(why)}

    def counter(self, counter: CounterView) -> Json:
        """Return a counter with its ticket."""
        return {
            "number": counter.number,
            "state": counter.state,
            "open": counter.is_open,
            "reason": counter.reason,
            "clerk": counter.clerk,
            "services": list(counter.services),
            "ticket": None if counter.ticket is None else self.ticket(counter.ticket),
        }

    def status(self, status: StatusView) -> Json:
        """Return the hall at a glance."""
        return {
            "day": status.day.isoformat(),
            "services": {service.code: self._service(service) for service in status.services},
            "counters": {str(counter.number): self.counter(counter) for counter in status.counters},
            "revision": status.revision,
            "office": status.office.name,
            "training": status.office.is_training,
            "unclosed": _day(status.unclosed),
            "interrupted": status.interrupted,
            "clock_minutes": status.office.clock_minutes,
            "guarded": status.office.is_guarded,
        }

    def stuck(self, view: StuckView) -> Json:
        """Return the tickets that need mending."""
        found = [{"why": each.why, "seconds": each.seconds} | self.ticket(each.ticket) for each in view.tickets]
        return {"day": view.day.isoformat(), "stuck": found}

    def closing(self, view: ClosingView) -> Json:
        """Return what a day still needs before it can be closed."""
        return {
            "day": view.day.isoformat(),
            "open_days": [day.isoformat() for day in view.open_days],
            "open_tickets": [self.ticket(ticket) for ticket in view.tickets],
            "open_until": view.open_until,
            "next_day": view.next_day.isoformat(),
            "closed": view.closing is not None,
        }

    def report(self, summary: DaySummary) -> Json:
        """Return the figures of a day."""
        said = as_sheet(summary) | {
            "chain_head": summary.chain_head,
            "clock_touched": summary.clock_touched,
            "from_roll": summary.from_roll,
        }
        said["outage_minutes"] = summary.outage_minutes
        said["waited_longer_than_promised"] = [asdict(each) for each in summary.broken]
        said["certainty"] = _certainty(summary.certainty)
        said["little"] = asdict(summary.little)
        closing = summary.closing
        said["closed"] = closing is not None
        said["sealed_seq"] = None if closing is None else closing.sealed_seq
        said["closing"] = None if closing is None else self._closing(closing)
        said["sealed"] = None if closing is None else json.loads(closing.sheet)
        return said

    def _closing(self, closing: Closing) -> Json:
        said = asdict(closing)
        del said["sheet"]
        return said | {
            "at": self._moment(closing.at),
            "corrections": [asdict(each) | {"at": self._moment(each.at)} for each in closing.corrections],
        }

    def _service(self, service: ServiceView) -> Json:
        return {
            "code": service.code,
            "issued": service.issued,
            "waiting": service.waiting,
            "called": service.called,
            "serving": service.serving,
            "held": service.held,
            "ended": service.ended,
            "still_open": service.still_open,
            "average_wait": service.average_wait,
            "waiting_since": self._moment(service.waiting_since),
            "expected": estimate_json(service.expected),
            "stop": _stop_json(service.stop),
            "room": _room_json(service.room),
        }

    def _span(self, span: SpanView) -> Json:
        seconds = None if span.ended_at is None else (span.ended_at - span.started_at).total_seconds()
        return {
            "kind": span.kind,
            "service": span.service,
            "counter": span.counter,
            "clerk": span.clerk,
            "from": self._moment(span.started_at),
            "to": self._moment(span.ended_at),
            "seconds": seconds,
            "ended_by": span.ended_by,
        }

    def _moment(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(self._zone).isoformat()


def refusal(error: QueueError) -> Json:
    """Return a refusal with its stable code and its sentence."""
    said: Json = {"code": error.code, "message": error.message}
    if isinstance(error, OpenTicketsError):
        said["tickets"] = list(error.tickets)
    if isinstance(error, CatalogueError):
        said["problems"] = [
            {"line": each.line, "column": each.column, "expected": _(each.expected)} for each in error.problems
        ]
    return {"ok": False, "error": said}


def _certainty(groups: Mapping[str | None, Certainty]) -> Json:
    fields = {name: asdict(each) for name, each in groups.items() if name is not None}
    return {"all": asdict(groups[None]) if None in groups else None, "services": fields}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _stop_json(stop: Stop | None) -> Json | None:
    """Return the light of a field with the sentence that says why, and the hours behind it."""
    if stop is None:
        return None
    hours = {name: clock_words(getattr(stop, name)) for name in ("expected", "upper", "closing")}
    return {"light": stop.light, "because": stop.because, "why": why_stop(stop), **hours}


def _room_json(room: Room | None) -> Json | None:
    """Return how many more numbers, and dossiers, the day can carry."""
    if room is None:
        return None
    names = ("sure", "at_most", "sure_dossiers", "at_most_dossiers")
    return {name: getattr(room, name) for name in names} | {"says": room_words(room)}


def estimate_json(estimate: Estimate | None) -> Json | None:
    """Return what is said of a wait: its minutes from the moment of the answer, what they rest on, and why."""
    if estimate is None:
        return None
    return {
        "low_minutes": estimate.low,
        "minutes": estimate.minutes,
        "high_minutes": estimate.high,
        "basis": estimate.basis,
        "ahead": estimate.ahead,
        "coming": estimate.coming,
        "pace": estimate.pace,
        "speed": estimate.speed,
        "rest": estimate.rest,
        "range": range_words(estimate),
        "why": why_words(estimate),
    }
