"""The tables and what the database itself refuses."""

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from queueapp.moment import Moment
from queueapp.rules.lifecycle import (
    AT_COUNTER,
    COUNTER_STATES,
    KINDS,
    OPEN_STATES,
    PRINT_STATES,
    ROLES,
    STATES,
    TIME_UNITS,
)

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by themselves only where the key is an INTEGER.
_KEY = BigInteger().with_variant(Integer(), "sqlite")


def _key() -> Any:
    return Field(default=None, primary_key=True, sa_type=_KEY)


def _office() -> Any:
    return Field(foreign_key="office.id", sa_type=_KEY)


def _to(target: str, *, nullable: bool = False) -> Any:
    return Field(default=None, foreign_key=target, sa_type=_KEY, nullable=nullable)


def _moment(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_type=Moment, nullable=nullable)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Office(SQLModel, table=True):
    """One centre. `settings` holds its hours and its list of priority reasons."""

    id: int | None = _key()
    name: str
    timezone: str
    language: str
    is_training: bool = False
    settings: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Head(SQLModel, table=True):
    """The head of an office's chain of events, locked first by every write.

    `seq` is the number of the last event and the revision that other terminals watch; `at` the last moment that was
    recorded, so that time never runs backwards; `hash` the hash of the last event. `boot` and `uptime` (microseconds)
    say which machine wrote it and how long that machine had been running, by which a jump of its clock is seen;
    `clock_offset` (microseconds) is by how much the machine's clock is ahead of the office's own count of time.
    """

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=_KEY)
    seq: int = Field(default=0, sa_type=BigInteger)
    at: datetime = _moment()
    hash: str | None = None
    boot: str | None = None
    uptime: int | None = Field(default=None, sa_type=BigInteger)
    clock_offset: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class Service(SQLModel, table=True):
    """A field of work. `daily_quota` 0 means no limit; `usual_minutes` is what a number takes, 0 where nobody says."""

    id: int | None = _key()
    office_id: int = _office()
    code: str
    letter: str
    name_vi: str
    name_en: str
    recall_limit: int = 3
    daily_quota: int = 0
    position: int = 0
    is_active: bool = True
    usual_minutes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        CheckConstraint("recall_limit >= 0", name="recall_limit"),
        CheckConstraint("daily_quota >= 0", name="daily_quota"),
        Index("one_letter", "office_id", "letter", unique=True, **_where("is_active")),
    )


class Counter(SQLModel, table=True):
    """A numbered place. `reason` says why it is paused."""

    id: int | None = _key()
    office_id: int = _office()
    number: int
    state: str = "open"
    reason: str | None = None
    is_active: bool = True
    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        CheckConstraint("number > 0", name="number"),
        _one_of("state", COUNTER_STATES),
    )


class Skill(SQLModel, table=True):
    """A field that a counter serves."""

    counter_id: int = Field(primary_key=True, foreign_key="counter.id", sa_type=_KEY)
    service_id: int = Field(primary_key=True, foreign_key="service.id", sa_type=_KEY)
    office_id: int = _office()
    weight: int = 1
    __table_args__ = (CheckConstraint("weight > 0", name="weight"),)


class Staff(SQLModel, table=True):
    """Who works here. `pin_hash` is null until a PIN is set; wrong PINs are counted here, and survive a restart.

    `locked_until` is when the next try is taken again; `locked_boot` and `locked_uptime` say the same by the time that
    the machine has been running, which no change of its clock moves.
    """

    id: int | None = _key()
    office_id: int = _office()
    name: str
    role: str
    is_active: bool = True
    pin_hash: str | None = None
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    locked_until: datetime | None = _moment(nullable=True)
    locked_boot: str | None = None
    locked_uptime: int | None = Field(default=None, sa_type=BigInteger)
    __table_args__ = (UniqueConstraint("office_id", "name"), _one_of("role", ROLES))


