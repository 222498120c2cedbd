"""Answers by what the office weighs the waiting, what a counter called last, and who is before a ticket."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import String, bindparam, cast, func, literal_column, select

from queueapp.models import events, services, skills, tickets
from queueapp.queries.rows import code_of, waiting_for_service
from queueapp.rules.ahead import ahead_of
from queueapp.rules.order import NOBODY, Called, Caller, Waiting, calls_to_know, fields_of, line, weighed
from queueapp.rules.points import Scale, scale_of
from queueapp.rules.reasons import Before, Weighed, Why, WhyNot, why_of
from queueapp.session import Session
from queueapp.statement import Statement

_LOOK_BACK = 5000  # events of the whole hall: a counter that called nobody in them begins its row anew
_following = events.alias("following")
_NEXT_VERB = (
    select(_following.c.verb)
    .where(_following.c.ticket_id == events.c.ticket_id, _following.c.seq > events.c.seq)
    .order_by(_following.c.seq)
    .limit(1)
    .scalar_subquery()
)


def _calls(*conditions: Any) -> Statement:
    """Return the statement of the latest calls of a day that were not taken back, the latest first."""
    return Statement(
        select(cast(events.c.detail, String), tickets.c.service_id)
        .select_from(events)
        .join(tickets, tickets.c.id == events.c.ticket_id)
        .where(
            events.c.office_id == bindparam("office"),
            # As in the partial index, word for word, so that the index serves it.
            literal_column("event.verb IN ('call', 'recall')"),
            literal_column("event.verb = 'call'"),
            events.c.seq > bindparam("since"),
            tickets.c.day == bindparam("day"),
            func.coalesce(_NEXT_VERB, "") != "undo",
            *conditions,
        )
        .order_by(events.c.seq.desc())
        .limit(bindparam("most"))
    )


_BY_COUNTER = _calls(events.c.counter_id == bindparam("counter"))
_OF_FIELD = _calls(tickets.c.service_id == bindparam("service"))
_WEIGHTS = Statement(select(skills.c.service_id, skills.c.weight).where(skills.c.counter_id == bindparam("counter")))
_CODES = select(tickets.c.id, services.c.letter, tickets.c.number).join(
    services, services.c.id == tickets.c.issued_for_id
)
_CODE = Statement(_CODES.where(tickets.c.id == bindparam("ticket")))
_CODES_OF_FIELD = Statement(
    _CODES.where(
        tickets.c.service_id == bindparam("service"),
        tickets.c.day == bindparam("day"),
        literal_column("ticket.state = 'waiting'"),
    )
)


def scale(session: Session, at: datetime) -> Scale:
    """Return what weighs the waiting at a moment."""
    return scale_of(session.office.settings, session.office.timezone, at)


def caller(session: Session, counter_id: int, waiting: Sequence[Waiting], day: date, by: Scale) -> Caller:
    """Return a counter as the rule sees it: its weights, and as many of its last calls as decide whom it calls."""
    weights: dict[int, int] = {}
    if len(fields_of(waiting)) > 1:
        weights = {row[0]: row[1] for row in session.rows(_WEIGHTS, counter=counter_id)}
    most = calls_to_know(waiting, by, weights)
    return Caller(_called(session, _BY_COUNTER, day, most, counter=counter_id) if most else (), weights)


def caller_of_field(session: Session, service_id: int, waiting: Sequence[Waiting], day: date, by: Scale) -> Caller:
    """Return who calls a field as if it were one counter: which of several will call next is not known."""
    most = calls_to_know(waiting, by, {})
    if not most:
        return NOBODY
    return Caller(_called(session, _OF_FIELD, day, most, service=service_id))


def _called(session: Session, statement: Statement, day: date, most: int, **given: Any) -> tuple[Called, ...]:
    since = session.head.seq - _LOOK_BACK
    rows = session.rows(statement, office=session.office.id, day=day, since=since, most=most, **given)
    return tuple(_call(json.loads(text), service_id) for text, service_id in rows)


def _call(detail: dict[str, Any], service_id: int) -> Called:
    """Return a call as it was made: the ticket may have another priority by now, and wait for another field."""
    figures = detail.get("figures")
    if figures is None:  # of before there were any
        return Called(detail.get("rule") == "priority", service_id)
    return Called(figures["mine"]["is_priority"], detail.get("service_id", service_id))


def why_called(session: Session, counter_id: int, day: date) -> Why | None:
    """Return why a counter called the ticket that it called last, on the day of that ticket."""
    given = {"office": session.office.id, "day": day, "since": session.head.seq - _LOOK_BACK}
    row = session.row(_BY_COUNTER, counter=counter_id, most=1, **given)
    return None if row is None else why_of(json.loads(row[0]))


def ahead_in(
    session: Session, ticket: Waiting, queue: Sequence[Waiting], service_id: int, day: date, *, at: datetime
) -> int:
    """Return how many of its field's `queue` will be called before a ticket, as far as is known now."""
    by = scale(session, at)
    return ahead_of(ticket, queue, by, caller_of_field(session, service_id, queue, day, by))


def why_not(session: Session, ticket: Waiting, service_id: int, day: date, *, at: datetime) -> WhyNot:
    """Return who of its field is before a waiting ticket, and by what."""
    queue = waiting_for_service(session, service_id, day)
    by = scale(session, at)
    codes = {row[0]: code_of(row[1], row[2]) for row in session.rows(_CODES_OF_FIELD, service=service_id, day=day)}
    order = line(queue, by, caller_of_field(session, service_id, queue, day, by))
    before = tuple(
        Before(replace(weighed(each, by), code=codes[each.ticket_id]), rule)
        for each, rule in takewhile(lambda found: found[0].ticket_id != ticket.ticket_id, order)
    )
    return WhyNot(by.rule, replace(weighed(ticket, by), code=codes[ticket.ticket_id]), ticket.is_first, before)


def named(session: Session, ticket: Weighed) -> Weighed:
    """Return a ticket that was weighed, with what the citizen reads."""
    row = session.row(_CODE, ticket=ticket.ticket_id)
    return ticket if row is None else replace(ticket, code=code_of(row[1], row[2]))
