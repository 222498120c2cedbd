"""Answers which tickets need mending: those that an outage interrupted, and those that are stuck."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select

from queueapp.database import Session
from queueapp.models import events, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.office import office_view
from queueapp.queries.rows import today
from queueapp.queries.tickets import as_view, select_tickets
from queueapp.rules.stuck import why_stuck
from queueapp.rules.views import StuckTicket, StuckView
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
    .where(_done.c.ticket_id == tickets.c.id, _done.c.verb != "outage")
    .correlate(tickets)
    .scalar_subquery()
)
_INTERRUPTED = Statement(
    select(tickets.c.id, events.c.detail)
    .select_from(tickets)
    .join(events, events.c.ticket_id == tickets.c.id)
    .where(*_AT_COUNTERS, events.c.verb == "outage", events.c.seq > _last_done)
)


def interrupted(session: Session) -> dict[int, float]:
    """Return the tickets that an outage interrupted and nobody has looked at since, with its seconds.

    Several outages in a row are told as one.
    """
    found: dict[int, float] = {}
    for ticket_id, detail in session.rows(_INTERRUPTED, office=session.office.id):
        found[ticket_id] = found.get(ticket_id, 0.0) + detail["seconds"]
    return found


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
    found.sort(key=lambda each: each.why != "outage")
    return StuckView(office_view(session), day, tuple(found), session.office.revision)


def _looked_at(row: tuple[Any, ...], paused: dict[int, float], **facts: Any) -> list[StuckTicket]:
    ticket = as_view(row)
    if row[0] in paused:
        return [StuckTicket(ticket, "outage", paused[row[0]])]
    why = why_stuck(ticket, **facts)
    return [] if why is None else [StuckTicket(ticket, why)]
