"""Gives out the events that the office's own scripts are still to be told, and notes those that they were told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queueapp.operations.following import IsAlive, follow, pass_by
from queueapp.queries.tickets import events_after
from queueapp.rules.hooks import Hooks, hooks_of
from queueapp.rules.views import EventView
from queueapp.session import Session

NAME = "hooks"
SOME = 50


@dataclass(frozen=True, slots=True)
class ToRun:
    """The next events for the scripts, oldest first; none unless it `is_ours` to run them."""

    is_ours: bool
    office: str
    timezone: str
    hooks: Hooks
    events: tuple[EventView, ...] = ()


def take_events(session: Session, *, me: str, is_alive: IsAlive, at: datetime) -> ToRun:
    """Return the events after the last one that was noted; whoever is the first begins with what comes now.

    An office without scripts passes all of them by.
    """
    office, hooks = session.office, hooks_of(session.office.settings)
    found = follow(session, name=NAME, me=me, is_alive=is_alive, begin=lambda each: each.office.revision, at=at)
    if found is None:
        return ToRun(False, office.name, office.timezone, hooks)
    if not hooks.are_there:
        pass_by(session, name=NAME, seq=office.revision)
        return ToRun(True, office.name, office.timezone, hooks)
    return ToRun(True, office.name, office.timezone, hooks, events_after(session, found.seq, SOME))


def note_event(
    session: Session,
    *,
    me: str,
    is_alive: IsAlive,
    event: EventView,
    failed: int = 0,
    note: str | None = None,
    is_stale: bool = False,
    at: datetime,
) -> bool:
    """Note that the scripts were run with an event, or that it `is_stale` and was left out.

    False when another process runs them by now, or when the log is another one by now, of a backup that was restored.
    """
    found = follow(session, name=NAME, me=me, is_alive=is_alive, begin=lambda each: each.office.revision, at=at)
    if found is None or events_after(session, event.seq - 1, 1) != (event,):
        return False
    trouble: dict[str, Any] = {"failed": failed, "note": note}
    pass_by(session, name=NAME, seq=max(event.seq, found.seq), done=int(not is_stale), dropped=int(is_stale), **trouble)
    return True
