"""Keeps the outbox of the printer: what is to be printed, who prints it now, and how that ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, select, update

from queueapp.models import prints, tickets
from queueapp.operations.running import Other
from queueapp.rules.lifecycle import OPEN_STATES
from queueapp.session import Session
from queueapp.statement import Statement
from queueapp.text import clean

GIVE_UP = timedelta(minutes=10)  # after which a slip that could not be printed is no longer tried by itself
KEPT = timedelta(days=30)  # for which a slip can be printed again as it was, and its QR leads somewhere; our choice
LONGEST_PAUSE = 30  # seconds between two tries

_ASK = Statement(
    insert(prints)
    .values(
        office_id=bindparam("office_id"),
        ticket_id=bindparam("ticket_id"),
        kind=bindparam("kind"),
        state=bindparam("first_state"),
        host=bindparam("host"),
        content=bindparam("content", type_=prints.c.content.type),
        token=bindparam("token"),
        is_copy=bindparam("is_copy"),
        attempts=0,
        created_at=bindparam("created_at"),
        changed_at=bindparam("created_at"),
    )
    .returning(prints.c.id)
)
_PRINTING = Statement(
    select(prints.c.id, prints.c.holder, prints.c.changed_at).where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        prints.c.state == "printing",
    )
)
_PENDING = Statement(
    select(
        prints.c.id,
        prints.c.kind,
        prints.c.content,
        prints.c.is_copy,
        prints.c.attempts,
        prints.c.created_at,
        prints.c.changed_at,
        prints.c.error,
        tickets.c.state,
    )
    .outerjoin(tickets, tickets.c.id == prints.c.ticket_id)
    .where(
        prints.c.office_id == bindparam("office"),
        literal_column("print.state <> 'printed'"),
        prints.c.state == "pending",
        prints.c.host.is_(None) | (prints.c.host == bindparam("here")),
    )
    .order_by(literal_column("print.kind <> 'slip'"), prints.c.id)  # somebody stands at reception and waits for a slip
)
_TAKE = Statement(
    update(prints)
    .where(prints.c.id == bindparam("print"), prints.c.state == "pending")
    .values(state="printing", holder=bindparam("by"), changed_at=bindparam("moment"), attempts=bindparam("tries"))
)
_SETTLE = Statement(
    update(prints)
    .where(prints.c.id == bindparam("print"), prints.c.state == bindparam("present"))
    .values(state=bindparam("next"), error=bindparam("why"), changed_at=bindparam("moment"))
)
_LEAVE = Statement(
    update(prints)
    .where(prints.c.office_id == bindparam("office"), literal_column("state IN ('pending', 'printing')"))
    .values(state="uncertain", changed_at=bindparam("moment"))
)
_FORGET = Statement(
    delete(prints).where(prints.c.office_id == bindparam("office"), prints.c.created_at < bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Job:
    """What a terminal has taken to print; `name` says it on the printer's own list."""

    id: int
    kind: str
    content: dict[str, Any]
    is_copy: bool
    attempts: int
    created_at: datetime

    @property
    def name(self) -> str:
        """A name for the list of a spooler."""
        return f"queueapp {self.kind} {self.id}"


def ask_print(
    session: Session,
    *,
    kind: str,
    content: Mapping[str, Any],
    ticket_id: int | None = None,
    token: str | None = None,
    is_copy: bool = False,
    at: datetime,
) -> int | None:
    """Put something into the outbox and return its key; None in an office without a printer."""
    if not has_printer(session):
        return None
    given: dict[str, Any] = {"kind": kind, "content": content, "ticket_id": ticket_id, "token": token}
    return keep_print(session, state="pending", is_copy=is_copy, at=at, **given)


def keep_print(
    session: Session,
    *,
    kind: str,
    content: Mapping[str, Any],
    ticket_id: int | None,
    token: str | None,
    state: str,
    is_copy: bool = False,
    at: datetime,
) -> int:
    """Put something into the outbox in the state `state` and return its key."""
    row = session.row(
        _ASK,
        office_id=session.office.id,
        ticket_id=ticket_id,
        kind=kind,
        first_state=state,
        host=session.office.settings.get("printer", {}).get("host") or None,
        content=dict(content),
        token=token,
        is_copy=is_copy,
        created_at=at,
    )
    return int(row[0]) if row else 0


def has_printer(session: Session) -> bool:
    """Whether the office's settings name a printer."""
    return bool(session.office.settings.get("printer", {}).get("connection", "none") != "none")


def take_print(
    session: Session, *, host: str, holder: str, is_alive: Callable[[Other, datetime], bool], at: datetime
) -> Job | None:
    """Take the next print that is due at this machine, so that nobody else prints it; None when there is none.

    Slips come first, then other papers, each the oldest first.

    What somebody was printing who is gone may have come out: it becomes uncertain, and waits for a person. A slip
    whose citizen has gone is not printed any more, but for a copy that somebody asked for; nor is one that could not be
    for ten minutes.
    """
    doubt_prints(session, holder=holder, is_alive=is_alive, at=at)
    for row in session.rows(_PENDING, office=session.office.id, here=host):
        key, kind, content, is_copy, attempts, created_at, changed_at, error, state = row
        if state is not None and kind == "slip" and not is_copy and state not in OPEN_STATES:
            settle(session, key, "pending", "dropped", error, at)
        elif at - created_at > GIVE_UP:
            settle(session, key, "pending", "failed", error, at)
        elif attempts == 0 or at - changed_at >= timedelta(seconds=min(LONGEST_PAUSE, 2**attempts)):
            session.run(_TAKE, print=key, by=holder, moment=at, tries=attempts + 1)
            return Job(key, kind, content, bool(is_copy), attempts + 1, created_at)
    return None


def settle_print(session: Session, *, job: int, state: str, error: str | None = None, at: datetime) -> None:
    """Note how a print ended: printed, or uncertain, or not begun at all and so pending again (with its `error`)."""
    settle(session, job, "printing", state, error and clean(error, 300), at)


def doubt_prints(
    session: Session, *, holder: str = "", is_alive: Callable[[Other, datetime], bool], at: datetime
) -> None:
    """Let what somebody was printing who is gone be uncertain; `holder` is who asks, and alive."""
    for key, by, since in session.rows(_PRINTING, office=session.office.id):
        if by != holder and not is_alive(_other(by or "", since), at):
            settle(session, key, "printing", "uncertain", None, at)


def leave_in_doubt(session: Session, *, at: datetime) -> None:
    """Let all that waits be uncertain: the file is an older one, and it may have been printed since that was made."""
    session.run(_LEAVE, office=session.office.id, moment=at)


def forget_prints(session: Session, *, at: datetime) -> None:
    """Remove what was printed long ago: a slip is far larger than its ticket, and is no part of the log."""
    session.run(_FORGET, office=session.office.id, until=at - KEPT)


def holder_of(host: str, pid: int, mark: str) -> str:
    """Return how a process is written down that prints: its machine, its number, its mark (see alive.py)."""
    return f"{clean(host, 100).replace(' ', '-')} {pid} {mark}"


def _other(holder: str, since: datetime) -> Other:
    host, _space, rest = holder.partition(" ")
    pid, _space, mark = rest.partition(" ")
    return Other(0, host, int(pid) if pid.isdecimal() else 0, mark, since)


def settle(session: Session, key: int, present: str, state: str, error: str | None, at: datetime) -> None:
    """Let a print that is still in the state `present` come to `state`, with what went wrong (`error`)."""
    session.run(_SETTLE, print=key, present=present, next=state, why=error, moment=at)
