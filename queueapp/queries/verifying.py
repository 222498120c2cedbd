"""Proves the tables by the events: walks the chain, rebuilds every ticket, span and sealed sheet, and compares."""

import contextlib
import gc
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import String, bindparam, cast, literal_column, select

from queueapp.models import counters, days, events, services, staff
from queueapp.queries.comparing import compare_counters as _compare_counters
from queueapp.queries.comparing import compare_days as _compare_days
from queueapp.queries.comparing import compare_head as _compare_head
from queueapp.queries.comparing import compare_order as _compare_order
from queueapp.queries.comparing import compare_settings as _compare_settings
from queueapp.queries.comparing import compare_spans as _compare_spans
from queueapp.queries.comparing import compare_tickets as _compare_tickets
from queueapp.queries.comparing import compare_vouchers as _compare_vouchers
from queueapp.queries.comparing_papers import compare_missing as _compare_missing
from queueapp.queries.proving_sheets import compare_sheet as _compare_sheet
from queueapp.queries.walked import CHUNK, Closed, Verdict, Walk, raw
from queueapp.queries.walked import PartedError as _PartedError
from queueapp.rules.chain import link
from queueapp.rules.rebuilt_missing import MISSING_VERBS
from queueapp.rules.rebuilt_settings import SETTING_VERBS, InForce
from queueapp.session import Session
from queueapp.statement import Statement

__all__ = ["Progress", "Verdict", "verify"]

Progress = Callable[[int, int], None]
_decode = json.JSONDecoder().raw_decode
_COUNTER_VERBS = ("open_counter", "close_counter", "pause", "unpause")

_detail = cast(events.c.detail, String)
_EVENTS = Statement(
    raw(
        events.c.seq,
        events.c.at,
        events.c.verb,
        events.c.ticket_id,
        events.c.counter_id,
        events.c.staff_id,
        _detail,
        events.c.previous_hash,
        events.c.hash,
    )
    .where(events.c.office_id == bindparam("office"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("limit"))
)
_SETTINGS_UNTIL = Statement(
    raw(events.c.at, _detail)
    .where(
        events.c.office_id == bindparam("office"),
        events.c.seq <= bindparam("until"),
        literal_column("event.verb IN ('found', 'configure')"),
    )
    .order_by(events.c.seq.desc())
    .limit(1)
)
_LAST_SEALED = Statement(
    raw(days.c.sealed_seq, days.c.seal, days.c.closed_at)
    .where(days.c.office_id == bindparam("office"), days.c.sealed_seq.is_not(None))
    .order_by(days.c.sealed_seq.desc())
    .limit(1)
)
_SERVICES = Statement(
    select(services.c.id, services.c.code, services.c.letter).where(services.c.office_id == bindparam("office"))
)
_COUNTERS = Statement(select(counters.c.id, counters.c.number).where(counters.c.office_id == bindparam("office")))
_STAFF = Statement(select(staff.c.id, staff.c.name).where(staff.c.office_id == bindparam("office")))


def verify(session: Session, *, from_seal: bool = False, progress: Progress | None = None) -> Verdict:
    """Return what was proved of all events, or of those after the last sealed day, and the first difference if any.

    `progress` is told how many events of how many have been walked.
    """
    verdict = Verdict()
    try:
        with _nothing_collected():
            walk = _begun(session, verdict, from_seal=from_seal)
            _walk_events(walk, progress)
            _compare_head(walk)
            _compare_settings(walk)
            _compare_days(walk)
            _compare_tickets(walk)
            _compare_order(walk)
            _compare_spans(walk)
            _compare_vouchers(walk)
            _compare_counters(walk)
            _compare_missing(walk)
    except _PartedError as parted:
        verdict.difference = parted.difference
    return verdict


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep Python from looking again and again for rings among what is remembered: there are none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _begun(session: Session, verdict: Verdict, *, from_seal: bool) -> Walk:
    office = session.office.id
    fields = session.rows(_SERVICES, office=office)
    settings = InForce(
        timezone=session.office.timezone,
        codes={key: code for key, code, _letter in fields},
        letters={code: letter for _key, code, letter in fields},
        numbers={row[0]: row[1] for row in session.rows(_COUNTERS, office=office)},
        names={row[0]: row[1] for row in session.rows(_STAFF, office=office)},
    )
    walk = Walk(session, verdict, settings)
    last_sealed = session.row(_LAST_SEALED, office=office) if from_seal else None
    if last_sealed is not None:
        verdict.from_seq, verdict.head, walk.head_at = last_sealed
        walk.last_at = walk.head_at
        last = session.row(_SETTINGS_UNTIL, office=office, until=verdict.from_seq)
        if last is not None:
            settings.follow(last[0], json.loads(last[1]))
    return walk


def _walk_events(walk: Walk, progress: Progress | None) -> None:
    session, verdict = walk.session, walk.verdict
    total, seq = session.office.revision - verdict.from_seq, verdict.from_seq
    while rows := session.rows(_EVENTS, office=session.office.id, after=seq, limit=CHUNK):
        for row in rows:
            seq += 1
            verdict.head = _linked(walk, row, seq)
            try:
                _take_in(walk, row, _read(row[6]))
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, OverflowError):
                # A chain written anew may hold what no event holds.
                raise _PartedError(f"event {seq} ({row[2]})", walk.day_of(row[3], row[1]), "?", row[6]) from None
        verdict.events += len(rows)
        if progress is not None:
            progress(verdict.events, total)


