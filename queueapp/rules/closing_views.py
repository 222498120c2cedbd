"""What whoever closes a day sees: who has no end yet, who is stuck."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from queueapp.rules.views import OfficeView, PrintView, TicketView, VoucherView


@dataclass(frozen=True, slots=True)
class ClosingView:
    """What the supervisor sees before a day is closed.

    `tickets` have no end yet; `open_days` nobody has closed; `open_until` is given within the office's hours;
    `next_day` is when who is carried over may come again; `closing` is how the day was closed;
    `prints` are the papers of no ticket that have not surely come out.
    """

    office: OfficeView
    day: date
    open_days: tuple[date, ...]
    tickets: tuple[TicketView, ...]
    closing: Any
    open_until: str | None
    next_day: date
    revision: int
    vouchers: tuple[VoucherView, ...] = ()
    prints: tuple[PrintView, ...] = ()


@dataclass(frozen=True, slots=True)
class StuckTicket:
    """A ticket that somebody in charge should look at, and why (a code); `seconds` is how long an outage was."""

    ticket: TicketView
    why: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class StuckView:
    """The tickets that need mending, those that an outage interrupted first."""

    office: OfficeView
    day: date
    tickets: tuple[StuckTicket, ...]
    revision: int
