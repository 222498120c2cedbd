"""The commands of the voice: speak for days, make and list the recordings, try one, show how it goes."""

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from queueapp.alive import is_holder_alive
from queueapp.cli.following import Ending, Once, followed, following_database, shown, to_people
from queueapp.cli.speaking import Speaker, stage_of
from queueapp.cli.wire import Json
from queueapp.clock import now
from queueapp.database import Database
from queueapp.i18n import N_, _
from queueapp.operations.announcing import NAME
from queueapp.queries.following import follower
from queueapp.rules.errors import BadRequestError
from queueapp.rules.spoken import all_clips, announcement, sentence
from queueapp.rules.voices import voice_of
from queueapp.terminal import clock_of
from queueapp.voice.folders import recordings_folder
from queueapp.voice.joining import Sound
from queueapp.voice.playing import players
from queueapp.voice.recordings import Recordings
from queueapp.voice.refusing import VoiceError
from queueapp.voice.stage import PATIENCE, Stage

DONE = 0
Said = tuple[int, str, Json]
LONGEST_CODE, LARGEST_COUNTER = 10, 999
_BUSY = N_("Something is being announced at this moment. Try again when it is over.")


def run_speak(given: Namespace) -> int:
    """Speak until a signal comes; what is said goes to standard output, what the voice lacks to standard error."""
    database = following_database(given.db)
    ending, once = Ending(given.parent), Once(to_people)
    speaker = Speaker(
        database,
        lambda: now() - database.clock_offset,
        tell=lambda line: to_people(line, sys.stdout),
        once=once,
        ending=ending,
    )
    # A board says itself when its data is away.
    away = once if given.parent is None else Once(lambda line: to_people(line, sys.stdout))
    ending.heed_signals()
    followed(database, NAME, speaker.step, ending=ending, once=away)
    return DONE


def run_voice(given: Namespace, database: Database) -> Said:
    """Run one of the commands: the exit status, what is said to a person, and the answer as JSON."""
    commands = {"make": _make, "list": _list, "test": _test, "show": _show}
    return commands[given.action](given, database)


def _recordings(database: Database) -> tuple[Recordings, str]:
    voice = database.read(lambda session: voice_of(session.office.settings))
    return Recordings(recordings_folder(database.path, voice.recordings)), voice.languages


def _make(_given: Namespace, database: Database) -> Said:
    recordings, languages = _recordings(database)
    names = all_clips(languages)
    made = recordings.make(names)
    words = _("{made} recordings were made, {kept} were there and stay as they are: {path}")
    said = words.format(made=len(made), kept=len(names) - len(made), path=recordings.folder)
    return DONE, said, {"ok": True, "made": made, "folder": str(recordings.folder)}


def _list(_given: Namespace, database: Database) -> Said:
    recordings, languages = _recordings(database)
    clips = recordings.listed(all_clips(languages))
    lines = [_("Record any of them anew and put it into {path} under its name:").format(path=recordings.folder)]
    for each in clips:
        state = "" if each.is_there else "  " + _("(missing)")
        said = each.words or _("two tones")
        lines.append(f"  {each.name + '.wav':<20} {said}{state}")
    return DONE, "\n".join(lines), {"folder": str(recordings.folder), "clips": [asdict(each) for each in clips]}


def _test(given: Namespace, database: Database) -> Said:
    code, counter = given.code, given.counter
    if not any(each.isalnum() for each in code) or len(code) > LONGEST_CODE or not 1 <= counter <= LARGEST_COUNTER:
        raise BadRequestError(N_("Say a number such as D-012 and a counter from 1 to 999."))
    voice = database.read(lambda session: voice_of(session.office.settings))
    recordings, languages = _recordings(database)
    recordings.make(all_clips(languages))
    told = announcement(code, counter, languages=languages, times=voice.times)
    sound = recordings.sound(told, voice.volume)
    player = _played(stage_of(database), sound)
    words = _("Played by {player}, {seconds:.1f} seconds: {sentence}")
    said = words.format(player=player, seconds=sound.seconds, sentence=sentence(code, counter))
    return DONE, said, {"ok": True, "player": player, "seconds": sound.seconds, "sentence": sentence(code, counter)}


def _played(stage: Stage, sound: Sound) -> str:
    """Play an announcement that is no call's, when nothing else is being played; return what played it (VoiceError)."""
    handle = stage.enter()
    if handle is None:
        raise VoiceError(_BUSY)
    with TemporaryDirectory() as folder:  # what was told last in the hall stays written down
        apart = Stage(Path(folder))
        try:
            performance = apart.perform(handle, "test", sound)
        finally:
            stage.leave(handle)
        performance.is_over(performance.seconds + PATIENCE)
        noted = apart.noted()
    if noted is None or noted.trouble:
        raise VoiceError(N_("The announcement was not heard: {cause}"), cause=noted.trouble if noted else "–")
    return noted.player


def _show(_given: Namespace, database: Database) -> Said:
    recordings, languages = _recordings(database)
    voice = database.read(lambda session: voice_of(session.office.settings))
    missing = recordings.missing(all_clips(languages))
    found = database.read(follower, NAME)
    names = [each.name for each in players()]
    at = clock_of(database)()
    holder = found.holder if found is not None else None
    speaks = holder is not None and found is not None and is_holder_alive(holder, found.beat_at or at, at)
    lines = [
        _("The voice is on.") if voice.on else _("The voice is off in the office's settings ([voice] on = true)."),
        _("Recordings: {path}, missing: {n}").format(path=recordings.folder, n=len(missing)),
        _("Played by: {players}").format(players=", ".join(names) or _("nothing")),
        _("Now speaking: {holder}").format(
            holder=shown(holder) if speaks else _("nobody; start “queueapp speak” or a board")
        ),
    ]
    if found is not None:
        counts = _("Told {done}, dropped {dropped}, not heard {failed}.")
        lines.append(counts.format(done=found.done, dropped=found.dropped, failed=found.failed))
        if found.note:
            lines.append(_("The last trouble: {note}").format(note=found.note))
    said: Json = {"on": voice.on, "folder": str(recordings.folder), "missing": missing, "players": names}
    said["holder"] = holder if speaks else None
    said |= {name: getattr(found, name, None) for name in ("seq", "doing_seq", "done", "dropped", "failed", "note")}
    return DONE, "\n".join(lines), said
