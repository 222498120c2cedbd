"""What queries and operations tell of the hall: frozen values, each shaped for whoever asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from queueapp.i18n import name_of
from queueapp.rules.estimated import Estimate
from queueapp.rules.reasons import Why, WhyNot
from queueapp.rules.stopped import Light, Room, Stop


@dataclass(frozen=True, slots=True)
class SpanView:
    """One unbroken stretch of a ticket's life; `ended_by` is the verb that ended it."""

    kind: str
    service: str
    counter: int | None
    clerk: str | None
    started_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing that happened: what, when, to which ticket, at which counter, by whom, and the rest in `detail`."""

    seq: int
    at: datetime
    verb: str
    ticket: str | None
    day: date | None
    counter: int | None
    clerk: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as everybody may see it.

    `service` is whose queue it stands in now, `issued_for` the one that gave it its code. `ahead` counts the tickets
    that will be called before it (None unless it waits). `since` is when its present state began. `counter` and
    `clerk` are where it is, or was last. `reason` is why it was voided, held or picked. One that `is_first` is called
    before new tickets; it comes back to counter `back_to`. `voucher` is the code with which a citizen who was carried
    over comes again on the day `valid_on`. The times of one that `is_unreliable` are left out of the durations;
    one that `is_clock_touched` was open when the machine's clock jumped. Who is back by `fix_by` with a form put right
    keeps the place; one that `is_from_roll` has a number of the paper roll. `name` is the citizen's, where the office
    keeps names; only the counter that serves them shows it in full. `procedure_vi` and `procedure_en` are the names of
    the procedure, where it stands on the office's list. `estimate` is how long one that waits will wait from now on,
    `promise` what it was told at issue, and `light` whether it was sure to be served that day (see rules/stopping.py).
    `why_not` says who is before it and by what, where that was asked.
    """

    code: str
    service: str
    issued_for: str
    number: int
    day: date
    state: str
    priority: str | None
    dossiers: int
    procedure: str | None
    channel: str | None
    issued_at: datetime
    since: datetime
    ahead: int | None
    counter: int | None
    clerk: str | None
    calls: int
    outcome: str | None
    note: str | None = None
    name: str | None = None
    reason: str | None = None
    due_at: datetime | None = None
    is_first: bool = False
    back_to: int | None = None
    voucher: str | None = None
    valid_on: date | None = None
    is_unreliable: bool = False
    is_clock_touched: bool = False
    fix_by: datetime | None = None
    is_from_roll: bool = False
    procedure_vi: str | None = None
    procedure_en: str | None = None
    estimate: Estimate | None = None
    promise: Estimate | None = None
    light: Light | None = None
    why_not: WhyNot | None = None
    spans: tuple[SpanView, ...] | None = None
    events: tuple[EventView, ...] | None = None

    @property
    def procedure_name(self) -> str:
        """The procedure's name in the language in use, its code where the list does not know it; empty without one."""
        return name_of(self.procedure_vi or "", self.procedure_en or self.procedure_vi or "") or self.procedure or ""


