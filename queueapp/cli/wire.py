"""Writes views as the JSON that others rely on: names of the contract, moments in ISO 8601 with the office's offset."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from queueapp.clock import zone
from queueapp.rules.errors import QueueError
from queueapp.rules.order import explain
from queueapp.rules.summaries import DaySummary, Figures
from queueapp.rules.views import Answer, CounterView, EventView, ServiceView, SpanView, StatusView, TicketView

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
        return said

    def ticket(self, ticket: TicketView) -> Json:
        """Return a ticket; spans and events only where they were asked for."""
        said = asdict(ticket) | {
            "day": ticket.day.isoformat(),
            "issued_at": self._moment(ticket.issued_at),
            "since": self._moment(ticket.since),
            "due_at": self._moment(ticket.due_at),
        }
        del said["spans"], said["events"]
        if ticket.spans is not None:
            said["spans"] = [self._span(span) for span in ticket.spans]
        if ticket.events is not None:
            said["events"] = [self.event(event) for event in ticket.events]
        return said

    def event(self, event: EventView) -> Json:
        """Return one thing that happened."""
        return asdict(event) | {"at": self._moment(event.at), "day": _day(event.day)}

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
        }

    def report(self, summary: DaySummary) -> Json:
        """Return the figures of a day."""
        return {
            "day": summary.day.isoformat(),
            "services": _each(summary.services),
            "all": asdict(summary.all),
            "counters": _each(summary.counters),
            "clerks": _each(summary.clerks),
            "hours": _each(summary.hours),
            "unserved": [
                {
                    "ticket": each.code,
                    "service": each.service,
                    "end": each.end,
                    "reason": each.reason,
                    "waited": each.waited,
                }
                for each in summary.unserved
            ],
            "chain_head": summary.chain_head,
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
    return {"ok": False, "error": {"code": error.code, "message": error.message}}


def _each(groups: dict[str, Figures]) -> Json:
    return {name: asdict(figures) for name, figures in groups.items()}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
