"""How an office wants its calls to be heard, and which of them are not said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any

from queueapp.clock import zone
from queueapp.i18n import N_

STALE, GONE, QUIET = "stale", "gone", "quiet"
WHY_NOT = {
    STALE: N_("it is too old"),
    GONE: N_("its ticket is no longer at that counter"),
    QUIET: N_("these are quiet hours"),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """The office's `[voice]`: `quiet` are stretches of local time; a call older than `stale_seconds` is dropped."""

    on: bool = False
    languages: str = "vi"
    times: int = 1
    volume: int = 100
    stale_seconds: int = 120
    quiet: Sequence[str] = ()
    recordings: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """What happened to a called ticket after the call; `undoes` is the event that was taken back, if any."""

    verb: str
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call that is to be heard now; `mark` names its event also where numbers are given out a second time."""

    seq: int
    mark: str
    code: str
    counter: int
    voice: Voice


def voice_of(settings: Mapping[str, Any]) -> Voice:
    """Return the voice in an office's settings."""
    said = settings.get("voice", {})
    return Voice(**{each.name: said[each.name] for each in fields(Voice) if each.name in said})


def why_not(
    seq: int,
    called_at: datetime,
    *,
    is_present: bool,
    later: Sequence[Later],
    voice: Voice,
    at: datetime,
    timezone: str,
) -> str | None:
    """Return why the call of event `seq` is not said at the moment `at`: STALE, GONE, QUIET; None when it is said.

    It is gone when its ticket has left the counter, when it was taken back, and when the ticket was called anew: then
    the newer call tells the same.
    """
    is_over = any(each.verb == "call" or each.undoes == seq for each in later)
    if not is_present or is_over:
        return GONE
    if at - called_at > timedelta(seconds=voice.stale_seconds):
        return STALE
    return QUIET if is_quiet(voice.quiet, at, timezone) else None


def is_quiet(quiet: Sequence[str], at: datetime, timezone: str) -> bool:
    """Say whether nothing is said at the moment `at`."""
    local = at.astimezone(zone(timezone)).time().replace(tzinfo=None)
    stretches = (each.partition("-") for each in quiet)
    return any(time.fromisoformat(start) <= local < time.fromisoformat(end) for start, _dash, end in stretches)
