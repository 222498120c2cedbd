"""What may be asked for from outside: each request with its fields, for `batch` and for the command line alike."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from queueapp.i18n import N_


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a request: `kind` is text, texts (a list of them), number, flag, day or ends (of tickets).

    `column` is the operation's name for it.
    """

    name: str
    kind: str
    help: str
    is_required: bool = False
    column: str = ""

    @property
    def parameter(self) -> str:
        """The operation's name for the field."""
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class Request:
    """One request: the operation or query that answers it, and its fields; required ones are positional words."""

    do: str
    door: str
    help: str
    fields: tuple[Field, ...] = ()
    is_query: bool = False

    def function(self) -> Callable[..., Any]:
        """Import the operation or query; late, because the doors bring SQLModel with them."""
        module, name = self.door.rsplit(".", 1)
        found: Callable[..., Any] = getattr(import_module(f"queueapp.{module}"), name)
        return found


def _text(name: str, help_: str, *, required: bool = False, column: str = "") -> Field:
    return Field(name, "text", help_, required, column)


def _number(name: str, help_: str, *, required: bool = False, column: str = "") -> Field:
    return Field(name, "number", help_, required, column)


_COUNTER = _number("counter", N_("the counter's number"), required=True)
_SERVICE = _text("service", N_("the field's code, such as land"), required=True)
_TICKET = _text("ticket", N_("the ticket, such as D-007"), required=True)
_REASON = _text("reason", N_("why, in a few words"))
_DAY = Field("day", "day", N_("the day, such as 2026-11-23"))
_MISSING = N_("a paper that is missing, each said apart")
_DOSSIERS = _number("dossiers", N_("how many dossiers"))