class Shift(SQLModel, table=True):
    """A stretch of time in which somebody sits at a counter; a person and a counter have one open shift at most."""

    id: int | None = _key()
    office_id: int = _office()
    counter_id: int = _to("counter.id")
    staff_id: int = _to("staff.id")
    opened_at: datetime = _moment()
    closed_at: datetime | None = _moment(nullable=True)
    __table_args__ = (
        CheckConstraint("closed_at >= opened_at", name="times"),
        Index("one_open_shift_of_counter", "counter_id", unique=True, **_where("closed_at IS NULL")),
        Index("one_open_shift_of_staff", "staff_id", unique=True, **_where("closed_at IS NULL")),
    )


class Day(SQLModel, table=True):
    """A business day, opened by its first ticket.

    Closing it writes its figures as `sheet` (JSON) and seals them with the head of the chain as it then was: the event
    number `sealed_seq` and its hash `seal`. A trigger refuses to change a closed day.
    """

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=_KEY)
    date: dt.date = Field(primary_key=True)
    opened_at: datetime = _moment()
    closed_at: datetime | None = _moment(nullable=True)
    closed_by_id: int | None = _to("staff.id", nullable=True)
    reason: str | None = None
    sealed_seq: int | None = Field(default=None, sa_type=BigInteger)
    seal: str | None = None
    sheet: str | None = None
    __table_args__ = (CheckConstraint("closed_at >= opened_at", name="times"),)


class Ticket(SQLModel, table=True):
    """A citizen's place in the queue; it holds no personal data.

    `issued_for_id` is the field whose letter it bears, `service_id` the one whose queue it stands in. `place` is the
    moment since which it counts as waiting; one that `is_first` is called before new tickets. `priority_by_id` is who
    granted the priority. `counter_id` and `staff_id` are where it is called, served or held, or was at its end.
    `back_to_id` is the counter it comes back to, once the other field has finished if `back_service_id` is set.
    `is_clock_touched` says that the machine's clock jumped while it was open. Who was sent to put a form right and is
    back by `fix_by` keeps the place. One that `is_from_roll` has a number of the paper roll, keyed in afterwards.
    `promise` is what it was told of its wait at issue (`rules/promised.py`); null where nothing was said.
    """

    id: int | None = _key()
    office_id: int = _office()
    day: dt.date
    issued_for_id: int = _to("service.id")
    number: int
    service_id: int = _to("service.id")
    state: str
    priority: str | None = None
    priority_by_id: int | None = _to("staff.id", nullable=True)
    dossiers: int = 1
    procedure: str | None = None
    channel: str | None = None
    issued_at: datetime = _moment()
    place: datetime = _moment()
    is_first: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    back_to_id: int | None = _to("counter.id", nullable=True)
    back_service_id: int | None = _to("service.id", nullable=True)
    calls: int = 0
    counter_id: int | None = _to("counter.id", nullable=True)
    staff_id: int | None = _to("staff.id", nullable=True)
    ended_at: datetime | None = _moment(nullable=True)
    outcome: str | None = None
    reason: str | None = None
    due_at: datetime | None = _moment(nullable=True)
    is_unreliable: bool = False
    is_clock_touched: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    fix_by: datetime | None = _moment(nullable=True)
    is_from_roll: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    promise: str | None = None
    __table_args__ = (
        UniqueConstraint("office_id", "day", "issued_for_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("dossiers > 0", name="dossiers"),
        CheckConstraint("calls >= 0", name="calls"),
        _one_of("state", STATES),
        CheckConstraint("ended_at >= issued_at", name="times"),
        CheckConstraint(
            "(ended_at IS NULL) = (state IN ({}))".format(", ".join(f"'{state}'" for state in OPEN_STATES)),
            name="end",
        ),
        CheckConstraint("state NOT IN ('called', 'serving', 'held') OR counter_id IS NOT NULL", name="counter"),
        CheckConstraint("state <> 'waiting' OR counter_id IS NULL", name="waiting"),
        Index("ix_ticket_waiting", "service_id", "day", **_where("state = 'waiting'")),
        Index("ix_ticket_open", "office_id", "state", **_where("state IN ('called', 'serving', 'held')")),
    )


class Learned(SQLModel, table=True):
    """What an office's closed days up to `day` have taught of its waits (`rules/learned.py`, as JSON).

    It is no record: where it is missing or broken it is learned anew from the tickets.
    """

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=_KEY)
    day: dt.date
    state: str


