"""Takes back the last thing done with a ticket or at a counter, soon after and as long as nothing depends on it."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import String, bindparam, cast, literal_column, select, update

from queueapp.i18n import N_
from queueapp.models import counters, events, spans
from queueapp.operations.checks import open_day
from queueapp.operations.counters import begin_shift, desk_of, end_shifts, set_state
from queueapp.operations.moving import set_columns
from queueapp.operations.papers import take_back_missing
from queueapp.operations.record import Where, record
from queueapp.operations.rights import by_right, require_right
from queueapp.operations.vouchers import release_voucher, take_again
from queueapp.queries.counters import counter_view
from queueapp.queries.rows import (
    CounterRow,
    counter_numbered,
    staff_id_of,
    ticket_at,
    ticket_coded,
    ticket_numbered,
)
from queueapp.queries.tickets import ticket_view
from queueapp.rules.chain import moment
from queueapp.rules.errors import BadRequestError, UndoExpiredError, UndoSupersededError
from queueapp.rules.lifecycle import AT_COUNTER, OPEN_STATES
from queueapp.rules.limits import limits_of
from queueapp.rules.rebuilt import row_before
from queueapp.rules.views import Answer
from queueapp.session import Session
from queueapp.statement import Statement

_COLUMNS = (
    events.c.seq,
    events.c.at,
    events.c.verb,
    events.c.ticket_id,
    events.c.counter_id,
    events.c.staff_id,
    cast(events.c.detail, String),
)
# A slip that was printed again changes nothing of its ticket: what was done before is taken back as if it had not been.
_OF_TICKET = Statement(
    select(*_COLUMNS)
    .where(events.c.ticket_id == bindparam("ticket"), literal_column("event.verb <> 'reprint'"))
    .order_by(events.c.seq)
)
_LAST_AT_COUNTER = Statement(
    select(*_COLUMNS)
    .where(
        events.c.office_id == bindparam("office"),
        events.c.counter_id == bindparam("counter"),
        events.c.at >= bindparam("since"),
        literal_column("event.verb NOT IN ('come_back', 'refuse', 'outage', 'correct', 'wake', 'take_over')"),
    )
    .order_by(events.c.seq.desc())
    .limit(1)
)
_MARK = Statement(
    update(spans)
    .where(spans.c.ticket_id == bindparam("ticket"), spans.c.ended_at.is_(None))
    .values(ended_at=bindparam("moment"), ended_by="undo", is_undone=True)
)
_LAST_SPAN = Statement(
    select(spans.c.id)
    .where(spans.c.ticket_id == bindparam("ticket"), ~spans.c.is_undone)
    .order_by(spans.c.id.desc())
    .limit(1)
)
_REOPEN = Statement(
    update(spans).where(spans.c.id == bindparam("span")).values(ended_at=bindparam("none"), ended_by=bindparam("none"))
)
# What no clerk did, or what was done to mend: it is not taken back, and what stands before it no more.
# Paper that came out does not go back in, and nobody voids a number because its slip was printed twice.
_NOT_TO_UNDO = ("undo", "adopt", "outage", "print_unsure", "wake", "come_back", "correct", "end_of_day")
_COUNTER_VERBS = ("open_counter", "close_counter", "pause", "unpause")
_TICKET_DATES = ("issued_at", "place", "ended_at", "due_at", "fix_by")


@dataclass(frozen=True, slots=True)
class _Done:
    """An event that may be taken back."""

    seq: int
    at: datetime
    verb: str
    ticket_id: int | None
    counter_id: int | None
    staff_id: int | None
    detail: dict[str, Any]


def _done(row: tuple[Any, ...]) -> _Done:
    seq, at, verb, ticket_id, counter_id, staff_id, detail = row
    return _Done(seq, at, verb, ticket_id, counter_id, staff_id, json.loads(detail))


@by_right
def undo(
    session: Session,
    *,
    counter: int | None = None,
    ticket: str | None = None,
    day: date | None = None,
    staff: str | None = None,
    at: datetime,
) -> Answer:
    """Take back the last operation at a counter, or on a ticket, as a new event; its number stays used.

    Errors: bad_request (neither or both given), unknown_counter, unknown_ticket, undo_expired (the office's limit is
    over, or there is nothing), undo_superseded (something later depends on it, or it was an undo), day_closed.
    """
    if (counter is None) == (ticket is None):
        raise BadRequestError(N_("“undo” needs either a counter or a ticket."))
    limit = timedelta(seconds=limits_of(session.office.settings).undo_seconds)
    who = staff_id_of(session, staff)
    if ticket is not None:
        found = ticket_coded(session, ticket, at=at, day=day)
        open_day(session, found.day)
        history = [_done(row) for row in session.rows(_OF_TICKET, ticket=found.id)]
        last = history[-1]
    else:
        desk = counter_numbered(session, counter or 0)
        # An hour more than the limit, so that what is just too late is refused as such.
        since = at - limit - timedelta(hours=1)
        row = session.row(_LAST_AT_COUNTER, office=session.office.id, counter=desk.id, since=since)
        if row is None:
            raise UndoExpiredError(seconds=int(limit.total_seconds()))
        last = _done(row)
        if last.ticket_id is None:
            _allow(last, last, at, limit)
            require_right(session, last.verb, staff)
            return _undo_counter(session, last, desk, who, at)
        history = [_done(row) for row in session.rows(_OF_TICKET, ticket=last.ticket_id)]
    _allow(last, history[-1], at, limit)
    require_right(session, "pick" if last.detail.get("rule") == "picked" else last.verb, staff)
    return _undo_ticket(session, history, who, at)


def _allow(last: _Done, latest: _Done, at: datetime, limit: timedelta) -> None:
    if latest.verb in _NOT_TO_UNDO or latest.seq != last.seq:
        raise UndoSupersededError(latest.verb)
    if at - last.at > limit:
        raise UndoExpiredError(seconds=int(limit.total_seconds()))


def _undo_ticket(session: Session, history: list[_Done], who: int | None, at: datetime) -> Answer:
    last = history[-1]
    present = ticket_numbered(session, last.ticket_id or 0)
    open_day(session, present.day)
    before = row_before([(each.seq, each.detail) for each in history], last.seq)
    if before and not last.detail.get("at_once"):
        changes = {name: value for name, value in before.items() if name in last.detail.get("set", {})}
        restored = {name: _value(name, value) for name, value in changes.items()}
        if last.detail.get("set", {}).keys() - before.keys():
            restored |= dict.fromkeys(last.detail["set"].keys() - before.keys())
    else:  # the ticket itself was the mistake: its number stays used
        restored = {"state": "void", "ended_at": at, "counter_id": None, "staff_id": None}
    state = restored.get("state", present.state)
    voucher = history[0].detail.get("voucher")
    if voucher is not None and state == "void":
        release_voucher(session, present.id)
    elif voucher is not None and present.state == "void" and not take_again(session, voucher, present.id):
        raise UndoSupersededError
    has_spans = state != present.state
    if state in AT_COUNTER and has_spans:
        _require_free(session, restored.get("counter_id", present.counter_id), present.id)
    set_columns(session, present, restored)
    if has_spans:
        _take_back_span(session, present.id, at, is_open=state in OPEN_STATES)
    if "missing" in last.detail:
        take_back_missing(session, last.seq)
    where = Where(last.counter_id, who or last.staff_id)
    detail = {"undoes": last.seq, "undone": last.verb, "to": state, "spans": has_spans or None}
    record(session, "undo", at=at, ticket_id=present.id, where=where, changes=restored, **detail)
    return Answer(ticket_view(session, present.id, at=at))


def _value(name: str, value: Any) -> Any:
    return moment(value) if name in _TICKET_DATES and value is not None else value


def _require_free(session: Session, counter_id: int | None, ticket_id: int) -> None:
    """Refuse to bring a ticket back to a counter that has gone on meanwhile."""
    row = session.row(_COUNTER_STATE, counter=counter_id)
    there = None if counter_id is None else ticket_at(session, counter_id)
    if row is None or row[0] == "closed" or (there is not None and there.id != ticket_id):
        raise UndoSupersededError


_COUNTER_STATE = Statement(select(counters.c.state).where(counters.c.id == bindparam("counter")))


def _take_back_span(session: Session, ticket_id: int, at: datetime, *, is_open: bool) -> None:
    session.run(_MARK, ticket=ticket_id, moment=at)
    before = session.row(_LAST_SPAN, ticket=ticket_id)
    if is_open and before is not None:
        session.run(_REOPEN, span=before[0], none=None)


def _undo_counter(session: Session, last: _Done, desk: CounterRow, who: int | None, at: datetime) -> Answer:
    if last.verb not in _COUNTER_VERBS:
        raise UndoSupersededError
    before = last.detail.get("before", {"state": desk.state, "reason": None})
    if before["state"] == "closed" and ticket_at(session, desk.id) is not None:
        raise UndoSupersededError
    set_state(session, desk.id, before["state"], before["reason"])
    if "clerk" in last.detail:
        _seat_again(session, last, desk, at)
    where = Where(desk.id, who or last.staff_id)
    record(session, "undo", at=at, where=where, undoes=last.seq, undone=last.verb, to=before["state"], changes=before)
    return Answer(counter=counter_view(session, desk.id))


def _seat_again(session: Session, last: _Done, desk: CounterRow, at: datetime) -> None:
    """Let the clerks sit where they sat before; refused when one of them sits elsewhere by now."""
    before = last.detail["clerk"] or None
    moved = desk.clerk_id if last.verb == "open_counter" else None
    has_gone = last.verb == "open_counter" and desk.clerk_id != last.staff_id
    if has_gone or (before is not None and before != desk.clerk_id and desk_of(session, before) is not None):
        raise UndoSupersededError
    end_shifts(session, desk.id, None, at=at)
    if before is not None:
        begin_shift(session, desk.id, before, at=at)
    came_from = last.detail.get("moved_from")
    if moved is not None and came_from is not None:
        there = counter_numbered(session, came_from)
        if there.clerk_id is None:
            begin_shift(session, there.id, moved, at=at)
