"""Proves the tables by the events: walks the chain, rebuilds every ticket, span and sealed sheet, and compares."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, bindparam, cast, select, type_coerce
from sqlalchemy.types import NullType

from queueapp.database import Session
from queueapp.models import counters, days, events, heads, services, spans, staff, tickets
from queueapp.queries.rows import code_of
from queueapp.rules.chain import GENESIS, link, moment, plain
from queueapp.rules.figures import summarise
from queueapp.rules.rebuilt import SPAN, Life, Lived
from queueapp.rules.sheets import as_sheet, fingerprint, first_difference
from queueapp.rules.summaries import Visit
from queueapp.rules.views import SpanView
from queueapp.statement import Statement

CHUNK = 5000
Progress = Callable[[int, int], None]


def _raw(*columns: Any) -> Any:
    """Return a select that gives what is kept as it is kept: a changed row may hold anything."""
    return select(*(type_coerce(column, NullType()) for column in columns))


_HEAD = Statement(select(heads.c.seq, heads.c.hash).where(heads.c.office_id == bindparam("office")))
_EVENTS = Statement(
    _raw(
        events.c.seq,
        events.c.at,
        events.c.verb,
        events.c.ticket_id,
        events.c.counter_id,
        events.c.staff_id,
        cast(events.c.detail, String),
        events.c.previous_hash,
        events.c.hash,
    )
    .where(events.c.office_id == bindparam("office"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("limit"))
)
_TICKET_COLUMNS = [column for column in tickets.c if column.name not in {"id"}]
_TICKETS = Statement(
    _raw(tickets.c.id, *_TICKET_COLUMNS)
    .where(tickets.c.office_id == bindparam("office"), tickets.c.id > bindparam("after"))
    .order_by(tickets.c.id)
    .limit(bindparam("limit"))
)
_SPANS = Statement(
    _raw(spans.c.id, spans.c.ticket_id, *(spans.c[name] for name in SPAN))
    .where(spans.c.office_id == bindparam("office"), spans.c.id > bindparam("after"))
    .order_by(spans.c.id)
    .limit(bindparam("limit"))
)
_DAYS = Statement(
    _raw(days.c.date, days.c.closed_at, days.c.reason, days.c.sealed_seq, days.c.seal, days.c.sheet)
    .where(days.c.office_id == bindparam("office"))
    .order_by(days.c.date)
)
_COUNTERS = Statement(
    _raw(counters.c.id, counters.c.number, counters.c.state, counters.c.reason).where(
        counters.c.office_id == bindparam("office")
    )
)
_SERVICES = Statement(
    select(services.c.id, services.c.code, services.c.letter).where(services.c.office_id == bindparam("office"))
)
_STAFF = Statement(select(staff.c.id, staff.c.name).where(staff.c.office_id == bindparam("office")))


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where the tables and the events part: `row` in words, what was `expected`, what was `found`."""

    row: str
    day: str | None
    expected: Any
    found: Any


@dataclass(slots=True)
class Verdict:
    """What was proved, or where it failed; `from_seq` is the number after which the walk began."""

    events: int = 0
    tickets: int = 0
    spans: int = 0
    days: int = 0
    from_seq: int = 0
    head: str = GENESIS
    difference: Difference | None = None


class _PartedError(Exception):
    """The tables and the events differ; it carries the difference."""

    def __init__(self, row: str, day: object, expected: object, found: object) -> None:
        super().__init__(row)
        self.difference = Difference(row, None if day is None else str(day), expected, found)


@dataclass(slots=True)
class _Sheet:
    """A kept sheet of a closed day, with what its row says of the closing."""

    row: dict[str, Any]
    text: str | None


