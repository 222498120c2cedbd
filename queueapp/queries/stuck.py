"""Answers which tickets need mending: those that an outage interrupted, and those that are stuck."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select

from queueapp.clock import zone
from queueapp.models import days, events, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.office import office_view
from queueapp.queries.rows import today
from queueapp.queries.tickets import as_view, select_tickets
from queueapp.rules.chain import moment
from queueapp.rules.closing_views import StuckTicket, StuckView
from queueapp.rules.stuck import covered, why_interrupted, why_stuck
from queueapp.session import Session
from queueapp.statement import Statement

_OPEN = Statement(
    select_tickets()
    .where(tickets.c.office_id == bindparam("office"), literal_column("ticket.ended_at IS NULL"))
    .order_by(tickets.c.id)
)
_AT_COUNTERS: tuple[ColumnElement[bool], ...] = (
    tickets.c.office_id == bindparam("office"),
    literal_column("ticket.state IN ('called', 'serving', 'held')"),
    literal_column("ticket.state <> 'held'"),
)
_done = events.alias("done")
_last_done = (
    select(func.max(_done.c.seq))
    .where(_done.c.ticket_id == tickets.c.id, literal_column("done.verb NOT IN ('outage', 'print_unsure')"))
    .correlate(tickets)
    .scalar_subquery()
)
_INTERRUPTED = Statement(
    select(tickets.c.id, events.c.detail)
    .select_from(tickets)
    .join(events, events.c.ticket_id == tickets.c.id)
    .where(*_AT_COUNTERS, events.c.verb == "outage", events.c.seq > _last_done)
)
_UNPRINTED = Statement(
    select(tickets.c.id, events.c.detail)
    .select_from(tickets)
    .join(events, events.c.ticket_id == tickets.c.id)
    .where(
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state = 'waiting'"),
        events.c.verb == "print_unsure",
        events.c.seq > _last_done,
    )
)
# An outage is an event of no ticket: of these there are few, and the index knows them.
_CRASHES = Statement(
    select(events.c.detail).where(
        events.c.ticket_id.is_(None),
        events.c.office_id == bindparam("office"),
        events.c.verb == "crash",
        events.c.at > bindparam("opened"),
    )
)
_OPENED = Statement(
    select(days.c.opened_at, days.c.closed_at).where(
        days.c.office_id == bindparam("office"), days.c.date == bindparam("day")
    )
)


def interrupted(session: Session) -> dict[int, float]:
    """Return the tickets that an outage interrupted and nobody has looked at since, with its seconds.

    Those that wait are among them whose slip may not have been printed. Several outages in a row are told as one.
    """
    found: dict[int, float] = {}
    for statement in (_INTERRUPTED, _UNPRINTED):
        for ticket_id, detail in session.rows(statement, office=session.office.id):
            found[ticket_id] = found.get(ticket_id, 0.0) + detail["seconds"]
    return found


def outage_minutes(session: Session, day: date) -> float:
    """Return for how many minutes of a day work was interrupted, from its first ticket to its close or its midnight.

    Outages at the same time count once; one of a single terminal counts where it interrupted somebody.
    """
    row = session.row(_OPENED, office=session.office.id, day=day)
    if row is None:
        return 0.0
    opened, closed = row
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone(session.office.timezone))
    end = min(midnight, closed) if closed is not None else midnight
    crashes = [detail for (detail,) in session.rows(_CRASHES, office=session.office.id, opened=opened)]
    stretches = [
        (moment(each["since"]), moment(each["since"]) + timedelta(seconds=each["seconds"]))
        for each in crashes
        if each.get("is_whole", True) or each.get("tickets")
    ]
    return covered(stretches, opened, end).total_seconds() / 60


def stuck(session: Session, *, at: datetime) -> StuckView:
    """Return the tickets that somebody in charge should look at, the interrupted ones first."""
    counters = counter_views(session)
    served = {code for counter in counters if counter.is_open for code in counter.services}
    closed = {counter.number for counter in counters if counter.state == "closed"}
    paused = interrupted(session)
    day = today(session, at)
    found: list[StuckTicket] = []
    for row in session.rows(_OPEN, office=session.office.id):
        found += _looked_at(row, paused, at=at, day=day, served=served, closed_counters=closed)
    found.sort(key=lambda each: each.seconds is None)
    return StuckView(office_view(session), day, tuple(found), session.office.revision)


def _looked_at(row: tuple[Any, ...], paused: dict[int, float], **facts: Any) -> list[StuckTicket]:
    ticket = as_view(row)
    if row[0] in paused:
        return [StuckTicket(ticket, why_interrupted(ticket), paused[row[0]])]
    why = why_stuck(ticket, **facts)
    return [] if why is None else [StuckTicket(ticket, why)]