class Span(SQLModel, table=True):
    """The service log: one unbroken stretch of a ticket's life. `ended_by` is the verb that ended it.

    One that was begun by a wrong key and taken back stays here, `is_undone`, and counts nowhere.
    """

    id: int | None = _key()
    office_id: int = _office()
    ticket_id: int = _to("ticket.id")
    kind: str
    service_id: int = _to("service.id")
    counter_id: int | None = _to("counter.id", nullable=True)
    staff_id: int | None = _to("staff.id", nullable=True)
    started_at: datetime = _moment()
    ended_at: datetime | None = _moment(nullable=True)
    ended_by: str | None = None
    is_undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    __table_args__ = (
        _one_of("kind", KINDS),
        CheckConstraint("ended_at >= started_at", name="times"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="end"),
        CheckConstraint("(kind = 'waiting') = (counter_id IS NULL)", name="counter"),
        Index("ix_span_ticket", "ticket_id"),
        Index("one_open_span_of_ticket", "ticket_id", unique=True, **_where("ended_at IS NULL")),
        Index(
            "one_open_call_of_counter",
            "counter_id",
            unique=True,
            **_where("ended_at IS NULL AND kind IN ({})".format(", ".join(f"'{kind}'" for kind in AT_COUNTER))),
        ),
    )


class Event(SQLModel, table=True):
    """One thing that happened; triggers refuse to change or delete it, and to leave out a number.

    `hash` is over all of it and `previous_hash`, the hash of the event before (`rules/chain.py`).
    """

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=_KEY)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = _moment()
    verb: str
    ticket_id: int | None = _to("ticket.id", nullable=True)
    counter_id: int | None = _to("counter.id", nullable=True)
    staff_id: int | None = _to("staff.id", nullable=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    previous_hash: str | None = None
    hash: str | None = None
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq"),
        Index("ix_event_ticket", "ticket_id"),
        Index("ix_event_call", "office_id", "seq", **_where("verb IN ('call', 'recall')")),
    )


class Request(SQLModel, table=True):
    """A command that carried a key, with its first answer, so that the same key again changes nothing."""

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=_KEY)
    key: str = Field(primary_key=True)
    request: str
    answer: str
    at: datetime = _moment()


class Voucher(SQLModel, table=True):
    """The promise to a citizen who was carried over: on the day `valid_on` it is called before new tickets, once."""

    id: int | None = _key()
    office_id: int = _office()
    code: str
    ticket_id: int = _to("ticket.id")
    valid_on: dt.date
    used_by_id: int | None = _to("ticket.id", nullable=True)
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        UniqueConstraint("ticket_id"),
        UniqueConstraint("used_by_id"),
    )


