"""Compares the tables, row by row, with what was rebuilt from the events."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam

from queueapp.models import counters, days, heads, services, skills, spans, staff, tickets, vouchers
from queueapp.queries.rows import code_of
from queueapp.queries.walked import TICKET, PartedError, Walk, chunks, raw
from queueapp.rules.chain import GENESIS, plain
from queueapp.rules.rebuilt import SPAN
from queueapp.rules.rebuilt_settings import Rows
from queueapp.statement import Statement

_HEAD = Statement(raw(heads.c.seq, heads.c.hash, heads.c.at).where(heads.c.office_id == bindparam("office")))
_TICKETS = Statement(
    raw(tickets.c.id, *(tickets.c[name] for name in TICKET))
    .where(tickets.c.office_id == bindparam("office"), tickets.c.id > bindparam("after"))
    .order_by(tickets.c.id)
    .limit(bindparam("limit"))
)
_SPANS = Statement(
    raw(spans.c.id, spans.c.ticket_id, *(spans.c[name] for name in SPAN))
    .where(spans.c.office_id == bindparam("office"), spans.c.id > bindparam("after"))
    .order_by(spans.c.id)
    .limit(bindparam("limit"))
)
_NO_SPAN = (None,) * len(SPAN)
_ORDER = Statement(
    raw(spans.c.id, spans.c.ticket_id)
    .where(spans.c.office_id == bindparam("office"), spans.c.id > bindparam("after"))
    .order_by(spans.c.id)
    .limit(bindparam("limit"))
)
_CLOSING = ("closed_at", "closed_by_id", "reason", "sealed_seq", "seal")
_DAYS = Statement(
    raw(days.c.date, days.c.opened_at, *(days.c[name] for name in _CLOSING), days.c.sheet.is_not(None))
    .where(days.c.office_id == bindparam("office"))
    .order_by(days.c.date)
)
_VOUCHERS = Statement(
    raw(vouchers.c.id, vouchers.c.code, vouchers.c.ticket_id, vouchers.c.valid_on, vouchers.c.used_by_id)
    .where(vouchers.c.office_id == bindparam("office"))
    .order_by(vouchers.c.id)
)
_COUNTER_STATES = Statement(
    raw(counters.c.id, counters.c.number, counters.c.state, counters.c.reason).where(
        counters.c.office_id == bindparam("office")
    )
)
_SERVICE = (
    "id",
    "code",
    "letter",
    "name_vi",
    "name_en",
    "recall_limit",
    "daily_quota",
    "usual_minutes",
    "position",
    "is_active",
)
_COUNTER = ("id", "number", "is_active")
_PERSON = ("id", "name", "role", "is_active")
_SERVICES = Statement(raw(*(services.c[name] for name in _SERVICE)).where(services.c.office_id == bindparam("office")))
_COUNTERS = Statement(raw(*(counters.c[name] for name in _COUNTER)).where(counters.c.office_id == bindparam("office")))
_STAFF = Statement(raw(*(staff.c[name] for name in _PERSON)).where(staff.c.office_id == bindparam("office")))
_SKILLS = Statement(
    raw(counters.c.number, services.c.code, skills.c.weight)
    .join(skills, skills.c.counter_id == counters.c.id)
    .join(services, services.c.id == skills.c.service_id)
    .where(skills.c.office_id == bindparam("office"))
)


def compare_head(walk: Walk) -> None:
    """Compare the head of the chain with the last event."""
    row = walk.session.row(_HEAD, office=walk.session.office.id)
    last = walk.verdict.from_seq + walk.verdict.events
    expected = (last, walk.verdict.head, walk.head_at if last else None)
    found = (row[0], row[1] or GENESIS, row[2] if last else None) if row else None
    if found != expected:
        raise PartedError("head (seq, hash, at)", walk.day_at(walk.last_at), list(expected), list(found or ()))


def compare_settings(walk: Walk) -> None:
    """Compare the office, its fields, counters, people and who serves what with the last settings."""
    settings, office = walk.settings, walk.session.office
    if not settings.is_known:
        return
    for name, want in settings.office.items():
        if getattr(office, name) != want:
            raise PartedError(f"office.{name}", walk.day_at(settings.at), want, getattr(office, name))
    _compare_named(walk, "service", settings.services, "code", _named(walk, _SERVICES, _SERVICE))
    _compare_named(walk, "counter", settings.counters, "number", _named(walk, _COUNTERS, _COUNTER))
    _compare_named(walk, "staff", settings.staff, "name", _named(walk, _STAFF, _PERSON))
    found = {(number, code): weight for number, code, weight in walk.session.rows(_SKILLS, office=office.id)}
    for number, code in sorted(found.keys() | settings.skills.keys(), key=str):
        want, have = settings.skills.get((number, code)), found.get((number, code))
        if (want is None) != (have is None):
            raise PartedError(
                f"counter {number} serves {code}", walk.day_at(settings.at), want is not None, have is not None
            )
        if want != have:
            raise PartedError(f"counter {number} serves {code} with weight", walk.day_at(settings.at), want, have)


def _named(walk: Walk, statement: Statement, names: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in walk.session.rows(statement, office=walk.session.office.id)]


def _compare_named(walk: Walk, table: str, expected: Rows, key: str, found: Iterable[dict[str, Any]]) -> None:
    """Compare the rows of a table that are known by a name; one that the settings never named must not be there."""
    missing, day = set(expected), walk.day_at(walk.settings.at)
    for row in found:
        missing.discard(row[key])
        want = expected.get(row[key])
        if want is None and walk.is_whole and not walk.is_adopted:
            raise PartedError(f"{table} {row[key]}", day, None, row)
        for name, value in (want or {"is_active": False}).items():
            if row.get(name) != value:
                raise PartedError(f"{table} {row[key]}.{name}", day, value, row.get(name))
    for name in sorted(missing, key=str):
        raise PartedError(f"{table} {name}", day, expected[name], None)


def compare_days(walk: Walk) -> None:
    """Compare the business days with how they were opened and closed."""
    missing = walk.opened.keys() | walk.closed.keys()
    for date, opened_at, *closing, has_sheet in walk.session.rows(_DAYS, office=walk.session.office.id):
        day = str(date)
        missing.discard(day)
        _compare_opening(walk, day, opened_at)
        closed = walk.closed.get(day)
        sealed = closing[_CLOSING.index("sealed_seq")]
        if closed is None and not walk.is_whole and isinstance(sealed, int) and sealed <= walk.verdict.from_seq:
            continue  # it was closed before the walk began
        for name, found in zip(_CLOSING, closing, strict=True):
            want = None if closed is None else getattr(closed, name)
            if want != found:
                raise PartedError(f"day {day}.{name}", day, want, found)
        if bool(has_sheet) != (closed is not None):
            raise PartedError(f"day {day}.sheet", day, closed is not None, bool(has_sheet))
    for day in sorted(missing):
        raise PartedError(f"day {day}", day, walk.opened.get(day), None)


def _compare_opening(walk: Walk, day: str, found: Any) -> None:
    want = walk.opened.get(day)
    if want is None and (walk.is_adopted or not walk.is_whole):
        return
    if want != found:
        raise PartedError(f"day {day}.opened_at", day, want, found)


def compare_tickets(walk: Walk) -> None:
    """Compare every ticket, whole; column by column only where it differs, or began before the walk."""
    is_file = walk.session.is_file
    missing = set(walk.lives) | walk.packed.keys()
    for rows in chunks(walk.session, _TICKETS):
        for key, *kept in rows:
            values = tuple(kept if is_file else map(plain, kept))
            if values != walk.columns(key):
                want = walk.row(key)
                if want is None and not walk.is_whole:
                    continue  # nothing happened with it in this walk
                _compare_columns(walk, key, want, values)
            missing.discard(key)
            walk.verdict.tickets += 1
    if missing:
        lost = walk.row(min(missing)) or {}
        raise PartedError(f"ticket {min(missing)}", walk.day_of(min(missing), lost.get("issued_at")), lost, None)


def _compare_columns(walk: Walk, ticket: int, want: dict[str, Any] | None, values: Sequence[Any]) -> None:
    """Compare those columns of a ticket that are known."""
    row = dict(zip(TICKET, values, strict=True))
    if want is None:
        raise PartedError(f"ticket {ticket}", row["day"], None, row)
    for name, found in row.items():
        if name in want and want[name] != found:
            day = want.get("day") or row["day"]
            raise PartedError(f"ticket {ticket} {_code(walk, row)}.{name}", day, want[name], found)


def _code(walk: Walk, row: dict[str, Any]) -> str:
    letter = walk.settings.letters.get(walk.settings.codes.get(row["issued_for_id"], ""), "?")
    return code_of(letter, row["number"]) if isinstance(row["number"], int) else "?"


def compare_order(walk: Walk) -> None:
    """Compare the keys of the spans: they follow the order in which spans were begun, in a file without a gap."""
    if not walk.is_whole or walk.is_adopted:
        return
    number, born = 0, walk.born
    for rows in chunks(walk.session, _ORDER):
        for key, ticket in rows:
            want = born[number] if number < len(born) else None
            number += 1
            if ticket != want:
                raise PartedError(f"span {key}.ticket_id", walk.day_of(want or ticket, None), want, ticket)
            if walk.session.is_file and key != number:
                raise PartedError(f"span {key}.id", walk.day_of(ticket, None), number, key)


def compare_spans(walk: Walk) -> None:
    """Compare every span of the tickets that are known from their beginning."""
    seen: dict[int, int] = {}
    for rows in chunks(walk.session, _SPANS):
        for key, ticket, *kept in rows:
            wanted, values = walk.spans(ticket), tuple(kept)
            if wanted is None:
                if walk.is_whole:
                    day = walk.day_of(ticket, values[SPAN.index("started_at")])
                    raise PartedError(f"span {key} of ticket {ticket}", day, None, list(values))
                continue
            place = seen.get(ticket, 0)
            seen[ticket] = place + 1
            want = wanted[place] if place < len(wanted) else _NO_SPAN
            if values != want:
                _compare_span(walk, key, ticket, want, values)
            walk.verdict.spans += 1
    _compare_counts(walk, seen)


def _compare_span(walk: Walk, key: Any, ticket: Any, want: Sequence[Any], values: Sequence[Any]) -> None:
    for name, expected, found in zip(SPAN, want, values, strict=True):
        if expected != found:
            day = walk.day_of(ticket, None)
            raise PartedError(f"span {key} of ticket {ticket}.{name}", day, expected, found)


def _compare_counts(walk: Walk, seen: dict[int, int]) -> None:
    for ticket in (*walk.packed, *walk.lives):
        wanted, count = walk.spans(ticket), seen.get(ticket, 0)
        if wanted is not None and len(wanted) != count:
            day = walk.day_of(ticket, wanted[count][SPAN.index("started_at")])
            raise PartedError(f"span of ticket {ticket}", day, list(wanted[count]), None)


def compare_vouchers(walk: Walk) -> None:
    """Compare the vouchers with those that were given, in their order, and with the tickets that they became."""
    given, found_rows = list(walk.vouchers.given), walk.session.rows(_VOUCHERS, office=walk.session.office.id)
    for _key, code, ticket, valid_on, used_by in found_rows:
        if code not in walk.vouchers.given and (walk.is_whole or used_by in walk.vouchers.released):
            raise PartedError(f"voucher {code}", walk.day_of(ticket, None), None, [ticket, plain(valid_on), used_by])
    _compare_missing(walk, {row[1] for row in found_rows})
    for number, (key, code, ticket, valid_on, used_by) in enumerate(found_rows):
        promise, day = walk.vouchers.given.get(code), walk.day_of(ticket, None)
        if promise is None:
            continue
        if walk.is_whole and (given[number] != code or (walk.session.is_file and key != number + 1)):
            raise PartedError(f"voucher {code}.id", day, given.index(code) + 1, key)
        wanted: dict[str, tuple[Any, Any]] = {"used_by_id": (promise.used_by_id, used_by)}
        if promise.ticket_id is not None:
            wanted |= {"ticket_id": (promise.ticket_id, ticket), "valid_on": (promise.valid_on, plain(valid_on))}
        for name, (want, found) in wanted.items():
            if want != found:
                raise PartedError(f"voucher {code}.{name}", walk.day_of(promise.ticket_id, None), want, found)


def _compare_missing(walk: Walk, present: set[str]) -> None:
    for code, lost in walk.vouchers.given.items():
        if code not in present:
            day = walk.day_of(lost.ticket_id, None)
            raise PartedError(f"voucher {code}", day, [lost.ticket_id, lost.valid_on, lost.used_by_id], None)


def compare_counters(walk: Walk) -> None:
    """Compare whether each counter is open, and why not, with its last event; one that had none is open."""
    for key, number, state, reason in walk.session.rows(_COUNTER_STATES, office=walk.session.office.id):
        expected = walk.desks.get(key, {"state": "open", "reason": None} if walk.is_whole else None)
        if expected is not None and (expected["state"], expected["reason"]) != (state, reason):
            day = walk.day_at(walk.last_at)
            raise PartedError(f"counter {number} (state, reason)", day, list(expected.values()), [state, reason])
