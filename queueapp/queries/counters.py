"""Answers how the counters stand: open or not, who sits there, which ticket they have."""

from typing import Any

from sqlalchemy import Select, and_, bindparam, literal_column, select

from queueapp.models import counters, services, shifts, skills, staff, tickets
from queueapp.queries.tickets import as_view, select_tickets
from queueapp.rules.views import CounterView, TicketView
from queueapp.session import Session
from queueapp.statement import Statement


def _select_counters() -> Select[Any]:
    return (
        select(counters.c.id, counters.c.number, counters.c.state, counters.c.reason, staff.c.name)
        .outerjoin(shifts, and_(shifts.c.counter_id == counters.c.id, shifts.c.closed_at.is_(None)))
        .outerjoin(staff, staff.c.id == shifts.c.staff_id)
        .order_by(counters.c.number)
    )


_ALL = Statement(_select_counters().where(counters.c.office_id == bindparam("office"), counters.c.is_active))
_ONE = Statement(_select_counters().where(counters.c.id == bindparam("counter")))
_SKILLS = Statement(
    select(skills.c.counter_id, services.c.code)
    .join(services, services.c.id == skills.c.service_id)
    .where(skills.c.office_id == bindparam("office"), services.c.is_active)
    .order_by(services.c.position)
)
# As in the partial index of the open tickets, word for word, so that the index serves it.
_TICKETS = Statement(
    select_tickets().where(
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state IN ('called', 'serving', 'held')"),
        literal_column("ticket.state <> 'held'"),
    )
)


def counter_views(session: Session) -> tuple[CounterView, ...]:
    """Return all counters in use, by number."""
    return _views(session, session.rows(_ALL, office=session.office.id))


def counter_view(session: Session, counter_id: int) -> CounterView:
    """Return one counter."""
    return _views(session, session.rows(_ONE, counter=counter_id))[0]


def _views(session: Session, rows: list[tuple[Any, ...]]) -> tuple[CounterView, ...]:
    served: dict[int, list[str]] = {}
    for counter_id, code in session.rows(_SKILLS, office=session.office.id):
        served.setdefault(counter_id, []).append(code)
    present: dict[int | None, TicketView] = {}
    for row in session.rows(_TICKETS, office=session.office.id):
        ticket = as_view(row)
        present[ticket.counter] = ticket
    return tuple(
        CounterView(number, state, reason, clerk, tuple(served.get(counter_id, ())), present.get(number))
        for counter_id, number, state, reason, clerk in rows
    )