class Personal(SQLModel, table=True):
    """All that may be personal of a ticket, in one place apart from the chain, so that it can be removed."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id", sa_type=_KEY)
    office_id: int = _office()
    name: str | None = None
    note: str | None = None


class Run(SQLModel, table=True):
    """One run of the application at a terminal; without `ended_at` and without a sign of life it ended uncleanly."""

    id: int | None = _key()
    office_id: int = _office()
    place: str
    host: str
    pid: int
    boot: str
    staff_id: int | None = _to("staff.id", nullable=True)
    started_at: datetime = _moment()
    beat_at: datetime = _moment()
    ended_at: datetime | None = _moment(nullable=True)
    __table_args__ = (Index("ix_run_open", "office_id", **_where("ended_at IS NULL")),)


class Print(SQLModel, table=True):
    """Something to be printed, kept apart from the queue: a printer that hangs delays no ticket and loses none.

    `content` is what stands on the paper, whole, as it was when it was asked for; `token` is what its QR says, by which
    the citizen may ask for the place. `host` is the machine at which it is to be printed (null: any), `holder` who
    prints it now. One that is `uncertain` may have come out: nobody but a person prints it again.
    """

    id: int | None = _key()
    office_id: int = _office()
    ticket_id: int | None = _to("ticket.id", nullable=True)
    kind: str
    state: str
    host: str | None = None
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    token: str | None = None
    is_copy: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = _moment()
    changed_at: datetime = _moment()
    holder: str | None = None
    error: str | None = None
    __table_args__ = (
        _one_of("state", PRINT_STATES),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_print_ticket", "ticket_id"),
        Index("ix_print_token", "token"),
        Index("ix_print_open", "office_id", **_where("state <> 'printed'")),
    )


class Procedure(SQLModel, table=True):
    """An administrative procedure of a field: papers, time limit with its unit, fee (null: not known), legal basis.

    `papers` is a list of {"text", "is_shown_only"}. One that is not `is_verified` says so wherever it is shown.
    """

    id: int | None = _key()
    office_id: int = _office()
    code: str
    service_id: int | None = _to("service.id", nullable=True)
    name_vi: str
    name_en: str
    time_limit: int | None = None
    time_unit: str | None = None
    fee: int | None = None
    papers: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    legal_basis: str = ""
    source: str = ""
    is_verified: bool = False
    notes: str = ""
    position: int = 0
    is_active: bool = True
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        CheckConstraint("time_limit >= 0", name="time_limit"),
        _one_of("time_unit", TIME_UNITS),
        CheckConstraint("fee >= 0", name="fee"),
    )


class Missing(SQLModel, table=True):
    """A paper that somebody lacked: found at the counter (with a ticket), or at reception before a number was issued.

    `seq` is the event that says so. One that was taken back `is_undone` and counts nowhere.
    """

    id: int | None = _key()
    office_id: int = _office()
    seq: int = Field(sa_type=BigInteger)
    day: dt.date
    ticket_id: int | None = _to("ticket.id", nullable=True)
    procedure: str | None = None
    paper: str
    is_undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    __table_args__ = (Index("ix_missing_day", "office_id", "day"), Index("ix_missing_ticket", "ticket_id"))


class Follower(SQLModel, table=True):
    """Who follows the log of events and does something after each: the voice, the office's own scripts.

    All up to `seq` is done; `doing_seq` is what was begun at `doing_since`. `holder` is the process that does it, which
    says at `beat_at` that it lives. `done`, `dropped`, `failed` count what became of them; `note` is the last failure.
    """

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=_KEY)
    name: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    doing_seq: int | None = Field(default=None, sa_type=BigInteger)
    doing_since: datetime | None = _moment(nullable=True)
    holder: str | None = None
    beat_at: datetime | None = _moment(nullable=True)
    done: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    dropped: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    failed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    note: str | None = None


offices: Table = metadata.tables["office"]
heads: Table = metadata.tables["head"]
services: Table = metadata.tables["service"]
counters: Table = metadata.tables["counter"]
skills: Table = metadata.tables["skill"]
staff: Table = metadata.tables["staff"]
shifts: Table = metadata.tables["shift"]
days: Table = metadata.tables["day"]
tickets: Table = metadata.tables["ticket"]
spans: Table = metadata.tables["span"]
events: Table = metadata.tables["event"]
requests: Table = metadata.tables["request"]
vouchers: Table = metadata.tables["voucher"]
personals: Table = metadata.tables["personal"]
runs: Table = metadata.tables["run"]
prints: Table = metadata.tables["print"]
procedures: Table = metadata.tables["procedure"]
missing: Table = metadata.tables["missing"]
followers: Table = metadata.tables["follower"]
learned: Table = metadata.tables["learned"]