@dataclass(slots=True)
class _Walk:
    """What is known while the chain is walked."""

    session: Session
    verdict: Verdict
    lives: dict[int, Life] = field(default_factory=dict)
    desks: dict[int, dict[str, Any]] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    sheets: dict[str, _Sheet] = field(default_factory=dict)
    codes: dict[int, tuple[str, str]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    picked: dict[str, int] = field(default_factory=dict)
    born: list[int] = field(default_factory=list)  # of which ticket each span is, in the order they were begun
    is_ordered: bool = True
    names: dict[int, str] = field(default_factory=dict)


def verify(session: Session, *, from_seal: bool = False, progress: Progress | None = None) -> Verdict:
    """Return what was proved of all events, or of those after the last sealed day, and the first difference if any.

    `progress` is told how many events of how many have been walked.
    """
    verdict = Verdict()
    try:
        walk = _begun(session, verdict, from_seal=from_seal)
        _walk_events(walk, progress)
        _compare_head(walk)
        _compare_days(walk)
        _compare_tickets(walk)
        _compare_spans(walk)
        _compare_counters(walk)
    except _PartedError as parted:
        verdict.difference = parted.difference
    return verdict


def _begun(session: Session, verdict: Verdict, *, from_seal: bool) -> _Walk:
    office = session.office.id
    walk = _Walk(session, verdict)
    for day, *rest in session.rows(_DAYS, office=office):
        row = dict(zip(("closed_at", "reason", "sealed_seq", "seal"), rest[:-1], strict=True))
        walk.sheets[str(day)] = _Sheet(row, rest[-1])
    if from_seal:
        sealed = [each.row for each in walk.sheets.values() if each.row["sealed_seq"] is not None]
        if sealed:
            last = max(sealed, key=lambda row: row["sealed_seq"])
            verdict.from_seq, verdict.head = last["sealed_seq"], last["seal"]
    walk.codes = {key: (code, letter) for key, code, letter in session.rows(_SERVICES, office=office)}
    walk.names = dict(session.rows(_STAFF, office=office))
    walk.numbers = {key: number for key, number, *_rest in session.rows(_COUNTERS, office=office)}
    return walk


def _walk_events(walk: _Walk, progress: Progress | None) -> None:
    session, verdict = walk.session, walk.verdict
    total, seq = session.office.revision - verdict.from_seq, verdict.from_seq
    while rows := session.rows(_EVENTS, office=session.office.id, after=seq, limit=CHUNK):
        for row in rows:
            seq += 1
            verdict.head = _linked(walk, row, seq)
            _take_in(walk, row, json.loads(row[6]))
        verdict.events += len(rows)
        if progress is not None:
            progress(verdict.events, total)


def _linked(walk: _Walk, row: tuple[Any, ...], seq: int) -> str:
    """Return the hash of the next event (_PartedError when it does not follow the one before)."""
    found, at, verb, ticket, counter, person, text, previous, digest = row
    named = f"event {seq}"
    if found != seq:
        raise _PartedError(named, None, seq, found)
    if previous != walk.verdict.head:
        raise _PartedError(f"{named}.previous_hash", None, walk.verdict.head, previous)
    try:
        expected = link(walk.verdict.head, walk.session.office.id, seq, at, verb, ticket, counter, person, text)
    except TypeError:  # a changed row may hold what no event holds
        raise _PartedError(named, None, digest, "?") from None
    if digest != expected:
        raise _PartedError(f"{named} ({verb}).hash", None, expected, digest)
    return expected


def _take_in(walk: _Walk, row: tuple[Any, ...], detail: dict[str, Any]) -> None:
    seq, at, verb, ticket, counter = row[:5]
    if ticket is not None:
        life = walk.lives.get(ticket)
        if life is None:
            life = walk.lives[ticket] = Life(ticket, is_partial="issued_at" not in detail.get("set", ()))
        before = len(life.spans)
        life.follow(verb, at, detail)
        walk.born += [ticket] * (len(life.spans) - before)
        walk.is_ordered = walk.is_ordered and verb != "adopt"
        if verb == "call" and detail.get("rule") == "picked":
            day = life.row.get("day", "")
            walk.picked[day] = walk.picked.get(day, 0) + 1
    elif counter is not None and "set" in detail:
        walk.desks.setdefault(counter, {}).update(detail["set"])
    if verb in {"clock_jump", "accept_clock"}:
        for touched in detail["touched"]:
            walk.lives.setdefault(touched, Life(touched, is_partial=True)).row["is_clock_touched"] = True
    if verb == "close_day":
        walk.closed[detail["day"]] = seq
        _compare_sheet(walk, detail)


def _compare_sheet(walk: _Walk, detail: dict[str, Any]) -> None:
    """Compare a kept sheet with its fingerprint in the chain, and with the figures rebuilt from the events so far."""
    day = detail["day"]
    kept = walk.sheets.get(day)
    if kept is None or not isinstance(kept.text, str):
        raise _PartedError(f"day {day}.sheet", day, detail["sheet"], None)
    if fingerprint(kept.text) != detail["sheet"]:
        raise _PartedError(f"day {day}.sheet", day, detail["sheet"], fingerprint(kept.text))
    lives = [life for life in walk.lives.values() if life.row.get("day") == day]
    if any(life.is_partial for life in lives) or (walk.verdict.from_seq and not lives):
        return
    sheet = json.loads(kept.text)
    rebuilt = summarise(
        [_visit(walk, life) for life in lives],
        day=date.fromisoformat(day),
        timezone=walk.session.office.timezone,
        services=list(sheet["services"]),
        counters=[int(number) for number in sheet["counters"]],
        at=moment(0),
        picked=walk.picked.get(day, 0),
    )
    parted = first_difference(json.loads(json.dumps(as_sheet(rebuilt))), sheet)
    if parted is not None:
        raise _PartedError(f"day {day}.sheet.{parted[0]}", day, parted[1], parted[2])
    walk.verdict.days += 1


def _visit(walk: _Walk, life: Life) -> Visit:
    row = life.row
    code, letter = walk.codes[row["issued_for_id"]]
    return Visit(
        code=code_of(letter, row["number"]),
        issued_for=code,
        state=row["state"],
        dossiers=row["dossiers"],
        issued_at=moment(row["issued_at"]),
        counter=walk.numbers.get(row.get("counter_id") or 0),
        clerk=walk.names.get(row.get("staff_id") or 0),
        is_priority=row.get("priority") is not None,
        is_unreliable=row["is_unreliable"],
        is_clock_touched=row.get("is_clock_touched", False),
        reason=row.get("reason"),
        spans=tuple(_span(walk, span) for span in life.spans if not span.is_undone),
    )


def _span(walk: _Walk, span: Lived) -> SpanView:
    return SpanView(
        span.kind,
        walk.codes[span.service_id][0],
        walk.numbers.get(span.counter_id or 0),
        walk.names.get(span.staff_id or 0),
        moment(span.started_at),
        None if span.ended_at is None else moment(span.ended_at),
        span.ended_by,
    )


def _compare_head(walk: _Walk) -> None:
    row = walk.session.row(_HEAD, office=walk.session.office.id)
    expected = (walk.verdict.from_seq + walk.verdict.events, walk.verdict.head)
    found = (row[0], row[1] or GENESIS) if row else None
    if found != expected:
        raise _PartedError("head (seq, hash)", None, list(expected), list(found or ()))


def _compare_days(walk: _Walk) -> None:
    for day, sheet in walk.sheets.items():
        sealed = sheet.row["sealed_seq"]
        if day in walk.closed and sealed != walk.closed[day]:
            raise _PartedError(f"day {day}.sealed_seq", day, walk.closed[day], sealed)
        is_walked = sealed is None or not isinstance(sealed, int) or sealed > walk.verdict.from_seq
        if is_walked and (sheet.row["closed_at"] is not None) != (day in walk.closed):
            raise _PartedError(f"day {day}.closed_at", day, walk.closed.get(day), sheet.row["closed_at"])
    for day, seq in walk.closed.items():
        row = walk.session.rows(_EVENTS, office=walk.session.office.id, after=seq - 1, limit=1)[0]
        kept, detail = walk.sheets[day].row, json.loads(row[6])
        expected = {"closed_at": row[1], "reason": detail.get("reason"), "sealed_seq": seq, "seal": row[8]}
        for name, value in expected.items():
            if kept[name] != value:
                raise _PartedError(f"day {day}.{name}", day, value, kept[name])


def _chunks(session: Session, statement: Statement) -> Iterator[tuple[Any, ...]]:
    after = 0
    while rows := session.rows(statement, office=session.office.id, after=after, limit=CHUNK):
        yield from rows
        after = rows[-1][0]


def _compare_tickets(walk: _Walk) -> None:
    missing = set(walk.lives)
    for key, *values in _chunks(walk.session, _TICKETS):
        row = dict(zip((column.name for column in _TICKET_COLUMNS), map(plain, values), strict=True))
        missing.discard(key)
        life = walk.lives.get(key)
        if life is None:
            if not walk.verdict.from_seq:
                raise _PartedError(f"ticket {key}", row["day"], None, row)
            continue
        for name, found in row.items():
            expected = life.row.get(name)
            if life.is_partial and name not in life.row:
                continue
            if (bool(expected) if name.startswith("is_") else expected) != found:
                raise _PartedError(f"ticket {key} {_code(walk, row)}.{name}", row["day"], expected, found)
        walk.verdict.tickets += 1
    if missing:
        lost = walk.lives[min(missing)]
        raise _PartedError(f"ticket {lost.ticket_id}", lost.row.get("day"), lost.row, None)


def _code(walk: _Walk, row: dict[str, Any]) -> str:
    letter = walk.codes.get(row["issued_for_id"], ("", "?"))[1]
    return code_of(letter, row["number"]) if isinstance(row["number"], int) else "?"


def _compare_spans(walk: _Walk) -> None:
    seen: dict[int, int] = {}
    for number, (key, ticket, *values) in enumerate(_chunks(walk.session, _SPANS)):
        _compare_order(walk, number, key, ticket)
        life = walk.lives.get(ticket)
        if life is None or life.is_partial:
            if not walk.verdict.from_seq:
                raise _PartedError(f"span {key} of ticket {ticket}", None, None, values)
            continue
        place = seen.get(ticket, 0)
        seen[ticket] = place + 1
        expected = life.spans[place].row if place < len(life.spans) else ()
        for name, want, found in zip(SPAN, expected or (None,) * len(SPAN), values, strict=True):
            if want != found:
                named = f"span {key} of ticket {ticket}.{name}"
                raise _PartedError(named, life.row.get("day"), want, found)
        walk.verdict.spans += 1
    for ticket, life in walk.lives.items():
        if not life.is_partial and len(life.spans) != seen.get(ticket, 0):
            lost = life.spans[seen.get(ticket, 0)]
            raise _PartedError(f"span of ticket {ticket}", life.row.get("day"), list(lost.row), None)


def _compare_order(walk: _Walk, number: int, key: Any, ticket: Any) -> None:
    """Compare a span's key: keys follow the order in which spans were begun, in a file without a gap."""
    if walk.verdict.from_seq or not walk.is_ordered:
        return
    expected = walk.born[number] if number < len(walk.born) else None
    if ticket != expected:
        raise _PartedError(f"span {key}.ticket_id", None, expected, ticket)
    if walk.session.is_file and key != number + 1:
        raise _PartedError(f"span {key}.id", None, number + 1, key)


def _compare_counters(walk: _Walk) -> None:
    for key, number, state, reason in walk.session.rows(_COUNTERS, office=walk.session.office.id):
        expected = walk.desks.get(key)
        if expected is not None and (expected["state"], expected["reason"]) != (state, reason):
            found = [state, reason]
            raise _PartedError(f"counter {number} (state, reason)", None, list(expected.values()), found)
