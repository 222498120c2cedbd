"""Answers which move between counters helps now."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal_column, select

from queueapp.models import services, spans, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.rows import today
from queueapp.rules.moving import Move, Place, Standing, best_move
from queueapp.session import Session
from queueapp.statement import Statement

DEFAULT_MINUTES, FEWEST = 11.0, 5
_OFFICE_DAY = (tickets.c.office_id == bindparam("office"), tickets.c.day == bindparam("day"))
_WAITING = Statement(
    select(services.c.code, func.count())
    .select_from(tickets)
    .join(services, services.c.id == tickets.c.service_id)
    .where(*_OFFICE_DAY, literal_column("ticket.state = 'waiting'"))
    .group_by(services.c.code)
)
_CAME = Statement(
    select(services.c.code, func.count())
    .select_from(tickets)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .where(
        *_OFFICE_DAY,
        tickets.c.state != "void",
        tickets.c.issued_at > bindparam("since", type_=tickets.c.issued_at.type),
    )
    .group_by(services.c.code)
)
_SERVED = Statement(
    select(services.c.code, tickets.c.id, spans.c.started_at, spans.c.ended_at)
    .select_from(tickets)
    .join(spans, spans.c.ticket_id == tickets.c.id)
    .join(services, services.c.id == spans.c.service_id)
    .where(
        *_OFFICE_DAY,
        tickets.c.state == "served",
        ~tickets.c.is_unreliable,
        ~spans.c.is_undone,
        spans.c.kind != "waiting",
        spans.c.kind != "held",
        spans.c.ended_at.is_not(None),
    )
)


def helpful_move(session: Session, *, at: datetime) -> Move | None:
    """Return the move that helps most at `at`; None where none does.

    How long a service takes is today's mean of the field, of all fields where it had few, an assumption before that.
    """
    given = {"office": session.office.id, "day": today(session, at)}
    waiting = {code: int(n) for code, n in session.rows(_WAITING, **given)}
    came = {code: int(n) for code, n in session.rows(_CAME, since=at - timedelta(hours=1), **given)}
    open_now = [counter for counter in counter_views(session) if counter.is_open]
    codes = dict.fromkeys([*waiting, *came, *(code for counter in open_now for code in counter.services)])
    minutes = _minutes(session, given["day"])
    means = {code: minutes.get(code, minutes.get(None, DEFAULT_MINUTES)) for code in codes}
    fields = [Standing(code, waiting.get(code, 0), came.get(code, 0), means[code]) for code in codes]
    places = [
        Place(
            counter.number,
            counter.services,
            # Half of a service is left at a counter that is met in the middle of one.
            None if counter.ticket is None else means.get(counter.ticket.service, DEFAULT_MINUTES) / 2,
        )
        for counter in open_now
    ]
    return best_move(fields, places)


def _minutes(session: Session, day: object) -> dict[str | None, float]:
    """Return today's mean minutes at a counter by field, and under None of all; not where there were few."""
    spent: dict[tuple[str, int], float] = {}
    for code, ticket, started_at, ended_at in session.rows(_SERVED, office=session.office.id, day=day):
        spent[code, ticket] = spent.get((code, ticket), 0.0) + (ended_at - started_at).total_seconds() / 60
    of_fields: dict[str | None, list[float]] = {None: list(spent.values())}
    for (code, _ticket), minutes in spent.items():
        of_fields.setdefault(code, []).append(minutes)
    return {code: sum(each) / len(each) for code, each in of_fields.items() if len(each) >= FEWEST}
