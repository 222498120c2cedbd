"""Gives out the calls to be announced: one at a time, in the order of the log, none that is of no use any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select

from queueapp.models import counters, events, services, tickets
from queueapp.operations.following import IsAlive, begin_doing, follow, pass_by
from queueapp.queries.following import Following
from queueapp.queries.rows import code_of
from queueapp.rules.voices import Announcement, Later, Voice, voice_of, why_not
from queueapp.session import Session
from queueapp.statement import Statement

NAME = "voice"
_SOME = 50  # calls looked at in one question

_CALL_COLUMNS = (
    events.c.seq,
    events.c.at,
    events.c.hash,
    events.c.ticket_id,
    services.c.letter,
    tickets.c.number,
    counters.c.number,
    and_(literal_column("ticket.state IN ('called', 'serving')"), tickets.c.counter_id == events.c.counter_id),
)
_CALLS = (
    select(*_CALL_COLUMNS)
    .select_from(events)
    .join(tickets, tickets.c.id == events.c.ticket_id)
    .join(services, services.c.id == tickets.c.issued_for_id)
    .join(counters, counters.c.id == events.c.counter_id)
    .where(
        events.c.office_id == bindparam("office"),
        literal_column("event.verb IN ('call', 'recall')"),
        events.c.seq > bindparam("after"),
    )
    .order_by(events.c.seq)
)
_NEXT = Statement(_CALLS.limit(_SOME))
_BEFORE = Statement(
    select(func.max(events.c.seq)).where(
        events.c.office_id == bindparam("office"),
        literal_column("event.verb IN ('call', 'recall')"),
        events.c.at < bindparam("since"),
    )
)
_MARK = Statement(
    select(events.c.hash).where(events.c.office_id == bindparam("office"), events.c.seq == bindparam("seq"))
)
_LATER = Statement(
    select(events.c.verb, events.c.detail)
    .where(events.c.ticket_id == bindparam("ticket"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an announcement: its `mark`, and the `trouble` in words if nobody could hear it."""

    mark: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A call that is not announced, and why (a code of rules/voices.py)."""

    seq: int
    code: str
    counter: int
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the speaker gets: the next announcement if there is one, and the calls before it that were dropped.

    One that is not `is_ours` is told by another process.
    """

    is_ours: bool
    announcement: Announcement | None = None
    dropped: tuple[Dropped, ...] = ()


def take_call(session: Session, *, me: str, is_alive: IsAlive, told: Told | None, at: datetime) -> Given:
    """Note what was `told` if it is what was begun, and return the next call to announce; it is then begun.

    What was begun and is not known to be told is given out again. Nothing is given out while the voice is off, or to
    anybody but the one who follows.
    """
    voice = voice_of(session.office.settings)
    found = follow(session, name=NAME, me=me, is_alive=is_alive, begin=lambda each: _fresh_from(each, voice, at), at=at)
    if found is None:
        return Given(is_ours=False)
    after = _settle(session, found, told)
    if not voice.on:
        pass_by(session, name=NAME, seq=session.office.revision)
        return Given(is_ours=True)
    dropped: list[Dropped] = []
    while rows := session.rows(_NEXT, office=session.office.id, after=after):
        for row in rows:
            why = _why_not(session, row, voice, at)
            if why is None:
                begin_doing(session, name=NAME, seq=row[0], at=at)
                return Given(is_ours=True, announcement=_announcement(row, voice), dropped=tuple(dropped))
            dropped.append(Dropped(row[0], code_of(row[4], row[5]), row[6], why))
            pass_by(session, name=NAME, seq=row[0], dropped=1)
            after = row[0]
    return Given(is_ours=True, dropped=tuple(dropped))


def note_told(session: Session, *, me: str, is_alive: IsAlive, told: Told, at: datetime) -> None:
    """Note what was told, and take no other call: whoever speaks comes to its end."""
    found = follow(session, name=NAME, me=me, is_alive=is_alive, begin=lambda each: each.office.revision, at=at)
    if found is not None:
        _settle(session, found, told)


def _settle(session: Session, found: Following, told: Told | None) -> int:
    """Note what was told, and return after which event to go on."""
    if found.doing_seq is None or told is None or told.mark != _mark_of(session, found.doing_seq):
        return found.seq
    trouble = told.trouble or None
    pass_by(session, name=NAME, seq=found.doing_seq, done=1, failed=int(trouble is not None), note=trouble)
    return found.doing_seq


def _mark_of(session: Session, seq: int) -> str | None:
    row = session.row(_MARK, office=session.office.id, seq=seq)
    return None if row is None else _mark(seq, row[0])


def _mark(seq: int, hash_: str | None) -> str:
    """Return what names an event also after a backup was restored, and its number given to another one."""
    return f"{seq}-{(hash_ or '')[:24]}"


def _announcement(row: tuple[Any, ...], voice: Voice) -> Announcement:
    seq, _at, hash_, _ticket, letter, number, counter, _is_present = row
    return Announcement(seq, _mark(seq, hash_), code_of(letter, number), counter, voice)


def _why_not(session: Session, row: tuple[Any, ...], voice: Voice, at: datetime) -> str | None:
    seq, called_at, _hash, ticket, *_rest, is_present = row
    later = [Later(verb, detail.get("undoes")) for verb, detail in session.rows(_LATER, ticket=ticket, after=seq)]
    timezone = session.office.timezone
    return why_not(seq, called_at, is_present=bool(is_present), later=later, voice=voice, at=at, timezone=timezone)


def _fresh_from(session: Session, voice: Voice, at: datetime) -> int:
    """Return after which event a voice begins that is heard for the first time: nobody is called of this morning."""
    since = at - timedelta(seconds=voice.stale_seconds)
    row = session.row(_BEFORE, office=session.office.id, since=since)
    return int(row[0] or 0) if row else 0
