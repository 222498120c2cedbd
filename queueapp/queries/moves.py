"""Answers how fields and counters stand now, and which move between them helps."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal_column, select

from queueapp.models import events, services, spans, tickets
from queueapp.queries.counters import counter_views
from queueapp.queries.rows import today
from queueapp.rules.moving import Move, Place, Present, Standing, best_move, may_help
from queueapp.rules.views import CounterView
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
    select(
        services.c.code,
        func.count(tickets.c.id.distinct()),
        func.sum(literal_column("span.ended_at - span.started_at")),
    )
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
    .group_by(services.c.code)
)
# Changes of the settings are events of no ticket: of these there are few, and the index knows them.
_CHANGED = Statement(
    select(events.c.detail)
    .where(
        events.c.ticket_id.is_(None),
        events.c.office_id == bindparam("office"),
        literal_column("event.verb = 'configure'"),
    )
    .order_by(events.c.seq)
)
_MICROSECONDS_A_MINUTE = 60 * 1_000_000


def helpful_move(session: Session, *, at: datetime) -> Move | None:
    """Return the move that helps most at `at`; None where none does."""
    now = present(session, at=at)
    return best_move(now.fields, now.places)


def lent_fields(session: Session) -> list[tuple[int, str]]:
    """Return which counters took which fields for a jam and still serve them, in the order in which they took them."""
    lent: dict[tuple[int, str], None] = {}
    for (detail,) in session.rows(_CHANGED, office=session.office.id):
        counter = detail.get("counter")
        lent.pop((counter, detail.get("given_back")), None)
        if "taken" in detail:
            lent[counter, detail["taken"]] = None
    served = {(counter.number, code) for counter in counter_views(session) for code in counter.services}
    return [each for each in lent if each in served]


def present(session: Session, *, at: datetime) -> Present:
    """Return how fields and counters stand at `at`; where no move could help, without how long a service takes.

    How long it takes is today's mean of the field, of all fields where it had few, an assumption before that.
    """
    given = {"office": session.office.id, "day": today(session, at)}
    waiting = {code: int(n) for code, n in session.rows(_WAITING, **given)}
    came = {code: int(n) for code, n in session.rows(_CAME, since=at - timedelta(hours=1), **given)}
    open_now = [counter for counter in counter_views(session) if counter.is_open]
    codes = dict.fromkeys([*waiting, *came, *(code for counter in open_now for code in counter.services)])
    coarse = _stood(codes, waiting, came, open_now, {})
    if not may_help(coarse.fields, coarse.places):
        return coarse
    return _stood(codes, waiting, came, open_now, _minutes(session, given["day"]))


def _stood(
    codes: Iterable[str],
    waiting: Mapping[str, int],
    came: Mapping[str, int],
    open_now: Sequence[CounterView],
    minutes: Mapping[str | None, float],
) -> Present:
    means = {code: minutes.get(code, minutes.get(None)) for code in codes}
    fields = tuple(
        Standing(code, waiting.get(code, 0), came.get(code, 0), mean or DEFAULT_MINUTES, is_measured=mean is not None)
        for code, mean in means.items()
    )
    places = tuple(
        Place(
            counter.number,
            counter.services,
            # Half of a service is left at a counter that is met in the middle of one.
            None if counter.ticket is None else (means.get(counter.ticket.service) or DEFAULT_MINUTES) / 2,
        )
        for counter in open_now
    )
    return Present(fields, places)


def _minutes(session: Session, day: object) -> dict[str | None, float]:
    """Return today's mean minutes at a counter by field, and under None of all; not where there were few."""
    rows = session.rows(_SERVED, office=session.office.id, day=day)
    spent = {code: (int(n), float(total) / _MICROSECONDS_A_MINUTE) for code, n, total in rows}
    everybody = (sum(n for n, _total in spent.values()), sum(total for _n, total in spent.values()))
    of_fields: dict[str | None, tuple[int, float]] = {None: everybody, **spent}
    return {code: total / n for code, (n, total) in of_fields.items() if n >= FEWEST}