OPERATIONS = (
    Request(
        "issue",
        "operations.issuing.issue",
        N_("issue a ticket of a field"),
        (
            _SERVICE,
            _text("priority", N_("the reason for priority, such as elderly")),
            _DOSSIERS,
            _text("procedure", N_("the procedure's code")),
            _text("channel", N_("how the citizen came: desk, post, online …")),
            _text("note", N_("a note for the clerk")),
            _text("name", N_("the citizen's name, where the office keeps names")),
            _text("voucher", N_("the voucher of somebody who was carried over")),
            _text("override", N_("why a number is issued that the day cannot carry")),
            Field("postpone", "flag", N_("carry it over to another day at once")),
            Field("day", "day", N_("the day to which it is carried over")),
            Field("print", "flag", N_("let its slip be printed")),
        ),
    ),
    Request(
        "serve",
        "operations.issuing.serve",
        N_("issue and start at once for somebody already at the counter"),
        (_COUNTER, _SERVICE),
    ),
    Request(
        "call",
        "operations.calling.call",
        N_("call the next ticket, or a picked one with a reason"),
        (_COUNTER, _text("ticket", N_("the ticket picked out of order")), _REASON),
    ),
    Request("recall", "operations.calling.recall", N_("call the counter's ticket again"), (_COUNTER,)),
    Request("start", "operations.calling.start", N_("start to serve"), (_COUNTER,)),
    Request(
        "finish",
        "operations.serving.finish",
        N_("end the service"),
        (
            _COUNTER,
            _text("outcome", N_("how it ended, such as done or missing_papers")),
            _DOSSIERS,
            Field("time_unreliable", "flag", N_("the times are wrong: leave them out of the durations")),
            Field("missing", "texts", _MISSING),
            _text("procedure", N_("the procedure's code")),
        ),
    ),
    Request("no_show", "operations.calling.no_show", N_("mark the called citizen absent"), (_COUNTER,)),
    Request(
        "hold",
        "operations.serving.hold",
        N_("put the ticket on hold; the counter is free"),
        (_COUNTER, _REASON, _number("minutes", N_("when the citizen is expected back"))),
    ),
    Request(
        "send_to_fix",
        "operations.fixing.send_to_fix",
        N_("send the citizen to put a form right; the place is kept"),
        (_COUNTER, _number("minutes", N_("within how many minutes the place is kept")), _REASON),
    ),
    Request(
        "return_from_fix",
        "operations.fixing.return_from_fix",
        N_("let a citizen wait again who put a form right"),
        (_TICKET,),
    ),
    Request(
        "precheck",
        "operations.papers.precheck",
        N_("write down which papers are missing, without a number"),
        (
            _text("procedure", N_("the procedure's code"), required=True),
            Field("missing", "texts", _MISSING),
        ),
    ),
    Request("resume", "operations.serving.resume", N_("go on with a held ticket"), (_COUNTER, _TICKET)),
    Request(
        "transfer",
        "operations.serving.transfer",
        N_("send the citizen to another field"),
        (
            _COUNTER,
            _text("to", N_("the code of the other field"), required=True),
            _text("note", N_("a note for the clerk")),
            Field("come_back", "flag", N_("the ticket comes back to this counter afterwards")),
        ),
    ),
    Request(
        "put_back",
        "operations.serving.put_back",
        N_("put the ticket back into its queue"),
        (_COUNTER, _text("position", N_("own, front or end"))),
    ),
    Request(
        "bring_back",
        "operations.returning.bring_back",
        N_("let an absent or gone citizen wait again"),
        (_TICKET,),
    ),
    Request(
        "enter",
        "operations.roll.enter",
        N_("key in a number of the paper roll, with its real times"),
        (
            _SERVICE,
            _number("number", N_("the number on the paper"), required=True),
            _text("issued", N_("when the number was taken, such as 8:05"), required=True),
            _text("called", N_("when it was called")),
            _text("started", N_("when the service began")),
            _text("ended", N_("when the service ended, or the citizen went")),
            _number("counter", N_("the counter's number")),
            _text("end", N_("served, left, no_show or waiting")),
            _DAY,
            _DOSSIERS,
            _text("priority", N_("the reason for priority, such as elderly")),
        ),
    ),
    Request(
        "reprint",
        "operations.printing.reprint",
        N_("print the slip of a ticket again, as a copy"),
        (_TICKET,),
    ),
    Request(
        "confirm_print",
        "operations.printing.confirm_print",
        N_("say that the slip of a ticket came out, or is not needed"),
        (_TICKET,),
    ),
    Request(
        "undo",
        "operations.undoing.undo",
        N_("take back the last operation at a counter or on a ticket"),
        (_number("counter", N_("the counter's number")), _text("ticket", N_("the ticket, such as D-007"))),
    ),
    Request(
        "set_priority",
        "operations.priority.set_priority",
        N_("give a ticket priority, or none, for a reason"),
        (_TICKET, _text("priority", N_("the reason for priority, such as elderly")), _REASON),
    ),
    Request("leave", "operations.leaving.leave", N_("mark that the citizen went away"), (_TICKET, _REASON)),
    Request(
        "postpone",
        "operations.postponing.postpone",
        N_("carry a ticket that waits over to another day, with a voucher"),
        (_TICKET, Field("day", "day", N_("the day to which it is carried over")), _REASON),
    ),
    Request("void", "operations.leaving.void", N_("declare a ticket void, for a reason"), (_TICKET, _DAY, _REASON)),
    Request("open_counter", "operations.counters.open_counter", N_("open a counter"), (_COUNTER,)),
    Request("close_counter", "operations.counters.close_counter", N_("close a counter"), (_COUNTER,)),
    Request("pause", "operations.counters.pause", N_("pause a counter, for a reason"), (_COUNTER, _REASON)),
    Request("unpause", "operations.counters.unpause", N_("let a paused counter call again"), (_COUNTER, _REASON)),
    Request(
        "close_day",
        "operations.closing.close_day",
        N_("close a day and seal its sheet"),
        (_DAY, Field("unserved", "ends", N_("what becomes of each open ticket, such as D-003=sent_home")), _REASON),
    ),
    Request(
        "mend",
        "operations.mending.mend",
        N_("bring a stuck ticket to where it belongs, for a reason"),
        (_TICKET, _text("to", N_("waiting, served, left or void"), required=True), _DAY, _REASON),
    ),
    Request(
        "wake",
        "operations.mending.wake",
        N_("confirm that a ticket goes on as it was before an outage"),
        (_TICKET, _DAY),
    ),
    Request(
        "correct",
        "operations.closing.correct",
        N_("put something right on a closed day, for a reason"),
        (
            _TICKET,
            Field("day", "day", N_("the day, such as 2026-11-23"), is_required=True),
            _text("end", N_("how the ticket really ended")),
            _DOSSIERS,
            Field("time_unreliable", "flag", N_("the times are wrong: leave them out of the durations")),
            _REASON,
        ),
    ),
)
QUERIES = (
    Request("status", "queries.hall.status", N_("what waits where"), (_DAY,), is_query=True),
    Request(
        "ticket",
        "queries.tickets.ticket",
        N_("a ticket and its history"),
        (_text("ticket", N_("the ticket, such as D-007"), required=True, column="code"), _DAY),
        is_query=True,
    ),
    Request(
        "events",
        "queries.tickets.events_after",
        N_("what happened, oldest first"),
        (_number("after", N_("only what follows this number")), _number("limit", N_("at most so many"))),
        is_query=True,
    ),
    Request("stuck", "queries.stuck.stuck", N_("tickets that need mending"), is_query=True),
    Request("closing", "queries.days.closing", N_("what a day needs before it can be closed"), (_DAY,), is_query=True),
    Request("report", "queries.summary.day_summary", N_("the figures of a day"), (_DAY,), is_query=True),
)
REQUESTS = {request.do: request for request in (*OPERATIONS, *QUERIES)}
