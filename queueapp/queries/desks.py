"""Answers which counters each field has now: how many can call for it, and whether one of them is idle."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, literal_column, select

from queueapp.models import tickets
from queueapp.queries.day_so_far import SERVED, DaySoFar
from queueapp.rules.forecast import Open
from queueapp.rules.order import Waiting
from queueapp.session import Session
from queueapp.statement import Statement

# As in the partial index of the open tickets, word for word, so that the index serves it.
_BUSY = Statement(
    select(tickets.c.counter_id).where(
        tickets.c.office_id == bindparam("office"),
        literal_column("ticket.state IN ('called', 'serving', 'held')"),
        literal_column("ticket.state <> 'held'"),
    )
)


def open_now(
    session: Session, now: DaySoFar, waiting: Sequence[Waiting], *, is_idle_asked: bool = True
) -> dict[str, Open]:
    """Return the counters of each field: those somebody uses; where there are none, what is planned as their share.

    The forecast is told: how fast a field should go depends on it. Where somebody waits nobody asks who is idle.
    """
    rows = now.served = now.served or session.rows(SERVED, office=session.office.id)
    busy = {row[0] for row in session.rows(_BUSY, office=session.office.id)} if is_idle_asked else set()
    weights: defaultdict[int, int] = defaultdict(int)
    fields: defaultdict[int, set[int]] = defaultdict(set)
    for counter_id, service_id, weight, *_rest in rows:
        weights[counter_id] += weight
        fields[counter_id].add(service_id)
    waited_for = {each.service for each in waiting}
    found: defaultdict[int, list[tuple[bool, bool, float]]] = defaultdict(list)
    staffed: set[int] = set()
    for counter_id, service_id, weight, state, has_clerk in rows:
        is_able = state == "open" and bool(has_clerk or counter_id in now.calling)
        is_idle = is_idle_asked and is_able and counter_id not in busy and not fields[counter_id] & waited_for
        found[service_id].append((is_able, is_idle, weight / weights[counter_id]))
        if state != "closed":
            staffed.add(service_id)
    desks = {
        now.codes[service_id]: replace(_summed(each), is_shut=bool(now.calling) and service_id not in staffed)
        for service_id, each in found.items()
    }
    now.forecast.state(desks)
    return desks


def _summed(desks: Sequence[tuple[bool, bool, float]]) -> Open:
    able = [desk for desk in desks if desk[0]]
    share = sum(each for _able, _idle, each in able or desks)
    return Open(len(able), sum(is_idle for _able, is_idle, _share in able), share)