@dataclass(frozen=True, slots=True)
class PriorityView:
    """A reason for priority on the office's list; `basis` says where it comes from."""

    code: str
    name_vi: str
    name_en: str
    basis: str = ""

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return name_of(self.name_vi, self.name_en)


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The office: its name, time zone, language, whether its database is one for exercise, its list of priorities.

    One that `is_guarded` knows people by their PINs. `clock_minutes` is by how much the machine's clock has jumped
    (back where negative), `lock_minutes` after how long without a key a terminal locks itself, `keeps_names` whether
    names are kept, `fix_minutes` how long the place of somebody is kept who puts a form right. One that `is_voiced` has
    its calls announced. `paper_languages` are those of what is printed: vi, or both.
    """

    name: str
    timezone: str
    language: str
    is_training: bool
    priorities: tuple[PriorityView, ...]
    is_guarded: bool = False
    clock_minutes: int = 0
    lock_minutes: int = 0
    keeps_names: bool = False
    is_voiced: bool = False
    fix_minutes: int = 30
    paper_languages: str = "vi"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A field and its queue on a day.

    `ended` and `still_open` are the day's ledger: they count what became of the `issued` tickets, by end and by state,
    under the field that issued them. The rest counts under the field whose queue a ticket stands in. `average_wait` is
    the mean of the waits that ended in a call today, in minutes, None while there is none. `waiting_since` is the place
    of the one who waits longest. `expected` is how long the next ticket would wait, where that was asked and enough is
    known; `stop` is its light, `room` how many more the day can carry.
    """

    code: str
    letter: str
    name_vi: str
    name_en: str
    issued: int
    waiting: int
    called: int
    serving: int
    held: int
    ended: dict[str, int]
    still_open: dict[str, int]
    average_wait: float | None
    waiting_since: datetime | None
    expected: Estimate | None = None
    stop: Stop | None = None
    room: Room | None = None

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return name_of(self.name_vi, self.name_en)


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter: whether it is open, paused or closed, who sits there, which fields it serves, the ticket it has."""

    number: int
    state: str
    reason: str | None
    clerk: str | None
    services: tuple[str, ...]
    ticket: TicketView | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may call."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class VoucherView:
    """What a citizen who is carried over takes home: a code, the ticket it came from, the day it is good for.

    `service` is the field that issued that ticket.
    """

    code: str
    ticket: str
    valid_on: date
    service: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation did: the ticket or the counter as it is now, and for a call why this ticket.

    For a day that was closed: which, and the vouchers of those who were carried over. For papers looked at before a
    number was issued: of which procedure, and what was missing. For a slip that is printed again, whether as a copy.
    """

    ticket: TicketView | None = None
    counter: CounterView | None = None
    why: Why | None = None
    day: date | None = None
    vouchers: tuple[VoucherView, ...] = ()
    procedure: str | None = None
    missing: tuple[str, ...] = ()
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class StatusView:
    """The hall at a glance: what waits where. `revision` moves with every change.

    `unclosed` is the oldest earlier day that nobody has closed; `interrupted` counts tickets that an outage interrupted
    and nobody has looked at since.
    """

    office: OfficeView
    day: date
    services: tuple[ServiceView, ...]
    counters: tuple[CounterView, ...]
    revision: int
    unclosed: date | None = None
    interrupted: int = 0


@dataclass(frozen=True, slots=True)
class PrintView:
    """A print that has not surely come out: `state` is pending, printing, failed or uncertain, `error` why.

    `ticket` is None for what is of no ticket; after `attempts` tries.
    """

    id: int
    ticket: str | None
    kind: str
    state: str
    is_copy: bool
    attempts: int
    created_at: datetime
    error: str | None


def in_doubt(prints: Sequence[PrintView]) -> tuple[PrintView, ...]:
    """Return which prints a person is asked about at once.

    The oldest slip that may be out, else the oldest that is not, else all papers of one kind that are of no ticket.
    """
    for state in ("uncertain", "failed"):
        found = next((each for each in prints if each.state == state and each.ticket), None)
        if found is not None:
            return (found,)
    papers = [each for each in prints if each.state in {"uncertain", "failed"}]
    return tuple(each for each in papers if each.kind == papers[0].kind)


@dataclass(frozen=True, slots=True)
class ReceptionView:
    """What the receptionist sees: the hall, the latest tickets of the day, newest first, and prints in trouble."""

    status: StatusView
    latest: tuple[TicketView, ...]
    prints: tuple[PrintView, ...] = ()

    @property
    def office(self) -> OfficeView:
        """The office."""
        return self.status.office

    @property
    def revision(self) -> int:
        """Which state of the queue this is."""
        return self.status.revision


@dataclass(frozen=True, slots=True)
class DeskView:
    """What the clerk of one counter sees.

    `waiting` are the next tickets in the order they will be called, `waiting_count` all of them; `held` are all held
    tickets of the day of the fields this counter serves; `can` names the operations possible now. `served_before` is
    for how many seconds the present ticket was served here before it was held or interrupted, `unclosed` the oldest
    earlier day that nobody has closed. `better` is another counter that is free and should rather call the next one,
    `why` why the present ticket was called.
    """

    office: OfficeView
    day: date
    counter: CounterView
    services: tuple[ServiceView, ...]
    waiting: tuple[TicketView, ...]
    waiting_count: int
    held: tuple[TicketView, ...]
    served_today: int
    can: frozenset[str]
    revision: int
    served_before: float = 0.0
    unclosed: date | None = None
    better: int | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class CallView:
    """One call or recall to be shown and heard once; `seq` is its place in the order of all events."""

    seq: int
    at: datetime
    code: str
    counter: int
    service: str
    is_recall: bool
    is_present: bool


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the hall sees: the last calls, newest first, the counters, and how many wait for which field.

    A call's `is_present` says that its ticket is still at that counter.
    """

    office: OfficeView
    day: date
    calls: tuple[CallView, ...]
    counters: tuple[CounterView, ...]
    services: tuple[ServiceView, ...]
    revision: int
