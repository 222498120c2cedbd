"""Gives out the events that the office's own scripts are still to be told, and notes those that they were told."""

from dataclasses import dataclass
from datetime import datetime

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
    session: Session, *, me: str, is_alive: IsAlive, event: EventView, failed: int, note: str | None, at: datetime
) -> bool:
    """Note that the scripts were run with an event.

    False when another process runs them by now, or when the log is another one by now, of a backup that was restored.
    """
    found = follow(session, name=NAME, me=me, is_alive=is_alive, begin=lambda each: each.office.revision, at=at)
    if found is None or events_after(session, event.seq - 1, 1) != (event,):
        return False
    pass_by(session, name=NAME, seq=max(event.seq, found.seq), done=1, failed=failed, note=note)
    return True
