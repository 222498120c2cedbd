"""Answers how far those who follow the log of events have come, and whether there is more for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select

from queueapp.models import events, followers
from queueapp.session import Session
from queueapp.statement import Statement

_FOLLOWER = Statement(
    select(
        followers.c.seq,
        followers.c.doing_seq,
        followers.c.doing_since,
        followers.c.holder,
        followers.c.beat_at,
        followers.c.done,
        followers.c.dropped,
        followers.c.failed,
        followers.c.note,
    ).where(followers.c.office_id == bindparam("office"), followers.c.name == bindparam("name"))
)
_LAST_CALL = Statement(
    select(func.max(events.c.seq)).where(
        events.c.office_id == bindparam("office"), literal_column("event.verb IN ('call', 'recall')")
    )
)


@dataclass(frozen=True, slots=True)
class Following:
    """How far one has come that follows the log (see models.Follower)."""

    seq: int
    doing_seq: int | None
    doing_since: datetime | None
    holder: str | None
    beat_at: datetime | None
    done: int
    dropped: int
    failed: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who follows under a name (None: nobody ever did), and the number of the last event that concerns it."""

    following: Following | None
    last: int

    @property
    def has_more(self) -> bool:
        """Whether something was begun, or happened since."""
        found = self.following
        return found is None or found.doing_seq is not None or self.last > found.seq


def follower(session: Session, name: str) -> Following | None:
    """Return how far the one called `name` has come; None when nobody ever followed under that name."""
    row = session.row(_FOLLOWER, office=session.office.id, name=name)
    return None if row is None else Following(*row)


def outlook_on_calls(session: Session, name: str) -> Outlook:
    """Return whether there are calls or recalls left for who follows them."""
    row = session.row(_LAST_CALL, office=session.office.id)
    return Outlook(follower(session, name), int(row[0] or 0) if row else 0)


def outlook_on_events(session: Session, name: str) -> Outlook:
    """Return whether there are events left for who follows all of them."""
    return Outlook(follower(session, name), session.office.revision)