def _linked(walk: Walk, row: tuple[Any, ...], seq: int) -> str:
    """Return the hash of the next event (_PartedError when it does not follow the one before)."""
    found, at, verb, ticket, counter, person, text, previous, digest = row
    if found != seq:
        raise _PartedError(f"event {seq}", walk.day_of(None, walk.last_at or at), seq, found)
    if previous != walk.verdict.head:
        raise _PartedError(f"event {seq}.previous_hash", walk.day_of(ticket, at), walk.verdict.head, previous)
    try:
        expected = link(previous, walk.session.office.id, seq, at, verb, ticket, counter, person, text)
    except (TypeError, ValueError):  # a changed row may hold what no event holds
        raise _PartedError(f"event {seq}", walk.day_of(ticket, at), digest, "?") from None
    if digest != expected:
        raise _PartedError(f"event {seq} ({verb}).hash", walk.day_of(ticket, at), expected, digest)
    return expected


def _read(text: str) -> dict[str, Any]:
    """Return an event's detail: it was written without blanks, which saves half of the reading."""
    detail, end = _decode(text)
    if end != len(text) or not isinstance(detail, dict):
        raise ValueError
    return detail


def _take_in(walk: Walk, row: tuple[Any, ...], detail: dict[str, Any]) -> None:
    seq, at, verb, ticket = row[:4]
    walk.last_at = at
    if verb in MISSING_VERBS:
        walk.missing.follow(seq, ticket, detail)
    if ticket is not None:
        _take_in_ticket(walk, ticket, verb, at, detail)
    else:
        _take_in_office(walk, row, detail)
    # An exercise may be set up in the past, and what an older program left was adopted: neither moves the time.
    if verb != "adopt" and not (verb in SETTING_VERBS and detail.get("training")):
        walk.head_at = at


def _take_in_office(walk: Walk, row: tuple[Any, ...], detail: dict[str, Any]) -> None:
    seq, at, verb, _ticket, counter = row[:5]
    if verb in SETTING_VERBS:
        walk.settings.follow(at, detail)
    elif counter is not None and "set" in detail:
        walk.desks[counter] = detail["set"]
    elif counter is not None and verb in _COUNTER_VERBS:
        walk.desks[counter] = None
    elif verb in {"clock_jump", "accept_clock"}:
        for touched in detail["touched"]:
            walk.life(touched).row["is_clock_touched"] = True
    elif verb == "open_day":
        walk.opened[detail["day"]] = at
    elif verb == "close_day":
        _take_in_close(walk, Closed(at, row[5], detail.get("reason"), seq, row[8]), detail)


def _take_in_ticket(walk: Walk, ticket: int, verb: str, at: int, detail: dict[str, Any]) -> None:
    said = detail.get("set", {})
    life = walk.life(ticket, is_partial="number" not in said)
    if "day" in said and life.day is None:
        walk.by_day.setdefault(said["day"], []).append(ticket)
    before, begun = life.row.get("state"), len(life.spans)
    life.follow(verb, at, detail)
    after = life.row.get("state")
    if len(life.spans) > begun:
        walk.born.extend([ticket] * (len(life.spans) - begun))
    if verb == "adopt":
        walk.is_adopted = True
    elif before != after or "voucher" in detail:
        walk.vouchers.follow(ticket, verb, (before, after), detail)
    if verb == "call" and detail.get("rule") == "picked":
        day = life.day or ""
        walk.picked[day] = walk.picked.get(day, 0) + 1


def _take_in_close(walk: Walk, closed: Closed, detail: dict[str, Any]) -> None:
    day = detail["day"]
    walk.closed[day] = closed
    _compare_sheet(walk, detail)
    walk.pack(day)
