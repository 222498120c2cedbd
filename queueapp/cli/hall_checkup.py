"""Looks at the voice and at the office's own scripts, where it has any, and says what to mend."""

import shutil
from collections.abc import Iterator

from queueapp.alive import is_holder_alive
from queueapp.cli.hooks import found_in
from queueapp.clock import now
from queueapp.database import Database
from queueapp.i18n import _
from queueapp.operations import announcing, hooking
from queueapp.queries.following import Following, follower
from queueapp.rules.hooks import Hooks, hooks_of
from queueapp.rules.spoken import all_clips
from queueapp.rules.voices import Voice, voice_of
from queueapp.session import Session
from queueapp.voice.folders import recordings_folder
from queueapp.voice.playing import NO_PLAYER, players
from queueapp.voice.recordings import NO_ESPEAK, Recordings

Seen = tuple[str, str, str]  # good, warning or bad; in words; what to do


def look_at_voice(database: Database) -> Iterator[Seen]:
    """Return what was found of the voice; nothing where it is off."""
    voice, found = database.read(_voice)
    if not voice.on:
        return
    if not players():
        yield "warning", _(NO_PLAYER), "apt-get install alsa-utils"
    missing = Recordings(recordings_folder(database.path, voice.recordings)).missing(all_clips(voice.languages))
    if missing and shutil.which("espeak-ng") is None:
        yield "warning", _(NO_ESPEAK), "apt-get install espeak-ng"
    elif missing:
        yield "warning", _("Recordings that are missing: {n}").format(n=len(missing)), "queueapp voice make"
    if not _is_followed(database, found):
        yield "warning", _("Nobody speaks at this moment."), "queueapp speak"
    if found is not None:
        counts = _("Told {done}, dropped {dropped}, not heard {failed}.")
        words = counts.format(done=found.done, dropped=found.dropped, failed=found.failed)
        yield ("warning" if found.failed else "good"), f"{words} {found.note or ''}".strip(), ""


def look_at_hooks(database: Database) -> Iterator[Seen]:
    """Return what was found of the office's scripts; nothing where it has none."""
    hooks, found = database.read(_hooks)
    if not hooks.are_there:
        return
    scripts = found_in(database, hooks)
    for refused in (*scripts.refused, *scripts.ignored):
        yield "warning", refused, ""
    if not _is_followed(database, found):
        yield "warning", _("Nobody runs the office's scripts at this moment."), "queueapp hooks run"
    if found is not None and found.failed:
        words = _("Failures of the office's scripts: {n}. The last: {note}")
        yield "warning", words.format(n=found.failed, note=found.note), "queueapp hooks show"


def _is_followed(database: Database, found: Following | None) -> bool:
    if found is None or found.holder is None or found.beat_at is None:
        return False
    return is_holder_alive(found.holder, found.beat_at, now() - database.clock_offset)


def _voice(session: Session) -> tuple[Voice, Following | None]:
    return voice_of(session.office.settings), follower(session, announcing.NAME)


def _hooks(session: Session) -> tuple[Hooks, Following | None]:
    return hooks_of(session.office.settings), follower(session, hooking.NAME)
