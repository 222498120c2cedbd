"""Lets one process at a time follow the log of events, and keeps what it has done after each."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, insert, update

from queueapp.models import followers
from queueapp.queries.following import Following, follower
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

# Says whether a holder still lives: who, its last sign of life, the present moment.
IsAlive = Callable[[str, datetime, datetime], bool]
LONGEST_NOTE = 300

_BEGIN = Statement(
    insert(followers).values(
        office_id=bindparam("office"), name=bindparam("name"), seq=bindparam("seq"), done=0, dropped=0, failed=0
    )
)
_HOLD = Statement(
    update(followers)
    .where(followers.c.office_id == bindparam("office"), followers.c.name == bindparam("by_name"))
    .values(holder=bindparam("present"), beat_at=bindparam("moment"))
)
_DOING = Statement(
    update(followers)
    .where(followers.c.office_id == bindparam("office"), followers.c.name == bindparam("by_name"))
    .values(doing_seq=bindparam("begun"), doing_since=bindparam("moment"))
)
_PASS = Statement(
    update(followers)
    .where(followers.c.office_id == bindparam("office"), followers.c.name == bindparam("by_name"))
    .values(
        seq=bindparam("passed"),
        doing_seq=bindparam("none"),
        doing_since=bindparam("nothing"),
        done=followers.c.done + bindparam("more_done"),
        dropped=followers.c.dropped + bindparam("more_dropped"),
        failed=followers.c.failed + bindparam("more_failed"),
    )
)
_NOTE = Statement(
    update(followers)
    .where(followers.c.office_id == bindparam("office"), followers.c.name == bindparam("by_name"))
    .values(note=bindparam("words"))
)
_LET_GO = Statement(
    update(followers)
    .where(
        followers.c.office_id == bindparam("office"),
        followers.c.name == bindparam("by_name"),
        followers.c.holder == bindparam("present"),
        followers.c.doing_seq.is_(None),
    )
    .values(holder=bindparam("none"))
)


def follow(
    session: Session, *, name: str, me: str, is_alive: IsAlive, begin: Callable[[Session], int], at: datetime
) -> Following | None:
    """Be, or become, the one that follows; None while another lives. Who is the first begins after number `begin`."""
    found = follower(session, name)
    if found is None:
        session.run(_BEGIN, office=session.office.id, name=name, seq=begin(session))
    elif found.holder not in {None, me} and is_alive(found.holder or "", found.beat_at or at, at):
        return None
    session.run(_HOLD, office=session.office.id, by_name=name, present=me, moment=at)
    return follower(session, name)


def stay(session: Session, *, name: str, me: str, is_alive: IsAlive, at: datetime) -> None:
    """Give a sign of life while something is being done; nothing where nobody follows (a log that was replaced)."""
    if follower(session, name) is not None:
        follow(session, name=name, me=me, is_alive=is_alive, begin=lambda each: each.office.revision, at=at)


def begin_doing(session: Session, *, name: str, seq: int, at: datetime) -> None:
    """Note that something is being done for event `seq`."""
    session.run(_DOING, office=session.office.id, by_name=name, begun=seq, moment=at)


def pass_by(
    session: Session, *, name: str, seq: int, done: int = 0, dropped: int = 0, failed: int = 0, note: str | None = None
) -> None:
    """Note that all up to event `seq` needs nothing more, what became of it, and of a failure the words."""
    session.run(
        _PASS,
        office=session.office.id,
        by_name=name,
        passed=seq,
        none=None,
        nothing=None,
        more_done=done,
        more_dropped=dropped,
        more_failed=failed,
    )
    if note is not None:
        session.run(_NOTE, office=session.office.id, by_name=name, words=clean(note, LONGEST_NOTE))


def let_go(session: Session, *, name: str, me: str, at: datetime) -> None:  # noqa: ARG001 - as every operation
    """Let another one follow at once, unless something is still being done, whose end only this machine knows."""
    session.run(_LET_GO, office=session.office.id, by_name=name, present=me, none=None)
