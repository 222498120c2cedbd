"""A day and its figures: what they are computed from, and what they are."""

from dataclasses import dataclass, field
from datetime import date, datetime

from queueapp.rules.certainties import Certainty, Little
from queueapp.rules.estimated import Estimate
from queueapp.rules.views import OfficeView, ServiceView, SpanView


@dataclass(frozen=True, slots=True)
class Visit:
    """One ticket with all its spans, from which every figure of a day is computed.

    `counter` and `clerk` are where the ticket ended (or is). `is_unreliable` marks times that a clerk declared wrong:
    served, but left out of the durations. `is_clock_touched`: the machine's clock jumped while it was open.
    `is_from_roll`: keyed in afterwards from the paper roll. `promise` is what it was told of its wait at issue.
    """

    code: str
    issued_for: str
    state: str
    dossiers: int
    issued_at: datetime
    counter: int | None
    clerk: str | None
    is_priority: bool = False
    is_unreliable: bool = False
    is_clock_touched: bool = False
    is_from_roll: bool = False
    reason: str | None = None
    promise: Estimate | None = None
    spans: tuple[SpanView, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One duration over citizens, in minutes; None where nothing was measured, `p90` also below twenty."""

    n: int = 0
    mean: float | None = None
    median: float | None = None
    p90: float | None = None
    max: float | None = None
    sum: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a group of citizens (contract.md section 4); `issued` is None where tickets are not issued.

    `estimate` says how their promises were kept (`rules/kept.py`); at a counter or by a clerk nothing is promised.

    `reworked` counts citizens who were sent to put a form right, each once, where and by whom they were sent.
    """

    issued: int | None
    served: int
    no_show: int
    left: int
    sent_home: int
    carried_over: int
    void: int
    still_open: int
    dossiers: int
    waiting: Measure
    way: Measure
    service: Measure
    held: Measure
    excluded_unreliable: int
    wait_over: dict[str, int]
    estimate: dict[str, float | int | None] = field(
        default_factory=lambda: {"n": 0, "mae": None, "bias": None, "coverage": None, "late": None}
    )
    reworked: int = 0


@dataclass(frozen=True, slots=True)
class Unserved:
    """A citizen who was not served: how it ended (or the state it is still in), why, and how long they waited.

    That is None where the end was only chosen on a later day: nobody knows when they went.
    """

    code: str
    service: str
    end: str
    reason: str | None
    waited: float | None


@dataclass(frozen=True, slots=True)
class Curves:
    """The day as it went, for charts: arrivals by half hour, mean wait by half hour of issue, queue length over time.

    `starts` are the local times at which the half hours begin. `queue` are (moment, how many waited from then on).
    """

    starts: tuple[datetime, ...]
    arrivals: tuple[int, ...]
    waits: tuple[float | None, ...]
    queue: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right after the day was closed: of which ticket, what, from what to what, by whom and why."""

    at: datetime
    ticket: str
    what: str
    before: str
    after: str
    reason: str
    clerk: str | None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a day was closed: when, by whom, why within the hours, sealed by which hash, and what was corrected since.

    `sheet` is the sealed sheet as it is kept, letter by letter.
    """

    at: datetime
    clerk: str | None
    reason: str | None
    sealed_seq: int
    seal: str
    sheet: str = "{}"
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class DaySummary:
    """The figures of one day: by field, for the whole, by counter, by clerk, by hour of issue.

    `picked` counts the calls out of order; `clock_touched` the tickets that were open when the machine's clock jumped;
    `from_roll` those keyed in from the paper roll; `outage_minutes` is for how long work was interrupted, which is left
    out of every duration. `certainty` says how sure the figures are, by field and under None of all; it stands on no
    sheet. `broken` are those who waited longer than was printed, the longest over it first.
    """

    day: date
    services: dict[str, Figures]
    all: Figures
    counters: dict[str, Figures]
    clerks: dict[str, Figures]
    hours: dict[str, Figures]
    unserved: tuple[Unserved, ...]
    chain_head: str | None
    curves: Curves
    picked: int = 0
    clock_touched: int = 0
    from_roll: int = 0
    outage_minutes: float = 0.0
    closing: "Closing | None" = None
    certainty: dict[str | None, Certainty] = field(default_factory=dict)
    little: Little = field(default_factory=Little)
    broken: "tuple[Broken, ...]" = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A ticket that waited longer than the range it was promised, in minutes."""

    code: str
    service: str
    low: float
    high: float
    waited: float


@dataclass(frozen=True, slots=True)
class SummaryView:
    """A day's summary with what its screen needs: the office, the fields, the neighbouring days with tickets."""

    office: OfficeView
    services: tuple[ServiceView, ...]
    summary: DaySummary
    previous_day: date | None
    next_day: date | None
    revision: int
